"""Reports of Kraken 2 and of programs that write the same: one sample a file, one clade a line.

The columns are: share of the reads in percent, reads of the clade, reads of the taxon itself (then, with
``--report-minimizer-data``, two of minimizers), rank, taxonomy identifier, name, indented by two blanks a level.  Only
a taxon's own reads are taken, so that each read counts once: taxa stand at the rank that their reads were
assigned at.  KrakenUniq has a header and other columns; ``combine_kreports.py`` puts samples side by side.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from klbio.errors import Fault, InputError, StrPath, first_faults, note, notify, shorten
from klbio.io.source import Source
from klbio.io.tables.gathered import Profile, Taxon, each_file, gathered, is_count
from klbio.spelling import sample_of
from klbio.taxa_table import TaxaTable

__all__ = ["FILES", "TITLE", "read", "read_report", "sniff", "unclassified_reads"]

TITLE = "Kraken 2"
FILES = (
    "reports, a folder of them, or combined by combine_kreports.py; KrakenUniq, Centrifuge and Metabuli too"
)

CODES = {
    "D": "d", "K": "k", "P": "p", "C": "c", "O": "o", "F": "f", "G": "g", "S": "s",
    "superkingdom": "d", "domain": "d", "kingdom": "k", "phylum": "p", "class": "c", "order": "o", "family": "f",
    "genus": "g", "species": "s",
}  # fmt: skip
ORDER, CODE = "RDKPCOFGS", re.compile(r"([URDKPCOFGS])(\d{0,2})")
RANK = re.compile(r"([URDKPCOFGS]\d*)?|-|no rank|root|unclassified|clade|[a-z][a-z ]+")
ABOVE_CLASS = {1: "D", 2: "P"}  # by their depth below the root
COMBINED = "#Number of Samples"
UNIQ = ("%", "reads", "taxReads")
LOOKED_AT = 20
WHOLE = 0.75  # of these lines, so that one with a broken line is read, and refused, rather than passed over


class Columns(NamedTuple):
    """Where a report has what is taken of it."""

    clade: int
    own: int
    rank: int
    taxid: int
    width: int


PLAIN, MINIMIZERS, KRAKENUNIQ = Columns(1, 2, 3, 4, 6), Columns(1, 2, 5, 6, 8), Columns(1, 2, 7, 6, 9)


def sniff(path: StrPath) -> bool:
    """Recognise a report, a folder with one, or combined reports."""
    source = Source.of(path)
    return _is_combined(source) or _is_report(source) or any(map(_is_report, source.files.values()))


def read(path: StrPath) -> TaxaTable:
    """Read the reads that were assigned to each taxon itself.

    Raises
    ------
    InputError
        Every line that is none of a report; two files of one sample.
    """
    source = Source.of(path)
    if _is_combined(source):
        return _Combined.of(source).table()
    profiles, dropped = each_file(source, _is_report, _said_report, TITLE)
    return gathered(profiles, source, "reads", dropped)


def _is_combined(source: Source) -> bool:
    return any(line.startswith(COMBINED) for line in source.first_lines(1))


def _is_report(source: Source) -> bool:
    lines = [line for line in source.first_lines(LOOKED_AT) if line.strip() and not line.startswith("#")]
    if lines and tuple(lines[0].split("\t")[:3]) == UNIQ:
        return True
    rows = [line.split("\t") for line in lines]
    sound = [len(row) for row in rows if _is_row(row)]
    return bool(rows) and len(set(sound)) == 1 and len(sound) >= WHOLE * len(rows)


def _is_row(row: Sequence[str]) -> bool:
    """Whether fields are those of a report without a header."""
    columns = {6: PLAIN, 8: MINIMIZERS}.get(len(row))
    if columns is None:
        return False
    numbers = (row[columns.clade], row[columns.own], row[columns.taxid])
    return (
        all(is_count(field) for field in numbers)
        and bool(RANK.fullmatch(row[columns.rank].strip()))
        and _is_share(row[0])
    )


def _is_share(field: str) -> bool:
    return bool(re.fullmatch(r"\s*\d+(\.\d+)?(e-?\d+)?\s*", field, re.ASCII | re.IGNORECASE))


class Node(NamedTuple):
    """A line of a report."""

    line: int
    depth: int
    rank: str
    taxid: str
    name: str
    clade: int
    own: int


def read_report(source: Source) -> Profile:
    """Read the reads that one sample's report assigns to each taxon itself."""
    nodes = _with_ranks(list(_nodes(source)))
    _say_missing_lines(source, nodes)
    lineages = _lineages(nodes)
    return {
        Taxon(node.taxid, node.name, lineage): float(node.own)
        for node, lineage in zip(nodes, lineages, strict=True)
        if node.own
    }


