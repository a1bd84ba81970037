"""Divergences of proportions, without the reads behind them: as observed, and nothing beside."""

from __future__ import annotations

import numpy as np

from klbio.distributions import FloatArray
from klbio.divergences import kernels
from klbio.estimates.jackknife import Estimate
from klbio.estimates.share_grid import observed_terms

__all__ = ["jensen_shannon_observed", "relative_entropy_observed"]

LN2 = float(np.log(2))


def jensen_shannon_observed(p: FloatArray, q: FloatArray) -> Estimate:
    """Jensen-Shannon divergence in bits of two rows of proportions.

    Parameters
    ----------
    p, q : ndarray of shape (n_categories,)
        After and before, of any sums above 0.

    Returns
    -------
    Estimate
        Value and terms as observed; without variance, for no depth is known, and so its ends are nan.

    Examples
    --------
    >>> estimate = jensen_shannon_observed(np.array([0.6, 0.4]), np.array([0.4, 0.6]))
    >>> print(f"{estimate.value:.4f}", estimate.interval())
    0.0290 (nan, nan)
    """
    terms = observed_terms(p / p.sum(), q / q.sum())
    return _without_reads(terms, float(terms.sum()))


def relative_entropy_observed(p: FloatArray, q: FloatArray) -> Estimate:
    """Relative entropy D(p || q) in bits of two rows of proportions, unsmoothed.

    Parameters
    ----------
    p, q : ndarray of shape (n_categories,)
        Of any sums above 0.

    Returns
    -------
    Estimate
        As observed, without variance; nan where `p` has a category that `q` lacks.

    Examples
    --------
    >>> print(f"{relative_entropy_observed(np.array([0.5, 0.5]), np.array([0.75, 0.25])).value:.4f}")
    0.2075
    >>> relative_entropy_observed(np.array([0.5, 0.5]), np.array([1.0, 0.0])).value
    nan
    """
    p, q = p / p.sum(), q / q.sum()
    terms: FloatArray = kernels.relative_entropy_terms(p, q) / LN2
    if not np.isfinite(terms).all():
        return _without_reads(np.full_like(terms, np.nan), np.nan)
    return _without_reads(terms, float(kernels.relative_entropy(p, q)) / LN2)


def _without_reads(terms: FloatArray, bits: float) -> Estimate:
    return Estimate(bits, bits, np.nan, terms, terms, np.full_like(terms, np.nan))
