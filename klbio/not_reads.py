"""Values that look like reads or proportions of samples: shares of other samples, and what was made taxon by taxon."""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import blake2b

import numpy as np

from klbio.design import Design
from klbio.distributions import Counts, FloatArray
from klbio.errors import InputError, notify

__all__ = ["check_not_by_taxon", "check_not_shares", "say_copies"]

SCALES = (100.0, 1_000.0, 10_000.0, 100_000.0, 1_000_000.0)  # of which whole shares are made
HALF = 0.5 + 1e-9  # what rounding changes a share by at most
LEAST, MOST = 0.5, 1.1  # of the scale that whole shares sum to: each may be cut by nearly 1
TAXA = 4  # of a sample: of fewer, chance makes reads the shares of others
SEVERAL, SAMPLES = 5, 3  # taxa and samples: of fewer, chance makes them alike
READS, SHOWN = 100, 3  # of samples that are alike by no chance; pairs that are named
SAME, UNLIKE = 1e-3, 0.05  # difference of sums, of their mean: of one number, and of others


def check_not_shares(counts: Counts, design: Design) -> None:
    """Refuse a sheet that names the shares of a table which holds the reads as well.

    Raises
    ------
    InputError
        Naming some of the samples, and those of whose reads they are shares.
    """
    named = {sample.name for sample in design.samples}
    of_sheet = counts.rows([name for name in counts.samples if name in named])
    others = counts.rows([name for name in counts.samples if name not in named])
    found = dict(_shares(of_sheet, others)) if counts.unit == "reads" and others.samples else {}
    if found:
        share, reads = next(iter(found.items()))
        raise InputError.one(
            counts.name, f"{len(found)} samples of the sheet with shares of the reads of others, made whole numbers "
            f"(such as {share!r}, of {reads!r})", "reads",
            "Name the samples with reads in the sheet: depth decides what a divergence is worth.",
        )  # fmt: skip


def _shares(samples: Counts, others: Counts) -> Iterator[tuple[str, str]]:
    """Samples, and the first other of whose reads each holds the shares."""
    scales = [
        _scale(depth, n) for depth, n in zip(samples.depth, np.diff(samples.values.indptr), strict=True)
    ]
    if not any(scales):
        return
    shares = others.proportions().values
    of_taxa = shares.tocsc()
    for i, scale in enumerate(scales):
        if scale:
            # most others differ in the most abundant taxon, which is cheap to see
            row = samples.values[[i]].toarray().ravel()
            top = int(row.argmax())
            near = np.abs(of_taxa[:, [top]].toarray().ravel() * scale - row[top]) < 1
            for j in np.flatnonzero(near & (others.depth > scale)).tolist():
                if _alike(shares[[j]].toarray().ravel() * scale, row):
                    yield samples.samples[i], others.samples[j]
                    break


def _scale(depth: float, n_taxa: int) -> float:
    """What whole shares of so many taxa, which sum to `depth`, are shares of; 0 where it is none of the usual."""
    if n_taxa < TAXA:
        return 0.0
    return next((scale for scale in SCALES if LEAST * scale <= depth <= MOST * scale), 0.0)


def _alike(exact: FloatArray, rounded: FloatArray) -> bool:
    """Whether these are the shares, rounded or cut."""
    off = exact - rounded
    return bool((np.abs(off) <= HALF).all() or ((off >= -1e-9) & (off < 1)).all())


def say_copies(counts: Counts, design: Design) -> None:
    """Warn of samples of a design that hold the same number of every taxon: one of them may be a copy.

    Warns
    -----
    InputWarning
        Naming some of them.
    """
    there = set(counts.samples)
    of_sheet = counts.rows([sample.name for sample in design.samples if sample.name in there])
    values, alike = of_sheet.values, dict[bytes, list[str]]()
    for name, start, end in zip(of_sheet.samples, values.indptr[:-1], values.indptr[1:], strict=True):
        numbers = values.data[start:end]
        if end - start >= SEVERAL and (counts.unit == "proportions" or numbers.sum() >= READS):
            taxa = values.indices[start:end]
            alike.setdefault(blake2b(taxa.tobytes() + numbers.tobytes()).digest(), []).append(name)
    copies = [names for names in alike.values() if len(names) > 1]
    if copies:
        shown = ", ".join(" and ".join(map(repr, names[:SHOWN])) for names in copies[:SHOWN])
        more = f" and {len(copies) - SHOWN} more" if len(copies) > SHOWN else ""
        notify(
            counts.name, f"samples {shown}{more}: the same number of every taxon", "taken for samples of their own",
            "If one is a copy of another, leave it out: it makes days look more alike than they are.",
        )  # fmt: skip


def check_not_by_taxon(counts: Counts) -> None:
    """Refuse a table whose taxa were scaled one by one, or whose values are ranks.

    Parameters
    ----------
    counts : Counts
        Samples in rows.

    Raises
    ------
    InputError
        Where each taxon sums to one number over the samples, or has one number as its largest value, and samples do
        not; where the values of each sample, or of each taxon, are its ranks.
    """
    found = _scaled(counts) if counts.unit == "proportions" else ""
    found = found or _ranked(counts)
    if found:
        raise InputError.one(
            counts.name, found, "counts, or proportions within each sample", "Give the table from before."
        )


def _scaled(counts: Counts) -> str:
    """Say what all taxa have in common that samples have not."""
    of_taxa, of_samples = (np.asarray(counts.values.sum(axis=axis), dtype=float).ravel() for axis in (0, 1))
    if _are_one(of_taxa, SEVERAL) and not _are_one(of_samples, SAMPLES, UNLIKE):
        return (
            f"taxa that each sum to {of_taxa.max():.4g} over the samples, and samples that do not: shares of a taxon "
            "over the samples, or samples and taxa the other way round"
        )
    of_taxa, of_samples = (counts.values.max(axis=axis).toarray().ravel() for axis in (0, 1))
    if _are_one(of_taxa, SEVERAL) and not _are_one(of_samples, SAMPLES):
        return f"taxa of which the largest value is {of_taxa.max():.4g} each: scaled taxon by taxon"
    return ""


def _are_one(numbers: FloatArray, least: int, most: float = SAME) -> bool:
    """Whether so many numbers or more, and all that are not 0, are one but for rounding."""
    numbers = numbers[numbers > 0]
    return bool(numbers.size >= least and np.ptp(numbers) <= most * numbers.mean())


def _ranked(counts: Counts) -> str:
    """Say of what the values are ranks, by any way to rank what is equal; no rank is 0."""
    n_samples, n_taxa = counts.values.shape
    if counts.values.nnz < n_samples * n_taxa or n_samples < SAMPLES or n_taxa < SEVERAL:
        return ""
    values = counts.dense()
    for side, what in ((values, "taxa within each sample"), (values.T, "samples by each taxon")):
        if _are_ranks(side):
            return f"ranks of the {what}"
    return ""


def _are_ranks(rows: FloatArray) -> bool:
    """Whether every row holds the ranks of its values; of equal ones the first, the last or the mean rank."""
    ways = {"first", "mean", "last"}
    for row in rows:
        ordered = np.sort(row)
        first, last = np.searchsorted(ordered, row, "left") + 1, np.searchsorted(ordered, row, "right")
        ranks = {"first": first, "mean": (first + last) / 2, "last": last}
        ways = {way for way in ways if (ranks[way] == row).all()}
        if not ways:
            return False
    return True
