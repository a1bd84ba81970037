"""What separates the fields of a text table, and whether they stand in quotes: told from its first lines."""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

__all__ = ["LOOKED_AT", "UNIT", "Dialect"]

UNIT = "\x1f"  # between fields that were taken out of quotes
SEPARATORS = ("\t", ";", ",", " ")
LOOKED_AT = 50  # rows
QUOTED_TAB = re.compile(r'(?:^|\t)"[^\t"]*(?:""[^\t"]*)*"(?=\t|$)')
OPENED_TAB = re.compile(r'(?:^|\t)"')


@dataclass(frozen=True)
class Dialect:
    """How lines are cut into fields.

    Parameters
    ----------
    separator : str
        One character; a space stands for any run of spaces.
    quoted : bool
        Whether quotes around a field are none of its own.
    """

    separator: str
    quoted: bool = False

    @classmethod
    def of(cls, lines: Sequence[str]) -> Dialect | None:
        """Find the separator with which header and rows fit best; None where no line has two fields.

        >>> Dialect.of(["taxon;day0", "Blautia;3,0"])
        Dialect(separator=';', quoted=False)
        """
        rows = [line for line in lines[: LOOKED_AT + 1] if not line.startswith("#")][:LOOKED_AT]
        if len(rows) < 2 or lines[0].startswith("#"):
            rows = [next((line for line in lines if len(line) > 1), ""), *rows]
        best, fit = None, (0, 0.0, 0)
        for separator in SEPARATORS[: 4 if not any("\t" in row for row in rows) else 1]:
            dialect = cls(separator, _is_quoted(lines, separator))
            found = dialect._fit(rows)
            if found > fit and (separator != " " or (fit[0] == 0 and found[1] == 1)):
                best, fit = dialect, found
        return best

    def _fit(self, rows: Sequence[str]) -> tuple[int, float, int]:
        """How well lines agree: header and rows, rows among each other, and how many fields they have."""
        try:
            header, *widths = [len(fields) for fields in self.cut(rows)]
        except csv.Error:
            return 0, 0.5, 0  # a quote that does not pair: said by who reads on
        if not widths:
            return 0, 0.0, 0
        width, times = Counter(widths).most_common(1)[0]
        agrees = 2 if header == width else 1
        return (agrees, times / len(widths), width) if width > 1 else (0, 0.0, 0)

    @property
    def between(self) -> str:
        """What separates the fields of `plain` lines."""
        return UNIT if self._is_parsed else self.separator

    @property
    def _is_parsed(self) -> bool:
        return self.quoted or self.separator == " "

    def cut(self, lines: Iterable[str]) -> Iterator[list[str]]:
        """Cut each line into fields; a quoted field may go on in the next line."""
        if not self._is_parsed:
            return (line.split(self.separator) for line in lines)
        if self.separator == " ":
            lines = (line.strip() for line in lines)
        spaces = self.separator == " "
        return csv.reader(
            lines,
            delimiter=self.separator,
            quoting=csv.QUOTE_MINIMAL if self.quoted else csv.QUOTE_NONE,
            skipinitialspace=spaces,
            strict=True,
        )

    def plain(self, lines: Sequence[tuple[int, str]]) -> Iterator[tuple[int, str]]:
        """Give the lines without quotes, fields separated by `between`.

        Raises
        ------
        csv.Error
            Where quotes do not pair.
        """
        if not self._is_parsed:
            yield from lines
            return
        texts = (line for _, line in lines)
        reader, start = self.cut(texts), 0
        for fields in reader:
            yield lines[start][0], UNIT.join(field.replace(UNIT, " ") for field in fields)
            start = getattr(reader, "line_num", start + 1)


def _is_quoted(lines: Sequence[str], separator: str) -> bool:
    """Whether quotes are around fields; between tabs, a quote may belong to a name."""
    with_quotes = [line for line in lines if '"' in line]
    if separator != "\t" or not with_quotes:
        return bool(with_quotes)
    opened = sum(len(OPENED_TAB.findall(line)) for line in with_quotes)
    return 0 < opened == sum(len(QUOTED_TAB.findall(line)) for line in with_quotes)
