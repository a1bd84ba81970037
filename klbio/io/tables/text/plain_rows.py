"""Rows of names and numbers in a block of text: one compiled pass that keeps what is not 0.

It knows plain fields only: digits, perhaps a point and digits, perhaps an exponent; in columns of names whatever needs
no second look.  Where anything else stands it stops, and says so.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from klbio.compiled import compiled
from klbio.distributions import FloatArray

__all__ = ["Layout", "Rows", "rows_of"]

Bytes = NDArray[np.uint8]
Ints = NDArray[np.int64]
TAB, NEWLINE, RETURN, QUOTE, POINT, ZERO, NINE = 9, 10, 13, 34, 46, 48, 57
SIGNS, EXPONENTS = (43, 45), (69, 101)
DEPARTS = -1
MOST_DIGITS = 15  # of a number that a float holds exactly, and so its quotient by a power of ten
TENS = 10 ** np.arange(MOST_DIGITS + 1)
WHOLE, OTHERWISE, FRACTION, THOUSANDS, LONG = range(5)  # how a number is written


class Layout(NamedTuple):
    """How the rows of a table look.

    Attributes
    ----------
    separator : int
        The byte between fields.
    quoted : bool
        Whether fields may stand in quotes.
    is_text : ndarray of bool of shape (n_columns,)
        Columns of names.
    """

    separator: int
    quoted: bool
    is_text: NDArray[np.bool_]


class Rows(NamedTuple):
    """The rows of a block.

    Attributes
    ----------
    ends : ndarray of int of shape (n_rows,)
        How many of `columns` and `values` belong to a row and those before it.
    columns, values : ndarray
        Numbers that are not 0; some that are written in many digits may be.
    texts : ndarray of int of shape (n_rows, n_text_columns, 2)
        Places of the names: first byte, and the one behind the last.
    otherwise, beyond : ndarray of bool of shape (n_columns,)
        Columns with numbers that Python would write otherwise; with fractions of other than three digits behind one to
        three before the point.
    departs : int
        The place of the row in which something else stands; -1 where none does.
    """

    ends: Ints
    columns: NDArray[np.int32]
    values: FloatArray
    texts: Ints
    otherwise: NDArray[np.bool_]
    beyond: NDArray[np.bool_]
    departs: int


class _Found(NamedTuple):
    """Room for rows; how many rows, numbers, and numbers of many digits are in it, and how those of a column look."""

    n: Ints
    ends: Ints
    columns: NDArray[np.int32]
    values: FloatArray
    long: Ints
    texts: Ints
    forms: NDArray[np.bool_]


def rows_of(text: bytes, layout: Layout) -> Rows:
    r"""Read whole lines.

    Examples
    --------
    >>> found = rows_of(b"A\t0\t12\nB\t2.5\t0\n", Layout(9, False, np.array([True, False, False])))
    >>> found.ends.tolist(), found.columns.tolist(), found.values.tolist(), found.beyond.tolist(), found.departs
    ([1, 2], [2, 1], [12.0, 2.5], [False, True, False], -1)
    """
    symbols, found = np.frombuffer(text, dtype=np.uint8), _room(len(text), layout)
    departs = _rows(symbols, layout, found)
    n_rows, n_values, n_long = found.n.tolist()
    values, columns, forms = found.values[:n_values], found.columns[:n_values], found.forms
    for k in found.long[:n_long].tolist():
        start = int(values[k])
        values[k] = float(text[start : _number(symbols, start)[0]])
        forms[OTHERWISE if values[k].is_integer() else FRACTION, columns[k]] = True
    otherwise = forms[OTHERWISE] | forms[FRACTION] | forms[THOUSANDS]
    texts = found.texts[:n_rows]
    return Rows(found.ends[:n_rows], columns, values, texts, otherwise, forms[FRACTION], departs)


def _room(size: int, layout: Layout) -> _Found:
    """Make room for what so many bytes may hold: a number and what follows it take two."""
    n_columns, n_texts = len(layout.is_text), int(layout.is_text.sum())
    n_rows, n_values = size // max(1, 2 * n_columns - n_texts) + 1, size // 2 + 1
    return _Found(
        np.zeros(3, np.int64), np.empty(n_rows, np.int64), np.empty(n_values, np.int32), np.empty(n_values),
        np.empty(n_values, np.int64), np.empty((n_rows, n_texts, 2), np.int64), np.zeros((LONG + 1, n_columns), bool),
    )  # fmt: skip


@compiled
def _rows(text: Bytes, layout: Layout, found: _Found) -> int:
    """Fill what is known of the rows, and give the place of one that departs."""
    n, at = found.n, 0
    while at < len(text):
        n_values, n_long = n[1], n[2]
        after = _row(text, at, layout, found)
        if after < 0:
            n[1], n[2] = n_values, n_long
            return at
        found.ends[n[0]] = n[1]
        n[0] += 1
        at = after
    return DEPARTS


@compiled
def _row(text: Bytes, at: int, layout: Layout, found: _Found) -> int:
    """Read a row, and give the place behind it."""
    separator, is_text, n_texts = layout.separator, layout.is_text, 0
    for j in range(len(is_text)):
        if j:
            if text[at] != separator:
                return DEPARTS
            at += 1
        if is_text[j]:
            begin, end, at = _text(text, at, separator, layout.quoted)
            found.texts[found.n[0], n_texts, 0], found.texts[found.n[0], n_texts, 1] = begin, end
            n_texts += 1
        elif text[at] == ZERO and text[at + 1] == separator:  # most are
            at += 1
        elif _is_zero_point_zero(text, at, separator):
            found.forms[OTHERWISE, j] = True
            at += 3
        else:
            at = _field(text, at, j, layout.quoted, found)
        if at < 0:
            return DEPARTS
    at += text[at] == RETURN
    return at + 1 if text[at] == NEWLINE else DEPARTS


@compiled
def _is_zero_point_zero(text: Bytes, at: int, separator: int) -> bool:
    """Whether 0.0 stands there, as most do where BIOM was turned into text."""
    return bool(
        text[at] == ZERO and text[at + 1] == POINT and text[at + 2] == ZERO and text[at + 3] == separator
    )


@compiled
def _field(text: Bytes, at: int, j: int, quoted: bool, found: _Found) -> int:
    """Read a number, and give the place behind it; of one with many digits the place stands for its value."""
    opened = quoted and text[at] == QUOTE
    at += opened
    end, value, form = _number(text, at)
    if form == LONG or value:
        n = found.n
        found.columns[n[1]], found.values[n[1]] = j, at if form == LONG else value
        if form == LONG:
            found.long[n[2]] = n[1]
            n[2] += 1
        n[1] += 1
    found.forms[form, j] = True
    if opened and end >= 0:
        return end + 1 if text[end] == QUOTE else DEPARTS
    return end


@compiled
def _text(text: Bytes, at: int, separator: int, quoted: bool) -> tuple[int, int, int]:
    """Find where a name begins, ends, and what follows it; DEPARTS where it needs a second look."""
    opened = quoted and text[at] == QUOTE
    begin = at + opened
    at = begin
    within = opened and separator != TAB  # between tabs a quote around one is a part of a name
    while text[at] != NEWLINE and (within or text[at] != separator):
        if text[at] == QUOTE:
            return begin, at, at + 1 if opened else DEPARTS
        if text[at] == RETURN and text[at + 1] == NEWLINE:
            break
        if text[at] == RETURN or text[at] == 0:
            return begin, at, DEPARTS
        at += 1
    return begin, at, DEPARTS if opened else at


@compiled
def _number(text: Bytes, at: int) -> tuple[int, float, int]:
    """Read a number: where it ends (DEPARTS where there is none), its value, how it is written."""
    start = at
    at, digits = _digits(text, at, 0)
    n_before, n_after = at - start, 0
    if n_before and text[at] == POINT:
        begin = at + 1
        at, digits = _digits(text, begin, digits)
        n_after = at - begin
    if text[at - 1] == POINT or not n_before:
        return DEPARTS, 0.0, WHOLE
    if text[at] in EXPONENTS:
        begin = at + (2 if text[at + 1] in SIGNS else 1)
        at, _ = _digits(text, begin, 0)
        return (at if at > begin else DEPARTS), 0.0, LONG
    if n_before + n_after > MOST_DIGITS:
        return at, 0.0, LONG
    form = _form(digits % TENS[n_after] != 0, n_before, n_after, text[start] == ZERO)
    return at, digits / TENS[n_after], form


@compiled
def _digits(text: Bytes, at: int, before: int) -> tuple[int, int]:
    """Read digits behind others: where they end, and their number; of too many to be kept, any."""
    while ZERO <= text[at] <= NINE:
        before = before * 10 + (text[at] - ZERO)
        at += 1
    return at, before


@compiled
def _form(is_fraction: bool, n_before: int, n_after: int, begins_with_zero: bool) -> int:
    """Tell how a number is written from its digits before and after the point."""
    if is_fraction:
        return THOUSANDS if n_after == 3 and n_before <= 3 and not begins_with_zero else FRACTION
    return WHOLE if n_after == 0 and (n_before == 1 or not begins_with_zero) else OTHERWISE
