r"""The jackknife where a read brings many counts that belong together: delete one group of whole reads at a time.

The counts of a sample come in groups, an array with the axis of groups before the axis of categories.  The same group
of both samples is deleted at once: groups hold the fragments that begin alike, and what sets one group apart from the
others, in both samples alike, is no chance.
"""

from __future__ import annotations

import numpy as np

from klbio.distributions import FloatArray
from klbio.estimates.jackknife import Estimate, TermFunction, infinite

__all__ = ["group_jackknife", "shares_of_groups"]


def group_jackknife(
    x: FloatArray,
    y: FloatArray,
    terms: TermFunction,
    prior_x: FloatArray | float = 0.0,
    prior_y: FloatArray | float = 0.0,
) -> Estimate:
    r"""Jackknife of a divergence between two samples: delete one group of both at a time [1]_.

    .. math::
        \hat\theta_J = \hat\theta - \sum_b (1 - w_b) \left(\theta_{(b)} - \hat\theta\right), \qquad
        \widehat{\mathrm{var}} = \sum_b \frac{w_b}{(1 - w_b) B} \left(\tilde\theta_b - \hat\theta_J\right)^2,
        \qquad \tilde\theta_b = \hat\theta + \frac{1 - w_b}{w_b} (\hat\theta - \theta_{(b)})

    where :math:`\theta_{(b)}` is the divergence without group `b` and :math:`w_b` its share of the
    counts, the mean of both samples' [2]_; of groups of one size this is the plain jackknife.

    Parameters
    ----------
    x, y : ndarray of shape (n_groups, n_categories)
        Counts after and before, at least two groups, none empty.
    terms : callable
        ``terms(p, q)`` gives the terms of the divergence, elementwise.
    prior_x, prior_y : float or ndarray of shape (n_categories,), default 0
        Pseudocounts per category, held fixed while groups are deleted.

    Returns
    -------
    Estimate
        In the unit of `terms`.  Infinite where the divergence is; its variance is then nan.

    References
    ----------
    .. [1] Quenouille MH (1956) Notes on bias in estimation. Biometrika 43:353-360.
       doi:10.1093/biomet/43.3-4.353
    .. [2] Busing FMTA, Meijer E, van der Leeden R (1999) Delete-m jackknife for unequal m. Stat Comput 9:3-8.
       doi:10.1023/A:1008800423698

    Examples
    --------
    >>> from klbio.divergences.kernels import jensen_shannon_terms
    >>> x, y = np.array([[8.0, 2.0], [7.0, 3.0]]), np.array([[6.0, 4.0], [4.0, 6.0]])
    >>> estimate = group_jackknife(x, y, jensen_shannon_terms)
    >>> estimate.value < estimate.plugin
    True
    """

    def at(after: FloatArray, before: FloatArray) -> FloatArray:
        return terms(_smoothed(after, prior_x), _smoothed(before, prior_y))

    whole_x, whole_y = x.sum(axis=0), y.sum(axis=0)
    observed = at(whole_x, whole_y)
    if not np.isfinite(observed).all():
        return infinite(observed)
    n = len(x)
    share = shares_of_groups(x, y)[:, None]
    without = at(whole_x - x, whole_y - y)  # (n_groups, n_categories): each row lacks its group
    bias = ((1 - share) * (without - observed)).sum(axis=0)
    off = (1 - share) / share * (observed - without) + bias  # pseudo-values, less the corrected terms
    weights = share / (1 - share) / n
    return Estimate(
        plugin=max(float(observed.sum()), 0.0),
        value=float(observed.sum() - bias.sum()),
        variance=float((weights[:, 0] * off.sum(axis=1) ** 2).sum()),
        terms=observed,
        term_values=observed - bias,
        term_variances=(weights * off**2).sum(axis=0),
        freedom=n - 1,
    )


def shares_of_groups(x: FloatArray, y: FloatArray) -> FloatArray:
    """Share of each group in the counts, the mean of two samples'.

    >>> shares_of_groups(np.array([[1.0], [3.0]]), np.array([[1.0], [1.0]])).tolist()
    [0.375, 0.625]
    """
    mean: FloatArray = (x.sum(axis=1) / x.sum() + y.sum(axis=1) / y.sum()) / 2
    return mean


def _smoothed(counts: FloatArray, prior: FloatArray | float) -> FloatArray:
    with_prior = counts + prior
    shares: FloatArray = with_prior / with_prior.sum(axis=-1, keepdims=True)
    return shares
