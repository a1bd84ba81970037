"""Coding models from codon usage alone: which codon comes does not depend on the codon before."""

from __future__ import annotations

import numpy as np

from klbio.distributions import FloatArray
from klbio.errors import InputError
from klbio.models.arrays import closed
from klbio.models.markov.content_model import ContentModel
from klbio.models.markov.genetic_code import STANDARD
from klbio.models.markov.stop_codons import CODING_PERIOD, CODON_CONTEXT

__all__ = ["coding_from_codons"]

N_CODONS = 64


def coding_from_codons(usage: FloatArray, genetic_code: int = STANDARD) -> ContentModel:
    r"""Write independent codons as a Markov chain of order 2.

    .. math:: P_1(b) = \sum_{yz} u(byz), \quad P_2(b \mid x) \propto \sum_z u(xbz), \quad P_3(b \mid xy) \propto u(xyb)

    Parameters
    ----------
    usage : ndarray of shape (64,)
        Counts or shares of codons, in the order of `klbio.alphabets.CODONS`.
    genetic_code : int, default 1
        NCBI's number of the code of the genes they were counted in.

    Returns
    -------
    ContentModel
        Its `codon_usage` is `usage` over its sum.  Contexts that do not occur are rows of zeros.

    Raises
    ------
    InputError
        On another shape, values below 0 or not finite, or a sum of 0.

    Examples
    --------
    >>> usage = np.arange(64.0)
    >>> bool(np.allclose(coding_from_codons(usage).codon_usage, usage / usage.sum()))
    True
    """
    if usage.shape != (N_CODONS,) or not np.isfinite(usage).all() or (usage < 0).any() or not usage.any():
        raise InputError.one(
            "codon usage", f"an array of shape {usage.shape}", f"{N_CODONS} counts, none below 0"
        )
    codons = usage.reshape(4, 4, 4)
    rows = np.zeros((CODING_PERIOD, 4**CODON_CONTEXT, 4))
    rows[0] = codons.sum(axis=(1, 2))  # whatever two bases come before
    rows[1] = np.tile(codons.sum(axis=2), (4, 1))  # whatever base comes before the first
    rows[2] = codons.reshape(-1, 4)
    return ContentModel(closed(rows), genetic_code=genetic_code)
