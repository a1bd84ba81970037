"""The cells of one taxon in a taxonomy with a column per rank."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from klbio.errors import Fault, shorten
from klbio.sheet import Row, Sheet
from klbio.taxonomy.names import tidy
from klbio.taxonomy.ranks import HEIGHT, RANKS, Part
from klbio.taxonomy.splitting import bare_names

__all__ = ["Cells"]

TOP = {"domain", "kingdom"}  # one level in most files, whichever of the two words they use


@dataclass(frozen=True)
class Cells:
    """A row, and the rank of each of its columns that has one."""

    row: Row
    ranks: Mapping[str, str]

    @cached_property
    def _parts(self) -> dict[str, Part]:
        """Names by rank, with the ranks of their prefixes."""
        names = bare_names([tidy(self.row[column]) for column in self.ranks])
        return dict(zip(self.ranks.values(), map(Part.of, names), strict=True))

    @property
    def named(self) -> dict[str, str]:
        """Names by rank; the name of a higher rank that was filled in is none."""
        parts = self._parts.items()
        return {rank: "" if self._is_filled(rank) else part.prefix + part.name for rank, part in parts}

    def _is_filled(self, rank: str) -> bool:
        prefix, name, _ = self._parts[rank]
        if not prefix or HEIGHT[prefix] >= HEIGHT.get(rank, 0):
            return False
        return prefix in self._parts and self._parts[prefix].name == name

    def faults(self, sheet: Sheet) -> Iterator[Fault]:
        """Say where prefix and column disagree."""
        for column, rank in self.ranks.items():
            prefix = self._parts[rank].rank
            agree = not prefix or rank not in RANKS or prefix == rank or {prefix, rank} == TOP
            if not agree and not self._is_filled(rank):
                yield sheet.fault(
                    self.row, f"column {column!r} holds {shorten(self.row[column])}, by its prefix a {prefix}",
                    f"a {rank}", "Put it into the column of its rank.",
                )  # fmt: skip
