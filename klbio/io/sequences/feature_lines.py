"""Lines of annotation, whatever wraps them: browsers' lines, heads of columns, what spreadsheets and converters do."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator

from klbio.errors import InputError, StrPath, note
from klbio.io.encoding import codec_of
from klbio.io.source import Source
from klbio.io.unreadable import readable

__all__ = ["COLUMNS", "FASTA", "feature_lines", "features", "numbered_lines"]

COLUMNS = 9
FASTA = "##FASTA"
MAX_LINE = 1 << 20
BROWSER = re.compile(r"(?:track|browser)(?:\s|$)")
HEADED = re.compile(r"(?:start|begin|from)$", re.IGNORECASE)
PHASES = ("0", "1", "2", ".")
WHOLE = re.compile(r"(\d+)\.0+$", re.ASCII)  # what tables of numbers make of a coordinate
STRANDS = {"1": "+", "+1": "+", "-1": "-", "": "."}
ESCAPED = re.compile("[\udc80-\udcff]")
EXCEL = re.compile(r'^"((?:[^"]|"")*)"$')  # a whole field in quotes, those within it doubled


def feature_lines(path: StrPath) -> Iterator[tuple[int, str]]:
    """Give the numbered lines of features; the first line of FASTA, where there is some, ends them as ``##FASTA``."""
    for n, line in numbered_lines(path):
        if is_fasta(line):
            yield n + (line[0] != ">"), FASTA
            return
        if is_feature(line):
            yield n, as_columns(line)


def features(lines: list[str]) -> Iterator[list[str]]:
    """Give the columns of those of some first lines that are features."""
    for line in lines:
        if is_fasta(line):
            return
        if is_feature(line):
            yield as_columns(line).split("\t")


def is_fasta(line: str) -> bool:
    """Whether sequence begins here: a ``>`` may also be the first letter of a name in the first of nine columns."""
    return line[: len(FASTA)].upper() == FASTA or (line[:1] == ">" and line.count("\t") < COLUMNS - 1)


def is_feature(line: str) -> bool:
    """Whether it is no comment, nothing for a browser, no head of columns, and not empty."""
    if not line.strip() or line.startswith("#") or BROWSER.match(line):
        return False
    fields = line.split("\t", 4)
    return len(fields) < 5 or not HEADED.match(fields[3].strip())


def as_columns(line: str) -> str:
    r"""Bring a line into nine columns: empty ones behind them go, and what spreadsheets and tables of numbers add.

    >>> as_columns("c\tx\tcds\t1.0\t9.0\t.\t1\t0\tID=a\t\t").split("\t")
    ['c', 'x', 'CDS', '1', '9', '.', '+', '0', 'ID=a']
    >>> as_columns('c\tx\tCDS\t1\t9\t.\t+\t0\t"gene_id ""a"";"').split("\t")[-1]
    'gene_id "a";'
    """
    fields = line.split("\t")
    while len(fields) > COLUMNS and not fields[-1].strip():
        fields.pop()
    if len(fields) == COLUMNS - 1 and fields[2].upper() != "CDS" and fields[-1] in PHASES:
        fields.append("")
    if len(fields) != COLUMNS:
        return line
    fields[0] = fields[0].removeprefix(">")
    fields[2] = "CDS" if fields[2].upper() == "CDS" else fields[2]
    fields[3:5] = [WHOLE.sub(r"\1", number) for number in fields[3:5]]
    fields[6], fields[7] = STRANDS.get(fields[6], fields[6]), fields[7] or "."
    if '""' in fields[8]:
        fields[8] = EXCEL.sub(r"\1", fields[8].strip()).replace('""', '"')
    return "\t".join(fields)


def numbered_lines(path: StrPath) -> Iterator[tuple[int, str]]:
    """Give numbered lines without their ends, one at a time; Western letters that are not UTF-8 are read, and said."""
    n, western = 0, False
    with readable(path), Source.of(path).unpacked() as handle:
        codec = codec_of(Source.of(path).unpacked_start)
        text = io.TextIOWrapper(handle, encoding=codec, errors="surrogateescape", newline=None)
        while line := text.readline(MAX_LINE):
            n += 1
            if len(line) == MAX_LINE:
                raise InputError.one(path, f"more than {MAX_LINE} letters", "a shorter line", "", n)
            if ESCAPED.search(line):
                line, western = ESCAPED.sub(_western, line), True
            yield n, line.rstrip("\r\n")
    if western:
        note(path, "letters that are not UTF-8", "read as Windows-1252 (Latin-1)")


def _western(match: re.Match[str]) -> str:
    """Read a byte that is no UTF-8; `UnicodeDecodeError` for the few that are no letter there either."""
    return match[0].encode("ascii", "surrogateescape").decode("cp1252")
