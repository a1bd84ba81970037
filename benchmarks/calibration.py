"""Does the 95 % interval of a shift hold the truth?  Simulated pairs of communities with a known divergence.

Prints, for each cell of a grid of taxa, depths and true shifts: coverage, bias and width of klbio's
interval, and the same of the naive bootstrap (percentiles of the plug-in over resampled reads) on
the same draws; then what the floor rejects.  Run with ``make calibrate``; the tables are in
docs/method-shift.md, the numbers and the figure in docs/calibration/.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from itertools import product
from pathlib import Path

import altair as alt
import numpy as np
import pandas as pd

from klbio.distributions import FloatArray
from klbio.divergences import jensen_shannon_divergence, relative_entropy
from klbio.resampling import generator
from klbio.shift.floor import floor
from klbio.shift.pairs import jsd
from klbio.shift.pairs import relative_entropy as smoothed_relative_entropy
from klbio.shift.table import PhaseCounts
from klbio.smoothing import parse_smoothing

DEPTHS = ((500, 500), (5_000, 5_000), (5_000, 500), (50_000, 5_000), (50_000, 50_000))
TAXA = (50, 500, 2_000)
TRUTHS = (0.0, 0.01, 0.05, 0.2, 0.5)
N_NAIVE, N_BOOTSTRAP, N_FLOOR = 100, 200, 199
WANTED, ENOUGH = (0.93, 0.97), 5.0  # coverage; reads per taxon
SMOOTHING = parse_smoothing("additive(0.5)")


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

    def generator(self, seed: int) -> np.random.Generator:
        """Random numbers of this cell, whatever cells are run beside it."""
        return generator(seed, str(self))


def grid() -> Iterator[Cell]:
    return (Cell(*choice) for choice in product(TAXA, DEPTHS, TRUTHS))


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


def drawn(cell: Cell, laws: tuple[FloatArray, FloatArray], rng: np.random.Generator) -> list[FloatArray]:
    return [rng.multinomial(n, law).astype(float) for n, law in zip(cell.depths, laws, strict=True)]


def naive(x: FloatArray, y: FloatArray, rng: np.random.Generator) -> tuple[float, float, float]:
    """Plug-in, and percentiles of the plug-in over resampled reads."""
    p, q = x / x.sum(), y / y.sum()
    xs, ys = (rng.multinomial(int(side.sum()), side / side.sum(), N_BOOTSTRAP) for side in (x, y))
    draws = jensen_shannon_divergence(xs / x.sum(), ys / y.sum())
    low, high = np.quantile(draws, [0.025, 0.975])
    return float(jensen_shannon_divergence(p, q)), float(low), float(high)


def holds(low: FloatArray, truth: FloatArray, high: FloatArray) -> float:
    return float(((low <= truth) & (truth <= high)).mean())


def measure(cell: Cell, n_draws: int, seed: int) -> dict[str, float]:
    """Draw communities and samples of one cell anew `n_draws` times, and hold intervals against the truths."""
    rng, found, usual, directed = cell.generator(seed), [], [], []
    for i in range(n_draws):
        laws = communities(cell, rng)
        truth = float(jensen_shannon_divergence(*laws))
        x, y = drawn(cell, laws, rng)
        estimate, both = jsd(x, y), smoothed_relative_entropy(x, y, SMOOTHING)
        found.append((truth, max(estimate.value, 0.0), *estimate.interval(), estimate.plugin))
        directed.append((float(relative_entropy(*laws)), both.value, *both.interval()))
        if i < N_NAIVE:
            usual.append((truth, *naive(x, y, rng)))
    truth, value, low, high, plugin = np.array(found).T
    true_d, d, d_low, d_high = np.array(directed).T
    usual_truth, _, usual_low, usual_high = np.array(usual).T
    return {
        "n_taxa": cell.n_taxa, "depth_after": cell.depths[0], "depth_before": cell.depths[1],
        "reads_per_taxon": cell.reads_per_taxon, "true_jsd_bits": cell.truth, "n_draws": n_draws,
        "coverage": holds(low, truth, high), "bias_bits": float((value - truth).mean()),
        "width_bits": float((high - low).mean()), "plugin_bias_bits": float((plugin - truth).mean()),
        "naive_coverage": holds(usual_low, usual_truth, usual_high),
        "naive_width_bits": float((usual_high - usual_low).mean()),
        "true_relative_entropy_bits": float(true_d.mean()), "relative_entropy_coverage": holds(d_low, true_d, d_high),
        "relative_entropy_bias_bits": float((d - true_d).mean()),
    }  # fmt: skip


def rejected(cell: Cell, n_draws: int, seed: int) -> dict[str, float]:
    """Share of draws that the floor calls a shift at 0.05."""
    rng = cell.generator(seed + 1)
    hits = 0
    for _ in range(n_draws):
        x, y = drawn(cell, communities(cell, rng), rng)
        seen = (x + y) > 0
        counts = PhaseCounts(tuple(map(str, np.flatnonzero(seen))), x[None, seen], y[None, seen])
        null = floor(counts, N_FLOOR, rng)["pooled"]
        hits += (1 + (null >= jsd(x, y).plugin - 1e-12).sum()) / (1 + N_FLOOR) <= 0.05
    return {
        "n_taxa": cell.n_taxa, "depth_after": cell.depths[0], "depth_before": cell.depths[1],
        "true_jsd_bits": cell.truth, "n_draws": n_draws, "rejected": hits / n_draws,
    }  # fmt: skip


def floor_grid() -> Iterator[Cell]:
    """Nothing changed at every depth; and the shift of 0.05 bits that must be found."""
    yield from (Cell(n_taxa, depths, 0.0) for n_taxa, depths in product(TAXA, DEPTHS[:4]))
    yield Cell(500, (5_000, 5_000), 0.05)
    yield Cell(500, (5_000, 5_000), 0.01)


def table(frame: pd.DataFrame) -> str:
    ours, usual = "coverage | bias | width", "naive coverage | naive bias | naive width"
    lines = [f"| taxa | depths | reads per taxon | true JSD | {ours} | {usual} |", "|" + "--:|" * 10]
    lines += [
        f"| {row.n_taxa} | {row.depth_after:,} / {row.depth_before:,} | {row.reads_per_taxon:.3g} "
        f"| {row.true_jsd_bits:g} | {row.coverage:.3f} | {row.bias_bits:+.4f} | {row.width_bits:.4f} "
        f"| {row.naive_coverage:.2f} | {row.plugin_bias_bits:+.4f} | {row.naive_width_bits:.4f} |"
        for row in frame.itertuples()
    ]
    return "\n".join(lines)


def floor_table(frame: pd.DataFrame) -> str:
    lines = ["| taxa | depths | true JSD | draws | rejected at 0.05 |", "|--:|--:|--:|--:|--:|"]
    lines += [
        f"| {row.n_taxa} | {row.depth_after:,} / {row.depth_before:,} | {row.true_jsd_bits:g} "
        f"| {row.n_draws} | {row.rejected:.3f} |"
        for row in frame.itertuples()
    ]
    return "\n".join(lines)


def summary(frame: pd.DataFrame) -> str:
    """How many cells hold their promise."""
    changed = frame[frame["true_jsd_bits"] > 0]
    dense, sparse = (
        changed[changed["reads_per_taxon"] >= ENOUGH],
        changed[changed["reads_per_taxon"] < ENOUGH],
    )
    within, directed = dense["coverage"].between(*WANTED), dense["relative_entropy_coverage"]
    ratio = changed["bias_bits"].abs() / changed["plugin_bias_bits"]
    unchanged = frame[frame["true_jsd_bits"] == 0]
    return "\n".join([
        f"{len(dense)} cells with {ENOUGH:g} or more reads per taxon: coverage {spread(dense['coverage'])}, "
        f"between {WANTED[0]:g} and {WANTED[1]:g} in {within.sum()} ({within.mean():.0%}).",
        f"{len(sparse)} sparser cells: coverage {spread(sparse['coverage'])}, "
        f"0.90 or more in {(sparse['coverage'] >= 0.9).sum()}.",
        f"|bias| / plug-in's bias: at most {ratio.max():.3f}; "
        f"above a quarter in {(ratio > 0.25).sum()} of {len(ratio)} cells.",
        f"Nothing changed: coverage {spread(unchanged['coverage'])}.",
        f"Relative entropy, cells with {ENOUGH:g} or more reads per taxon: coverage {spread(directed)}.",
    ])  # fmt: skip


def spread(coverage: pd.Series) -> str:
    return f"{coverage.min():.3f} to {coverage.max():.3f}"


def figure(frame: pd.DataFrame) -> alt.LayerChart:
    """Coverage of both intervals against reads per taxon, one point a cell."""
    changed = frame[frame["true_jsd_bits"] > 0]
    long = changed.rename(columns={"coverage": "klbio", "naive_coverage": "naive bootstrap"}).melt(
        id_vars=["reads_per_taxon", "true_jsd_bits"], value_vars=["klbio", "naive bootstrap"],
        var_name="interval", value_name="coverage",
    )  # fmt: skip
    band = alt.Chart(pd.DataFrame({"low": [WANTED[0]], "high": [WANTED[1]]})).mark_rect(color="#cfe3d4")
    points = alt.Chart(long).mark_circle(size=55, opacity=0.75)
    return (
        band.encode(y="low:Q", y2="high:Q")
        + points.encode(
            x=alt.X("reads_per_taxon:Q", title="reads per taxon, shallower sample").scale(type="log"),
            y=alt.Y("coverage:Q", title="intervals that hold the truth").axis(format="%"),
            color=alt.Color("interval:N", title="95 % interval").scale(range=["#0b6e6e", "#c4622d"]),
        )
    ).properties(width=560, height=300)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--draws", type=int, default=1_000, help="pairs per cell (default: %(default)s)")
    parser.add_argument("--floor-draws", type=int, default=400, help="default: %(default)s")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", type=Path, help="folder for coverage.tsv, floor.tsv and coverage.svg")
    arguments = parser.parse_args()
    with ProcessPoolExecutor(arguments.workers) as pool:
        cells = pool.map(partial(measure, n_draws=arguments.draws, seed=arguments.seed), grid())
        floors = pool.map(partial(rejected, n_draws=arguments.floor_draws, seed=arguments.seed), floor_grid())
        coverage, floor_rows = pd.DataFrame(cells), pd.DataFrame(floors)
    print(table(coverage), summary(coverage), floor_table(floor_rows), sep="\n\n")
    if arguments.out:
        arguments.out.mkdir(parents=True, exist_ok=True)
        coverage.to_csv(arguments.out / "coverage.tsv", sep="\t", index=False, float_format="%.5g")
        floor_rows.to_csv(arguments.out / "floor.tsv", sep="\t", index=False, float_format="%.5g")
        figure(coverage).save(arguments.out / "coverage.svg")


if __name__ == "__main__":
    main()
