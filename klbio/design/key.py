"""Which column of a sheet names the samples of a table."""

from __future__ import annotations

from collections.abc import Sequence

from klbio.columns import SAMPLE
from klbio.design.columns import sample_columns
from klbio.errors import InputError, listed
from klbio.sheet import Sheet
from klbio.spelling import NearNames

__all__ = ["column_of_names"]


def column_of_names(sheet: Sheet, sides: Sequence[Sequence[str]]) -> str:
    """Give the column that names most samples of the table; of several, the one that is called so.

    Where none does, it is the one whose names look like those of one side.

    Raises
    ------
    InputError
        If no column does.
    """
    there = {name for side in sides for name in side}
    shared = {column: len({row[column] for row in sheet} & there) for column in sheet.columns}
    if not any(shared.values()):
        shared = {column: _n_near([row[column] for row in sheet], sides) for column in sheet.columns}
    most = max(shared.values(), default=0)
    if not most:
        names = " or ".join(listed(side) for side in sides)
        raise InputError.one(
            sheet.path, f"columns {listed(sheet.columns, 20)}, none with names of samples ({names})",
            "a column with the names that the table has",
            "Check that table and sheet are of one study; names are compared letter by letter.",
        )  # fmt: skip
    best = [column for column, n in shared.items() if n == most]
    named = dict(zip(sheet.columns, sample_columns().named(sheet.columns), strict=True))
    return next((column for column in best if named[column] == SAMPLE), best[0])


def _n_near(names: Sequence[str], sides: Sequence[Sequence[str]]) -> int:
    """Count the names that look like those of a side, which may have something in front or behind."""
    near = [NearNames(list(dict.fromkeys(names)), side) for side in sides]
    return max(len(of_side.of_r or of_side.pairs) for of_side in near)
