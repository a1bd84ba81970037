"""Whether the values of a table are reads or proportions: judged by the whole table."""

from __future__ import annotations

from itertools import product

import numpy as np
from scipy import sparse

from klbio.distributions import Counts, FloatArray, MatrixLike, Unit
from klbio.errors import InputError, notify

__all__ = [
    "MOST_READS",
    "in_units",
    "rounding",
    "say_no_few",
    "say_presences",
    "unit_of",
    "unscaled",
    "whole",
]

TOLERANCE = 1e-3  # of a sum of proportions, which are often rounded
SOME, MOST = 0.05, 0.5  # shares of values that have a fraction
DIGITS = 8  # decimals beyond which values are not rounded ones
NOISE = 1e-12
POWERS = 10.0 ** np.arange(10)
MANY = 20  # reads, not one of them a second of its taxon: no chance
NUMBERS, FEW = 200, 10  # that tell; reads, below which at least one of so many is
ENOUGH, LOOSE = 4, 0.05  # samples, and what the sums of rounded values miss at most
MOST_RAREFIED = 10_000
LEAST_SCALED, MOST_APART = 100, 0.01
CELLS = 100_000  # that are looked at
SHARE_DIGITS = range(3, 10)  # decimals of a share
LOOSE_SHARE = 0.2  # reads by which an uncertain depth may move a number, and no further
MISSED = 0.002
PIECE = 1 << 20  # values looked at at a time: 8 MB
MOST_READS = 2.0**53  # of a cell: larger whole numbers are not told apart
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
    if all_whole(numbers):
        return "reads"
    fractional = numbers != np.round(numbers)
    share = fractional.sum() / np.count_nonzero(numbers)
    sums = [np.asarray(values.sum(axis=axis), dtype=float).ravel() for axis in (0, 1)]
    scaled = share > SOME and any(_all_near(side[side > 0], power) for side in sums for power in POWERS)
    return "proportions" if scaled or share > MOST else None


def _all_near(sums: FloatArray, target: float) -> bool:
    return bool(len(sums)) and bool((np.abs(sums - target) <= TOLERANCE * target).all())


def all_whole(values: FloatArray) -> bool:
    """Whether no value has a fraction, or is no number; by pieces, as all rounded are as large as a dense table.

    >>> all_whole(np.array([[2968.0, 3.0]])), all_whole(np.array([2.5, 3.0]))
    (True, False)
    """
    flat = values.ravel(order="K")
    pieces = (flat[i : i + PIECE] for i in range(0, len(flat), PIECE))
    return all(bool((np.rint(piece) == piece).all()) for piece in pieces)


def whole(values: FloatArray) -> FloatArray:
    """Round values of which all miss a whole number by no more than the last digits of a computation.

    >>> whole(np.array([2968.0000000000005, 3.0])).tolist(), whole(np.array([2.5, 3.0])).tolist()
    ([2968.0, 3.0], [2.5, 3.0])
    """
    if all_whole(values):  # as of reads; of a large table each step below takes its room again
        return values
    with np.errstate(invalid="ignore"):
        near = np.round(values)
        return (
            near if (np.abs(values - near) <= NOISE * np.maximum(1.0, near)).all() and near.any() else values
        )


def in_units(
    samples: list[str], labels: list[str], values: MatrixLike, name: str, *, copy: bool = True
) -> Counts:
    """Make counts of what a file holds: of reads, or of proportions where most values have a fraction.

    Without `copy` the values are taken as they are, a CSR matrix that the caller gives away.

    Raises
    ------
    InputError
        As for any counts; naming the samples that have fractional values where most are whole; for a number of reads
        beyond those that are told apart.
    """
    counts = Counts(samples, labels, values, name, copy=copy)
    counts.values.data[:] = whole(counts.values.data)
    if counts.values.nnz and (most := float(counts.values.data.max())) > MOST_READS:
        raise InputError.one(
            name, f"a cell of {most:.3g}", f"at most {MOST_READS:,.0f} reads", "Mend it: no run has so many."
        )
    unit = unit_of(counts.values)
    if unit is None:
        return Counts.of_reads(samples, labels, values, name)
    if unit == counts.unit:
        counts.values.eliminate_zeros()  # what was rounded to 0
        return counts
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
    """Recognise proportions that were made whole numbers.

    Those of every sample sum to one power of ten, or to one number but for rounding (as where all are scaled to the
    median depth), or are shares of few decimals times a depth.

    Rarefied reads sum to one number too, but exactly; where that is a power of ten, most samples then have a taxon that
    was seen once, and few studies have 100,000 reads to rarefy to.
    """
    for axis in (1, 0) if counts.unit == "reads" else ():
        if power := _power(counts.values, axis):
            return _judged(counts, counts.turned() if axis == 0 else counts, power)
        for found in (_nearly_one_sum(counts.values, axis), _shares_of_depths(counts.values, axis)):
            if found:
                return _proportions(counts, found)
    return counts


