"""Whether the share of a sample that its controls explain is what it seems: python benchmarks/control_share.py.

Samples are those of a real table with at least 1,000 reads (examples/mouse-diet, or a TSV given), a dozen a study,
drawn anew at a depth; the blank is 25 taxa of its own with log-normal shares, and for a part (`splash`) the mean of the
samples.  `who`: a tenth of one sample, a tenth of all, beta(1, 6) of each, or none.  `blanks`: one, from which the
contamination differs in nothing; or three, and every blank and every contamination is a Dirichlet draw of its own about
it (alpha 30).  Printed of 40 studies: how often the number is told, the mean error and its root mean square, how often
the interval holds the truth, how often its lower end is above it, and its width.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from klbio import read_table
from klbio.estimates import ControlShare, control_shares

N_SAMPLES, N_OWN, LEAST = 12, 25, 1_000
ALPHA = 30.0
SHARES = ("one", "all", "some", "none")


@dataclass(frozen=True)
class Setting:
    """What a study is like."""

    who: str
    splash: float
    alike: bool
    depth: int
    blank_depth: int

    def shares(self, rng: np.random.Generator) -> NDArray[np.float64]:
        """Draw the part of each sample that is contamination."""
        first = np.arange(N_SAMPLES) == 0
        made = {"one": 0.1 * first, "all": np.full(N_SAMPLES, 0.1), "none": np.zeros(N_SAMPLES)}
        return made[self.who] if self.who in made else rng.beta(1, 6, N_SAMPLES)

    def study(
        self, real: NDArray[np.float64], rng: np.random.Generator
    ) -> Iterator[tuple[float, ControlShare]]:
        """Give the truth and the estimate of each sample that is looked at."""
        drawn = real[rng.choice(len(real), N_SAMPLES, replace=False)]
        laws = np.hstack([drawn / drawn.sum(axis=1, keepdims=True), np.zeros((N_SAMPLES, N_OWN))])
        own = np.exp(rng.normal(0, 1.5, N_OWN))
        blank = self.splash * laws.mean(axis=0)
        blank[-N_OWN:] = (1 - self.splash) * own / own.sum()
        truth = self.shares(rng)
        samples = np.stack([
            rng.multinomial(self.depth, (1 - share) * law + share * self.kind(blank, rng))
            for law, share in zip(laws, truth, strict=True)
        ]).astype(float)  # fmt: skip
        controls = np.stack(
            [rng.multinomial(self.blank_depth, self.kind(blank, rng)) for _ in range(1 if self.alike else 3)]
        )
        found = control_shares(samples, controls.astype(float))
        yield from list(zip(truth.tolist(), found, strict=True))[: 1 if self.who == "one" else N_SAMPLES]

    def kind(self, blank: NDArray[np.float64], rng: np.random.Generator) -> NDArray[np.float64]:
        """Draw one contamination."""
        if self.alike:
            return blank
        drawn = np.zeros_like(blank)
        drawn[blank > 0] = rng.dirichlet(ALPHA * blank[blank > 0])
        return drawn

    def row(self, real: NDArray[np.float64], n_studies: int) -> str:
        """Run the studies and say what came of them."""
        rng = np.random.default_rng(20261129)
        pairs = [pair for _ in range(n_studies) for pair in self.study(real, rng)]
        told = [(truth, one) for truth, one in pairs if one.told]
        blanks = "one" if self.alike else "three, unlike"
        words = (
            f"| {self.who} | {self.splash:.1f} | {blanks} | {self.depth:,} | {self.blank_depth:,} | "
            f"{len(told) / len(pairs):.2f} |"
        )
        if not told:
            return f"{words} | | | | |"
        truth = np.array([truth for truth, _ in told])
        value, low, high = np.array([(one.value, one.low, one.high) for _, one in told]).T
        error = value - truth
        holds = (low <= truth) & (truth <= high)
        return (
            f"{words} {error.mean():.3f} | {np.sqrt((error**2).mean()):.3f} | {holds.mean():.3f} | "
            f"{(low > truth).mean():.3f} | {(high - low).mean():.3f} |"
        )


def main() -> None:
    reader = argparse.ArgumentParser(description=__doc__)
    reader.add_argument("table", nargs="?", default="examples/mouse-diet/table.tsv", type=Path)
    reader.add_argument("--studies", type=int, default=40)
    given = reader.parse_args()
    counts = read_table(given.table).dense()
    real = counts[counts.sum(axis=1) >= LEAST]
    print(
        "| who | splash | blanks | depth | blank's depth | told | error | root mean square | holds | "
        "low end above | width |"
    )
    print("|" + "---|" * 11)
    for who, splash, alike, depths in product(
        SHARES, (0.0, 0.3, 0.6, 0.9), (True, False), ((2_000, 500), (10_000, 3_000))
    ):
        print(Setting(who, splash, alike, *depths).row(real, given.studies), flush=True)


if __name__ == "__main__":
    main()