def _said_report(source: Source) -> Profile:
    """Read a report of somebody, and say where most of its reads have no name."""
    taken = read_report(source)
    own, every = unclassified_reads(taken), sum(taken.values())
    if own > every / 2:
        note(source, f"{own:,.0f} of {every:,.0f} reads unclassified", "they stand as a taxon of that name")
    return taken


def unclassified_reads(profile: Profile) -> float:
    """Count the reads without a name."""
    return sum(n for taxon, n in profile.items() if taxon.key == "0")


def _nodes(source: Source) -> Iterator[Node]:
    """Cut the lines of a report into fields, or raise every fault."""
    lines = [(n, line) for n, line in enumerate(source.lines, 1) if line.strip() and not line.startswith("#")]
    uniq = bool(lines) and tuple(lines[0][1].split("\t")[:3]) == UNIQ
    rows = [(n, line.split("\t")) for n, line in lines[uniq:]]
    columns = KRAKENUNIQ if uniq else MINIMIZERS if rows and len(rows[0][1]) == MINIMIZERS.width else PLAIN
    wrong = [
        (n, row)
        for n, row in rows
        if len(row) != columns.width or not all(map(is_count, (row[columns.clade], row[columns.own])))
    ]
    wanted = f"{columns.width} fields of a report, with whole numbers of reads"
    InputError.raise_any(
        first_faults(
            Fault(source, shorten("\t".join(row)), wanted, "Copy or write the report again.", n)
            for n, row in wrong
        )
    )
    flat = not any(row[-1].startswith(" ") for _, row in rows)
    for n, row in rows:
        name, rank, taxid = row[-1], row[columns.rank].strip(), row[columns.taxid].strip()
        depth = _depth_of_rank(rank) if flat else (len(name) - len(name.lstrip(" "))) // 2
        yield Node(n, depth, rank, taxid, name.strip(), int(row[columns.clade]), int(row[columns.own]))


def _with_ranks(nodes: list[Node]) -> list[Node]:
    """Give domains and phyla their rank where it is blank, as some builds of Kraken 2 leave it: both above a class."""
    ranked = any(node.rank in ("D", "K", "P") for node in nodes)
    if ranked or {node.depth for node in nodes if node.rank == "C"} != {3}:
        return nodes
    return [node._replace(rank=ABOVE_CLASS.get(node.depth, "")) if not node.rank else node for node in nodes]


def _depth_of_rank(rank: str) -> int:
    """Depth of a line whose blanks are lost, as a spreadsheet loses them; what has no rank stands below the others.

    >>> [_depth_of_rank(rank) for rank in ("D", "G", "G1", "species", "no rank")]
    [100, 700, 701, 800, 900]
    """
    found = CODE.fullmatch(CODES.get(rank, rank).upper())
    return 100 * max(ORDER.find(found[1]), 0) + int(found[2] or 0) if found else 100 * len(ORDER)


def _lineages(nodes: Iterable[Node]) -> list[str]:
    """Lineage of each node, of the ranks that have a prefix; what stands between two ranks is passed over."""
    above: list[tuple[int, str]] = []
    lineages = []
    for node in nodes:
        while above and above[-1][0] >= node.depth:
            above.pop()
        prefix = CODES.get(node.rank)
        above.append((node.depth, f"{prefix}__{node.name}" if prefix else ""))
        lineages.append(";".join(name for _, name in above if name))
    return lineages


