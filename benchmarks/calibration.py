"""Does the 95 % interval of a shift hold the truth?  Simulated pairs of communities with a known divergence.

Prints, for each cell of a grid of taxa, depths and true shifts, and for the Jensen-Shannon divergence and both
relative entropies: coverage, bias and width of klbio's interval beside those of the naive bootstrap (percentiles of
the plug-in over resampled reads) on the same draws; then what the floor rejects.  Run with ``make calibrate``; what
it found is in docs/method-shift.md, the numbers and the figure in docs/calibration/.
"""

from __future__ import annotations

import argparse
import os
import platform
import resource
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from itertools import product
from pathlib import Path

import altair as alt
import numpy as np
import pandas as pd
from scipy.optimize import brentq

from klbio.distributions import FloatArray
from klbio.divergences import kernels
from klbio.estimates import Estimate, Floor, jensen_shannon_estimate, relative_entropy_estimate
from klbio.seeding import generator
from klbio.shift.subject.divergence import LEVEL, UNDERSAMPLED
from klbio.smoothing import Additive

DEPTHS = ((500, 500), (5_000, 5_000), (5_000, 500), (50_000, 5_000), (50_000, 50_000))
TAXA = (50, 500, 2_000)
SPARSEST = ((5_000, (500, 500)), (5_000, (5_000, 500)))  # taxa, depths: a tenth of a read a taxon
TRUTHS = (0.0, 0.01, 0.05, 0.2, 0.5)
FARTHEST = 30.0  # standard deviations of a taxon's log change
N_NAIVE, N_BOOTSTRAP, N_FLOOR = 50, 200, 199
WANTED, ENOUGH = (0.93, 0.97), UNDERSAMPLED  # coverage; reads per taxon
ADDED = 0.5  # to each count, for the relative entropies: the default of a study
LN2 = float(np.log(2))
JSD = "JSD"
MARKS = ("<!-- calibration: written by make calibrate -->", "<!-- end of calibration -->")


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

    def head(self, n_draws: int) -> dict[str, float]:
        """Columns that say which cell this is."""
        return {
            "n_taxa": self.n_taxa, "depth_after": self.depths[0], "depth_before": self.depths[1],
            "reads_per_taxon": self.reads_per_taxon, "true_jsd_bits": self.truth, "n_draws": n_draws,
        }  # fmt: skip


def grid() -> Iterator[Cell]:
    settings = [*product(TAXA, DEPTHS), *SPARSEST]
    return (Cell(*setting, truth) for setting, truth in product(settings, TRUTHS))


def communities(cell: Cell, rng: np.random.Generator) -> tuple[FloatArray, FloatArray]:
    """Log-normal abundances, and a log-normal change scaled until the divergence is as wanted."""
    q = np.exp(rng.normal(0, 2, cell.n_taxa))
    q /= q.sum()
    change = rng.normal(0, 1, cell.n_taxa)

    def moved(scale: float) -> FloatArray:
        p = q * np.exp(scale * change)
        return p / p.sum()

    def excess(scale: float) -> float:
        return float(kernels.jensen_shannon_terms(moved(scale), q).sum()) / LN2 - cell.truth

    if excess(FARTHEST) <= 0:  # the one taxon that grows most was nearly all there was: draw anew
        return communities(cell, rng)
    return (moved(brentq(excess, 0.0, FARTHEST, xtol=1e-10)) if cell.truth else q), q


def drawn(cell: Cell, laws: tuple[FloatArray, FloatArray], rng: np.random.Generator) -> list[FloatArray]:
    return [rng.multinomial(n, law).astype(float) for n, law in zip(cell.depths, laws, strict=True)]


Law = Callable[[FloatArray, FloatArray], FloatArray]  # terms of a divergence between shares, in nats


