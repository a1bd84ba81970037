"""A counts table made ready for pairs: rows by sample name, categories cut to what a pair has seen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import compress

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from klbio.distributions import Counts, FloatArray
from klbio.estimates import total

__all__ = ["PhaseCounts", "Rows"]


@dataclass(frozen=True)
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

    @property
    def pooled(self) -> tuple[FloatArray, FloatArray]:
        """Summed counts after and before, each of shape ([n_groups,] n_categories)."""
        return self.after.sum(axis=0), self.before.sum(axis=0)

    @property
    def totals(self) -> tuple[FloatArray, FloatArray]:
        """Summed counts after and before, each of shape (n_categories,), whatever the groups."""
        after, before = self.pooled
        return total(after), total(before)

    def seen(self) -> PhaseCounts:
        """Cut to the categories seen on either side."""
        after, before = self.totals
        keep = (after + before) > 0
        labels = tuple(compress(self.labels, keep.tolist()))
        return PhaseCounts(labels, self.after[..., keep], self.before[..., keep])


@dataclass(frozen=True)
class Rows:
    """Look up samples of a table by name, over the categories seen anywhere in the study.

    Attributes
    ----------
    counts : Counts
    groups : Counts, optional
        The same counts dealt to groups of reads, ``n_groups`` rows a sample, in the samples' order.
    """

    counts: Counts
    groups: Counts | None = None

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
    def _lines(self) -> sparse.csr_array:
        """Counts, or groups of counts, over the categories seen."""
        return (self.counts if self.groups is None else self.groups).values[:, self._seen]

    def array(self, samples: Sequence[str]) -> FloatArray:
        """Counts of the named samples, shape (n_samples, [n_groups,] n_categories)."""
        positions = np.array([self._position[sample] for sample in samples], dtype=int)
        if self.groups is None:
            return _dense(self._lines, positions)
        n_groups = len(self.groups.samples) // len(self.counts.samples)
        lines = (positions[:, None] * n_groups + np.arange(n_groups)).ravel()
        return _dense(self._lines, lines).reshape(len(samples), n_groups, -1)

    def phases(self, after: Sequence[str], before: Sequence[str], support: str = "pair") -> PhaseCounts:
        """Counts of two phases over the pair's or the study's categories."""
        both = PhaseCounts(self.labels, self.array(after), self.array(before))
        return both.seen() if support == "pair" else both


def _dense(table: sparse.csr_array, lines: NDArray[np.intp]) -> FloatArray:
    """Some lines of a sparse table; its own indexing costs more than the rest of a subject's sums."""
    dense = np.zeros((len(lines), table.shape[1]))
    for row, line in zip(dense, lines.tolist(), strict=True):
        part = slice(table.indptr[line], table.indptr[line + 1])
        row[table.indices[part]] = table.data[part]
    return dense
