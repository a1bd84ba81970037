"""Where in a coding model a stop codon stands or would be completed."""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray

from klbio.alphabets import STOP_CODONS, kmers
from klbio.models.markov.genetic_code import Stops

__all__ = ["CODING_PERIOD", "CODON_CONTEXT", "completes_stop", "holds_stop"]

CODING_PERIOD = 3
CODON_CONTEXT = 2  # the two bases before codon position 3


@cache
def completes_stop(order: int, stops: Stops = STOP_CODONS) -> NDArray[np.bool_]:
    """Mark the entries (codon position, context, base) where the base completes an in-frame stop codon.

    Parameters
    ----------
    order : int
        At least 2.
    stops : tuple of str
        Codons that are stops, by default of the standard genetic code.

    Returns
    -------
    ndarray of bool of shape (3, 4**order, 4)
        Read-only.

    Examples
    --------
    TAA, TAG and TGA, each once:

    >>> int(completes_stop(2).sum())
    3
    """
    last = [[context + base in stops for base in "ACGT"] for context in kmers(CODON_CONTEXT)]
    mask = np.zeros((CODING_PERIOD, 4**order, 4), dtype=bool)
    mask[2] = np.tile(last, (4 ** (order - CODON_CONTEXT), 1))
    mask.setflags(write=False)
    return mask


def holds_stop(order: int, stops: Stops = STOP_CODONS) -> NDArray[np.bool_]:
    """Mark the contexts (codon position of the next base, context) that hold a whole in-frame stop codon.

    Returns
    -------
    ndarray of bool of shape (3, 4**order)

    Examples
    --------
    With order 4, a stop just before codon position 1 or one base earlier before position 2:

    >>> holds_stop(4).sum(axis=1)
    array([12, 12,  0])
    """
    starts = [
        [start for start in range(order - 2) if (f - order + start) % 3 == 0] for f in range(CODING_PERIOD)
    ]
    return np.array(
        [[any(word[i : i + 3] in stops for i in where) for word in kmers(order)] for where in starts]
    )
