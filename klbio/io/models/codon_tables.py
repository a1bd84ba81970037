"""Codon-usage tables as they are written: each dialect recognised, and taken apart."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from klbio.alphabets import CODONS
from klbio.errors import shorten
from klbio.io.models.codon_rows import are_rows, read_rows
from klbio.io.models.codon_table import LEAST, CodonTable, Dialect, dna_codon, number_in, repeated_in
from klbio.io.models.text import Diagnostics

__all__ = ["dialect_of"]

ITEM = re.compile(
    r"(?<![A-Za-z])([ACGTU]{3})\s+(?:([A-Z*])\s+\d*\.?\d+\s+)?(\d*\.?\d+)\s*\(\s*(\d+)\s*\)"
)  # codon, perhaps amino acid and its share, per thousand, (count)
TAG = re.compile(r"<[^>\n]{1,200}>")
HEADING = re.compile(r"^\s*([^\n\[\]]{1,200}?)\s*\[(\w{1,20})\]\s*:\s*\d+\s*CDS", re.MULTILINE)
CODE = re.compile(r"Genetic code\s+(\d{1,3})\s*:")
HEADER_LINES = 20
# the order of counts in CUTG: https://www.kazusa.or.jp/codon/current/SPSUM_LABEL
LABEL = (
    "CGA CGC CGG CGT AGA AGG CTA CTC CTG CTT TTA TTG TCA TCC TCG TCT AGC AGT ACA ACC ACG ACT CCA CCC CCG CCT GCA GCC "
    "GCG GCT GGA GGC GGG GGT GTA GTC GTG GTT AAA AAG AAC AAT CAA CAG CAC CAT GAA GAG GAC GAT TAC TAT TGC TGT TTC TTT "
    "ATA ATC ATT ATG TGG TAA TAG TGA"
)
CUTG = LABEL.split()


def dialect_of(text: str) -> Dialect | None:
    """Find what takes a text, or the start of one, apart; None where it is no table of codons."""
    if len({match[1] for match in ITEM.finditer(TAG.sub("", text))}) >= LEAST:
        return _items
    lines = text.split("\n")
    if _wide_header(lines) is not None:
        return _wide
    if any(_is_cutg(*pair) for pair in pairwise(lines[:5])):
        return _cutg
    return read_rows if are_rows(text) else None


def _items(text: str, diagnostics: Diagnostics) -> list[CodonTable]:
    """Take apart tables of items, as Kazusa shows them; a codon that comes again begins the next table."""
    plain = TAG.sub("", text)
    headings = [(match.start(), match[1].strip(), match[2]) for match in HEADING.finditer(plain)]
    groups: list[list[re.Match[str]]] = []
    for match in ITEM.finditer(plain):
        headed = groups and any(groups[-1][-1].end() <= at < match.start() for at, *_ in headings)
        if not groups or headed or len(groups[-1]) >= len(CODONS):
            groups.append([])
        groups[-1].append(match)
    ends = [group[0].start() for group in groups[1:]] + [len(plain)]
    return [_of_items(group, plain, headings, end) for group, end in zip(groups, ends, strict=True)]


def _of_items(
    group: Sequence[re.Match[str]], text: str, headings: Sequence[tuple[int, str, str]], end: int
) -> CodonTable:
    start = group[0].start()
    above = [(name, tag) for at, name, tag in headings if at < start][-1:] or [("", "")]
    code = CODE.search(text, group[-1].end(), end)
    found = [(dna_codon(match[1]), match) for match in group]
    codons = [codon for codon, _ in found]
    return CodonTable(
        above[0][0], {codon: (float(match[4]), float(match[3])) for codon, match in found}, above[0][1],
        {codon: match[2] for codon, match in found if match[2]}, int(code[1]) if code else None,
        repeated_in(codons), text.count("\n", 0, start) + 1,
    )  # fmt: skip


def _wide_header(lines: Sequence[str]) -> tuple[int, str] | None:
    """Find the line that names a column for nearly each codon, and what stands between its columns."""
    for number, line in enumerate(lines[:HEADER_LINES]):
        for separator in "\t,;":
            if len({dna_codon(name) for name in line.lstrip("#").split(separator)} - {""}) >= LEAST:
                return number, separator
    return None


def _wide(text: str, diagnostics: Diagnostics) -> list[CodonTable]:
    """Take apart a table with a species a row and a column for each codon."""
    lines = text.split("\n")
    at, separator = _wide_header(lines) or (0, "\t")
    header = _fields(lines[at].lstrip("#"), separator)
    tables = []
    for n, line in enumerate(lines[at + 1 :], at + 2):
        fields = _fields(line, separator)
        if not line.strip() or line.startswith("#"):
            continue
        if len(fields) != len(header):
            diagnostics.fault(f"{len(fields)} fields", f"{len(header)}, as in the header", n)
            continue
        tables.append(_of_species(list(zip(header, fields, strict=True)), n, diagnostics))
    return tables


def _fields(line: str, separator: str) -> list[str]:
    return [word.strip().strip('"') for word in line.split(separator)]


def _of_species(row: Sequence[tuple[str, str]], line: int, diagnostics: Diagnostics) -> CodonTable:
    """Take apart a row of column names and fields; its numbers are counts where all of them are whole."""
    values = [(dna_codon(name), number_in(word, line, diagnostics)) for name, word in row if dna_codon(name)]
    whole = all(value.is_integer() for _, value in values)
    said = {name.lower(): word for name, word in row}
    name = said.get("species") or said.get("organism") or said.get("name") or row[0][1]
    organelle, code = said.get("organelle", ""), said.get("translation table", "")
    return CodonTable(
        name if organelle.lower() in ("genomic", "", "-") else f"{name}, {organelle}",
        {codon: (value, 0.0) if whole else (0.0, value) for codon, value in values},
        tag=said.get("assembly") or said.get("taxid") or "",
        genetic_code=int(code) if code.isdecimal() and len(code) < 4 else None,
        repeated=repeated_in([codon for codon, _ in values]), line=line,
    )  # fmt: skip


def _is_cutg(label: str, line: str) -> bool:
    words = line.split()
    return ":" in label and len(words) == len(CUTG) and all(word.isdecimal() for word in words)


def _cutg(text: str, diagnostics: Diagnostics) -> list[CodonTable]:
    """Take apart CUTG's sums of species: a line with number, name and genes, one of 64 counts below."""
    lines = [(n, line) for n, line in enumerate(text.split("\n"), 1) if line.strip()]
    tables = []
    for (n, label), (_, line) in zip(lines[::2], lines[1::2], strict=False):
        if not _is_cutg(label, line):
            diagnostics.fault(shorten(label, 60), "a line with the species, and 64 counts below it", n)
            continue
        taxon, _, rest = label.partition(":")
        counts = {codon: (float(word), 0.0) for codon, word in zip(CUTG, line.split(), strict=True)}
        tables.append(
            CodonTable(rest.rpartition(":")[0].strip() or rest.strip(), counts, taxon.strip(), line=n)
        )
    return tables
