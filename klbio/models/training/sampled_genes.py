"""Genes drawn from a coding model: what is estimated from them can be held against the model."""

from __future__ import annotations

import numpy as np

from klbio.distributions import FloatArray
from klbio.models.markov.stationary import stationary_distribution
from klbio.models.markov.stop_codons import CODING_PERIOD

__all__ = ["sample_genes"]


def sample_genes(probabilities: FloatArray, *, n_genes: int, n_codons: int, seed: int) -> list[bytes]:
    """Draw genes from a coding model in its long run, without start or stop codons of their own.

    Parameters
    ----------
    probabilities : ndarray of shape (3, 4**k, 4)
        As `ContentModel.comparable` gives them, so that no gene holds a stop codon.
    n_genes, n_codons : int
        How many, and how long.
    seed : int

    Returns
    -------
    list of bytes

    Examples
    --------
    >>> certain = np.tile([0.0, 0.0, 1.0, 0.0], (3, 1, 1))
    >>> sample_genes(certain, n_genes=2, n_codons=2, seed=1)
    [b'GGGGGG', b'GGGGGG']
    """
    rng = np.random.default_rng(seed)
    n_contexts = probabilities.shape[1]
    upper = probabilities.cumsum(axis=-1)[..., :3]
    start = stationary_distribution(probabilities)[0].cumsum()
    context = np.minimum(start.searchsorted(rng.random(n_genes), side="right"), n_contexts - 1)
    bases = np.empty((n_genes, CODING_PERIOD * n_codons), dtype=np.int64)
    for i in range(bases.shape[1]):
        cumulative = upper[i % CODING_PERIOD, context]
        bases[:, i] = (cumulative <= rng.random((n_genes, 1))).sum(axis=1)
        context = (4 * context + bases[:, i]) % n_contexts
    letters = np.frombuffer(b"ACGT", dtype=np.uint8)[bases]
    return [row.tobytes() for row in letters]
