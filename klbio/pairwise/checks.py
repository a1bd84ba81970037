"""The door of the all-pairs engine: what is accepted, and what is said when it is not."""

from __future__ import annotations

import numpy as np
from scipy import sparse

from klbio.distributions import Counts, MatrixLike
from klbio.errors import Fault, InputError, listed
from klbio.pairwise.measures import MEASURES, Measure

__all__ = [
    "as_counts",
    "measure_named",
    "same_labels",
    "whole_number",
]


def as_counts(name: str, table: Counts | MatrixLike) -> Counts:
    """Accept `Counts`, a sparse matrix or an array of counts, each row with at least one count."""
    counts = table if isinstance(table, Counts) else _unlabelled(name, table)
    with np.errstate(over="ignore"):
        depth = counts.depth
    faults = []
    if (depth == 0).any():
        who = listed(np.asarray(counts.samples, dtype=object)[depth == 0])
        remedy = "A sample without counts has no distribution: leave it out."
        faults.append(Fault(counts.name, f"no counts at all in sample {who}", "a depth above 0", remedy))
    if not np.isfinite(depth).all():
        who = listed(np.asarray(counts.samples, dtype=object)[~np.isfinite(depth)])
        faults.append(Fault(counts.name, f"counts in sample {who} whose sum overflows", "a finite depth"))
    InputError.raise_any(faults)
    return counts


def _unlabelled(name: str, table: MatrixLike) -> Counts:
    expected = "Counts, a sparse matrix or an array of counts of shape (n_samples, n_categories)"
    try:
        values = table if sparse.issparse(table) else np.asarray(table, dtype=float)
    except (TypeError, ValueError) as error:
        raise InputError.one(name, f"{type(table).__name__} that is no array of numbers", expected) from error
    if values.ndim != 2:
        raise InputError.one(name, f"an array of shape {values.shape}", expected)
    rows, columns = values.shape
    return Counts([f"row {i}" for i in range(rows)], [f"column {k}" for k in range(columns)], values, name)


def same_labels(counts: Counts, other: Counts) -> None:
    """Refuse two tables that are not over the same categories in the same order."""
    if counts.labels == other.labels:
        return
    place = f"{counts.name} against {other.name}"
    faults = [
        Fault(place, f"{listed(missing)} only in the {which}", "the same categories in both",
              "Put both on one support first: a category that a table lacks is a column of zeros.")
        for which, missing in (("first", _without(counts, other)), ("second", _without(other, counts)))
        if missing
    ]  # fmt: skip
    InputError.raise_any(faults)
    a, b = next((a, b) for a, b in zip(counts.labels, other.labels, strict=True) if a != b)
    found = f"{a!r} in the first where {b!r} is in the second"
    raise InputError.one(place, found, "the same order of categories", "Reorder the columns of one.")


def _without(counts: Counts, other: Counts) -> list[str]:
    known = set(other.labels)
    return [label for label in counts.labels if label not in known]


def measure_named(name: str) -> Measure:
    """Find a measure by its name.

    Parameters
    ----------
    name : str
        A key of `MEASURES`.

    Returns
    -------
    Measure
        With its column name, symmetry and unit.

    Raises
    ------
    InputError
        Listing the measures there are.

    Examples
    --------
    >>> measure_named("relative-entropy").column
    'relative_entropy_row_column_bits'
    """
    if name not in MEASURES:
        raise InputError.one("measure", repr(name), f"one of {listed(MEASURES, len(MEASURES))}")
    return MEASURES[name]


def whole_number(name: str, value: object, most: float = np.inf) -> int:
    """Accept a whole number from 1 to `most`."""
    if isinstance(value, int | np.integer) and not isinstance(value, bool) and 1 <= value <= most:
        return int(value)
    limits = "of 1 or more" if most == np.inf else f"from 1 to {most}"
    raise InputError.one(name, repr(value), f"a whole number {limits}")
