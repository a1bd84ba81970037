"""Does the 95 % interval of a shift hold the truth?  Simulated pairs of communities with a known divergence.

Prints, for each cell of a grid of depths, taxa and true shifts: coverage, bias and width of
klbio's interval, and of the naive bootstrap (percentiles of the plug-in over resampled reads)
on the same draws.  Run with ``make calibrate``; the committed table is in docs/method-shift.md.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from klbio.distributions import FloatArray
from klbio.divergences import jensen_shannon_divergence
from klbio.shift.pairs import jsd

DEPTHS = ((500, 500), (5_000, 5_000), (5_000, 500), (50_000, 5_000), (50_000, 50_000))
TAXA = (50, 500, 2_000)
TRUTHS = (0.0, 0.01, 0.05, 0.2, 0.5)
N_BOOTSTRAP = 200


@dataclass(frozen=True)
class Cell:
    """One setting of the grid."""

    n_taxa: int
    depths: tuple[int, int]
    truth: float

    @property
    def reads_per_taxon(self) -> float:
        """Depth of the shallower side per taxon."""
        return min(self.depths) / self.n_taxa


def grid() -> Iterator[Cell]:
    for n_taxa in TAXA:
        for depths in DEPTHS:
            for truth in TRUTHS:
                yield Cell(n_taxa, depths, truth)


def communities(cell: Cell, rng: np.random.Generator) -> tuple[FloatArray, FloatArray]:
    """Log-normal abundances, and a log-normal change scaled until the divergence is as wanted."""
    q = np.exp(rng.normal(0, 2, cell.n_taxa))
    change = rng.normal(0, 1, cell.n_taxa)
    low, high = 0.0, 20.0
    for _ in range(60):
        middle = (low + high) / 2
        p = q * np.exp(middle * change)
        far = float(jensen_shannon_divergence(p / p.sum(), q / q.sum())) > cell.truth
        low, high = (low, middle) if far else (middle, high)
    p = q * np.exp(low * change)
    return p / p.sum(), q / q.sum()


def naive(x: FloatArray, y: FloatArray, rng: np.random.Generator) -> tuple[float, float, float]:
    """Plug-in, and percentiles of the plug-in over resampled reads."""
    p, q = x / x.sum(), y / y.sum()
    xs, ys = (rng.multinomial(int(side.sum()), side / side.sum(), N_BOOTSTRAP) for side in (x, y))
    draws = jensen_shannon_divergence(xs / x.sum(), ys / y.sum())
    low, high = np.quantile(draws, [0.025, 0.975])
    return float(jensen_shannon_divergence(p, q)), float(low), float(high)


def measure(cell: Cell, n_draws: int, rng: np.random.Generator) -> str:
    p, q = communities(cell, rng)
    truth = float(jensen_shannon_divergence(p, q))
    found = []
    for _ in range(n_draws):
        x, y = (rng.multinomial(n, law).astype(float) for n, law in zip(cell.depths, (p, q), strict=True))
        estimate = jsd(x, y)
        found.append((max(estimate.value, 0.0), *estimate.interval(), *naive(x, y, rng)))
    value, low, high, plugin, naive_low, naive_high = np.array(found).T
    ours, theirs = ((a <= truth) & (truth <= b) for a, b in ((low, high), (naive_low, naive_high)))
    return (
        f"| {cell.n_taxa} | {cell.depths[0]:,} / {cell.depths[1]:,} | {cell.reads_per_taxon:.3g} | {cell.truth:g} "
        f"| {ours.mean():.3f} | {value.mean() - truth:+.4f} | {(high - low).mean():.4f} "
        f"| {theirs.mean():.3f} | {plugin.mean() - truth:+.4f} |"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--draws", type=int, default=200, help="simulated pairs per cell (default: %(default)s)"
    )
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    rng = np.random.default_rng(arguments.seed)
    print(
        "| taxa | depths | reads per taxon | true JSD | coverage | bias | width | naive coverage | naive bias |"
    )
    print("|--:|--:|--:|--:|--:|--:|--:|--:|--:|")
    for cell in grid():
        print(measure(cell, arguments.draws, rng), flush=True)


if __name__ == "__main__":
    main()
