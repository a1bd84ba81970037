"""Sequences to composition: blocks of text in, counts over k-mers, codons or residues out.

A *block* is ASCII bytes in which every sequence is followed by one newline; no
word ever spans a newline.  `klbio.io.sequences.reads` makes blocks from files, this room
never opens one.
"""
