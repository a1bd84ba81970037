"""Do the bounds for rare taxa hold where days differ, too?  Rows *pairs* and *excess* of communities with long tails.

Communities are Zipf's, of 2,000 taxa.  Three things happen between the phases: nothing; all taxa change by log-normal
factors; half of the rare taxa are replaced by others.  On a day each taxon is multiplied by a factor of its own
(log-normal, sigma 0.5), and reads are drawn.  Studies go through `klbio.Study`.  Truth is of 60 days a side.

Run: python -m benchmarks.days_rare [--studies 4] [--happened nothing]
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np
import pandas as pd

from benchmarks.days import _bits
from klbio import ShiftSettings, Study
from klbio.design import Design, Sample
from klbio.distributions import Counts, FloatArray
from klbio.seeding import generator

N_TAXA, N_SUBJECTS, N_TRUE = 2_000, 12, 60
EXPONENT, RARE, SIGMA = 1.1, 2e-4, 0.5
HAPPENED = ("nothing", "all changed", "rare replaced")
SAMPLES = ((2, 2), (3, 3))
DEPTHS = ((500, 500), (2_000, 2_000), (10_000, 10_000), (20_000, 1_000))
ESTIMANDS = ("pairs", "excess")


@dataclass(frozen=True, eq=False)
class Cell:
    """A design, and what happened in it."""

    happened: str
    samples: tuple[int, int]
    depths: tuple[int, int]

    def found(self, n_studies: int) -> pd.DataFrame:
        """Rows of all subjects with the truth of each."""
        rng = generator(1, "days of rare taxa", str(self))
        return pd.concat([self._study(rng) for _ in range(n_studies)], ignore_index=True)

    def __str__(self) -> str:
        numbers, reads = "{} / {}".format(*self.samples), "{:,} : {:,}".format(*self.depths)
        return f"{self.happened} | {numbers} | {reads}"

    def _study(self, rng: np.random.Generator) -> pd.DataFrame:
        samples, rows, truths = [], [], []
        for subject in range(N_SUBJECTS):
            laws = self._laws(rng)
            truths.append(_truth(laws, rng))
            for law, phase, n, depth in zip(
                laws, ("before", "after"), self.samples, self.depths, strict=True
            ):
                samples += [Sample(f"{subject}{phase}{k}", f"S{subject}", phase) for k in range(n)]
                rows += [rng.multinomial(depth, day) for day in _days(law, n, rng)]
        counts = Counts(
            [sample.name for sample in samples], [f"t{k}" for k in range(2 * N_TAXA)], np.array(rows)
        )
        pairs = Study(counts, Design(samples), settings=ShiftSettings(n_resamples=19)).pairs
        truth = pd.DataFrame(truths, columns=list(ESTIMANDS))
        truth["subject"] = [f"S{subject}" for subject in range(N_SUBJECTS)]
        return pairs.merge(truth.melt("subject", var_name="estimand", value_name="truth"))

    def _laws(self, rng: np.random.Generator) -> FloatArray:
        """Communities before and after; the second half of the taxa takes part only where rare ones are replaced."""
        before = np.zeros(2 * N_TAXA)
        before[:N_TAXA] = rng.permutation(np.arange(1, N_TAXA + 1.0) ** -EXPONENT)
        before /= before.sum()
        after = before.copy()
        if self.happened == "all changed":
            after *= np.exp(0.7 * rng.normal(size=len(after)))
        if self.happened == "rare replaced":
            gone = np.flatnonzero((before > 0) & (before < RARE) & (rng.random(len(before)) < 0.5))
            after[gone + N_TAXA], after[gone] = before[gone], 0
        return np.array([before, after / after.sum()])


def _days(law: FloatArray, n: int, rng: np.random.Generator) -> FloatArray:
    days = law * np.exp(SIGMA * rng.normal(size=(n, len(law))))
    proportions: FloatArray = days / days.sum(axis=1, keepdims=True)
    return proportions


def _truth(laws: FloatArray, rng: np.random.Generator) -> tuple[float, float]:
    """Mean divergence between days of the phases, and that less half of each phase's own."""
    before, after = (_days(law, N_TRUE, rng) for law in laws)
    apart = np.mean([_bits(before, np.roll(after, k, axis=0)).mean() for k in range(5)])
    own = [
        np.mean([_bits(days, np.roll(days, k, axis=0)).mean() for k in range(1, 6)])
        for days in (before, after)
    ]
    return float(apart), float(apart - sum(own) / 2)


def table(n_studies: int, happened: Sequence[str] = HAPPENED) -> Iterator[str]:
    """Tabulate what intervals and bounds hold."""
    names = (
        "happened",
        "before / after",
        "reads",
        "estimand",
        "truth",
        "bias",
        "marked",
        "interval holds",
        "width",
    )
    yield "| " + " | ".join((*names, "lowest holds", "highest holds", "bounds apart")) + " |"
    yield "|---" * (len(names) + 3) + "|"
    for cell in (Cell(*design) for design in product(happened, SAMPLES, DEPTHS)):
        for estimand, rows in cell.found(n_studies).groupby("estimand", sort=False):
            yield f"| {cell} | {estimand} | {_held(rows)} |"


def _held(rows: pd.DataFrame) -> str:
    truth, value = rows["truth"], rows["jensen_shannon_divergence_bits"]
    low, high, lowest, highest = (
        rows[f"jsd_{end}_bits"].astype(float) for end in ("low", "high", "lowest", "highest")
    )
    found = truth.mean(), (value - truth).mean(), rows["undersampled"].eq(True).mean()
    held = ((low <= truth) & (truth <= high)).mean(), (high - low).mean()
    bounds = (lowest <= truth).mean(), (truth <= highest).mean(), (highest - lowest).mean()
    return " | ".join(f"{x:.3f}" for x in (*found, *held, *bounds))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--studies", type=int, default=4)
    parser.add_argument("--happened", nargs="*", choices=HAPPENED, default=HAPPENED)
    arguments = parser.parse_args()
    for line in table(arguments.studies, arguments.happened):
        print(line, flush=True)


if __name__ == "__main__":
    main()
