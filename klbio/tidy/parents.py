"""Taxa that are the sums of other taxa of their table: counted beside these, every read would count several times.

A name that begins another name is no proof of it: tables of reads assigned at mixed ranks have such names too.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from klbio.distributions import Counts, FloatArray
from klbio.errors import InputError, listed, note, notify
from klbio.schema import DroppedRow
from klbio.taxa_table import TaxaTable
from klbio.taxonomy import UNASSIGNED, Taxonomy
from klbio.tidy.names import lineage_of, with_lineages
from klbio.tidy.units import rounding

__all__ = ["without_parents"]

ENOUGH = 3  # parents that are never smaller than their children, so that chance does not explain it
REMEDY = "Keep the rows of one rank, or export the table again with all of them."
Path = tuple[str, ...]


def without_parents(table: TaxaTable) -> TaxaTable:
    """Keep the leaves of a table that holds taxa beside the sums of them.

    A table is of that kind if no parent is smaller than its children together, in any sample, and chance does not
    explain it.  What a parent has beyond its children stays, as ``<parent> unclassified``, so that depths are those
    of the highest rank.

    Raises
    ------
    InputError
        If most parents are sums of their children, but some are smaller.
    """
    for names, turned in ((table.counts.labels, False), (table.counts.samples, True)):
        paths = [lineage_of(name) for name in names]
        named = not table.taxonomy or any(len(path) > 1 for path in paths)
        if table.taxonomy and not named:
            paths = _of_taxonomy(names, table.taxonomy)
        pairs = _pairs(paths)
        if pairs:
            side = replace(table, counts=table.counts.turned()) if turned else table
            nested = _Nested.of(side, named and _is_complete(paths), pairs)
            return nested.leaves if nested.are_sums else table
    return _without_genera(table)


def _without_genera(table: TaxaTable) -> TaxaTable:
    """Leave out genera beside their species, where names are plain and every genus is the sum of its species."""
    for names, turned in ((table.counts.labels, False), (table.counts.samples, True)):
        pairs = _pairs([_genus_first(name) for name in names])
        if len({parent for _, parent in pairs}) >= ENOUGH:
            nested = _Nested.of(
                replace(table, counts=table.counts.turned()) if turned else table, False, pairs
            )
            return nested.leaves if nested.are_equal else table
    return table


def _genus_first(name: str) -> Path:
    """Genus and rest of a name that may be a species' or a genus'; of another, as of a sample, nothing.

    >>> _genus_first("Blautia obeum"), _genus_first("Blautia"), _genus_first("P1_B1 %")
    (('Blautia', 'obeum'), ('Blautia',), ())
    """
    parts = tuple(name.split(maxsplit=1))
    return parts if parts and parts[0].isalpha() and parts[-1][0].isalpha() else ()


def _of_taxonomy(names: Sequence[str], taxonomy: Taxonomy) -> list[Path]:
    """Lineages of a table of clades with ids; nothing for one of variants, of which many are unassigned below a rank.

    A table of clades has each once, and the clade above each.
    """
    paths = [_assigned(taxonomy.lineages.get(name, ())) for name in names]
    return paths if len(set(paths)) == len(paths) and _is_complete(paths) else []


def _is_complete(paths: Sequence[Path]) -> bool:
    """Whether the clade above each is there too."""
    known = set(paths)
    return all(_assigned(path[:-1]) in known for path in paths if len(path) > 1)


def _pairs(paths: Sequence[Path]) -> list[tuple[int, int]]:
    """Children and their nearest parents; nothing where several taxa share the lineage of a parent."""
    position = {path: i for i, path in enumerate(paths)}
    depths = sorted({len(path) for path in paths} - {0}, reverse=True)
    above = ((i, _nearest(path, position, depths)) for i, path in enumerate(paths))
    pairs = [(i, parent) for i, parent in above if parent is not None]
    times = Counter(paths)
    return [] if any(times[paths[parent]] > 1 for _, parent in pairs) else pairs


def _assigned(lineage: Path) -> Path:
    last = max((i + 1 for i, name in enumerate(lineage) if name), default=0)
    return lineage[:last]


@dataclass(frozen=True)
class _Nested:
    """A table with taxa within others: the position of each parent, and of the nearest parent of each child."""

    table: TaxaTable
    parents: list[int]
    children: list[int]
    parent_of: list[int]
    complete: bool  # names are lineages, and there is a row for every rank

    @classmethod
    def of(cls, table: TaxaTable, complete: bool, pairs: Sequence[tuple[int, int]]) -> _Nested:
        """Number the parents."""
        parents = sorted({parent for _, parent in pairs})
        number = {parent: j for j, parent in enumerate(parents)}
        return cls(table, parents, [i for i, _ in pairs], [number[parent] for _, parent in pairs], complete)

    @property
    def names(self) -> list[str]:
        """Names of the parents."""
        return [self.table.counts.labels[i] for i in self.parents]

    @cached_property
    def excess(self) -> sparse.csc_array:
        """What each parent has beyond its children, shape (n_samples, n_parents)."""
        counts, shape = self.table.counts, (len(self.table.counts.labels), len(self.parents))
        within = sparse.csr_array((np.ones(len(self.children)), (self.children, self.parent_of)), shape=shape)
        return sparse.csc_array(counts.values[:, self.parents] - counts.values @ within)

    @property
    def _least(self) -> FloatArray:
        return np.asarray(self.excess.min(axis=0).toarray(), dtype=float).ravel()

    @property
    def _most(self) -> FloatArray:
        return np.asarray(self.excess.max(axis=0).toarray(), dtype=float).ravel()

    @cached_property
    def slack(self) -> FloatArray:
        """By how much rounded proportions may miss their sum, one value per parent; counts are exact."""
        counts = self.table.counts
        if counts.unit == "reads":
            return np.zeros(len(self.parents))
        n_children = np.bincount(self.parent_of, minlength=len(self.parents)).astype(float)
        return (n_children + 1) * rounding(counts.values.data)

    @cached_property
    def telling(self) -> NDArray[np.bool_]:
        """Parents with a child that was seen at all."""
        seen = np.asarray(self.table.counts.values.sum(axis=0)).ravel() > 0
        return np.bincount(self.parent_of, weights=seen[self.children], minlength=len(self.parents)) > 0

    @property
    def are_sums(self) -> bool:
        """Whether parents hold their children's reads too."""
        n = int(self.telling.sum())
        smaller = self.telling & (self._least < -self.slack)
        equal = self.telling & ~smaller & (self._most <= self.slack)
        if not n:
            return False
        if smaller.any():
            self._refuse_half_sums(smaller, equal)
            return False
        if equal.any() or n >= ENOUGH or self.complete:
            return True
        self._leave_open()
        return False

    @property
    def are_equal(self) -> bool:
        """Whether parents are their children together and no more; where they are never smaller, that is said."""
        n = int(self.telling.sum())
        if n < ENOUGH or (self._least < -self.slack).any():
            return False
        if (self._most <= self.slack).all():
            return True
        self._leave_open()
        return False

    def _refuse_half_sums(self, smaller: NDArray[np.bool_], equal: NDArray[np.bool_]) -> None:
        """Refuse a table of sums that was damaged or filtered since."""
        if equal.sum() < ENOUGH or equal.sum() < self.telling.sum() / 2:
            return
        names = listed(np.asarray(self.names, dtype=object)[smaller])
        found = (
            f"{equal.sum()} taxa that are the sums of others, and {smaller.sum()} smaller than those within"
        )
        raise InputError.one(
            self.table.counts.name, f"{found} ({names})", "sums for all ranks, or for none", REMEDY
        )

    def _leave_open(self) -> None:
        notify(
            self.table.counts.name,
            f"{listed(self.names)}: clades of other taxa of the table, and never fewer reads than these",
            "taken for reads of their own",
            "If they are the sums of the others, leave them out.",
        )

    @property
    def leaves(self) -> TaxaTable:
        """The table with each read once."""
        counts = self.table.counts
        rest = {self.parents[j]: j for j in np.flatnonzero(self._most > self.slack).tolist()}
        parents = set(self.parents)
        kept = [i for i in range(len(counts.labels)) if i not in parents or i in rest]
        labels = [f"{counts.labels[i]} {UNASSIGNED}" if i in rest else counts.labels[i] for i in kept]
        self._say(len(rest))
        return TaxaTable(
            Counts(counts.samples, labels, self._values(kept, rest), counts.name, counts.unit),
            self._taxonomy(dict(zip(labels, kept, strict=True))),
            self.table.metadata,
            (*self.table.dropped, *self._dropped()),
            samples_known=True,
        )

    def _values(self, kept: Sequence[int], rest: dict[int, int]) -> sparse.csc_array:
        """Columns that are kept; of a parent, what it has beyond its children."""
        beyond, all_taxa = self.excess.copy(), self.table.counts.values.tocsc()
        beyond.data[beyond.data <= np.repeat(self.slack, np.diff(beyond.indptr))] = 0
        both = sparse.hstack([all_taxa, beyond], format="csc")
        return sparse.csc_array(both[:, [all_taxa.shape[1] + rest[i] if i in rest else i for i in kept]])

    def _taxonomy(self, position: dict[str, int]) -> Taxonomy | None:
        """Give what is left of a parent the lineage of the parent."""
        lineages = with_lineages(self.table).taxonomy
        if lineages is None:
            return None
        names = {label: self.table.counts.labels[i] for label, i in position.items()}
        known = {label: lineages.lineages[name] for label, name in names.items() if name in lineages.lineages}
        return Taxonomy(lineages.ranks, known, lineages.name)

    def _say(self, n_rest: int) -> None:
        hold = "holds" if n_rest == 1 else "hold"
        left = f"; what {n_rest} of them {hold} beyond these is kept as 'unclassified'" if n_rest else ""
        note(
            self.table.counts.name,
            f"{len(self.parents)} taxa that are the sums of other taxa of the table ({listed(self.names)})",
            f"left out, so that each read counts once{left}",
        )

    def _dropped(self) -> list[DroppedRow]:
        reason = "the sum of other taxa of the table"
        return [
            DroppedRow.taxon(source=self.table.counts.name, name=name, reason=reason) for name in self.names
        ]


def _nearest(path: Path, position: dict[Path, int], depths: Sequence[int]) -> int | None:
    """Find the deepest taxon that a path leads through; there are paths of these depths, the deepest first."""
    above = (path[:depth] for depth in depths if depth < len(path))
    return next((position[parent] for parent in above if parent in position), None)