def _say_missing_lines(source: Source, nodes: Sequence[Node]) -> None:
    """Say that a clade's reads are not those of its members: lines were filtered, or lost."""
    inside = [node.own for node in nodes]
    above: list[int] = []
    for i, node in enumerate(nodes):
        while above and nodes[above[-1]].depth >= node.depth:
            above.pop()
        if above:
            inside[above[-1]] += node.clade
        above.append(i)
    short = [
        node
        for node, sum_ in zip(nodes, inside, strict=True)
        if abs(node.clade - sum_) > 2 + 0.01 * node.clade
    ]
    if short:
        worst = max(short, key=lambda node: node.clade)
        notify(
            source,
            f"{len(short)} clades whose reads are not those of their members, such as {worst.name!r}",
            "reads of the lines that are there are taken",
            "If the report was cut or filtered, take the whole one.",
            worst.line,
        )


@dataclass(frozen=True)
class _Combined:
    """Reports side by side."""

    source: Source
    header: list[str]
    names: dict[str, str]
    rows: list[tuple[int, list[str]]]

    @classmethod
    def of(cls, source: Source) -> _Combined:
        """Cut a file into fields: samples are numbered, 1 or S1, and named or called by files above the header."""
        lines = [(n, line.split("\t")) for n, line in enumerate(source.lines, 1) if line.strip()]
        above = [fields for _, fields in lines if fields[0].startswith("#")]
        header = [field.lstrip("#") for field in above[-1]]
        listed_above = [fields for fields in above[:-1] if len(fields) == 2]
        names: dict[str, str] = {}
        for i, (name, file) in enumerate(listed_above, 1):
            numbered = re.fullmatch(r"#S\d+", name)
            names |= dict.fromkeys(
                (str(i), f"S{i}"), sample_of(Path(file.strip()).name) if numbered else name[1:]
            )
        return cls(source, header, names, [(n, row) for n, row in lines if not row[0].startswith("#")])

    def table(self) -> TaxaTable:
        """Reads of each taxon itself, by sample."""
        own = {name[: -len("_lvl")]: i for i, name in enumerate(self.header) if name.endswith("_lvl")}
        own.pop("tot", None)
        missing = {"lvl_type", "taxid", "name"} - set(self.header)
        if missing or not own:
            raise InputError.one(
                self.source, "combined reports without the reads of single samples", "columns S1_lvl, S2_lvl ...",
                "Combine them with combine_kreports.py without --only-combined.",
            )  # fmt: skip
        self._check(own)
        nodes = [self._node(n, row) for n, row in self.rows]
        taxa = [
            Taxon(node.taxid, node.name, lineage)
            for node, lineage in zip(nodes, _lineages(nodes), strict=True)
        ]
        profiles: dict[str, Profile] = {
            self.names.get(sample, sample): {
                taxon: float(row[column])
                for taxon, (_, row) in zip(taxa, self.rows, strict=True)
                if int(row[column])
            }
            for sample, column in own.items()
        }
        return gathered(profiles, self.source, "reads")

    def _node(self, n: int, row: Sequence[str]) -> Node:
        rank, taxid, name = (row[self.header.index(column)] for column in ("lvl_type", "taxid", "name"))
        return Node(
            n, (len(name) - len(name.lstrip(" "))) // 2, rank.strip(), taxid.strip(), name.strip(), 0, 0
        )

    def _check(self, own: dict[str, int]) -> None:
        wrong = [
            (n, row)
            for n, row in self.rows
            if len(row) != len(self.header) or not all(is_count(row[i]) for i in own.values())
        ]
        wanted = f"{len(self.header)} fields, with whole numbers of reads"
        InputError.raise_any(
            first_faults(Fault(self.source, shorten("\t".join(row)), wanted, "", n) for n, row in wrong)
        )
