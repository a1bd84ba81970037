r"""The Jensen-Shannon divergence of two communities, and its chance part, where a read brings many counts.

The counts of a sample come in groups of whole reads (`klbio.estimates.group_jackknife`).  A jackknife of them corrects
the first order of the bias.  Words of few counts have more than that: those seen once leave a whole bit per count,
whatever group is deleted.  So the bias is taken apart.  Its second-order part is measured exactly, for words of any
number of counts, from the scatter of the groups; the rest is small, and computed.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy.special import comb, xlogy

from klbio.distributions import FloatArray
from klbio.estimates.group_jackknife import shares_of_groups
from klbio.estimates.jackknife import Estimate
from klbio.estimates.share_grid import observed_terms

__all__ = ["jensen_shannon_of_groups", "of_copies_apart"]

LN2 = float(np.log(2))
# Of pairs of copies, those of which one of the 8 bases that put them into a group was read wrongly: one base in 200.
# They lie in two groups, where they look like agreement: what copies add to the scatter is more by this than is seen.
APART = 1 - 0.99**8
MOST = 64  # counts of a word beyond which what chance adds to the second order falls as one over them


def jensen_shannon_of_groups(x: FloatArray, y: FloatArray) -> Estimate:
    r"""Jensen-Shannon divergence in bits of the communities that two samples of groups of reads were drawn from.

    With :math:`r_k = (x_k + y_k) / (n + m)` and the deviations of the groups

    .. math::
        d_{bk} = \frac{x_{bk} - x_{b\cdot}\, p_k}{n} - \frac{y_{bk} - y_{b\cdot}\, q_k}{m}

    the bits that chance alone brings are

    .. math::
        \beta_k = \frac{1}{8 \ln 2} \sum_b \frac{d_{bk}^2}{(1 - w_b)\, r_k}
            + \frac{c_k}{n + m}\, h\!\left(\frac{x_k + y_k}{c_k}, \frac{x_k}{c_k}\right)

    and the estimate is the divergence as observed less :math:`\sum_k \beta_k`.

    The first part is that of :math:`\sum_k (p_k - q_k)^2 / (8 r_k \ln 2)`, the divergence to second order.  Where
    nothing changed and given :math:`x_b + y_b`, a group's difference of the samples is 0 on average
    whatever the number of its counts, and groups are independent: so what is left of the second order is a sum over
    pairs of unlike groups, and on average 0 exactly (a U-statistic [1]_).  The second part is what the divergence has
    beyond its second order where nothing changed: `t` counts go to the samples one by one, X of them to the first, a
    binomial draw; of their term less its second order, h is the regression on X: the mean, and what X brings
    more at unlike depths, where a word that has grown has another bias than one that has shrunk.  Counts that come
    several at a time (c a clump, by the scatter of words of about as many counts) are so many fewer.  At like depths it
    is 0.28 bits a count for words seen once, and falls as one over t.

    Copies whose first bases were read differently lie in two groups, and look like agreement between these.  So what
    clumps add to the scatter is taken for 8 % more than it is within groups.

    Where a community changed, the two parts of the bias change by the same amount in
    opposite directions, and their sum stays.

    The variance at a divergence :math:`\theta` is :math:`v_0 + \theta s`.  The noise alone gives
    :math:`v_0 = 2 \sum_{b \ne b'} (d_b \cdot d_{b'})^2`; what the influence of each group says, less
    :math:`2 v_0`, which it counts twice [2]_, is due to the divergence at hand and grows with it.  The interval holds
    each :math:`\theta` that the estimate is within Student's quantile of.

    Parameters
    ----------
    x, y : ndarray of shape (n_groups, n_categories)
        Counts after and before, at least two groups, none empty; a group holds the reads that begin alike in both.
        Categories seen on neither side are allowed.

    Returns
    -------
    Estimate
        In bits.

    References
    ----------
    .. [1] Hoeffding W (1948) A class of statistics with asymptotically normal distribution.
       Ann Math Stat 19:293-325. doi:10.1214/aoms/1177730196
    .. [2] Efron B, Stein C (1981) The jackknife estimate of variance. Ann Stat 9:586-596.
       doi:10.1214/aos/1176345462

    Examples
    --------
    Two draws from one community of 400 equal words in 32 groups, three counts a word:

    >>> rng = np.random.default_rng(1)
    >>> x, y = rng.multinomial(40, np.full(400, 1 / 400), (2, 32)).astype(float)
    >>> estimate = jensen_shannon_of_groups(x, y)
    >>> print(f"{estimate.plugin:.3f} as observed, {abs(estimate.value):.3f} corrected")
    0.125 as observed, 0.003 corrected
    """
    return _Groups(x, y).estimate()


def of_copies_apart(scatter: float, single: float) -> float:
    """Bits that copies in unlike groups add, by what those in one group do: unseen, and as if samples differed.

    Parameters
    ----------
    scatter : float
        Bits by the scatter of groups.
    single : float
        Bits if each count came by itself: of each category ``(1 / n + 1 / m) / (8 ln 2)``.

    Examples
    --------
    >>> round(of_copies_apart(0.03, 0.02), 5), of_copies_apart(0.02, 0.03)
    (0.00084, 0.0)
    """
    return APART / (1 - APART) * max(scatter - single, 0.0)


def deviations(counts: FloatArray, shares: FloatArray) -> FloatArray:
    """Groups less what they would hold at these shares, as shares of the sample.

    >>> deviations(np.array([[3.0, 1.0], [1.0, 3.0]]), np.array([0.5, 0.5])).tolist()
    [[0.125, -0.125], [-0.125, 0.125]]
    """
    off: FloatArray = counts - counts.sum(axis=1, keepdims=True) * shares
    off /= counts.sum()
    return off


@dataclass(frozen=True, eq=False)
class _Groups:
    """The same groups of two samples."""

    x: FloatArray
    y: FloatArray

    def estimate(self) -> Estimate:
        """Correct what was observed."""
        observed = observed_terms(self.p, self.q)
        values = observed - self.chance
        value, chance = float(values.sum()), float(self.chance.sum())
        noise, slope = self._noise, self._slope(value, chance)
        single = 2 * self._scatter**2  # as the noise of the total
        return Estimate(
            plugin=max(float(observed.sum()), 0.0),
            value=value,
            variance=noise + slope * max(value, 0.0),
            terms=observed,
            term_values=values,
            term_variances=np.maximum((self._influence**2).sum(axis=0) - single, single),
            freedom=len(self.x) - 1,
            distrust=0.0,
            slope=slope,
        )

    @cached_property
    def p(self) -> FloatArray:
        """Shares after."""
        shares: FloatArray = self.x.sum(axis=0) / self.x.sum()
        return shares

    @cached_property
    def q(self) -> FloatArray:
        """Shares before."""
        shares: FloatArray = self.y.sum(axis=0) / self.y.sum()
        return shares

    @cached_property
    def counts(self) -> FloatArray:
        """Of both samples."""
        both: FloatArray = self.x.sum(axis=0) + self.y.sum(axis=0)
        return both

    @property
    def depths(self) -> tuple[float, float]:
        """Counts after and before."""
        return float(self.x.sum()), float(self.y.sum())

    @cached_property
    def chance(self) -> FloatArray:
        """Bits that chance alone brings, per category."""
        n, m = self.depths
        least = np.where(self.counts > 0, (n + m) / (n * m) / (8 * LN2), 0.0)  # if each count came by itself
        copies = of_copies_apart(float(self._scatter.sum()), float(least.sum()))
        size = clump_sizes(self.counts, self._crowding)
        more = self.x.sum(axis=0) - self.counts * n / (n + m)  # counts after than expected
        mean, slope = beyond_second_order(self.counts / size, n / (n + m))
        beyond = (size * mean + slope * more) / (n + m)
        seen = self._scatter.sum() or 1.0
        chance: FloatArray = self._scatter * (1 + copies / seen) + beyond
        return chance

    @cached_property
    def _lifted(self) -> tuple[FloatArray, FloatArray]:
        """Deviations of either sample's groups, each with its leverage."""
        leverage = np.sqrt(1 - shares_of_groups(self.x, self.y))[:, None]
        return deviations(self.x, self.p) / leverage, deviations(self.y, self.q) / leverage

    @cached_property
    def _scatter(self) -> FloatArray:
        """Bits to second order that the scatter of groups brings."""
        bits: FloatArray = (self._weighted**2).sum(axis=0)
        return bits

    @cached_property
    def _weighted(self) -> FloatArray:
        """Differences of the samples' groups, whose products are bits."""
        after, before = self._lifted
        pool = self.counts / self.counts.sum()
        weighted: FloatArray = (after - before) / np.sqrt(8 * LN2 * np.where(pool > 0, pool, 1.0))
        return weighted

    @cached_property
    def _influence(self) -> FloatArray:
        """By how much each group moves each term."""
        after, before = self._lifted
        mean = np.where(self.counts > 0, (self.p + self.q) / 2, 1.0)
        there, back = (
            np.log2(side / mean, out=np.zeros_like(side), where=side > 0) / 2 for side in (self.p, self.q)
        )
        influence: FloatArray = after * there + before * back
        return influence

    @cached_property
    def _noise(self) -> float:
        """Variance of a divergence of 0."""
        products = self._weighted @ self._weighted.T
        return 2 * float((products**2).sum() - (np.diag(products) ** 2).sum())

    def _slope(self, value: float, chance: float) -> float:
        """By how much the variance grows with the divergence; in the direction of the noise at least."""
        moved = max(float((self._influence.sum(axis=1) ** 2).sum()) - 2 * self._noise, 0.0)
        least = 2 * self._noise / chance if chance > 0 else 0.0
        reach = max(value, float(np.sqrt(self._noise)))
        return max(moved / reach, least) if reach > 0 else 0.0

    @property
    def _crowding(self) -> FloatArray:
        """Squared counts of cells of one group of one sample, less those that meet there by chance."""
        crowding = np.zeros_like(self.counts)
        for groups in (self.x, self.y):
            squares, whole = (groups**2).sum(axis=0), groups.sum(axis=0)
            together = float(((groups.sum(axis=1) / groups.sum()) ** 2).sum())
            crowding += squares - (whole**2 - squares) * together / (1 - together)
        return crowding


