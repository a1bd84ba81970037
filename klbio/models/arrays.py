"""Arrays of probabilities, checked once at the door of a model, then frozen."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from klbio.distributions import FloatArray
from klbio.errors import InputError

__all__ = ["TOLERANCE", "Indices", "check_rows", "check_sums", "closed", "frozen"]

TOLERANCE = 1e-9  # of sums of rows
Indices = npt.NDArray[np.intp]


def frozen(name: str, values: object, axes: int, last: int | None = None) -> FloatArray:
    """Copy to a read-only array of finite, non-negative numbers."""
    array = np.array(values, dtype=float)
    if array.ndim != axes or (last is not None and array.shape[-1] != last):
        wanted = f"{axes} axes" + (f", the last of length {last}" if last else "")
        raise InputError.one(name, f"an array of shape {array.shape}", wanted)
    if not (array.min(initial=0.0) >= 0 and array.max(initial=0.0) < np.inf):  # nan fails both
        raise InputError.one(name, "negative or non-finite probabilities", "finite values of 0 or more")
    array.setflags(write=False)
    return array


def check_rows(
    name: str, array: FloatArray, *, tolerance: float = TOLERANCE, impossible: bool = False
) -> None:
    """Refuse rows that do not sum to 1; with `impossible`, rows of zeros may stand."""
    check_sums(name, array.sum(axis=-1), tolerance=tolerance, impossible=impossible)


def check_sums(name: str, sums: FloatArray, *, tolerance: float, impossible: bool = False) -> None:
    """Refuse sums of rows that are not 1; with `impossible`, 0 may stand."""
    off = np.abs(sums - 1) > tolerance
    if impossible:
        off &= sums != 0
    if off.any():
        first = ", ".join(str(i + 1) for i in np.argwhere(off)[0]) or "1"  # of one row alone
        found = f"{off.sum()} rows off 1 (row {first}, counted from 1, sums to {sums[off][0]:.6g})"
        raise InputError.one(name, found, "rows that sum to 1")


def closed(rows: FloatArray) -> FloatArray:
    """Divide each row by its sum; rows of zeros stay.

    >>> closed(np.array([[1.0, 3.0], [0.0, 0.0]]))
    array([[0.25, 0.75],
           [0.  , 0.  ]])
    """
    sums = rows.sum(axis=-1, keepdims=True)
    return np.asarray(np.divide(rows, sums, out=np.zeros_like(rows), where=sums > 0))
