r"""The divergence of two communities from two shallow samples: empirical Bayes over the shares of reads.

Given that a taxon has `t` reads in both samples together, those of the one sample are a binomial
draw with the share `u`.  A divergence needs nothing but these shares, and all taxa with about as many
reads tell how shares are distributed.  So a taxon with three reads is read in the light of its like.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from klbio.distributions import FloatArray
from klbio.estimates.jackknife import Estimate
from klbio.estimates.read_groups import jensen_shannon_of_groups
from klbio.estimates.share_intervals import measured
from klbio.estimates.share_points import jensen_shannon_points

__all__ = ["Point", "jensen_shannon_estimate", "jensen_shannon_point", "jensen_shannon_points"]

# part of the correction that may be left where nothing changed: this over the root of the taxa with few reads, and
# the most
NOISE, MAX_NOISE = 1.5, 0.25
WIDENING = 0.4  # part of the identification gap that widens the interval, in quadrature


def jensen_shannon_estimate(x: FloatArray, y: FloatArray) -> Estimate:
    r"""Jensen-Shannon divergence in bits of the communities that two samples were drawn from.

    With :math:`x_k \sim \mathrm{Poisson}(n p_k)`, :math:`y_k \sim \mathrm{Poisson}(m q_k)`,
    :math:`t_k = x_k + y_k` and the share :math:`u_k = n p_k / (n p_k + m q_k)`,

    .. math::
        \mathrm{JSD}(p, q) = \sum_k E[t_k]\, g(u_k), \qquad
        g(u) = \tfrac{u}{2n} \log_2 \frac{2u/n}{u/n + v/m} + \tfrac{v}{2m} \log_2 \frac{2v/m}{u/n + v/m},
        \qquad v = 1 - u

    because a term is homogeneous of degree one in :math:`(p_k, q_k)`.  And :math:`x_k \mid t_k` is
    binomial in :math:`u_k`, whatever :math:`t_k` is: the law :math:`G_t` of the shares of taxa with about t reads is
    found by maximum likelihood, without a form given to it [1]_ [2]_, and the estimate is

    .. math:: \hat\theta = \sum_k t_k\, E_{G_{t_k}}[\, g(u) \mid x_k, t_k \,].

    Laws are fitted at 1, 2, 4, ... reads, each to the taxa with up to 3.6 times as many or as few and to three
    pseudo-taxa from the law of all; between them they are interpolated.  A law of taxa with one to three reads is
    mostly that of taxa with more, for so few reads tell little of their share.  So their bits :math:`b_t` per read
    move on by up to a third of the way they have gone from those of taxa with four to eight: they are
    :math:`b_t + (b_t - b_{4..8}) w / 3`, with w the less, the more of that may be chance or
    come of unlike depths.  Taxa with
    :math:`60 (n + m) / (2 \min(n, m))` reads or more in all keep their jackknife term.  (In all, not on each
    side: to ask for many on both sides would select the taxa that happen to look unchanged.)

    The variance is the mean of two.  One is the first-order variance under the fitted shares; it lacks what
    noise alone adds.  The other sums the squared changes of the estimate when one read is lost, the distribution of
    the shares moving with it; by Efron and Stein's inequality it is too large, and counts the second-order
    part twice [3]_.  Their mean counts it once.  It grows with the divergence by about
    :math:`(1/n + 1/m) / (2 \ln 2)` a bit, as that of a
    noncentral chi-square does: the upper limit has the variance there.

    Of the law of taxa with t reads a sample tells t moments, and no more.  ``gap`` is by how much less and more the
    divergence may be if the shares have another law with the same moments [4]_: two fifths of that are
    added to the interval in quadrature, each side has its own.

    A term is quadratic where its taxon has hardly changed: its first-order variance is then 0, and the second-order
    part, twice the square of its bias, is all there is.  ``term_variances`` have both.

    Parameters
    ----------
    x, y : ndarray of shape ([n_groups,] n_categories)
        Counts after and before, two reads or more on each side; categories seen on neither are allowed.
        Where they come in groups of whole reads, `klbio.estimates.read_groups` estimates instead.

    Returns
    -------
    Estimate
        In bits.  ``term_values`` are never negative for taxa with few reads, and sum to ``value``.

    References
    ----------
    .. [1] Kiefer J, Wolfowitz J (1956) Consistency of the maximum likelihood estimator in the presence of
       infinitely many incidental parameters. Ann Math Stat 27:887-906. doi:10.1214/aoms/1177728066
    .. [2] Laird N (1978) Nonparametric maximum likelihood estimation of a mixing distribution.
       J Am Stat Assoc 73:805-811. doi:10.1080/01621459.1978.10480103
    .. [3] Efron B, Stein C (1981) The jackknife estimate of variance. Ann Stat 9:586-596.
       doi:10.1214/aos/1176345462
    .. [4] Han Y, Jiao J, Weissman T (2016) Minimax rate-optimal estimation of divergences between discrete
       distributions. arXiv:1605.09124

    Examples
    --------
    Two draws from one community of 400 equal taxa, three reads a taxon:

    >>> rng = np.random.default_rng(1)
    >>> x, y = rng.multinomial(1200, np.full(400, 1 / 400), 2).astype(float)
    >>> estimate = jensen_shannon_estimate(x, y)
    >>> print(f"{estimate.plugin:.3f} as observed, {estimate.value:.3f} corrected")
    0.138 as observed, 0.000 corrected
    """
    return _estimate(x, y) if x.ndim == 1 else jensen_shannon_of_groups(x, y)


class Point(NamedTuple):
    """A divergence in bits as observed, and corrected for bias."""

    plugin: float
    value: float


def jensen_shannon_point(x: FloatArray, y: FloatArray) -> Point:
    """Estimate what `jensen_shannon_estimate` does, without an interval: in a third of the time.

    Parameters
    ----------
    x, y : ndarray of shape (n_categories,)
        Counts after and before, two reads or more on each side.

    Examples
    --------
    >>> x, y = np.array([60.0, 40.0]), np.array([40.0, 60.0])
    >>> abs(jensen_shannon_point(x, y).value - jensen_shannon_estimate(x, y).value) < 1e-12
    True
    """
    (plugin,), (value,) = jensen_shannon_points(np.stack([x, y]), np.array([[0, 1]]))
    return Point(float(plugin), float(value))


def _estimate(x: FloatArray, y: FloatArray) -> Estimate:
    found = measured(x.astype(np.int64), y.astype(np.int64))
    # terms of rare taxa are never negative, so where nothing changed their sum is too large: by about this
    left = min(NOISE / float(np.sqrt(max(found.n_few, 1.0))), MAX_NOISE)
    return Estimate(
        plugin=found.plugin,
        value=found.value,
        variance=found.variance,
        terms=found.terms,
        term_values=found.term_values,
        term_variances=found.term_variances,
        distrust=0.0,
        gap=(found.less, found.more),
        widening=WIDENING,
        noise=(found.plugin - found.value) * left,
        slope=float(1 / x.sum() + 1 / y.sum()) / (2 * float(np.log(2))),
    )
