"""Content models as Markov chains: prepared, compared in bits per base and per codon."""