@dataclass(frozen=True)
class Measure:
    """One of the three numbers of a pair: how klbio estimates it, and how it is defined."""

    name: str
    terms: Law
    estimate: Callable[[FloatArray, FloatArray], Estimate]
    smoothed: bool = False
    turned: bool = False  # before ‖ after

    def of(self, x: FloatArray, y: FloatArray) -> FloatArray:
        """Bits of expected or observed counts after and before, smoothed where the measure is."""
        x, y = (y, x) if self.turned else (x, y)
        added = ADDED if self.smoothed else 0.0
        p, q = ((side + added) / (side + added).sum(axis=-1, keepdims=True) for side in (x, y))
        bits: FloatArray = self.terms(p, q).sum(axis=-1) / LN2
        return bits

    def interval(self, x: FloatArray, y: FloatArray) -> tuple[float, float, float]:
        """Value as pairs.tsv has it, and klbio's interval."""
        found = self.estimate(*((y, x) if self.turned else (x, y)))
        return max(found.value, 0.0), *found.interval()


def _smoothed_estimate(x: FloatArray, y: FloatArray) -> Estimate:
    return relative_entropy_estimate(x, y, *Additive(ADDED).pseudocounts(np.vstack([x, y])))


MEASURES = (
    Measure("JSD", kernels.jensen_shannon_terms, jensen_shannon_estimate),
    Measure("D(after ‖ before)", kernels.relative_entropy_terms, _smoothed_estimate, smoothed=True),
    Measure(
        "D(before ‖ after)", kernels.relative_entropy_terms, _smoothed_estimate, smoothed=True, turned=True
    ),
)


def measure(cell: Cell, n_draws: int, seed: int) -> list[dict[str, float | str]]:
    """Draw communities and samples of one cell anew `n_draws` times; one row per measure."""
    rng = cell.generator(seed)
    ours: list[list[tuple[float, ...]]] = [[] for _ in MEASURES]
    usual: list[list[tuple[float, ...]]] = [[] for _ in MEASURES]
    flagged = bounded = 0
    for i in range(n_draws):
        laws = communities(cell, rng)
        x, y = drawn(cell, laws, rng)
        seen = (x + y) > 0
        estimate = jensen_shannon_estimate(x[seen], y[seen])
        lowest, highest = estimate.bounds()
        flagged += estimate.rests_on_rare
        bounded += lowest <= cell.truth <= highest
        resampled = [
            rng.multinomial(int(s.sum()), s[seen] / s.sum(), N_BOOTSTRAP) for s in (x, y) if i < N_NAIVE
        ]
        expected = [side.sum() * law[seen] for side, law in zip((x, y), laws, strict=True)]
        for j, wanted in enumerate(MEASURES):
            truth = float(wanted.of(*expected)) if wanted.smoothed else cell.truth
            plain = float(wanted.of(*laws)) if not wanted.smoothed else unsmoothed(*laws, wanted.turned)
            plugin = float(wanted.of(x[seen], y[seen]))
            ours[j].append((truth, *wanted.interval(x[seen], y[seen]), plugin, plain))
            if resampled:
                low, high = np.quantile(wanted.of(*resampled), [0.025, 0.975])
                usual[j].append((truth, plugin, float(low), float(high)))
    head = cell.head(n_draws) | {"flagged": flagged / n_draws, "jsd_bounds_hold": bounded / n_draws}
    return [
        head | {"measure": wanted.name} | summed_up(np.array(mine).T, np.array(naive).T)
        for wanted, mine, naive in zip(MEASURES, ours, usual, strict=True)
    ]


def unsmoothed(p: FloatArray, q: FloatArray, turned: bool) -> float:
    """Relative entropy of the communities themselves, which no sample can bound."""
    return float(kernels.relative_entropy_terms(*((q, p) if turned else (p, q))).sum()) / LN2


def summed_up(ours: FloatArray, usual: FloatArray) -> dict[str, float | str]:
    truth, value, low, high, plugin, plain = ours
    coverage = holds(low, truth, high)
    return {
        "true_bits": float(truth.mean()),
        "coverage": coverage,
        "coverage_se": float(np.sqrt(coverage * (1 - coverage) / len(truth))),
        "bias_bits": float((value - truth).mean()),
        "bias_se_bits": float((value - truth).std() / np.sqrt(len(truth))),
        "width_bits": float((high - low).mean()),
        "naive_coverage": holds(usual[2], usual[0], usual[3]),
        "naive_bias_bits": float((plugin - truth).mean()),
        "naive_width_bits": float((usual[3] - usual[2]).mean()),
        "unsmoothed_true_bits": float(plain.mean()),
        "coverage_of_unsmoothed": holds(low, plain, high),
    }


