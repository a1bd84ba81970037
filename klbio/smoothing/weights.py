"""How much to shrink, learnt from the counts themselves."""

from __future__ import annotations

import math

import numpy as np
from scipy.special import digamma

from klbio.distributions import FloatArray
from klbio.errors import InputError

__all__ = ["ALL_SHRUNK", "empirical_bayes_weight", "james_stein_intensity"]

# Prior weight, in depths, at which double precision keeps nothing of the counts.
ALL_SHRUNK = 2.0**100
# Where the search for a weight begins, and, in depths, where it ends: beyond, the likelihood is flat.
MIN_WEIGHT, MAX_WEIGHT = 1e-6, 1e6
STEPS = 200


def james_stein_intensity(values: FloatArray, target: FloatArray) -> FloatArray:
    r"""Share of the target in the James-Stein estimate of each row, from 0 to 1.

    .. math:: \lambda = \frac{1 - \sum_k \hat\theta_k^2}{(n - 1) \sum_k (t_k - \hat\theta_k)^2}

    clipped to [0, 1]; 1 where the row has one read or lies on the target.
    """
    depth = values.sum(axis=1)
    observed = values / depth[:, None]
    spread = 1 - (observed**2).sum(axis=1)
    distance = (depth - 1) * ((target - observed) ** 2).sum(axis=1)
    safe = np.where(distance > 0, distance, 1.0)
    intensity: FloatArray = np.where(distance > 0, np.clip(spread / safe, 0.0, 1.0), 1.0)
    return intensity


def empirical_bayes_weight(values: FloatArray, mean: FloatArray) -> FloatArray:
    """Prior weight of the greatest Dirichlet-multinomial likelihood, row by row.

    0 where all reads fall in one category; `ALL_SHRUNK` depths where the row spreads
    no wider about `mean` than reads drawn from it.
    """
    return np.array([_best_weight(row, mean, i) for i, row in enumerate(values)])


def _best_weight(row: FloatArray, mean: FloatArray, number: int) -> float:
    seen = row > 0
    x, m, n = row[seen], mean[seen], row.sum()
    if (m == 0).any():
        raise InputError.one(
            "mean", f"no mass on a category counted in row {number}", "mass wherever there are counts",
            "Give the weight as a number, or a mean that covers the table.",
        )  # fmt: skip
    # The likelihood has one maximum (Levin and Reeds 1977); it lies at infinity unless this holds.
    if (x * (x - 1) / m).sum() <= n * (n - 1):
        return float(ALL_SHRUNK * n)
    return 0.0 if len(x) == 1 else _root(x, m, n)


def _root(x: FloatArray, m: FloatArray, n: float) -> float:
    """Find the weight where the likelihood's slope changes sign, by bisection of its logarithm."""
    low, high = math.log(MIN_WEIGHT), math.log(MAX_WEIGHT * n)
    for _ in range(STEPS):
        middle = (low + high) / 2
        if middle in (low, high):
            break
        low, high = (middle, high) if _slope(math.exp(middle), x, m, n) > 0 else (low, middle)
    return math.exp(low)


def _slope(weight: float, x: FloatArray, m: FloatArray, n: float) -> float:
    """Slope of the log likelihood in the weight; categories without counts cancel."""
    prior = weight * m
    rise = (m * (digamma(x + prior) - digamma(prior))).sum()
    return float(rise - (digamma(n + weight) - digamma(weight)))
