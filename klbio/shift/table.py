"""A counts table made ready for pairs: rows by sample name, categories cut to what a pair has seen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from klbio.distributions import Counts, FloatArray

__all__ = ["PhaseCounts", "Rows"]


@dataclass(frozen=True)
class PhaseCounts:
    """The samples of one unit in the two phases, over one support.

    Attributes
    ----------
    labels : tuple of str
    after, before : ndarray of shape (n_samples_of_phase, n_categories)
    """

    labels: tuple[str, ...]
    after: FloatArray
    before: FloatArray

    @property
    def pooled(self) -> tuple[FloatArray, FloatArray]:
        """Summed counts after and before, each of shape (n_categories,)."""
        return self.after.sum(axis=0), self.before.sum(axis=0)

    def seen(self) -> PhaseCounts:
        """Cut to the categories seen on either side."""
        keep = (self.after.sum(axis=0) + self.before.sum(axis=0)) > 0
        labels = tuple(label for label, kept in zip(self.labels, keep, strict=True) if kept)
        return PhaseCounts(labels, self.after[:, keep], self.before[:, keep])


@dataclass(frozen=True)
class Rows:
    """Look up samples of a table by name, over the categories seen anywhere in the study."""

    counts: Counts

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

    def array(self, samples: Sequence[str]) -> FloatArray:
        """Counts of the named samples, shape (n_samples, n_categories)."""
        rows = self.counts.values[[self._position[sample] for sample in samples]]
        return np.asarray(rows.toarray(), dtype=float)[:, self._seen]

    def phases(self, after: Sequence[str], before: Sequence[str], support: str = "pair") -> PhaseCounts:
        """Counts of two phases over the pair's or the study's categories."""
        both = PhaseCounts(self.labels, self.array(after), self.array(before))
        return both.seen() if support == "pair" else both
