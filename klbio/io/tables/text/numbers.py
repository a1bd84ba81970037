"""Numbers of a text table: read at once where all are sound, cell by cell where one is not."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from klbio.distributions import FloatArray
from klbio.io.tables.text.lines import Lines
from klbio.io.tables.text.words import is_blank, number

__all__ = ["THOUSANDS", "number_or_nan", "numbers", "written_number"]

DECIMAL_COMMA = re.compile(r"\s*-?\d+,\d+([eE][+-]?\d+)?\s*", re.ASCII)
PLAIN = re.compile(r"[0-9.eE -]*")
PERCENT = re.compile(r"\s*\d+([.,]\d+)?([eE][+-]?\d+)?\s*%\s*", re.ASCII)
THOUSANDS = re.compile(r"[1-9]\d{0,2}([,.' \u00a0\u202f]\d{3})+", re.ASCII)


def number_or_nan(field: str) -> float:
    """Give the number of a field, NaN where it is none.

    >>> number_or_nan("7"), number_or_nan("seven")
    (7.0, nan)
    """
    value = number(field)
    return float("nan") if value is None else value


def written_number(value: float) -> str:
    """Write a number with all its digits.

    >>> written_number(7.0), written_number(0.5)
    ('7', '0.5')
    """
    return str(int(value)) if value.is_integer() else repr(value)


def numbers(grid: Lines, columns: Sequence[int]) -> FloatArray:
    """Read columns of numbers, shape (n_rows, n_columns); NaN where a field is none.

    Decimal commas are read as such, unless all of them may separate thousands; percent signs behind all numbers are
    taken away.
    """
    if _are_percentages(grid, columns):
        grid = replace(grid, lines=[re.sub(r"(?<=\d)\s*%", "", line) for line in grid.lines])
    lines = grid.lines
    if _has_decimal_comma(grid, columns):
        lines = [line.replace(",", ".") for line in lines]
    plus = f"{grid.separator}+"  # before a number to Python, and to no program that writes
    if not any(plus in line for line in lines):
        try:
            return np.loadtxt(lines, delimiter=grid.separator, usecols=list(columns), comments=None, ndmin=2)
        except ValueError:
            pass
    rows = (line.split(grid.separator) for line in lines)
    return np.array([_numbers([row[j] for j in columns]) for row in rows], dtype=float)


def _numbers(fields: Sequence[str]) -> FloatArray:
    """Read fields one by one where not all are sound."""
    if PLAIN.fullmatch("".join(fields)):
        try:
            return np.array([field if field.strip() else "nan" for field in fields], dtype=float)
        except ValueError:
            pass
    return np.array([number_or_nan(field) for field in fields])


def _are_percentages(grid: Lines, columns: Sequence[int]) -> bool:
    """Whether a percent sign stands behind every number but 0."""
    fields = [field for row in grid.looked_at() for j in columns if not is_blank(field := row[j])]
    signed = sum(PERCENT.fullmatch(field) is not None for field in fields)
    return 0 < signed == sum(number(field) != 0 for field in fields)


def _has_decimal_comma(grid: Lines, columns: Sequence[int]) -> bool:
    """Whether commas stand before decimals: no number has a point, and not all commas have three digits after them."""
    looked_at = [row[j] for row in grid.looked_at() for j in columns]
    if grid.separator == "," or any("." in field for field in looked_at if number(field) is not None):
        return False
    if not any(DECIMAL_COMMA.fullmatch(field) for field in looked_at):
        return False
    certain = re.compile(r"(?:^|\t)\s*-?(?:0,\d+|\d+,(?!\d{3}\s*(?:\t|$))\d+|\d{4,}(?:,\d+)?)\s*(?=\t|$)")
    rows = (line.split(grid.separator) for line in grid.lines)
    return any(certain.search("\t".join([row[j] for j in columns])) for row in rows)