def clump_sizes(counts: FloatArray, crowding: FloatArray) -> FloatArray:
    """How many counts of a category come at a time, as a mean over those with about as many; 1 or more.

    Parameters
    ----------
    counts : ndarray of shape (n_categories,)
    crowding : ndarray of shape (n_categories,)
        Sum of squared sizes of its clumps.

    Examples
    --------
    >>> clump_sizes(np.array([2.0, 2.0, 0.0]), np.array([4.0, 2.0, 0.0])).tolist()
    [1.5, 1.5, 1.0]
    """
    octave = np.log2(np.maximum(counts, 1)).astype(int)
    of_octave = np.bincount(octave, crowding) / np.maximum(np.bincount(octave, counts), 1)
    sizes: FloatArray = np.maximum(of_octave, 1.0)[octave]
    return sizes


def beyond_second_order(counts: FloatArray, share: float) -> tuple[FloatArray, FloatArray]:
    """Bits beyond the second order that chance gives a category, times all counts of both samples.

    Parameters
    ----------
    counts : ndarray
        Of the category in both samples.
    share : float
        Of the first sample in all counts.

    Returns
    -------
    mean, slope : ndarray
        Where nothing changed, and what each count beyond the expected ones of the first sample adds.

    Examples
    --------
    >>> mean, slope = beyond_second_order(np.array([0.0, 1.0, 2.0, 128.0]), 0.5)
    >>> mean.round(3).tolist(), bool(np.allclose(slope, 0))
    ([0.0, 0.279, 0.279, 0.003], True)
    """
    both = np.arange(MOST + 1.0)[:, None]
    first = np.minimum(np.arange(MOST + 1.0), both)
    p, q = first / share, (both - first) / (1 - share)
    bits = (xlogy(p, p) + xlogy(q, q) - xlogy(p + q, (p + q) / 2)) / (2 * LN2)
    beyond = bits - (p / share + q / (1 - share)) / np.maximum(both, 1) / (8 * LN2)
    chance = comb(both, np.arange(MOST + 1)) * share**first * (1 - share) ** (both - first)
    mean = (chance * beyond).sum(axis=1)
    off = first - both * share
    slope = (chance * beyond * off).sum(axis=1) / np.maximum(
        (chance * off**2).sum(axis=1), share * (1 - share)
    )
    return _looked_up(counts, mean), _looked_up(counts, slope)


def _looked_up(counts: FloatArray, table: FloatArray) -> FloatArray:
    """Between whole counts by a line, beyond the table as one over the counts."""
    far: FloatArray = table[-1] * MOST / np.maximum(counts, MOST)
    return np.where(counts < MOST, np.interp(counts, np.arange(MOST + 1), table), far)