def _nearly_one_sum(values: sparse.csr_array, axis: int) -> str:
    """Say what all samples sum to, if they differ by no more than rounding their values does; reads never do so."""
    depth = _sums(values, axis)
    off = np.ptp(depth) if len(depth) >= ENOUGH and depth.min() >= LEAST_SCALED else 0.0
    if not 0 < off <= MOST_APART * depth.min():
        return ""
    most_taxa = np.bincount(values.nonzero()[1 - axis]).max(initial=0)
    if off > 6 * np.sqrt(most_taxa / 12):
        return ""
    return f"samples that sum to one number but for rounding, {depth.min():,.0f} to {depth.max():,.0f}"


def _shares_of_depths(values: sparse.csr_array, axis: int) -> str:
    """Say how fine the shares are, if every sample holds rounded shares times its depth.

    Of 20 million reads and percentages with five decimals, all numbers are then multiples of 2, of others with gaps.
    """
    depth = np.asarray(values.sum(axis=axis), dtype=float).ravel()
    cells = values.tocoo()
    n_taxa = np.bincount(cells.coords[1 - axis], minlength=len(depth))
    some = slice(None, None, 1 + len(cells.data) // CELLS)
    numbers, of = cells.data[some], cells.coords[1 - axis][some]
    lost = {"rounded": 0.0 * n_taxa, "cut": n_taxa / 2}  # of the depth
    for digits, (how, less) in product(SHARE_DIGITS, lost.items()):
        unit = (depth + less)[of] * 10.0**-digits
        loose = 3 * np.sqrt(n_taxa.max(initial=0) / 12) * 10.0**-digits  # what the shares miss of 1 together
        tell = (unit >= 2) & (numbers * loose <= LOOSE_SHARE)
        number, unit_of_it = numbers[tell], unit[tell]
        # of reads, one in `unit` lies so near to a multiple
        if (1 - 1 / unit_of_it).sum() >= MANY and _are_multiples(number, unit_of_it, how == "cut"):
            return f"numbers that are percentages with {digits - 2} decimals times a depth"
    return ""


def _are_multiples(numbers: FloatArray, units: FloatArray, cut: bool) -> bool:
    """Whether all numbers, but for very few, are multiples of their units, rounded or cut to whole ones."""
    beyond = (numbers + cut / 2) / units
    near = np.abs(np.round(beyond) - beyond) * units <= 0.5 + LOOSE_SHARE
    return bool(near.mean() >= 1 - MISSED)


def _sums(values: sparse.csr_array, axis: int) -> FloatArray:
    """What each sample that holds anything sums to."""
    sums = np.asarray(values.sum(axis=axis), dtype=float).ravel()
    positive: FloatArray = sums[sums > 0]
    return positive


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
        and not counts.in_groups
    ):
        notify(
            counts.name, f"no taxon with fewer than {seen.min():,.0f} reads in any sample, as reads hardly ever are",
            "taken for reads", "If they are shares times a depth (as curatedMetagenomicData has them), give "
            "the shares: intervals would be too narrow.",
        )  # fmt: skip


def _power(values: sparse.csr_array, axis: int) -> float:
    """The power of ten that every sample sums to, but for rounding; 0 where there is none."""
    depth = _sums(values, axis)
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
    return _proportions(counts, f"values that sum to {power:,.0f} in every sample")


def _proportions(counts: Counts, found: str) -> Counts:
    notify(
        counts.name, found, "taken for proportions, not for reads",
        "Give the table of reads, if there is one: depth decides what a divergence is worth.",
    )  # fmt: skip
    return Counts(counts.samples, counts.labels, counts.values, counts.name, "proportions")
