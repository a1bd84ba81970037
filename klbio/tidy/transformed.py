"""Values that were made of counts by a function: their shares are no proportions of reads."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from klbio.distributions import Counts, FloatArray
from klbio.errors import InputError, notify
from klbio.tidy.units import rounding

__all__ = ["check_untransformed", "say_added"]

# what was taken of counts or proportions -> what undoes it; 0 stays 0
UNDO: tuple[tuple[str, Callable[[FloatArray], FloatArray]], ...] = (
    ("logarithms", np.expm1),
    ("logarithms", lambda x: np.exp2(x) - 1),
    ("logarithms", lambda x: 10.0**x - 1),
    ("square roots", np.square),
    ("cube roots", lambda x: x**3),
    ("fourth roots", lambda x: x**4),
    ("inverse hyperbolic sines", np.sinh),
    ("arcsines of square roots", lambda x: np.sin(np.minimum(x, np.pi / 2)) ** 2),
)
DENSE = 0.9  # of the cells that hold something, once all were moved above 0
EXPONENT = 40.0  # of a logarithm: more than any count has
NUMBERS, OFTEN = 200, 0.1  # that tell; share of them that are the least
SURE, FEW, KINDS = 0.1, 20, 5  # rounding that leaves a whole number sure; values, and unlike ones, that tell
SAME, UNLIKE = (
    1e-3,
    0.05,
)  # by which sums of samples differ where they are one number, and where they are none

WHOLES = (1, 100)  # that the shares of a sample sum to


def check_untransformed(counts: Counts) -> None:
    """Refuse logarithms and roots; say where values sum to another number in each sample.

    Raises
    ------
    InputError
        Where a function of the values is whole throughout, or sums to one number in every sample, as the values do
        not.
    """
    if counts.unit == "reads":
        return
    if any(_spread(counts, axis, counts.values.data) <= UNLIKE for axis in (0, 1)):
        _check_not_centred(counts)
        return
    name = next((name for name, undo in UNDO if _undoes(counts, undo)), None)
    if name:
        raise _transformed(counts, name)
    notify(
        counts.name, "values with fractions that do not sum to one number in every sample",
        "taken for amounts, of which the shares within a sample are compared",
        "If a function was taken of them, such as a logarithm, give the table from before.",
    )  # fmt: skip


def _transformed(counts: Counts, name: str) -> InputError:
    return InputError.one(
        counts.name, f"{name} of counts or of proportions", "counts of reads, or proportions",
        "Give the table as it was before they were taken.",
    )  # fmt: skip


def _check_not_centred(counts: Counts) -> None:
    """Refuse logarithms less their mean (CLR) that were moved above 0: sums are one number, as of proportions."""
    n_cells = len(counts.samples) * len(counts.labels)
    if counts.values.nnz < DENSE * n_cells or n_cells < NUMBERS:
        return
    values = counts.dense()
    for side in (values, values.T):
        above = side - side.min(
            axis=1, keepdims=True
        )  # a 0 of the counts, one number having been added to all
        numbers = np.expm1(np.minimum(above, EXPONENT))
        off = np.minimum(2 * rounding(values) * (1 + numbers) + 1e-9 * (1 + numbers), SURE)
        whole = (np.abs(numbers - np.round(numbers)) <= off).all(axis=1)
        if whole.sum() > len(side) / 2:
            raise _transformed(counts, "logarithms less their mean")


def say_added(counts: Counts) -> None:
    """Warn where one number seems to have been added to every count: nothing is 0, and much is the least there is."""
    values = counts.values.data
    if len(values) < max(NUMBERS, len(counts.samples) * len(counts.labels)):
        return
    least = values.min()
    n_least = int((values == least).sum())
    if n_least >= OFTEN * len(values):
        notify(
            counts.name, f"no 0 in the table, and {n_least:,} numbers that are {least:g}, the least of it",
            "taken as they are", f"If {least:g} was added to every count, take it away again: it would count as reads.",
        )  # fmt: skip


def _undoes(counts: Counts, undo: Callable[[FloatArray], FloatArray]) -> bool:
    values = counts.values.data
    if undo is not np.square and values.max(initial=0.0) > EXPONENT:
        return False
    undone = undo(values)
    return _are_whole(values, undone, undo) or any(_spread(counts, axis, undone) <= SAME for axis in (0, 1))


def _are_whole(values: FloatArray, undone: FloatArray, undo: Callable[[FloatArray], FloatArray]) -> bool:
    """Whether all values that are sure to be whole or not, for all rounding, are whole."""
    off = np.abs(undo(values + rounding(values)) - undone) + 1e-9 * (1 + undone)
    sure = off < SURE
    whole = np.round(undone[sure])
    enough = whole.size >= FEW and np.unique(whole).size >= KINDS
    return bool(enough and (whole >= 1).all() and (np.abs(undone[sure] - whole) <= off[sure]).all())


def _spread(counts: Counts, axis: int, values: FloatArray) -> float:
    """By how much sums over one axis differ, of their mean; infinite for a side of one or two, unless of wholes."""
    rows = np.repeat(np.arange(len(counts.samples)), np.diff(counts.values.indptr))
    places = counts.values.indices if axis == 0 else rows
    sums = np.bincount(places, weights=values)
    sums = sums[sums > 0]
    whole = any(np.allclose(sums, of, rtol=SAME) for of in WHOLES)
    return float(np.ptp(sums) / sums.mean()) if sums.size > 2 or whole else float("inf")
