"""What the values of each taxon are like over the samples: steady, more than all others, one in each subject."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from klbio.design import Design
from klbio.distributions import Counts, FloatArray

__all__ = ["PEERS", "TaxonValues"]

SUBJECTS, SAMPLES, PEERS = 3, 6, 3  # fewer tell nothing
PHASES = 6  # of subjects, where only samples of one phase are alike
MANY, EVEN = 20, 0.2  # samples; of so many reads vary more, over their mean
LEAST = 10  # reads: of fewer, chance moves the spread
# variance over mean: of reads of a community about 1 at the very least, and mostly far more
STEADY, LIVELY = 2.0, 10.0
PART = 1 << 20  # numbers that are looked at together

Mask = NDArray[np.bool_]


class TaxonValues:
    """The values of each taxon of a table with its samples in rows; the table is not copied.

    Examples
    --------
    >>> values = TaxonValues(Counts(["s1", "s2"], ["A", "B"], [[3, 1], [2, 0]]))
    >>> values.sums.tolist(), values.in_all.tolist(), values.share(np.array([True, False])).tolist()
    ([5.0, 1.0], [True, False], [0.75, 1.0])
    """

    def __init__(self, counts: Counts) -> None:
        self._counts = counts

    @property
    def _none(self) -> Mask:
        return np.zeros(len(self._counts.labels), dtype=bool)

    @cached_property
    def sums(self) -> FloatArray:
        """Of each taxon over all samples."""
        return np.asarray(self._counts.values.sum(axis=0), dtype=float).ravel()

    @cached_property
    def _seen_in(self) -> FloatArray:
        """Number of samples with each taxon."""
        return self._of_each(lambda places, values: np.bincount(places))

    @property
    def in_all(self) -> Mask:
        """Taxa that are in every sample."""
        there: Mask = self._seen_in == len(self._counts.samples)
        return there

    def _of_each(self, count: Callable[[NDArray[np.int32], FloatArray], NDArray[Any]]) -> FloatArray:
        """Add up what is counted by taxon, a part of the numbers at a time."""
        values, total = self._counts.values, np.zeros(len(self._counts.labels))
        for start in range(0, values.nnz, PART):
            part = slice(start, start + PART)
            found = count(values.indices[part], values.data[part])
            total[: len(found)] += found
        return total

    def share(self, these: Mask) -> FloatArray:
        """Give the part of each sample, of those with reads, that some taxa have together."""
        depth = np.asarray(self._counts.values.sum(axis=1), dtype=float).ravel()
        part = np.asarray(self._counts.values[:, these].sum(axis=1), dtype=float).ravel()
        shares: FloatArray = part[depth > 0] / depth[depth > 0]
        return shares

    @cached_property
    def _spread(self) -> FloatArray:
        """Variance over mean of each taxon; nan of those with few reads a sample."""
        n = len(self._counts.samples)
        mean = self.sums / n
        with np.errstate(
            invalid="ignore", over="ignore"
        ):  # of absurd numbers, which are refused where they are measured
            squares = self._of_each(lambda places, values: np.bincount(places, values**2)) / n
            return np.where(mean >= LEAST, (squares - mean**2) / np.maximum(mean, LEAST), np.nan)

    @property
    def are_steady(self) -> Mask:
        """Taxa that vary as little as chance lets reads vary, or little over their mean, where others vary more."""
        tell = self._spread[~np.isnan(self._spread)]
        if len(self._counts.samples) < SAMPLES or tell.size <= PEERS or np.median(tell) < LIVELY:
            return self._none
        n = len(self._counts.samples)
        spread = np.nan_to_num(self._spread, nan=np.inf)
        even = (spread < EVEN**2 * self.sums / n) & (n >= MANY)
        steady: Mask = self.in_all & ((spread < STEADY) | even)
        return steady

    @property
    def is_beyond_all(self) -> Mask:
        """The taxon with more than half of every sample."""
        largest = self._none
        if len(self._counts.samples) < SAMPLES:
            return largest
        largest[int(self.sums.argmax())] = True
        return largest & bool((self.share(largest) > 0.5).all())

    def same_in_subjects(self, design: Design | None) -> Mask:
        """Taxa with one value in all samples of each subject, or of each phase of it, and none of the fewest."""
        samples = {sample.name: sample for sample in (design.samples if design else ())}
        of_subject = {name: sample.subject for name, sample in samples.items()}
        of_phase = {name: f"{sample.subject}\t{sample.phase}" for name, sample in samples.items()}
        return self._same_within(of_subject, SUBJECTS) | self._same_within(of_phase, PHASES)

    def _same_within(self, groups: Mapping[str, str], least: int) -> Mask:
        """Taxa with one value in all samples of each of so many groups."""
        rows = _several(self._counts.samples, groups)
        same = self._none
        if len(rows) < least:
            return same
        candidates = np.flatnonzero(self._seen_in * 2 >= len(self._counts.samples))
        constant, n_seen = np.ones(len(candidates), dtype=bool), np.zeros(len(candidates))
        for some in _in_parts(rows, len(candidates)):
            starts = np.cumsum([0, *map(len, some[:-1])])
            values = self._counts.values[np.concatenate(some)][:, candidates].toarray()
            most = np.maximum.reduceat(values, starts)
            constant &= (most == np.minimum.reduceat(values, starts)).all(axis=0)
            n_seen += (most > 0).sum(axis=0)
        same[candidates] = constant & (n_seen >= max(least, len(rows) / 2))
        return same


def _several(samples: Sequence[str], groups: Mapping[str, str]) -> list[list[int]]:
    """Rows of each group that has several."""
    rows: dict[str, list[int]] = defaultdict(list)
    for i, name in enumerate(samples):
        if name in groups:
            rows[groups[name]].append(i)
    return [of_group for of_group in rows.values() if len(of_group) > 1]


def _in_parts(groups: Sequence[list[int]], width: int) -> Iterator[list[list[int]]]:
    """Cut groups of rows so that those of a part, of so many columns, are about `PART` numbers."""
    some: list[list[int]] = []
    n_rows = 0
    for group in groups:
        some.append(group)
        n_rows += len(group)
        if n_rows * width >= PART:
            yield some
            some, n_rows = [], 0
    if some:
        yield some
