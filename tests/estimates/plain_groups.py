"""What `klbio.estimates.read_groups` says in arrays, in loops; and reads of several counts each."""

import numpy as np
from scipy import stats

LN2 = np.log(2)


def plain_scatter(x, y):
    """Bits to second order by the scatter of groups, one group and one word after the other."""
    n, m, bits = x.sum(), y.sum(), 0.0
    p, q, r = x.sum(axis=0) / n, y.sum(axis=0) / m, (x.sum(axis=0) + y.sum(axis=0)) / (n + m)
    for after, before in zip(x, y, strict=True):
        share = (after.sum() / n + before.sum() / m) / 2
        for k in np.flatnonzero(r):
            d = (after[k] - after.sum() * p[k]) / n - (before[k] - before.sum() * q[k]) / m
            bits += d**2 / (1 - share) / r[k] / (8 * LN2)
    return bits


def plain_beyond(counts, share):
    """Bits beyond second order that a word of so many counts has by chance, by each way of dealing them."""
    ways, weights = np.arange(counts + 1), stats.binom.pmf(np.arange(counts + 1), counts, share)
    beyond = []
    for first in ways:
        p, q = first / share, (counts - first) / (1 - share)
        term = sum(s * np.log2(2 * s / (p + q)) / 2 for s in (p, q) if s > 0)
        scatter = first / share**2 + (counts - first) / (1 - share) ** 2
        beyond.append(term - scatter / counts / (8 * LN2))
    mean = np.average(beyond, weights=weights)
    off = ways - counts * share
    return mean, np.average(np.array(beyond) * off, weights=weights) / np.average(off**2, weights=weights)


def clustered(rng, n_reads, shares=None, n_groups=32, n_counts=30):
    """Reads of some counts each, all of one of five kinds of twelve words: shape (n_groups, 12)."""
    kinds = np.random.default_rng(0).dirichlet(np.full(12, 0.5), size=5)
    reads = rng.multinomial(n_counts, kinds[rng.choice(5, n_reads, p=shares)])
    return np.array([reads[group::n_groups].sum(axis=0) for group in range(n_groups)], dtype=float)


def sparse(rng, n_words, per_word, clump=1, n_groups=32):
    """Words of few counts, that come `clump` at a time: shape (n_groups, n_words)."""
    return clump * rng.poisson(per_word / clump / n_groups, (n_groups, n_words)).astype(float)
