"""Whole hidden Markov models, compared by simulation."""
