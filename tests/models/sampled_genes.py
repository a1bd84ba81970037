"""Genes drawn from a coding model, for tests of what is estimated from genes."""

import numpy as np

from klbio.models.markov.stationary import stationary_distribution
from klbio.models.markov.stop_codons import CODING_PERIOD


def sample_genes(probabilities, *, n_genes, n_codons, seed):
    """Draw genes from a coding model in its long run, without start or stop codons of their own."""
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
