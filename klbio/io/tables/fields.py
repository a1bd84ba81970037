"""Lines of a text table cut into fields: by tabs, or by what a spreadsheet or R put between them."""

from __future__ import annotations

import csv
from collections.abc import Sequence

from klbio.errors import InputError, StrPath

__all__ = ["cut_fields"]


def cut_fields(path: StrPath, lines: Sequence[tuple[int, str]]) -> list[list[str]]:
    """Cut numbered lines into fields; quotes belong to no name where the header has them.

    Raises
    ------
    InputError
        If a field is larger than any name.
    """
    if not lines:
        return []
    first = lines[0][1]
    if "\t" in first and not first.startswith('"'):
        return [text.split("\t") for _, text in lines]
    marks = "\t" if "\t" in first else ",; "
    try:
        cuts = {mark: [next(csv.reader([text], delimiter=mark)) for _, text in lines] for mark in marks}
    except csv.Error as error:
        raise InputError.one(path, f"text that is no table ({error})", "a field for each column") from error
    return max(cuts.values(), key=_evenness)


def _evenness(rows: Sequence[Sequence[str]]) -> tuple[bool, int]:
    """Rows of one width come before others; R's header may lack a field."""
    widths = {len(row) for row in rows[1:]} or {len(row) for row in rows}
    even = len(widths) == 1 and len(rows[0]) in {*widths, min(widths) - 1} and max(widths) > 1
    return even, -max(widths)
