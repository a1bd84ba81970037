"""What was counted of each subject before and after, summed up: of all that there is, and on equal terms."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import sparse

from klbio.design import Members
from klbio.distributions import FloatArray
from klbio.seeding import generator
from klbio.shift.cohort.equal_terms import as_many, on_equal_terms
from klbio.shift.cohort.seen_rows import SeenRows
from klbio.shift.samples import SampleCounts

__all__ = ["PhasePools", "Pools"]

BLOCK_CELLS = 500_000  # of some subjects with their zeros: 4 MB


@dataclass(frozen=True, eq=False)
class Pools:
    """Counts of the two phases of each subject.

    Attributes
    ----------
    counts : csr_array of shape (2 n_subjects, n_categories)
        After and before of the first subject, then of the next.

    Examples
    --------
    >>> pools = Pools.of([[[3, 0, 1], [0, 0, 2]], [[1, 1, 0], [2, 0, 0]]])
    >>> pools.n_with.tolist(), pools[[1]].dense.tolist()
    ([2, 1, 1], [[[1.0, 1.0, 0.0], [2.0, 0.0, 0.0]]])
    """

    counts: sparse.csr_array

    @classmethod
    def of(cls, counts: ArrayLike) -> Pools:
        """Take counts of shape (n_subjects, 2, n_categories)."""
        whole = np.asarray(counts, dtype=float)
        return cls(sparse.csr_array(whole.reshape(-1, whole.shape[-1])))

    def __len__(self) -> int:
        return int(self.counts.shape[0] // 2)

    def __getitem__(self, subjects: ArrayLike) -> Pools:
        """Those of some subjects, by their places."""
        after = 2 * np.asarray(subjects, dtype=np.intp)
        return Pools(self.counts[np.column_stack([after, after + 1]).ravel()])

    @property
    def dense(self) -> FloatArray:
        """With the zeros, shape (n_subjects, 2, n_categories)."""
        whole: FloatArray = self.counts.toarray().reshape(len(self), 2, self.counts.shape[1])
        return whole

    def blocks(self) -> Iterator[FloatArray]:
        """Some subjects at a time, each as `dense`."""
        height = max(1, BLOCK_CELLS // max(2 * self.counts.shape[1], 1))
        for start in range(0, len(self), height):
            yield self[range(start, min(start + height, len(self)))].dense

    @property
    def n_with(self) -> NDArray[np.intp]:
        """Subjects that have each category in either phase."""
        either = self.counts[0::2] + self.counts[1::2]
        return np.bincount(either.nonzero()[1], minlength=either.shape[1])

    def changes(self, order: Sequence[int]) -> sparse.csr_array:
        """Proportions after less before, shape (n_subjects, n_categories), categories in another order."""
        counts = self.counts[:, order]
        counts.sort_indices()
        rows = np.repeat(np.arange(counts.shape[0]), np.diff(counts.indptr))
        counts.data = counts.data / np.bincount(rows, counts.data, counts.shape[0])[rows]
        return sparse.csr_array(counts[0::2] - counts[1::2])


@dataclass(frozen=True, eq=False)
class PhasePools:
    """Summed counts of the two phases of each subject: of all that there is, and on equal terms.

    Attributes
    ----------
    members : Members
        The subjects, with the contrast.
    labels : tuple of str
        Categories of the study.
    every, even : Pools
        All samples and reads, and as many samples of equal depths on both sides.
    """

    members: Members
    labels: tuple[str, ...]
    every: Pools
    even: Pools

    @classmethod
    def of(cls, samples: SampleCounts, members: Members, seed: int) -> PhasePools:
        """Sum them up.

        What takes part on equal terms is drawn once, with the seed: a p of one draw is exact, a mean of such p is
        not.
        """
        contrast, labels = members.contrast, samples.labels
        every, even = SeenRows(len(labels)), SeenRows(len(labels))
        for unit in members.units:
            phases = samples.phases(unit.names(contrast.after), unit.names(contrast.before))
            rng = generator(seed, "equal terms", unit.key, contrast.before, contrast.after)
            every.add(phases.totals)
            even.add(on_equal_terms(samples, as_many(phases, rng), rng).totals)
        return cls(members, labels, Pools(every.table), Pools(even.table))

    @classmethod
    def by_arm(cls, samples: SampleCounts, members: Members, seed: int) -> Iterator[PhasePools]:
        """Sum up the subjects of each arm, arms in order of first appearance; those of one arm at a time."""
        return (cls.of(samples, part, seed) for part in members.by_arm())
