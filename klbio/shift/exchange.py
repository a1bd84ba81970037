r"""Is a shift more than days: samples of a subject exchanged between its phases.

Where the days of both phases come from one distribution, any of a subject's samples could have been of either
phase.  So the excess shift is held against what it is for every other way of dealing the samples to the phases,
each subject's among themselves: the test is exact at any number of samples [1]_.

.. [1] Szekely GJ, Rizzo ML (2004) Testing for equal distributions in high dimension. InterStat 5:1-6.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from math import comb, prod

import numpy as np

from klbio.distributions import FloatArray
from klbio.estimates import DayVariation
from klbio.statistics import Statistic, TestResult, WithinBlocks

__all__ = ["BaselineTest"]


@dataclass(frozen=True, eq=False)
class BaselineTest:
    """The mean excess shift of some subjects, or of one, against all other ways of dealing samples to phases.

    Parameters
    ----------
    subjects : sequence of DayVariation
        Each with two samples or more in one of the phases.

    Examples
    --------
    >>> far = DayVariation(np.full((3, 3), 0.3), 0.1 * (1 - np.eye(3)), 0.1 * (1 - np.eye(3)))
    >>> BaselineTest([far]).result(np.random.default_rng(1)).p_value
    0.1
    """

    subjects: Sequence[DayVariation]

    @cached_property
    def _labels(self) -> list[FloatArray]:
        """Of each subject's samples: 1 after, 0 before."""
        return [np.repeat([1.0, 0.0], days.between.shape) for days in self.subjects]

    @property
    def _exchange(self) -> WithinBlocks:
        blocks = np.repeat(np.arange(len(self.subjects)), list(map(len, self._labels)))
        return WithinBlocks(np.concatenate(self._labels).astype(np.intp), blocks)

    def result(self, rng: np.random.Generator) -> TestResult:
        """Of the excess alone: see `results`."""
        return self.results(rng)[0]

    def results(self, rng: np.random.Generator) -> tuple[TestResult, TestResult]:
        """Test the mean excess, and by how much more days differ after than before; both by the same arrangements.

        The first is one-sided: how often samples dealt at random lie at least as far apart.  The second is two-sided,
        and 0 of subjects with a lone sample; where it is small, so may the first be without any shift.

        Parameters
        ----------
        rng : Generator
            Used only where the ways are too many to count.
        """
        seen = self._means(np.concatenate(self._labels)[None])[0]
        scale = float(np.mean([days.whole.mean() for days in self.subjects]))
        exchange, statistic = (
            self._exchange,
            Statistic(_sized(seen), lambda ways: _sized(self._means(ways)), scale),
        )
        least = max(self.smallest_p, exchange.least)
        # a draw may fall below what all ways counted give
        excess, spread = np.maximum(exchange.p_value(statistic, rng), least).tolist()
        values = np.where(np.abs(seen) <= statistic.tolerance, 0.0, seen).tolist()  # rounding is no shift
        return exchange.result(values[0], excess, least), exchange.result(values[1], spread, least)

    @property
    def smallest_p(self) -> float:
        """Of all ways counted: to exchange the phases of a subject with as many samples in both changes nothing."""
        shapes = [days.between.shape for days in self.subjects]
        return prod((2 if n == m > 1 else 1) / comb(n + m, n) for n, m in shapes)

    def _means(self, labels: FloatArray) -> FloatArray:
        """Mean excess of each way of dealing, and how much more days differ after; shape (n_ways, 2)."""
        ends = np.cumsum(list(map(len, self._labels)))[:-1]
        parts = np.split(labels, ends, axis=1)
        each = [_of_ways(days.whole, after) for days, after in zip(self.subjects, parts, strict=True)]
        mean: FloatArray = np.mean(each, axis=0)
        return mean


def _sized(means: FloatArray) -> FloatArray:
    """The second by its size, whatever its sign."""
    return np.stack([means[..., 0], np.abs(means[..., 1])], axis=-1)


def _of_ways(whole: FloatArray, after: FloatArray) -> FloatArray:
    """Excess of each way, and days after less days before; sums over pairs follow from those of the samples after."""
    n = int(after[0].sum())
    m = len(whole) - n
    from_after = after @ whole
    within_after = (from_after * after).sum(axis=1)
    between = (from_after * (1 - after)).sum(axis=1)
    within_before = whole.sum() - within_after - 2 * between
    sums = [(within, k * (k - 1)) for within, k in ((within_after, n), (within_before, m)) if k > 1]
    own = [within / pairs for within, pairs in sums]
    spread = own[0] - own[1] if len(own) == 2 else np.zeros(len(after))
    return np.column_stack([between / (n * m) - np.mean(own, axis=0), spread])
