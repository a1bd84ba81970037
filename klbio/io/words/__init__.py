"""Counts of words in groups of reads: batches of samples, and the parts that these are made of."""
