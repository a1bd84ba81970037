"""One small study in the dressings that people bring, each with its right answer from scipy."""
