"""The counts of a study, of one subject, of two phases: cut out of the table once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import chain, compress

import numpy as np
from numpy.typing import NDArray

from klbio.design import Unit
from klbio.distributions import Counts, FloatArray
from klbio.estimates import (
    Estimate,
    Point,
    jensen_shannon_estimate,
    jensen_shannon_observed,
    jensen_shannon_point,
    jensen_shannon_points,
    total,
)
from klbio.read_groups import ReadGroups
from klbio.taxonomy import FEATURE

__all__ = ["Names", "PhaseCounts", "SampleCounts", "UnitCounts"]

Names = Sequence[str]


@dataclass(frozen=True, eq=False)
class SampleCounts:
    """The samples of a study at one rank, over the categories seen anywhere in it.

    Attributes
    ----------
    counts : Counts
    groups : ReadGroups, optional
        The same counts in groups of reads.
    rank : str
        As it stands in the tables.
    """

    counts: Counts
    groups: ReadGroups | None = None
    rank: str = FEATURE

    @property
    def of_reads(self) -> bool:
        """Whether depths are known; of proportions they are not, and what needs them is left out."""
        return self.counts.unit == "reads"

    @cached_property
    def _position(self) -> dict[str, int]:
        return {sample: i for i, sample in enumerate(self.counts.samples)}

    @cached_property
    def _seen(self) -> np.ndarray:
        return np.flatnonzero(np.asarray(self.counts.values.sum(axis=0)).ravel() > 0)

    @cached_property
    def labels(self) -> tuple[str, ...]:
        """Categories with at least one read in the study."""
        return tuple(self.counts.labels[k] for k in self._seen)

    @cached_property
    def order(self) -> dict[str, int]:
        """Place of each label among the labels sorted."""
        return {label: i for i, label in enumerate(sorted(self.labels))}

    @cached_property
    def _place(self) -> NDArray[np.intp]:
        """Of each category of the table, its place among those seen."""
        place = np.full(len(self.counts.labels), -1)
        place[self._seen] = np.arange(len(self._seen))
        return place

    def array(self, samples: Names) -> FloatArray:
        """Counts of the named samples, shape (n_samples, [n_groups,] n_categories)."""
        if self.groups is not None:
            of = self.groups.of
            return np.array([of(sample)[:, self._seen] for sample in samples], dtype=float)
        table, dense = self.counts.values, np.zeros((len(samples), len(self._seen)))
        for row, sample in zip(
            dense, samples, strict=True
        ):  # scipy's own indexing takes more than all the rest
            line = self._position[sample]
            part = slice(table.indptr[line], table.indptr[line + 1])
            row[self._place[table.indices[part]]] = table.data[part]
        return dense

    def phases(self, after: Names, before: Names) -> PhaseCounts:
        """Counts of two phases over the categories of the study."""
        return PhaseCounts(self.labels, self.array(after), self.array(before))

    def of(self, unit: Unit) -> UnitCounts:
        """All samples of one unit."""
        names = tuple(sample.name for sample in unit.samples)
        return UnitCounts(self, unit, dict(zip(names, self.array(names), strict=True)))


@dataclass(frozen=True, eq=False)
class PhaseCounts:
    """The samples of one unit in the two phases, over one support.

    Attributes
    ----------
    labels : tuple of str
    after, before : ndarray of shape (n_samples_of_phase, [n_groups,] n_categories)
        With the axis of groups where one read brings many counts (see `klbio.estimates`).
    """

    labels: tuple[str, ...]
    after: FloatArray
    before: FloatArray

    @cached_property
    def pooled(self) -> tuple[FloatArray, FloatArray]:
        """Summed counts after and before, each of shape ([n_groups,] n_categories)."""
        return self.after.sum(axis=0), self.before.sum(axis=0)

    @cached_property
    def totals(self) -> tuple[FloatArray, FloatArray]:
        """Summed counts after and before, each of shape (n_categories,), whatever the groups."""
        after, before = self.pooled
        return total(after), total(before)

    @cached_property
    def proportions(self) -> tuple[FloatArray, FloatArray]:
        """Shares of the summed counts, as observed."""
        after, before = self.totals
        return after / after.sum(), before / before.sum()

    @cached_property
    def seen(self) -> PhaseCounts:
        """Cut to the categories seen on either side."""
        after, before = self.totals
        keep = (after + before) > 0
        labels = tuple(compress(self.labels, keep.tolist()))
        return PhaseCounts(labels, self.after[..., keep], self.before[..., keep])


@dataclass(frozen=True, eq=False)
class UnitCounts:
    """The samples of one subject in one arm; a divergence between two sets of them is estimated once.

    One thread measures one unit.

    Attributes
    ----------
    study : SampleCounts
        Of which they are.
    unit : Unit
    of_sample : dict of str to ndarray of shape ([n_groups,] n_categories)
    """

    study: SampleCounts
    unit: Unit
    of_sample: dict[str, FloatArray]
    _estimates: dict[tuple[Names, Names], Estimate] = field(default_factory=dict, repr=False)
    _points: dict[tuple[str, str], Point] = field(default_factory=dict, repr=False)

    def array(self, samples: Names) -> FloatArray:
        """Counts of some of the samples, shape (n_samples, [n_groups,] n_categories)."""
        return np.array([self.of_sample[name] for name in samples])

    def jensen_shannon(self, after: Names, before: Names) -> Estimate:
        """Divergence in bits between the sums of two sets of samples, unsmoothed and bias-corrected."""
        key = (tuple(after), tuple(before))
        if key not in self._estimates:
            x, y = (self.array(names).sum(axis=0) for names in key)
            seen = (total(x) + total(y)) > 0
            estimate = jensen_shannon_estimate if self.study.of_reads else jensen_shannon_observed
            self._estimates[key] = estimate(x[..., seen], y[..., seen])
        return self._estimates[key]

    def measure_points(self, pairs: Iterable[tuple[str, str]], threads: int = 1) -> None:
        """Estimate all at once what `point` will be asked for; no number depends on the threads."""
        wanted = [(a, b) for a, b in pairs if (a, b) not in self._points and not self._estimated(a, b)]
        if self.study.groups is not None or not self.study.of_reads or not wanted:
            return
        names = list(dict.fromkeys(chain.from_iterable(wanted)))
        place = {name: i for i, name in enumerate(names)}
        places = np.array([(place[a], place[b]) for a, b in wanted])
        plugin, value = jensen_shannon_points(self.array(names), places, threads)
        self._points.update(zip(wanted, map(Point, plugin.tolist(), value.tolist()), strict=True))

    def point(self, a: str, b: str) -> Point:
        """Divergence in bits between two samples, as observed and corrected: `jensen_shannon` without its interval."""
        if (a, b) not in self._points:
            self._points[a, b] = self._point(a, b)
        return self._points[a, b]

    def _point(self, a: str, b: str) -> Point:
        estimate = self._estimated(a, b)
        if not estimate and (self.study.groups is not None or not self.study.of_reads):
            estimate = self.jensen_shannon((a,), (b,))
        if estimate:
            return Point(estimate.plugin, estimate.value)
        x, y = self.of_sample[a], self.of_sample[b]
        seen = (x + y) > 0
        return jensen_shannon_point(x[seen], y[seen])

    def _estimated(self, a: str, b: str) -> Estimate | None:
        """Divergence of two samples, from either side, where it is at hand."""
        return self._estimates.get(((a,), (b,))) or self._estimates.get(((b,), (a,)))