def holds(low: FloatArray, truth: FloatArray, high: FloatArray) -> float:
    return float(((low <= truth) & (truth <= high)).mean())


def rejected(cell: Cell, n_draws: int, seed: int) -> dict[str, float]:
    """Share of draws that the floor calls a shift at 0.05."""
    rng = cell.generator(seed + 1)
    hits = 0
    for _ in range(n_draws):
        x, y = drawn(cell, communities(cell, rng), rng)
        floor = Floor.drawn(x[None], y[None], N_FLOOR, rng)
        hits += floor.p_value("pooled", float(MEASURES[0].of(x, y))) <= LEVEL
    return cell.head(n_draws) | {"rejected": hits / n_draws}


def floor_grid() -> Iterator[Cell]:
    """Nothing changed at every depth; and the shift of 0.05 bits that must be found."""
    yield from (Cell(n_taxa, depths, 0.0) for n_taxa, depths in product(TAXA, DEPTHS[:4]))
    yield Cell(500, (5_000, 5_000), 0.05)
    yield Cell(500, (5_000, 5_000), 0.01)


def table(frame: pd.DataFrame) -> str:
    head = "taxa | depths | reads per taxon | true JSD | truth | draws | coverage | SE | bias | width"
    lines = [f"| {head} | naive coverage | naive bias | naive width |", "|" + "--:|" * 13]
    lines += [
        f"| {row.n_taxa} | {row.depth_after:,} / {row.depth_before:,} | {row.reads_per_taxon:.3g} "
        f"| {row.true_jsd_bits:g} | {row.true_bits:.3f} | {row.n_draws} | {row.coverage:.3f} | {row.coverage_se:.3f} "
        f"| {row.bias_bits:+.4f} | {row.width_bits:.4f} "
        f"| {row.naive_coverage:.2f} | {row.naive_bias_bits:+.4f} | {row.naive_width_bits:.4f} |"
        for row in frame.itertuples()
    ]
    return "\n".join(lines)


