"""Does the excess shift's interval hold on real days?  A few of many samples of three people, against all of them.

Subjects D, E and F of Dethlefsen and Relman (2011), before their first antibiotic and between the two courses; the
tables stand beside the repository, not in it.  Truth is the excess, or the mean over pairs, of all samples.
*Borrowed*: one row of the six has one sample a side, and takes the variance of days from the other five.

Run: python -m benchmarks.days_real ../shared/data/dethlefsen2011
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd

from benchmarks.days import apart_of, covers, pairs_cover
from klbio.distributions import FloatArray
from klbio.estimates import DayVariation
from klbio.shift.cohort.days import CohortDays

PHASES = ("interim", "during1")  # against `baseline`
N_DEALS = 200


def phases(folder: Path) -> Iterator[DayVariation]:
    """Give every sample of each subject and contrast."""
    table = pd.read_csv(folder / "table.tsv", sep="\t", index_col=0)
    sheet = pd.read_csv(folder / "metadata.tsv", sep="\t", index_col="sample_id")
    for after in PHASES:
        for _, own in sheet.groupby("subject"):
            sides = [_counts(table, own.index[own["phase"] == phase]) for phase in ("baseline", after)]
            yield apart_of(*sides)


def _counts(table: pd.DataFrame, names: pd.Index[str]) -> list[FloatArray]:
    return [table[name].to_numpy(dtype=float) for name in names]


def part(whole: DayVariation, k: int, rng: np.random.Generator) -> DayVariation:
    """Draw k samples of each phase."""
    after, before = (rng.choice(n, k, replace=False) for n in whole.between.shape)
    return DayVariation(
        whole.between[np.ix_(after, before)],
        whole.after[np.ix_(after, after)],
        whole.before[np.ix_(before, before)],
    )


def main(folder: Path) -> None:
    """Print the table."""
    rows, rng = list(phases(folder)), np.random.default_rng(1)
    print(
        "| samples a side | truth | excess covers | width | pairs covers | width | borrowed covers | width |"
    )
    print("|---" * 8 + "|")
    for k in (2, 3, 4):
        found = [_of_deal(rows, k, rng) for _ in range(N_DEALS)]
        truth = np.mean([whole.excess for whole in rows])
        cells = " | ".join(f"{share:.3f}" for share in (truth, *np.mean(found, axis=(0, 1))))
        print(f"| {k} | {cells} |", flush=True)


def _of_deal(rows: list[DayVariation], k: int, rng: np.random.Generator) -> list[tuple[float, ...]]:
    """Coverage and width of the excess and of pairs, a row for each subject and contrast."""
    parts = [part(whole, k, rng) for whole in rows]
    cohort = CohortDays(parts)
    return [
        (
            *covers(some.excess, cohort.of_excess(some), whole.excess),
            *pairs_cover(some, cohort, whole.pairs),
            *_borrowed(whole, [other for other in parts if other is not some], rng),
        )
        for some, whole in zip(parts, rows, strict=True)
    ]


def _borrowed(
    whole: DayVariation, others: list[DayVariation], rng: np.random.Generator
) -> tuple[bool, float]:
    alone = part(whole, 1, rng)
    return pairs_cover(alone, CohortDays([*others, alone]), whole.pairs)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
