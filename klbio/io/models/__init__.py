"""One reader a format of gene models and profile HMMs."""