def short_table(frame: pd.DataFrame) -> str:
    """One line per depth: coverage at each true shift, and the largest bias beyond two standard errors."""
    truths = [truth for truth in TRUTHS if truth > 0]
    named = " / ".join(f"{truth:g}" for truth in truths)
    lines = [
        f"| taxa | depths | reads per taxon | {JSD}: coverage at {named} | naive "
        "| bias beyond Monte Carlo error, of the plug-in's "
        "| D(after ‖ before) | naive | D(before ‖ after) | naive |",
        "|--:|--:|--:|" + ":--|" * 7,
    ]
    changed = frame[frame["true_jsd_bits"] > 0]
    keys = ["n_taxa", "depth_after", "depth_before"]
    for (n_taxa, after, before), rows in changed.groupby(keys, sort=False):
        cells = [f"{n_taxa:,}", f"{after:,} / {before:,}", f"{min(after, before) / n_taxa:.3g}"]
        for name, part in rows.groupby("measure", sort=False):
            cells.append(
                " ".join(f"{coverage:.3f}"[1:] if coverage < 1 else "1" for coverage in part["coverage"])
            )
            cells.append(" ".join(f"{coverage:.2f}".lstrip("0") for coverage in part["naive_coverage"]))
            if name == JSD:
                beyond = (part["bias_bits"].abs() - 2 * part["bias_se_bits"]).clip(lower=0)
                cells.append(f"{(beyond / part['naive_bias_bits'].abs()).max():.0%}")
        lines.append("| " + " | ".join(cells) + " |")
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
    """How many cells hold their promise, by measure."""
    lines = []
    for name, rows in frame[frame["true_jsd_bits"] > 0].groupby("measure", sort=False):
        enough = rows["reads_per_taxon"] >= ENOUGH
        dense, sparse = rows[enough], rows[~enough]
        within = dense["coverage"].between(*WANTED)
        least = (rows["bias_bits"].abs() - 2 * rows["bias_se_bits"]).clip(lower=0)  # beyond Monte Carlo error
        above = least > 0.25 * rows["naive_bias_bits"].abs()
        lines += [
            f"{name}, {len(dense)} cells with {ENOUGH:g} or more reads per taxon: coverage "
            f"{spread(dense['coverage'])}, between {WANTED[0]:g} and {WANTED[1]:g} in {within.sum()} "
            f"({within.mean():.0%}), 0.93 or more in {(dense['coverage'] >= WANTED[0]).sum()}; mean "
            f"{dense['coverage'].mean():.3f}, standard deviation between cells beyond Monte Carlo error "
            f"{beyond_chance(dense):.3f}; "
            f"naive {spread(dense['naive_coverage'])}.",
            f"{name}, {len(sparse)} sparser cells: coverage {spread(sparse['coverage'])}, 0.90 or more in "
            f"{(sparse['coverage'] >= 0.9).sum()}; `undersampled` in {sparse['flagged'].min():.0%} of draws at least; "
            f"{bounds_held(rows) if name == JSD else ''}"
            f"naive {spread(sparse['naive_coverage'])}.",
            f"{name}: bias above a quarter of the plug-in's, beyond two standard errors, in {above[enough].sum()} "
            f"of {enough.sum()} dense cells and in {above[~enough].sum()} of {(~enough).sum()} sparse ones.",
        ]
        if name != JSD:
            lines.append(
                f"{name}, held against the communities' own, unsmoothed: dense cells "
                f"{spread(dense['coverage_of_unsmoothed'])}."
            )
    unchanged = frame[(frame["true_jsd_bits"] == 0) & (frame["measure"] == JSD)]
    dense = unchanged["reads_per_taxon"] >= ENOUGH
    return "\n".join([
        *lines,
        f"Nothing changed: coverage of {JSD} {spread(unchanged['coverage'][dense])} in dense cells, "
        f"{spread(unchanged['coverage'][~dense])} in sparse ones; upper end at most "
        f"{unchanged['width_bits'][dense].max():.4f} bits in dense cells.",
    ])  # fmt: skip


def bounds_held(rows: pd.DataFrame) -> str:
    held = rows["jsd_bounds_hold"][rows["flagged"] >= 0.5]
    return f"its two bounds hold in {spread(held)} where most draws are; "


def beyond_chance(rows: pd.DataFrame) -> float:
    """Standard deviation of the cells' true coverages about their mean."""
    chance = float((rows["coverage"] * (1 - rows["coverage"]) / rows["n_draws"]).mean())
    return float(np.sqrt(max(float(rows["coverage"].var()) - chance, 0.0)))


def spread(coverage: pd.Series) -> str:
    return f"{coverage.min():.3f} to {coverage.max():.3f}"


def figure(frame: pd.DataFrame) -> alt.HConcatChart:
    """Coverage of both intervals against reads per taxon, a panel a measure, one point a cell."""
    long = frame[frame["true_jsd_bits"] > 0].melt(
        id_vars=["measure", "reads_per_taxon", "true_jsd_bits"],
        value_vars=["coverage", "naive_coverage"], var_name="interval", value_name="held",
    ).replace({"interval": {"coverage": "klbio", "naive_coverage": "naive bootstrap"}})  # fmt: skip
    shown = {"klbio": -1, "naive bootstrap": 1}  # side by side: they share their reads per taxon
    shift = 0.06 * long["interval"].map(shown) + 0.02 * (long["true_jsd_bits"].rank(method="dense") - 2.5)
    long["reads"] = long["reads_per_taxon"] * 10**shift
    return alt.hconcat(
        *[panel(long, name.name, place == 0) for place, name in enumerate(MEASURES)]
    ).configure(font="sans-serif", view=alt.ViewConfig(stroke="#bbb"))


