"""Whether the values of a table are reads or proportions: judged by the whole table."""

from __future__ import annotations

import numpy as np
from scipy import sparse

from klbio.distributions import Counts, FloatArray, MatrixLike, Unit
from klbio.errors import notify

__all__ = ["in_units", "rounding", "say_no_few", "say_presences", "unit_of", "unscaled", "whole"]

TOLERANCE = 1e-3  # of a sum of proportions, which are often rounded
SOME, MOST = 0.05, 0.5  # shares of values that have a fraction
DIGITS = 8  # decimals beyond which values are not rounded ones
NOISE = 1e-12
POWERS = 10.0 ** np.arange(10)
MANY = 20  # reads, not one of them a second of its taxon: no chance
NUMBERS, FEW = 200, 10  # that tell; reads, below which at least one of so many is
ENOUGH, LOOSE = 4, 0.05  # samples, and what the sums of rounded values miss at most
MOST_RAREFIED = 10_000
FEW_TAXA = 5  # in a sample: none of them may be seen once, whatever the depth


def unit_of(values: sparse.csr_array | FloatArray) -> Unit | None:
    """Tell reads from proportions; None for a table of reads with a few cells that are no whole numbers.

    Values are proportions if most that are not 0 have a fraction; or if some have and those of every row, or every
    column, sum to one power of ten.

    >>> unit_of(np.array([[1.0, 2.0], [0.0, 7.0]])), unit_of(np.array([[0.25, 0.75], [1, 0]]))
    ('reads', 'proportions')
    >>> unit_of(np.array([[10.0, 20.0], [3.2, 7.0]])) is None
    True
    """
    numbers = values.data if sparse.issparse(values) else values
    fractional = numbers != np.round(numbers)
    if not fractional.any():
        return "reads"
    share = fractional.sum() / np.count_nonzero(numbers)
    sums = [np.asarray(values.sum(axis=axis), dtype=float).ravel() for axis in (0, 1)]
    scaled = share > SOME and any(_all_near(side[side > 0], power) for side in sums for power in POWERS)
    return "proportions" if scaled or share > MOST else None


def _all_near(sums: FloatArray, target: float) -> bool:
    return bool(len(sums)) and bool((np.abs(sums - target) <= TOLERANCE * target).all())


def whole(values: FloatArray) -> FloatArray:
    """Round values of which all miss a whole number by no more than the last digits of a computation.

    >>> whole(np.array([2968.0000000000005, 3.0])).tolist(), whole(np.array([2.5, 3.0])).tolist()
    ([2968.0, 3.0], [2.5, 3.0])
    """
    with np.errstate(invalid="ignore"):
        near = np.round(values)
        return (
            near if (np.abs(values - near) <= NOISE * np.maximum(1.0, near)).all() and near.any() else values
        )


def in_units(samples: list[str], labels: list[str], values: MatrixLike, name: str) -> Counts:
    """Make counts of what a file holds: of reads, or of proportions where most values have a fraction.

    Raises
    ------
    InputError
        As for any counts; naming the samples that have fractional values where most are whole.
    """
    counts = Counts(samples, labels, values, name)
    counts.values.data[:] = whole(counts.values.data)
    unit = unit_of(counts.values)
    if unit is None:
        return Counts.of_reads(samples, labels, values, name)
    return Counts(samples, labels, counts.values, name, unit)


def rounding(values: FloatArray) -> float:
    """Half a unit of the last decimal that rounded values have, and what sums of floating numbers miss.

    >>> round(rounding(np.array([16.00877, 3.5])), 9)
    5.016e-06
    """
    floor = 1e-9 * float(values.max(initial=0.0))
    for digits in range(DIGITS + 1):
        scaled = values * 10.0**digits
        if np.abs(scaled - np.round(scaled)).max(initial=0.0) < 1e-6:
            return 0.5 * 10.0**-digits + floor
    return floor


def unscaled(counts: Counts) -> Counts:
    """Recognise proportions that were made whole numbers: in every sample they sum to one power of ten.

    Rarefied reads do so too, but exactly; most samples then have a taxon that was seen once, and few studies have
    100,000 reads to rarefy to.
    """
    for axis in (1, 0) if counts.unit == "reads" else ():
        power = _power(counts.values, axis)
        if power:
            return _judged(counts, counts.turned() if axis == 0 else counts, power)
    return counts


def say_presences(counts: Counts) -> None:
    """Warn of a table of presences: nothing in it was seen more than once."""
    seen = counts.values.data
    if len(seen) >= MANY and (seen == 1).all():
        notify(
            counts.name, "no taxon with more than one read in any sample", "taken for reads",
            "If 1 says that a taxon is there, give the table of reads.",
        )  # fmt: skip


def say_no_few(counts: Counts) -> None:
    """Warn of a table without small numbers, of which one of reads is full."""
    seen = counts.values.data
    if (
        counts.unit == "reads"
        and len(seen) >= NUMBERS
        and len(counts.samples) >= ENOUGH
        and seen.min() >= FEW
    ):
        notify(
            counts.name, f"no taxon with fewer than {seen.min():,.0f} reads in any sample, as reads hardly ever are",
            "taken for reads", "If they are shares times a depth (as curatedMetagenomicData has them), give "
            "the shares: intervals would be too narrow.",
        )  # fmt: skip


def _power(values: sparse.csr_array, axis: int) -> float:
    """The power of ten that every sample sums to, but for rounding; 0 where there is none."""
    sums = np.asarray(values.sum(axis=axis), dtype=float).ravel()
    depth = sums[sums > 0]
    near = POWERS[2:][np.abs(POWERS[2:] - depth[0]).argmin()] if len(depth) > 1 else 0.0
    off = np.abs(depth - near).max(initial=0.0)
    if not near or off > LOOSE * near:
        return 0.0
    most_taxa = np.bincount(values.nonzero()[1 - axis]).max(initial=0)
    allowed = min(most_taxa, TOLERANCE * near)  # each was rounded or cut by 1 at most
    if len(depth) >= ENOUGH:  # reads are so near a power of ten by no chance, whole percentages are
        allowed = max(allowed, 3 * np.sqrt(most_taxa / 12))
    return float(near) if off <= allowed else 0.0


def _judged(counts: Counts, table: Counts, power: float) -> Counts:
    exact = bool((table.depth[table.depth > 0] == power).all())
    once = np.unique(table.values.tocoo().row[table.values.data == 1]).size  # samples with a taxon seen once
    few = table.values.nnz < FEW_TAXA * len(table.samples)
    if exact and (once > len(table.samples) / 2 or (few and power <= MOST_RAREFIED)):
        return counts
    if exact and power <= MOST_RAREFIED:
        notify(
            counts.name, f"{power:,.0f} reads in every sample", "taken for rarefied reads",
            "If they are proportions times that number, give the table of reads.",
        )  # fmt: skip
        return counts
    notify(
        counts.name, f"values that sum to {power:,.0f} in every sample", "taken for proportions, not for reads",
        "Give the table of reads, if there is one: depth decides what a divergence is worth.",
    )  # fmt: skip
    return Counts(counts.samples, counts.labels, counts.values, counts.name, "proportions")
