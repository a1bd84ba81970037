"""The columns of a taxonomy: one per rank, or one of lineages; what else stands beside them is passed over."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from klbio.errors import Fault, InputError, first_faults, listed, notify, shorten
from klbio.sheet import Row, Sheet
from klbio.taxonomy.cells import Cells
from klbio.taxonomy.lineages import Lineages, Named
from klbio.taxonomy.ranks import HEIGHT, LEVELS, PREFIXES, RANKS, Part, are_rank_words, standard_rank

__all__ = ["TaxonomyColumns", "is_joined", "is_of_ranks", "ranks_of"]

LINEAGE = {
    "taxon", "taxonomy", "lineage", "classification", "consensuslineage", "consensus lineage", "taxa", "tax",
    "gtdb_taxonomy", "ncbi_taxonomy", "blast_taxonomy", "taxonomic assignment", "assignment", "tax_lineage",
    "taxonomy_lineage",
}  # fmt: skip
NUMBERED = re.compile(r"(?:taxon|taxonomy|tax|rank|level|lvl|l|x|v|ta)[ ._]?\d+", re.IGNORECASE)
NO_RANKS = {
    "confidence", "consensus", "sequence", "seq", "size", "length", "score", "taxid", "tax_id", "taxonomy_id",
    "ncbi_taxid", "method", "strand", "taxpath", "evalue", "identity", "bootstrap",
}  # fmt: skip
BESIDE = re.compile(r"(?:boot|conf)[._].*|.*_conf(?:idence)?", re.IGNORECASE)
NUMBER = re.compile(r"-?\d*\.?\d+(?:[eE][-+]?\d+)?")


def is_of_ranks(column: str) -> bool:
    """Whether a column by its name holds a rank, or lineages.

    >>> is_of_ranks("Genus"), is_of_ranks("Taxon"), is_of_ranks("Rank1"), is_of_ranks("Feature ID")
    (True, True, True, False)
    """
    return bool(standard_rank(column) or is_joined(column) or NUMBERED.fullmatch(column.strip()))


def is_joined(column: str) -> bool:
    """Whether a column by its name holds whole lineages."""
    return column.strip().lower() in LINEAGE or bool(_levels(column))


def ranks_of(named: Mapping[str, Named]) -> list[str]:
    """Ranks at which any taxon has a name or a place for one, from the highest down."""
    return _ordered(list(dict.fromkeys(rank for names in named.values() for rank in names)))


@dataclass(frozen=True)
class TaxonomyColumns:
    """What the columns of a sheet say of the taxa that its first column names."""

    sheet: Sheet

    @property
    def key(self) -> str:
        """The column that names the taxa."""
        return self.sheet.columns[0]

    @property
    def others(self) -> tuple[str, ...]:
        """All but the first."""
        return self.sheet.columns[1:]

    def read(self) -> tuple[dict[str, Named], list[str]]:
        """Give names by rank for each taxon, and the ranks from the highest down.

        Raises
        ------
        InputError
            For repeated or empty taxa, missing columns, and ranks that cannot be told, all at once.
        """
        InputError.raise_any(self._faults())
        if self._joined and len(self._ranks) < 2:
            texts: dict[str, str | list[str]] = {row[self.key]: self._lineage(row) for row in self.sheet}
            return self._of_lineages(texts, _levels(self._joined))
        if self._numbered and not self._ranks:
            texts = {row[self.key]: [row[column] for column in self._numbered] for row in self.sheet}
            return self._of_lineages(texts)
        names = {column: self._ranks.get(column, column) for column in self._kept()}
        cells = {row[self.key]: Cells(row, names) for row in self.sheet}
        InputError.raise_any(first_faults(fault for of in cells.values() for fault in of.faults(self.sheet)))
        return {taxon: of.named for taxon, of in cells.items()}, _ordered(list(names.values()))

    @cached_property
    def _ranks(self) -> dict[str, str]:
        """Columns of a known rank: by its name, or all by the letters of prefixes."""
        by_name = {column: rank for column in self.others if (rank := standard_rank(column))}
        by_code = {column: rank for column in self.others if (rank := PREFIXES.get(column.strip().lower()))}
        return by_name or (by_code if len(by_code) > 2 else {})

    @cached_property
    def _joined(self) -> str | None:
        """The column of lineages: by its name, or by what most of its cells hold."""
        by_name = next(filter(is_joined, self.others), None)
        if by_name or self._ranks or self._numbered:
            return by_name
        return next((column for column in self.others if self._holds_lineages(column)), None)

    def _holds_lineages(self, column: str) -> bool:
        cells = [cell for row in self.sheet if (cell := row[column].strip())]
        alike = [
            cell for cell in cells if cell.count(";") > 1 or (Part.of(cell).rank and re.search("[;|]", cell))
        ]
        return len(alike) > len(cells) / 2

    def _lineage(self, row: Row) -> str:
        """What stands in the column of lineages, each name with its rank where a column beside it tells these."""
        lineage = row[self._joined or ""]
        ranks = next((row[column] for column in self.others if are_rank_words(row[column])), "")
        pairs = zip(ranks.split(";"), lineage.split(";"), strict=False)
        return (
            ";".join(f"{standard_rank(rank) or 'no rank'}:{name}" for rank, name in pairs)
            if ranks
            else lineage
        )

    @cached_property
    def _numbered(self) -> list[str]:
        return [column for column in self.others if NUMBERED.fullmatch(column.strip())]

    def _of_lineages(
        self, texts: Mapping[str, str | list[str]], levels: tuple[str, ...] = ()
    ) -> tuple[dict[str, Named], list[str]]:
        lines = {row[self.key]: row.line for row in self.sheet}
        named = Lineages(texts, self.sheet.path, levels, lines).named()
        return named, ranks_of(named) if set(levels) <= set(RANKS) else list(levels)

    def _kept(self) -> list[str]:
        """Columns that hold ranks: by their names; where no name says so, all that hold words."""
        if not self._ranks:
            return [name for name in self.others if not self._is_beside(name)] or list(self.others)
        kept = [column for column in self.others if column in self._ranks or column in self._numbered]
        unknown = [
            name
            for name in self.others
            if name not in kept and not (is_joined(name) or self._is_beside(name))
        ]
        if unknown:
            remedy = f"Ranks are called {', '.join(LEVELS)} and the like, or have a number, as in Rank8."
            notify(self.sheet.path, f"column {listed(unknown)} names no known rank", "passed over", remedy)
        return kept

    def _is_beside(self, column: str) -> bool:
        """Whether a column is known to hold no names, or holds numbers."""
        word = column.strip().lower()
        return (
            word in NO_RANKS
            or bool(BESIDE.fullmatch(word))
            or all(NUMBER.fullmatch(row[column].strip() or "0") for row in self.sheet)
        )

    def _faults(self) -> list[Fault]:
        path, key = self.sheet.path, self.key
        if not self.others:
            expected, remedy = "a column of taxa and one per rank", "Separate columns by tabs."
            return [Fault(path, f"one column {key!r}", expected, remedy)]
        if standard_rank(key):
            remedy = "Put the names of the taxa first (R: write.table with row.names = TRUE, col.names = NA)."
            return [Fault(path, f"the rank {key!r} in the first column", "the names of the taxa", remedy)]
        ranks = [standard_rank(column) for column in self.others]
        twice = sorted({rank for rank in ranks if rank and ranks.count(rank) > 1})
        faults = [Fault(path, f"two columns of the rank {rank}", "each rank once") for rank in twice]
        faults += [
            Fault(path, f"levels {shorten(column)} in the header", "each rank once, and none empty")
            for column in self.others
            if "" in (levels := _levels(column)) or len(set(levels)) < len(levels)
        ]
        return first_faults(self.sheet.blank([key]) + self.sheet.repeated(key)) + faults


def _levels(column: str) -> tuple[str, ...]:
    """Ranks that the header of a column of lineages names, as in ``domain;supergroup;division``."""
    words = [word.strip() for word in column.strip(" ;").split(";")]
    known = len(words) > 1 and standard_rank(words[0])
    return tuple(standard_rank(word) or word for word in words) if known else ()


def _ordered(ranks: list[str]) -> list[str]:
    """From the highest down, where all are known; else as they stand."""
    return sorted(ranks, key=lambda rank: HEIGHT[rank]) if set(ranks) <= set(RANKS) else ranks
