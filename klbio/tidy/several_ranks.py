"""Tables of plain names of several ranks: families beside their genera, all ranks of a report side by side."""

from __future__ import annotations

import re

import numpy as np

from klbio.distributions import Counts, FloatArray
from klbio.errors import InputError, listed

__all__ = ["check_one_rank"]

RANKS = ("bacteria|archaea|eukaryota|viruses", r"\w+ales", r"\w+aceae")  # domains, orders, families
ENOUGH = 3  # samples


def check_one_rank(counts: Counts) -> None:
    """Refuse a table whose families, orders or domains sum to the same in every sample, or to half of all.

    Raises
    ------
    InputError
        Naming some of them.
    """
    for table in (counts, counts.turned()):
        depth = np.asarray(table.values.sum(axis=1), dtype=float).ravel()
        if np.count_nonzero(depth) < ENOUGH:
            continue
        ranks = [
            [i for i, name in enumerate(table.labels) if re.fullmatch(rank, name, re.I)] for rank in RANKS
        ]
        sums = [np.asarray(table.values[:, rank].sum(axis=1), dtype=float).ravel() for rank in ranks if rank]
        if any(_same(a, b) for i, a in enumerate(sums) for b in [depth / 2, *sums[i + 1 :]]):
            names = listed([table.labels[rank[0]] for rank in ranks if rank])
            raise InputError.one(
                counts.name, f"taxa of several ranks, of which some are the sums of others ({names})",
                "taxa of one rank, or whole lineages as names",
                "Keep the rows of one rank, or export the table with lineages.",
            )  # fmt: skip


def _same(a: FloatArray, b: FloatArray) -> bool:
    return bool(a.any() and np.allclose(a, b, rtol=1e-6))
