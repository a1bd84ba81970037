"""Whether groups of reads are those of the counts beside them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from klbio.distributions import Counts, FloatArray
from klbio.errors import InputError
from klbio.read_groups import ReadGroups

__all__ = ["grouped"]

ROUNDED = 1e-9  # how far a share may be off that was written with all its digits


def grouped(groups: ReadGroups, counts: Counts) -> tuple[ReadGroups, Counts]:
    """Hold groups of reads against `counts`, a sample at a time; give them with their sizes, and what they add up to.

    Where `counts` are proportions, as of k-mers that no read stands for by itself, the groups add up to what these
    are the shares of.  Taxa that were left out of `counts` are left out of the groups.

    Raises
    ------
    InputError
        If they do not.
    """
    if _are_known(groups, counts):
        return groups, counts
    lines = _asked(groups, counts)
    if set(counts.labels) <= set(groups.labels) and set(lines) <= set(groups.samples):
        ordered = groups.in_order(counts.labels)
        held = [_Held.of(ordered.of(name), counts, line) for name, line in lines.items()]
        if all(one.fits for one in held):
            sizes = {name: one.sizes for name, one in zip(lines, held, strict=True)}
            return replace(ordered, sizes=sizes), _summed([one.sums for one in held], counts)
    raise InputError.one(
        groups.name,
        f"groups of reads that do not add up to {counts.name}",
        "the groups of the same samples and words",
        "Count the reads again, both tables in one run.",
    )


def _are_known(groups: ReadGroups, counts: Counts) -> bool:
    """Whether groups were held against these counts before."""
    depths, lines = counts.depth.tolist(), _asked(groups, counts)
    same = groups.labels == counts.labels and counts.unit == "reads"
    return same and all(
        name in groups.sizes and groups.sizes[name].sum() == depths[line] for name, line in lines.items()
    )


def _asked(groups: ReadGroups, counts: Counts) -> dict[str, int]:
    """Give the samples whose groups are asked for, with their lines in the table."""
    lines = {name: line for line, name in enumerate(counts.samples)}
    there = set(groups.samples)
    return {name: line for name, line in lines.items() if name in there} if groups.are_some else lines


class _Held(NamedTuple):
    """A sample's groups, held against its counts: whether they add up, and to what where that was not known."""

    fits: bool
    sizes: FloatArray
    sums: sparse.csr_array | None = None

    @classmethod
    def of(cls, groups: NDArray[np.number], counts: Counts, line: int) -> _Held:
        """Add them up."""
        sums: FloatArray = groups.sum(axis=0, dtype=float)
        sizes: FloatArray = groups.sum(axis=1, dtype=float)
        given = counts.values[[line]].toarray().ravel()
        if counts.unit == "reads":
            return cls(len(groups) > 1 and bool((sums == given).all()), sizes)
        if (sums % 1).any():
            raise InputError.one(
                counts.name, "proportions, beside groups of reads", "counts in groups, of which these are the shares",
                "Give both tables of one run, or leave the groups out.",
            )  # fmt: skip
        off = np.abs(sums / max(sums.sum(), 1) - given / (given.sum() or 1)).max(initial=0)
        return cls(len(groups) > 1 and bool(off < ROUNDED), sizes, sparse.csr_array(sums[None]))


def _summed(sums: Sequence[sparse.csr_array | None], counts: Counts) -> Counts:
    """Give counts of reads: the depths behind proportions are then known."""
    if counts.unit == "reads":
        return counts
    return Counts(
        counts.samples, counts.labels, sparse.vstack([of for of in sums if of is not None]), counts.name
    )