def panel(long: pd.DataFrame, name: str, first: bool) -> alt.LayerChart:
    y = alt.Y("held:Q").title("intervals that hold the truth" if first else None).scale(domain=[0, 1])
    x = alt.X("reads:Q").title("reads per taxon, shallower sample")
    x = x.scale(type="log", domain=[0.07, 1500], nice=False).axis(values=[0.1, 1, 10, 100, 1000], grid=False)
    ends = {"low": WANTED[0], "high": WANTED[1], "enough": ENOUGH, "left": 0.07}
    frame = pd.DataFrame([ends])
    band = alt.Chart(frame).mark_rect(color="#bfe0c8").encode(y="low:Q", y2="high:Q")
    sparse = alt.Chart(frame).mark_rect(color="#888", opacity=0.12).encode(x="left:Q", x2="enough:Q")
    words = alt.Chart(pd.DataFrame([{"reads": 0.6, "held": 0.34, "text": "flagged: undersampled"}]))
    label = words.mark_text(fontSize=11, color="#555").encode(x=x, y=y, text="text:N")
    colours = alt.Color("interval:N").title("95 % interval").scale(range=["#0b6e6e", "#d1661f"])
    points = alt.Chart(long[long["measure"] == name]).mark_circle(size=38, opacity=0.85)
    points = points.encode(x=x, y=y.axis(format="%"), color=colours)
    return (sparse + band + label + points).properties(width=270, height=270, title=name)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--draws", type=int, default=1_000, help="pairs per cell (default: %(default)s)")
    parser.add_argument("--floor-draws", type=int, default=400, help="default: %(default)s")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument(
        "--out", type=Path, help="folder for coverage.tsv, floor.tsv, tables.md and coverage.svg"
    )
    parser.add_argument("--page", type=Path, help="page whose part between two marks is written anew")
    arguments = parser.parse_args()
    with ProcessPoolExecutor(arguments.workers) as pool:
        cells = pool.map(partial(measure, n_draws=arguments.draws, seed=arguments.seed), grid())
        floors = pool.map(partial(rejected, n_draws=arguments.floor_draws, seed=arguments.seed), floor_grid())
        coverage = pd.DataFrame([row for rows in cells for row in rows])
        floor_rows = pd.DataFrame(floors)
    seconds = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
    ran = (
        f"{arguments.draws:,} draws a cell (naive: {N_NAIVE}), {arguments.workers} workers, "
        f"{seconds:.0f} s of CPU time on {time.strftime('%Y-%m-%d')}; {platform.machine()}, "
        f"{os.cpu_count()} cores, Python {platform.python_version()}, numpy {np.__version__}."
    )
    brief = "\n\n".join([ran, listed(summary(coverage)), short_table(coverage)])
    tables = [f"## {name}\n\n{table(rows)}" for name, rows in coverage.groupby("measure", sort=False)]
    text = "\n\n".join([brief, *tables, "## Floor", floor_table(floor_rows)])
    print(text)
    if arguments.out:
        arguments.out.mkdir(parents=True, exist_ok=True)
        (arguments.out / "tables.md").write_text(f"# Calibration, as printed by make calibrate\n\n{text}\n")
        coverage.to_csv(arguments.out / "coverage.tsv", sep="\t", index=False, float_format="%.5g")
        floor_rows.to_csv(arguments.out / "floor.tsv", sep="\t", index=False, float_format="%.5g")
        figure(coverage).save(arguments.out / "coverage.svg")
    if arguments.page:
        arguments.page.write_text(
            renewed(arguments.page.read_text(), f"{brief}\n\n{floor_table(floor_rows)}")
        )


def listed(lines: str) -> str:
    return "\n".join(f"- {line}" for line in lines.splitlines())


def renewed(page: str, text: str) -> str:
    """Page with the text between its marks replaced."""
    head, _, rest = page.partition(MARKS[0])
    _, _, tail = rest.partition(MARKS[1])
    if not rest or not tail:
        raise SystemExit(f"the page lacks the marks {MARKS[0]} and {MARKS[1]}")
    return f"{head}{MARKS[0]}\n{text}\n{MARKS[1]}{tail}"


if __name__ == "__main__":
    main()
