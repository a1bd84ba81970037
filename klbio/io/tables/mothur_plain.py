"""Large ``.shared``, ``.relabund`` and ``count_table`` files that are nothing but plain, without their zeros."""

from __future__ import annotations

import numpy as np
from scipy import sparse

from klbio.errors import InputError
from klbio.io.source import Source
from klbio.io.tables.text.plain_start import NotPlainError, is_large
from klbio.taxa_table import TaxaTable
from klbio.tidy import in_units

__all__ = ["COUNTED", "SHARED", "plain_count_table", "plain_shared"]

SHARED = ["label", "group", "numotus"]
COUNTED = ["representative_sequence", "total"]
Table = tuple[list[list[str]], list[str], sparse.csr_array]


def plain_shared(source: Source) -> TaxaTable | None:
    """Read samples in rows; nothing where the file is small, or where anything may be wrong in it."""
    if (found := _read(source, SHARED)) is None:
        return None
    (labels, samples, sizes), taxa, values = found
    if len(set(labels)) > 1 or set(sizes) != {str(len(taxa))}:
        return None
    return TaxaTable(in_units(samples, taxa, values, str(source)), samples_known=True, counted_once=True)


def plain_count_table(source: Source) -> TaxaTable | None:
    """Read taxa in rows, as `plain_shared` reads samples; totals must be those of the samples."""
    if (found := _read(source, COUNTED)) is None:
        return None
    (taxa, totals), samples, values = found
    if totals != [f"{total:.0f}" for total in values.sum(axis=1).tolist()]:
        return None
    return TaxaTable(in_units(samples, taxa, values.T, str(source)), samples_known=True, counted_once=True)


def _read(source: Source, called: list[str]) -> Table | None:
    """Give the first columns, which are called so, the names of the others, and their numbers."""
    if not is_large(source) or "\t" not in "".join(source.first_lines(1)):
        return None
    from klbio.io.tables.text.plain_grid import plain_grid  # compiled: numba is heavy

    n_first = len(called)
    try:
        grid = plain_grid(source, bare=True)
        first = [grid.texts[j] if j in grid.texts else grid.column(j) for j in range(n_first)]
    except (NotPlainError, InputError):
        return None
    names, numeric = list(grid.header[n_first:]), [j for j in grid.numeric if j >= n_first]
    whole = [name.lower() for name in grid.header[:n_first]] == called and len(numeric) == len(names) > 0
    if not whole or np.isinf(grid.values.data).any():
        return None
    return first, names, grid.values[:, -len(names) :].astype(float)
