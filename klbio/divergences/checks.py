"""The door: what the public functions accept, and what they say when they do not."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike, NDArray

from klbio.divergences.kernels import FloatArray
from klbio.errors import Fault, InputError

__all__ = ["amounts", "base_nats", "broadcast", "distribution", "joint_distribution", "pair", "two_weights"]

Flags = NDArray[np.bool_]

TOLERANCE = 1e-9
ROWS = "an array of shape (..., n_categories), one row per distribution"


def pair(p: ArrayLike, q: ArrayLike) -> tuple[FloatArray, FloatArray]:
    """Accept two arrays of distributions over the same categories; all faults of both at once."""
    arrays, faults = [], []
    for name, values in (("p", p), ("q", q)):
        array = _numbers(name, values)
        faults += _row_faults(name, array)
        arrays.append(array)
    InputError.raise_any(faults)
    broadcast(arrays[0], arrays[1])
    return arrays[0], arrays[1]


def distribution(name: str, values: ArrayLike) -> FloatArray:
    """Accept an array whose rows each sum to 1."""
    array = _numbers(name, values)
    InputError.raise_any(_row_faults(name, array))
    return array


def joint_distribution(name: str, values: ArrayLike) -> FloatArray:
    """Accept an array of tables that each sum to 1 over the last two axes."""
    array = _numbers(name, values)
    if array.ndim < 2 or array.shape[-2] == 0:
        raise InputError.one(name, f"shape {array.shape}", "an array of shape (..., n_rows, n_columns)")
    InputError.raise_any(_row_faults(name, array.reshape(*array.shape[:-2], -1)))
    return array


def amounts(name: str, values: ArrayLike) -> FloatArray:
    """Accept an array of finite, non-negative numbers that need not sum to 1."""
    array = _numbers(name, values)
    bad = np.asarray(~(np.isfinite(array) & (array >= 0)).all(axis=-1))
    if bad.any():
        raise InputError([_bad_values(name, array, bad)])
    return array


def broadcast(p: FloatArray, q: FloatArray) -> None:
    """Refuse two arrays whose categories differ in number or whose rows cannot be paired."""
    try:
        fits = p.shape[-1] == q.shape[-1] and bool(np.broadcast_shapes(p.shape, q.shape))
    except ValueError:
        fits = False
    if not fits:
        raise InputError.one(
            "p and q",
            f"shapes {p.shape} and {q.shape}",
            "the same number of categories on the last axis and leading axes that broadcast",
            "Put both on one support, in one order of labels.",
        )


def base_nats(base: float) -> float:
    """Nats in one unit of the logarithm's base: 0.693 for bits."""
    if not (isinstance(base, int | float | np.number) and 0 < base < math.inf and base != 1):
        raise InputError.one(
            "base", repr(base), "a positive number other than 1", "2 gives bits, math.e gives nats."
        )
    return math.log(base)


def two_weights(weights: ArrayLike | None) -> FloatArray:
    """Accept the weights of two distributions, halves unless given."""
    array = _numbers("weights", (0.5, 0.5) if weights is None else weights)
    if array.shape[-1] != 2:
        raise InputError.one(
            "weights", f"an array of shape {array.shape}", "two weights, that of p and that of q"
        )
    InputError.raise_any(_row_faults("weights", array))
    return array


def _numbers(name: str, values: ArrayLike) -> FloatArray:
    try:
        array = np.asarray(values, dtype=float)
    except (TypeError, ValueError) as error:
        raise InputError.one(name, f"{type(values).__name__} that is no array of numbers", ROWS) from error
    if array.ndim == 0 or array.shape[-1] == 0:
        raise InputError.one(name, f"shape {array.shape}", ROWS, "Give at least one category.")
    return array


def _row_faults(name: str, array: FloatArray) -> list[Fault]:
    sums = np.asarray(array.sum(axis=-1))
    bad = ~np.isfinite(sums) | (array.min(axis=-1) < 0)
    if bad.any():
        return [_bad_values(name, array, bad)]
    off = np.abs(sums - 1) > TOLERANCE
    return [_bad_sum(name, sums, off)] if off.any() else []


def _bad_values(name: str, array: FloatArray, bad: Flags) -> Fault:
    row = array[_first(bad)]
    value = row[~(np.isfinite(row) & (row >= 0))][0]
    return Fault(name, f"{_which(bad)} holds {value:.6g}", "finite values of 0 or more")


def _bad_sum(name: str, sums: FloatArray, off: Flags) -> Fault:
    found = sums[_first(off)]
    if found == 0:
        return Fault(
            name, f"{_which(off)} is all zeros", "rows that sum to 1",
            "A sample without counts has no distribution: leave it out.",
        )  # fmt: skip
    return Fault(
        name, f"{_which(off)} sums to {found:.12g}", f"rows that sum to 1 within {TOLERANCE:g}",
        "Nothing is normalised here: turn counts into a distribution with an estimator of klbio.smoothing.",
    )  # fmt: skip


def _first(bad: Flags) -> tuple[int, ...]:
    return tuple(int(i) for i in np.argwhere(bad)[0])


def _which(bad: Flags) -> str:
    """Name the first bad row, counted from 0 as numpy does, and count the others."""
    if bad.ndim == 0:
        return "the row"
    where = ", ".join(str(i) for i in _first(bad))
    others = int(bad.sum()) - 1
    return f"row {where}" + (f" (and {others} more)" if others else "")
