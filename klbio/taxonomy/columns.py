"""The columns of a taxonomy: one per rank, or one of lineages; what else stands beside them is passed over."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from klbio.errors import MAX_FAULTS, Fault, InputError, listed, notify, shorten
from klbio.sheet import Row, Sheet
from klbio.taxonomy.lineages import Lineages, Named
from klbio.taxonomy.names import tidy
from klbio.taxonomy.ranks import HEIGHT, RANKS, Part, standard_rank
from klbio.taxonomy.splitting import sure

__all__ = ["is_joined", "is_of_ranks", "ranks_of", "read_columns"]

LINEAGE = {
    "taxon", "taxonomy", "lineage", "classification", "consensuslineage", "consensus lineage", "taxa", "tax",
    "gtdb_taxonomy", "ncbi_taxonomy", "blast_taxonomy", "taxonomic assignment", "assignment", "tax_lineage",
    "taxonomy_lineage",
}  # fmt: skip
TOP = {"domain", "kingdom"}  # one level in most files, whichever of the two words they use
NUMBERED = re.compile(r"(?:taxon|taxonomy|tax|rank|level|lvl|l|x|v|ta)[ ._]?\d+", re.IGNORECASE)
NO_RANKS = {
    "confidence", "consensus", "sequence", "seq", "size", "length", "score", "taxid", "tax_id", "taxonomy_id",
    "ncbi_taxid", "method", "strand", "taxpath", "evalue", "identity", "bootstrap",
}  # fmt: skip
BESIDE = re.compile(r"boot[._].*|.*_confidence", re.IGNORECASE)


def ranks_of(named: Mapping[str, Named]) -> list[str]:
    """Ranks at which any taxon has a name or a place for one, from the highest down."""
    used = {rank for names in named.values() for rank in names}
    return sorted(used, key=lambda rank: RANKS.index(rank) if rank in RANKS else len(RANKS))


def read_columns(sheet: Sheet) -> tuple[dict[str, Named], list[str]]:
    """Give names by rank for each taxon of a sheet, and the ranks from the highest down.

    Raises
    ------
    InputError
        For repeated or empty taxa, missing columns, and ranks that cannot be told, all at once.
    """
    key, *columns = sheet.columns
    InputError.raise_any(_faults(sheet))
    ranks = {column: rank for column in columns if (rank := standard_rank(column))}
    joined = next((name for name in columns if is_joined(name)), None)
    numbered = [column for column in columns if NUMBERED.fullmatch(column.strip())]
    lines = {row[key]: row.line for row in sheet}
    if joined and len(ranks) < 2:
        texts: dict[str, str | list[str]] = {row[key]: row[joined] for row in sheet}
        return _of_lineages(Lineages(texts, sheet.path, _levels(joined), lines))
    if numbered and not ranks:
        texts = {row[key]: [row[column] for column in numbered] for row in sheet}
        return _of_lineages(Lineages(texts, sheet.path, (), lines))
    names = {column: ranks.get(column, column) for column in _rank_columns(sheet, ranks, numbered)}
    return _by_column(sheet, names), _ordered(list(names.values()))


def _faults(sheet: Sheet) -> list[Fault]:
    key, *columns = sheet.columns
    if not columns:
        expected, remedy = "a column of taxa and one per rank", "Separate columns by tabs."
        return [Fault(sheet.path, f"one column {key!r}", expected, remedy)]
    if standard_rank(key):
        remedy = "Put the names of the taxa first (R: write.table with row.names = TRUE, col.names = NA)."
        return [Fault(sheet.path, f"the rank {key!r} in the first column", "the names of the taxa", remedy)]
    ranks = [standard_rank(column) for column in columns]
    twice = sorted({rank for rank in ranks if rank and ranks.count(rank) > 1})
    faults = [Fault(sheet.path, f"two columns of the rank {rank}", "each rank once") for rank in twice]
    faults += [
        Fault(sheet.path, f"levels {shorten(column)} in the header", "each rank once, and none empty")
        for column in columns
        if "" in (levels := _levels(column)) or len(set(levels)) < len(levels)
    ]
    return (sheet.blank([key]) + sheet.repeated(key))[:MAX_FAULTS] + faults


def _levels(column: str) -> tuple[str, ...]:
    """Ranks that the header of a column of lineages names, as in ``domain;supergroup;division``."""
    words = [word.strip() for word in column.strip(" ;").split(";")]
    known = len(words) > 1 and standard_rank(words[0])
    return tuple(standard_rank(word) or word for word in words) if known else ()


def _of_lineages(lineages: Lineages) -> tuple[dict[str, Named], list[str]]:
    named = lineages.named()
    own = [rank for rank in lineages.levels if rank not in RANKS]
    return named, list(lineages.levels) if own else ranks_of(named)


def _rank_columns(sheet: Sheet, ranks: Mapping[str, str], numbered: Sequence[str]) -> list[str]:
    """Columns that hold ranks: by their names; where no name says so, all that hold words."""
    columns = sheet.columns[1:]
    if ranks:
        kept = [column for column in columns if column in ranks or column in numbered]
        _tell_others(sheet, [column for column in columns if column not in kept])
        return kept
    words = [column for column in columns if not _is_beside(column) and not _is_numeric(sheet, column)]
    return words or list(columns)


def _tell_others(sheet: Sheet, columns: Sequence[str]) -> None:
    """Warn of columns that may have been meant as ranks."""
    unknown = [
        name for name in columns if not (_is_beside(name) or is_joined(name) or _is_numeric(sheet, name))
    ]
    if unknown:
        remedy = f"Ranks have one of the names {', '.join(RANKS)}, or a number as in Rank8."
        notify(sheet.path, f"column {listed(unknown)} names no known rank", "passed over", remedy)


def is_of_ranks(column: str) -> bool:
    """Whether a column by its name holds a rank, or lineages.

    >>> is_of_ranks("Genus"), is_of_ranks("Taxon"), is_of_ranks("Rank1"), is_of_ranks("Feature ID")
    (True, True, True, False)
    """
    return bool(standard_rank(column) or is_joined(column) or NUMBERED.fullmatch(column.strip()))


def is_joined(column: str) -> bool:
    """Whether a column by its name holds whole lineages."""
    return column.strip().lower() in LINEAGE or bool(_levels(column))


def _is_beside(column: str) -> bool:
    return column.strip().lower() in NO_RANKS or bool(BESIDE.fullmatch(column.strip()))


def _is_numeric(sheet: Sheet, column: str) -> bool:
    return all(re.fullmatch(r"-?\d*\.?\d+(?:[eE][-+]?\d+)?", row[column].strip() or "0") for row in sheet)


def _ordered(ranks: list[str]) -> list[str]:
    """From the highest down, where all are known; else as they stand."""
    return sorted(ranks, key=RANKS.index) if set(ranks) <= set(RANKS) else ranks


def _by_column(sheet: Sheet, ranks: Mapping[str, str]) -> dict[str, Named]:
    key = sheet.columns[0]
    rows = {row[key]: _Cells(row, ranks) for row in sheet}
    InputError.raise_any([fault for cells in rows.values() for fault in cells.faults(sheet)][:MAX_FAULTS])
    return {taxon: cells.named for taxon, cells in rows.items()}


@dataclass(frozen=True)
class _Cells:
    """The cells of one taxon."""

    row: Row
    ranks: Mapping[str, str]

    @cached_property
    def parts(self) -> dict[str, Part]:
        """Names by rank, with the ranks of their prefixes."""
        names = sure([tidy(self.row[column]) for column in self.ranks])
        return dict(zip(self.ranks.values(), map(Part.of, names), strict=True))

    @property
    def named(self) -> Named:
        """Names by rank; the name of a higher rank that was filled in is none."""
        return {rank: "" if self._is_filled(rank) else part.name for rank, part in self.parts.items()}

    def _is_filled(self, rank: str) -> bool:
        prefix, name, _ = self.parts[rank]
        is_above = bool(prefix) and HEIGHT[prefix or ""] < HEIGHT.get(rank, 0)
        return is_above and self.parts.get(prefix or "", Part(None, "")).name == name

    def faults(self, sheet: Sheet) -> Iterator[Fault]:
        """Say where prefix and column disagree."""
        for column, rank in self.ranks.items():
            prefix = self.parts[rank].rank
            if (
                prefix
                and prefix != rank
                and {prefix, rank} != TOP
                and rank in RANKS
                and not self._is_filled(rank)
            ):
                yield sheet.fault(
                    self.row, f"column {column!r} holds {shorten(self.row[column])}, by its prefix a {prefix}",
                    f"a {rank}", "Put it into the column of its rank.",
                )  # fmt: skip
