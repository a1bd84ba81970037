r"""The relative entropy of two smoothed communities from two shallow samples, and its interval.

A term of the smoothed relative entropy is made of two functions of the expected counts, each of one
side alone: :math:`(\lambda + a)\ln(\lambda + a)` of the after-side and :math:`\ln(\mu + b)` of the
before-side.  What a count says of such a function is biased where the count is small, by an amount
that Poisson's law gives; so each function is corrected by itself, from a table.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.special import gammaln, xlogy

from klbio.distributions import FloatArray
from klbio.divergences import kernels
from klbio.estimates.jackknife import Estimate, jackknife

__all__ = ["MOST_PRIOR", "relative_entropy_estimate"]

LN2 = float(np.log(2))
FEW = 40  # counts below which the correction is read from a table; beyond, two terms of a series suffice
REACH = 160  # of the tables: a Poisson draw of mean FEW or less, eight times over, stays within
DOUBLINGS = 3  # 2^3 terms of the series that removes the bias; more add noise and take little away
ROOT_STEP, ROOT_MOST = 0.1, 9.5  # of roots of expected counts, for their posterior
MOST_PRIOR = 1e6  # pseudocounts of a category beyond which counts do not matter, and digits would be lost
DISTRUST = 0.05  # of the correction, added to the interval in quadrature


def relative_entropy_estimate(
    x: FloatArray, y: FloatArray, prior_x: FloatArray, prior_y: FloatArray
) -> Estimate:
    r"""Relative entropy in bits between the compositions that two samples would have on average, smoothed.

    With expected counts :math:`\lambda_k = n p_k`, :math:`\mu_k = m q_k` and pseudocounts a, b the
    estimand is

    .. math::
        D = \sum_k P_k \log_2 \frac{P_k}{Q_k}, \qquad
        P_k = \frac{\lambda_k + a_k}{n + \sum_j a_j}, \quad Q_k = \frac{\mu_k + b_k}{m + \sum_j b_j}

    over the categories at hand.  It is what the smoothed relative entropy as observed would be without
    the noise of the reads; it tends to :math:`D(p \parallel q)` as depth grows.  The D of the communities
    themselves no sample can bound: a taxon with few reads after and none before may be as rare before
    as it likes.

    A function f of an expected count is estimated from a count z by the series

    .. math:: c(z) = \sum_{j=0}^{7} \left[(I - \Pi)^j f\right](z), \qquad (\Pi f)(z) = E\, f(\mathrm{Poisson}(z))

    the bootstrap's correction of bias, iterated [1]_.  The variance is that of Poisson's law: for
    the after-side from what the loss of one read changes, for the before-side as its mean over the
    posterior of the expected count (Jeffreys prior), because a count of 0 says nothing of its own spread.

    Parameters
    ----------
    x, y : ndarray of shape ([n_groups,] n_categories)
        Counts after and before.
    prior_x, prior_y : ndarray of shape (n_categories,)
        Pseudocounts.  Without them, beyond `MOST_PRIOR`, and for groups of reads the jackknife estimates
        instead.

    Returns
    -------
    Estimate
        In bits; ``value`` is below 0 where noise outweighs the divergence.

    References
    ----------
    .. [1] Hall P, Martin MA (1988) On bootstrap resampling and iteration. Biometrika 75:661-671.
       doi:10.1093/biomet/75.4.661

    Examples
    --------
    Two draws from one community of 400 equal taxa, three reads a taxon:

    >>> rng = np.random.default_rng(1)
    >>> x, y = rng.multinomial(1200, np.full(400, 1 / 400), 2).astype(float)
    >>> half = np.full(400, 0.5)
    >>> estimate = relative_entropy_estimate(x, y, half, half)
    >>> print(f"{estimate.plugin:.3f} as observed, {estimate.value:.3f} corrected")
    0.400 as observed, -0.016 corrected
    """
    priors = np.concatenate([prior_x, prior_y])
    if x.ndim > 1 or priors.min() <= 0 or priors.max() > MOST_PRIOR:
        return jackknife(x, y, _terms, prior_x, prior_y)
    own, before = _own(prior_x, x.sum()), _logarithm(y, prior_y)
    shrunk_x, shrunk_y = x + prior_x, y + prior_y
    total = shrunk_x.sum()
    against = before.value - np.log(shrunk_y.sum() / total)

    def terms(counts: FloatArray) -> FloatArray:
        bits: FloatArray = (own(counts) - (counts + prior_x) * against) / (total * LN2)
        return bits

    values = terms(x)
    lost = np.where(x > 0, values - terms(np.maximum(x - 1, 0)), 0.0)  # by the loss of one read after
    pull = shrunk_x / (total * LN2)  # of the before-side's logarithm on the term
    squared = np.maximum(pull**2 - x / (total * LN2) ** 2, 0.0)  # without what the reads of x add to it
    variances = x * lost**2 + squared * before.variance
    fixed_depths = (x @ lost) ** 2 / x.sum() + (pull @ before.covariance) ** 2 / y.sum()
    observed = _terms(shrunk_x / total, shrunk_y / shrunk_y.sum())
    return Estimate(
        plugin=max(float(observed.sum()), 0.0),
        value=float(values.sum()),
        variance=max(float(variances.sum() - fixed_depths), 0.0),
        terms=observed,
        term_values=values,
        term_variances=variances,
        distrust=DISTRUST,
    )


def _terms(p: FloatArray, q: FloatArray) -> FloatArray:
    terms: FloatArray = kernels.relative_entropy_terms(p, q) / LN2
    return terms


def _own(prior: FloatArray, depth: float) -> Callable[[FloatArray], FloatArray]:
    """Corrected ``(x + a) ln (x + a)``, as a function of the count."""
    tables, which = _looked_up(prior)

    def corrected(x: FloatArray) -> FloatArray:
        at = np.minimum(x, FEW - 1).astype(np.intp)
        correction = np.where(x < FEW, tables.own[which, at], -x / (2 * (x + prior)))
        value: FloatArray = (x + prior) * np.log(x + prior) + (1 - x / depth) * correction
        return value

    return corrected


class _Logarithm(NamedTuple):
    """Of the before-side: its corrected value, variance, and covariance with the count itself."""

    value: FloatArray
    variance: FloatArray
    covariance: FloatArray


def _logarithm(y: FloatArray, prior: FloatArray) -> _Logarithm:
    tables, which = _looked_up(prior)
    few, at, shrunk = y < FEW, np.minimum(y, FEW - 1).astype(np.intp), y + prior
    correction = np.where(few, tables.log[which, at], y / (2 * shrunk**2))
    return _Logarithm(
        np.log(shrunk) + (1 - y / y.sum()) * correction,
        np.where(few, tables.variance[which, at], y / shrunk**2),
        np.where(few, tables.covariance[which, at], y / shrunk),
    )


class _Tables(NamedTuple):
    """For each pseudocount and each count below FEW: corrections, and moments of the corrected logarithm."""

    log: FloatArray
    own: FloatArray
    variance: FloatArray
    covariance: FloatArray


def _looked_up(prior: FloatArray) -> tuple[_Tables, NDArray[np.intp]]:
    different, which = np.unique(prior, return_inverse=True)
    return _tables(tuple(different.tolist())), which


@lru_cache(maxsize=64)
def _tables(priors: tuple[float, ...]) -> _Tables:
    """Tables for the pseudocounts, shape (n_pseudocounts, FEW) each."""
    z = np.arange(REACH + 1.0)
    shifted = z + np.array(priors)[:, None]
    remove, nodes, law, mixing = _poisson()
    log, own = np.log(shifted) @ remove.T, (shifted * np.log(shifted)) @ remove.T
    corrected = np.log(shifted) + log
    mean = corrected @ law.T
    variance = corrected**2 @ law.T - mean**2
    covariance = (corrected * z) @ law.T - mean * nodes
    return _Tables(log[:, :FEW], own[:, :FEW], variance @ mixing.T, covariance @ mixing.T)


@lru_cache(maxsize=1)
def _poisson() -> tuple[FloatArray, FloatArray, FloatArray, FloatArray]:
    """What all tables share.

    Returns
    -------
    remove : ndarray of shape (REACH + 1, REACH + 1)
        Takes a function of the count to its correction.
    nodes : ndarray of shape (n_nodes,)
        Expected counts.
    law : ndarray of shape (n_nodes, REACH + 1)
        Poisson's law of each.
    mixing : ndarray of shape (FEW, n_nodes)
        Posterior weight of each, given a count.
    """
    z = np.arange(REACH + 1.0)
    noise = _poisson_law(z, z)
    rest = np.eye(len(z)) - noise / noise.sum(axis=1, keepdims=True)
    series, power = np.eye(len(z)), rest
    for _ in range(DOUBLINGS):
        series, power = series + power @ series, power @ power
    roots = np.arange(ROOT_STEP / 2, ROOT_MOST, ROOT_STEP)  # Jeffreys' prior is flat in them
    mixing = np.exp(xlogy(2 * z[:FEW, None], roots) - roots**2)
    return (
        series - np.eye(len(z)),
        roots**2,
        _poisson_law(z, roots**2),
        mixing / mixing.sum(axis=1, keepdims=True),
    )


def _poisson_law(z: FloatArray, mean: FloatArray) -> FloatArray:
    """Probability of each count, shape (n_means, n_counts)."""
    law: FloatArray = np.exp(xlogy(z, mean[:, None]) - mean[:, None] - gammaln(z + 1))
    return law
