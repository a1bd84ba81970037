"""Codon composition of coding sequences and amino-acid composition of proteins."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from klbio.alphabets import AMINO, CODONS
from klbio.reads.counters import count_words
from klbio.reads.tally import Tally

__all__ = ["count_codons", "count_residues"]


def count_codons(blocks: Iterable[bytes]) -> Tally:
    r"""Count the codons of coding sequences, in frame from the first base.

    Read as codon usage, the stop codon included.  The strand is taken as given.

    Parameters
    ----------
    blocks : iterable of bytes
        Coding sequences, each followed by a newline.  Lower case counts as upper case, U as T.

    Returns
    -------
    Tally
        Over the 64 codons from AAA to TTT.  Codons with an ambiguous base and
        sequences that are not whole codons stand under ``skipped``.

    Examples
    --------
    >>> tally = count_codons([b"ATGAAATAA\nATGAANTA\n"])
    >>> {codon: int(n) for codon, n in zip(tally.labels, tally.values) if n}
    {'AAA': 1, 'ATG': 2, 'TAA': 1}
    >>> dict(tally.skipped)
    {'codons with an ambiguous base': 1, 'sequences that end within a codon': 1}
    """
    words, totals = count_words(blocks, k=3, step=3)
    skipped = {
        "codons with an ambiguous base": totals.n_windows - int(words.sum()),
        "sequences that end within a codon": totals.n_ragged,
    }
    return Tally(CODONS.symbols, words, totals.n_sequences, skipped)


def count_residues(blocks: Iterable[bytes]) -> Tally:
    r"""Count the amino acids of proteins.

    Parameters
    ----------
    blocks : iterable of bytes
        Proteins, each followed by a newline.  Lower case counts as upper case.

    Returns
    -------
    Tally
        Over the twenty amino acids, A to Y.  Every other symbol (B, J, O, U, X, Z, ``*``)
        stands under ``skipped``.

    Examples
    --------
    >>> tally = count_residues([b"MKV*\nMX\n"])
    >>> {residue: int(n) for residue, n in zip(tally.labels, tally.values) if n}
    {'K': 1, 'M': 2, 'V': 1}
    >>> dict(tally.skipped)
    {'symbols other than the twenty amino acids': 2}
    """
    seen = np.zeros(256, dtype=np.int64)
    for block in blocks:
        seen += np.bincount(np.frombuffer(block.upper(), dtype=np.uint8), minlength=256)
    values = seen[[ord(symbol) for symbol in AMINO.symbols]]
    n_sequences = int(seen[ord("\n")])
    others = int(seen.sum() - values.sum()) - n_sequences
    return Tally(AMINO.symbols, values, n_sequences, {"symbols other than the twenty amino acids": others})
