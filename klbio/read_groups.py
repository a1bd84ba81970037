"""`ReadGroups`: counts of samples in groups of whole reads, a sample at a time."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from klbio.distributions import Counts, FloatArray
from klbio.errors import InputError

__all__ = ["ReadGroups"]

Whole = NDArray[np.unsignedinteger] | NDArray[np.int64] | FloatArray


@dataclass(frozen=True, eq=False)
class ReadGroups:
    """Counts of samples in groups of whole reads, where one read brings many.

    Groups of all samples need not be in memory: those of one are asked for when they are needed.

    Attributes
    ----------
    samples, labels : tuple of str
    of : function
        Gives the groups of a sample by its name, shape (n_groups, n_categories).
    name : str
        What messages call them.
    sizes : mapping of str to ndarray of shape (n_groups,)
        Counts of each group of each sample, once they are known.
    are_some : bool
        Whether `samples` are some of a study's, and the others' groups are not asked for.

    Examples
    --------
    >>> groups = ReadGroups.held(Counts(["s/1", "s/2"], ["AA", "AC"], [[3, 1], [0, 2]]))
    >>> groups.samples, groups.of("s").tolist()
    (('s',), [[3.0, 1.0], [0.0, 2.0]])
    """

    samples: tuple[str, ...]
    labels: tuple[str, ...]
    of: Callable[[str], Whole]
    name: str = "groups of reads"
    sizes: Mapping[str, FloatArray] = field(default_factory=dict)
    are_some: bool = False

    @classmethod
    def held(cls, counts: Counts) -> ReadGroups:
        """Take a table whose rows are called ``sample/1``, ``sample/2`` and so on.

        Raises
        ------
        InputError
            If they are not, or the samples have other numbers of them.
        """
        rows: dict[str, list[str]] = {}
        for row in counts.samples:
            rows.setdefault(row.rpartition("/")[0], []).append(row)
        n_groups = max(map(len, rows.values()))
        wanted = {name: [f"{name}/{group}" for group in range(1, n_groups + 1)] for name in rows}
        if any(set(of) != set(wanted[name]) for name, of in rows.items()):
            raise InputError.one(
                counts.name, "rows that are no groups of reads", "sample/1, sample/2 and so on, as many each",
                "Count the reads again, table and groups in one run.",
            )  # fmt: skip
        places = {row: i for i, row in enumerate(counts.samples)}
        lines = {name: [places[row] for row in of] for name, of in wanted.items()}
        return cls(tuple(rows), counts.labels, lambda name: _dense(counts, lines[name]), counts.name)

    def of_some(self, names: Sequence[str]) -> ReadGroups:
        """Give those of some samples alone, as far as they are there."""
        wanted = set(names)
        return replace(self, samples=tuple(name for name in self.samples if name in wanted), are_some=True)

    def in_order(self, labels: Sequence[str]) -> ReadGroups:
        """Give the same with the categories in another order."""
        if self.labels == tuple(labels):
            return self
        place = {label: i for i, label in enumerate(self.labels)}
        columns = np.array([place[label] for label in labels])
        return replace(self, labels=tuple(labels), of=lambda name: self.of(name)[:, columns])

    def summed(self, groups: Sequence[str]) -> ReadGroups:
        """Add up the categories that share a label in `groups`, as `klbio.distributions.Counts.summed` does."""
        labels = {label: i for i, label in enumerate(dict.fromkeys(groups))}
        columns = np.array([labels[group] for group in groups], dtype=int)

        def of(name: str) -> FloatArray:
            table = self.of(name)
            lumped = np.zeros((len(labels), len(table)))
            np.add.at(lumped, columns, table.T)
            return lumped.T

        return replace(self, labels=tuple(labels), of=of)


def _dense(table: Counts, lines: Sequence[int]) -> FloatArray:
    """Some lines of a sparse table; its own indexing costs more than the rest of a subject's sums."""
    values = table.values
    dense = np.zeros((len(lines), values.shape[1]))
    for row, line in zip(dense, lines, strict=True):
        part = slice(values.indptr[line], values.indptr[line + 1])
        row[values.indices[part]] = values.data[part]
    return dense
