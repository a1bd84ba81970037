"""How large the relative entropy of two communities is at least, however deep they are sampled."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.special import stdtrit

from klbio.distributions import FloatArray
from klbio.estimates.jackknife import Estimate, total
from klbio.estimates.relative_entropy import relative_entropy_estimate

__all__ = ["AtLeast", "merge_rare", "relative_entropy_at_least"]

LEAST_READS = 10.0  # of a taxon kept by itself, on the shallower side if nothing had changed
# to each count of the second side, taken from none: D can only be smaller for it; 0.5 is too bold where none was seen
ADDED = 1.0
NOTHING = 1e-9  # added to the first side
LEVEL, Z_95 = 0.95, 1.6448536269514722


class AtLeast(NamedTuple):
    """Lower bound of a relative entropy, in bits.

    Attributes
    ----------
    value : float
        Estimate of the bound's own expectation.
    low : float
        With 95 % the relative entropy of the communities is at least this; never below 0.
    """

    value: float
    low: float


def merge_rare(x: FloatArray, y: FloatArray) -> tuple[FloatArray, FloatArray, NDArray[np.bool_]]:
    r"""Merge the categories that are too rare to be compared one by one.

    A category stays by itself where its reads in both samples together, split as the depths n and m are, give ten
    or more to the shallower: :math:`t_k \min(n, m) / (n + m) \ge 10`.  This does not look at how its reads are split.

    Parameters
    ----------
    x, y : ndarray of shape ([n_groups,] n_categories)

    Returns
    -------
    x, y : ndarray of shape ([n_groups,] n_kept + 1)
        The last category is the merged one.
    kept : ndarray of shape (n_categories,)
    """
    depths = total(x).sum(), total(y).sum()
    kept = (total(x) + total(y)) * min(depths) >= LEAST_READS * sum(depths)
    merged = (np.append(z[..., kept], z[..., ~kept].sum(axis=-1, keepdims=True), axis=-1) for z in (x, y))
    return *merged, kept


def relative_entropy_at_least(x: FloatArray, y: FloatArray) -> AtLeast:
    r"""Lower bound in bits of the relative entropy D(p || q) of the communities that two samples are drawn from.

    To merge categories can only make a relative entropy smaller, and so can probability that is added to q and
    taken from nowhere:

    .. math::
        D(p \parallel q) \ge \sum_c p_c \log_2 \frac{p_c}{q_c + 1/m}

    over the common categories and all others as one.  The right side is a sum over expected counts of few or more
    reads, so it can be estimated, as `relative_entropy_estimate` does; D itself has no upper bound that a sample
    could give.  The bound grows with depth, because fewer categories need to be merged: it is not for ranking
    subjects of unlike depths.

    Parameters
    ----------
    x, y : ndarray of shape ([n_groups,] n_categories)
        Counts of the first and the second side, two reads or groups or more each.

    Returns
    -------
    AtLeast

    References
    ----------
    .. [1] Cover TM, Thomas JA (2006) Elements of information theory, 2nd ed. Wiley. Theorem 2.7.1.
       doi:10.1002/047174882X

    Examples
    --------
    Half of the community is replaced; what replaced it was not there before, so D is infinite:

    >>> x, y = np.array([500.0, 500.0, 0.0]), np.array([500.0, 0.0, 500.0])
    >>> print(f"at least {relative_entropy_at_least(x, y).low:.1f} bits")
    at least 4.0 bits
    """
    first, second, _ = merge_rare(x, y)
    n_categories = first.shape[-1]
    estimate = relative_entropy_estimate(
        first, second, np.full(n_categories, NOTHING), np.full(n_categories, ADDED)
    )
    value = estimate.value - float(np.log2(1 + ADDED * n_categories / total(second).sum()))
    return AtLeast(value, max(value - _below(estimate), 0.0))


def _below(estimate: Estimate) -> float:
    """Distance of the one-sided limit, with the part of the correction that is not trusted."""
    quantile = float(stdtrit(estimate.freedom, LEVEL)) if np.isfinite(estimate.freedom) else Z_95
    doubt = estimate.distrust * (estimate.plugin - estimate.value)
    return float(np.sqrt(quantile**2 * estimate.variance + doubt**2))
