"""Fewer reads of a sample, as if it had been sequenced less."""

from __future__ import annotations

import numpy as np

from klbio.distributions import FloatArray

__all__ = ["rarefied"]


def rarefied(pool: FloatArray, depth: int, n_draws: int, rng: np.random.Generator) -> FloatArray:
    r"""Draw `depth` reads out of a sample, without replacement.

    .. math:: E[x_k] = d \frac{n_k}{n}

    Parameters
    ----------
    pool : ndarray of shape (n_categories,)
        Counts n, of sum n.
    depth : int
        Reads drawn, d.
    n_draws : int
        How often, each time from the whole sample.
    rng : Generator
        Source of the draws.

    Returns
    -------
    ndarray of shape (n_draws, n_categories)

    Examples
    --------
    >>> rarefied(np.array([3.0, 1.0]), 4, 2, np.random.default_rng(1))
    array([[3., 1.],
           [3., 1.]])
    """
    drawn = rng.multivariate_hypergeometric(pool.astype(np.int64), depth, size=n_draws, method="marginals")
    return drawn.astype(float)
