"""Taxonomies: one column per rank, or one of lineages (``k__Bacteria; p__Firmicutes; ...``), as tools write them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from klbio.columns import LINEAGE, TAXON, Columns
from klbio.errors import Fault, InputError, StrPath, first_faults, listed, notify
from klbio.io.artifact import TAXONOMY, unwrapped
from klbio.io.sheets.grid import Line, grids
from klbio.sheet import Row, Sheet
from klbio.taxonomy import DOMAINS, Part, Taxonomy, are_rank_words, is_of_ranks, standard_rank

__all__ = ["read_taxonomy"]

RANK_LINEAGE = "rank_lineage"
COMMENTS = ("##", "#q2:")
SIZE = re.compile(r";size=\d+;?$")  # of a cluster, behind the name of its sequence; tables lack it
NUMBER = re.compile(r"[01](?:\.\d+)?")


@dataclass(frozen=True)
class _Fields(Columns):
    """Fields as a separator leaves them: a lineage has commas and semicolons of its own."""

    def fits(self, header: Sequence[str]) -> bool:
        """Whether no separator that goes before this one is left in them."""
        return len(header) > 1 and "," not in header[0] and not any("\t" in field for field in header)


def read_taxonomy(path: StrPath) -> Taxonomy:
    """Read the lineages of the taxa of a table.

    Parameters
    ----------
    path : path-like
        Text with tabs, commas or semicolons, or an .xlsx workbook.  First column: the taxon as the table names it.
        Then either one column per rank, or one column (``Taxon``, ``taxonomy``, ``lineage``) with a lineage joined by
        ``;``, ``|`` or, in the way of sintax, ``,``.  An empty name is unassigned.  What QIIME, mothur, DADA2,
        phyloseq, sintax, IDTAXA and the RDP classifier write is read as it is, with its header or without one.

    Returns
    -------
    Taxonomy

    Raises
    ------
    InputError
        For repeated or empty taxa, missing columns, and lineages whose ranks cannot be told, all at once.
    """
    filled = [grid for grid in grids(unwrapped(path, TAXONOMY), _Fields()) if grid.lines]
    of_ranks = [grid for grid in filled if any(map(is_of_ranks, grid.lines[0][1][1:]))]
    filled = of_ranks or filled  # of several worksheets the first that names ranks
    lines = [line for grid in filled[:1] for line in grid.lines if not line[1][0].startswith(COMMENTS)]
    if not lines:
        raise InputError.one(path, "0 lines", "a header and a line per taxon")
    if filled[0].separator:
        _say_short(filled[0].path, lines)
    return Taxonomy.of(_sheet(filled[0].path, lines))


def _say_short(path: StrPath, rows: list[Line]) -> None:
    """Say which rows of a text end before the header does: a file that was cut, or edited, has such."""
    width = len(" ".join(rows[0][1]).split()) and len(rows[0][1])
    short = [n for n, fields in rows[1:] if len(fields) < width]
    if short:
        found = f"{len(short):,} rows with fewer fields than the header (lines {listed(short)})"
        notify(
            path,
            found,
            "their last ranks are taken for unassigned",
            "If the file was cut, take the whole one.",
        )


def _sheet(path: StrPath, rows: list[Line]) -> Sheet:
    if _is_fixrank(rows[0][1]):
        return _fixrank(path, rows)
    if _has_no_header(rows[0][1]):
        return _without_header(path, rows)
    if len(rows) < 2:
        raise InputError.one(path, "1 lines", "a header and a line per taxon")
    header = _header(rows)
    faults = Columns().faults(path, header, rows[0][0])
    wide = [(n, fields) for n, fields in rows[1:] if any(fields[len(header) :])] if len(header) > 1 else []
    faults += [_wide(path, n, fields, len(header)) for n, fields in wide]
    InputError.raise_any(first_faults(faults))
    return Sheet(path, header, tuple(Row(n, dict(zip(header, f, strict=False))) for n, f in rows[1:]))


def _header(rows: Sequence[Line]) -> tuple[str, ...]:
    """The header; R leaves out the name of the first column, or leaves it empty."""
    header = [name.strip() for name in rows[0][1]]
    if is_of_ranks(header[0]) and all(len(fields) == len(header) + 1 for _, fields in rows[1:]):
        header = [TAXON, *header]
    return (header[0] or TAXON, *header[1:])


def _wide(path: StrPath, line: int, fields: Sequence[str], width: int) -> Fault:
    found, expected = f"{len(fields)} fields", f"{width}, as in the header"
    return Fault(path, found, expected, "Fields are separated by tabs, or by commas with quotes.", line)


def _has_no_header(first: Sequence[str]) -> bool:
    """Whether the first line speaks of a taxon already."""
    return any(map(_is_lineage, first[1:])) or (len(first) > 2 and first[1].strip().lower() in DOMAINS)


def _is_lineage(field: str) -> bool:
    head = re.split(r"[;|,]", field.strip().removeprefix("tax="))[0].strip()
    return Part.of(head).rank is not None or (";" in field and standard_rank(head) is None)


def _without_header(path: StrPath, rows: list[Line]) -> Sheet:
    """The last column of lineages, as sintax writes last what passed its cutoff; with its ranks where they are told."""
    width = max(len(fields) for _, fields in rows)
    columns = [
        k for k in range(1, width) if any(_is_lineage(fields[k]) for _, fields in rows if k < len(fields))
    ]
    told = [k for k in columns if are_rank_words("".join(rows[0][1][k : k + 1]))]
    columns = [columns[0], told[0]] if told else columns[-1:]
    names = [LINEAGE, RANK_LINEAGE][: len(columns)] if columns else [f"level {k}" for k in range(1, width)]
    chosen = columns or range(1, width)
    cells = [
        (n, [SIZE.sub("", fields[0]), *("".join(fields[k : k + 1]) for k in chosen)]) for n, fields in rows
    ]
    return Sheet(
        path, (TAXON, *names), tuple(Row(n, dict(zip((TAXON, *names), f, strict=True))) for n, f in cells)
    )


def _is_fixrank(first: Sequence[str]) -> bool:
    """Whether a line is one of the RDP classifier: name, rank and confidence by turns."""
    return len(list(_triples(first))) > 0


def _triples(fields: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Rank and name."""
    for name, rank, sure in zip(fields[1:], fields[2:], fields[3:], strict=False):
        if NUMBER.fullmatch(sure.strip()) and standard_rank(rank):
            yield standard_rank(rank) or "", name


def _fixrank(path: StrPath, rows: list[Line]) -> Sheet:
    named = [(n, fields[0], dict(_triples(fields))) for n, fields in rows]
    ranks = tuple(dict.fromkeys(rank for _, _, names in named for rank in names))
    return Sheet(path, (TAXON, *ranks), tuple(Row(n, {TAXON: taxon, **names}) for n, taxon, names in named))
