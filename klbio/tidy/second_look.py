"""What holds in every sample of the sheet, but not in a column that is none: a number of each taxon, such as its id."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Collection
from dataclasses import replace

from klbio.errors import InputError, listed
from klbio.taxa_table import TaxaTable

__all__ = ["look_again"]

MANY, PART = 10, 4  # columns that the sheet does not name, of its samples: more are samples of another study
SAMPLES = 3  # of fewer, chance makes sums


def look_again(table: TaxaTable, samples: Collection[str], tidied: Callable[[TaxaTable], TaxaTable]) -> None:
    """Refuse a table whose samples of the sheet, by themselves, would be read otherwise.

    Parameters
    ----------
    table : TaxaTable
        Samples in rows, as it is read with all its columns.
    samples : collection of str
        Those of the sheet.
    tidied : callable
        What tidies a table.

    Raises
    ------
    InputError
        As `klbio.tidy.tidied` does; where taxa turn out to be the sums of others, or reads to be proportions.
    """
    others = [name for name in table.counts.samples if name not in samples]
    n_named = len(table.counts.samples) - len(others)
    if not 0 < len(others) <= min(MANY, n_named / PART) or n_named < SAMPLES:
        return
    counts = table.counts.rows([name for name in table.counts.samples if name in samples])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        alone = tidied(replace(table, counts=counts, dropped=()))
    found = listed([row.name for row in alone.dropped])
    if found or alone.counts.unit != table.counts.unit:
        what = (
            f"sums of others ({found})" if found else f"{alone.counts.unit} in place of {table.counts.unit}"
        )
        raise InputError.one(
            table.counts.name, f"{what} in every sample of the sheet, but not in {listed(others, 8)}",
            "samples, and what describes taxa by a name that says so",
            "Leave out the columns or rows that are no samples.",
        )  # fmt: skip
