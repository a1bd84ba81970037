"""Which smoothing comes closest to a known relative entropy?  Simulated pairs of communities, many estimators.

    python benchmarks/smoothing.py --out docs/smoothing

Writes every cell to ``study.tsv`` and the figure beside it, and prints the summary that
docs/smoothing.md shows.  The same seed gives the same table, whatever the number of workers.
"""

from __future__ import annotations

import argparse
import math
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from itertools import pairwise, product
from pathlib import Path
from typing import NamedTuple

import altair as alt
import numpy as np
import pandas as pd
from scipy.optimize import brentq

from klbio.distributions import FloatArray
from klbio.divergences import jensen_shannon_divergence, kernels, relative_entropy
from klbio.estimates import jackknife, jensen_shannon_estimate
from klbio.seeding import generator
from klbio.smoothing import (
    Additive,
    BackgroundMixing,
    DirichletPrior,
    Estimator,
    JamesStein,
    MaximumLikelihood,
)

TAXA = {50: 120, 500: 80, 5_000: 24}  # taxa of a community -> simulated pairs per cell
DEPTHS = ((300, 300), (1_000, 1_000), (7_000, 7_000), (50_000, 50_000), (50_000, 1_000), (1_000, 50_000))
TRUTHS = (0.05, 0.3, 2.0)
N_OTHERS = 10  # samples of other subjects that the study pool holds
TRACE = (-8.0, -4.0)  # decades of the share that taxa which arrive had before
SEED = 1
PRESENT = "additive(alpha=0.5)"  # klbio's default, over the pair's support, corrected
ALPHAS = (1e-6, 1e-3, 0.01, 0.1, 0.5, 1)
CORRECTED = {True: "corrected", False: "as smoothed"}

MakeEstimator = Callable[[FloatArray], Estimator]  # from the study pool's composition


def always(estimator: Estimator) -> MakeEstimator:
    """Give an estimator that has no use for the pool."""
    return lambda pool: estimator


ESTIMATORS: dict[str, MakeEstimator] = {
    **{f"additive(alpha={a:g})": always(Additive(a)) for a in ALPHAS},
    "perks": always(DirichletPrior(weight=1)),
    "dirichlet(weight=10)": always(DirichletPrior(weight=10)),
    "dirichlet(empirical-bayes)": always(DirichletPrior(weight="empirical-bayes")),
    "james-stein": always(JamesStein()),
    "pool(weight=1)": lambda pool: DirichletPrior(pool, 1),
    "pool(weight=10)": lambda pool: DirichletPrior(pool, 10),
    "pool(empirical-bayes)": lambda pool: DirichletPrior(pool, "empirical-bayes"),
    "background(weight=0.01)": lambda pool: BackgroundMixing(pool, 0.01),
    "background(weight=0.1)": lambda pool: BackgroundMixing(pool, 0.1),
}
SMOOTHED_JSD = (PRESENT, "additive(alpha=1)", "perks", "dirichlet(empirical-bayes)", "james-stein")
JSD_ESTIMATORS: dict[str, MakeEstimator] = {
    "none": always(MaximumLikelihood()),
    **{name: ESTIMATORS[name] for name in SMOOTHED_JSD},
}
MEASURES = {
    "relative_entropy": (kernels.relative_entropy_terms, ESTIMATORS),
    "jsd": (kernels.jensen_shannon_terms, JSD_ESTIMATORS),
}
SUPPORTS = ("pair", "study")


@dataclass(frozen=True)
class Cell:
    """One setting of the grid; `turnover`: some taxa are lost, and some arrive from a trace."""

    n_taxa: int
    depths: tuple[int, int]
    true_bits: float
    turnover: bool


class Method(NamedTuple):
    """What is estimated, and how."""

    measure: str
    estimator: str
    support: str


class Draw(NamedTuple):
    """Counts after, before and of the whole study over its taxa, and what is true of the pair."""

    x: FloatArray
    y: FloatArray
    pool: FloatArray
    truth: dict[str, float]


def grid() -> Iterator[Cell]:
    """Every cell."""
    for cell in product(TAXA, DEPTHS, TRUTHS, (False, True)):
        yield Cell(*cell)


METHODS = [Method(m, e, s) for m, (_, known) in MEASURES.items() for e, s in product(known, SUPPORTS)]


def closed(values: FloatArray) -> FloatArray:
    """Shares of the total along the last axis."""
    shares: FloatArray = values / values.sum(axis=-1, keepdims=True)
    return shares


def changed(q: FloatArray, bits: float, rng: np.random.Generator) -> FloatArray:
    """Apply a log-normal change, scaled until D(p || q) is as wanted."""

    def tilted(scale: float) -> FloatArray:
        exponent = scale * change
        return closed(q * np.exp(exponent - exponent.max()))

    def excess(scale: float) -> float:
        return float(relative_entropy(tilted(scale), q)) - bits

    change = rng.normal(0, 1, len(q))
    while excess(20.0) < 0:  # it falls on so common a taxon that not even all the mass there is enough
        change = rng.normal(0, 1, len(q))
    return tilted(brentq(excess, 0.0, 20.0, xtol=1e-12))


def turned_over(q: FloatArray, bits: float, rng: np.random.Generator) -> tuple[FloatArray, FloatArray]:
    """Let a fifth of the taxa be lost and a fifth arrive, for half of the bits; the rest is change of those that stay.

    The lost have no mass in `p`.  Those that arrive have a trace of mass in `q`, never none, so
    that the truth is finite; the trace is anywhere between 1e-8 and 1e-4.
    """
    trace, loss = 10 ** rng.uniform(*TRACE), 1 - 2 ** (-bits / 4)
    stay = 1 - trace - loss

    def excess(arrival: float) -> float:
        return (
            arrival * math.log2(arrival / trace) + (1 - arrival) * math.log2((1 - arrival) / stay) - bits / 2
        )

    arrival = brentq(excess, trace, 0.9, xtol=1e-15)
    arrived, lost, kept = (closed(part) for part in np.split(q, [len(q) // 5, 2 * (len(q) // 5)]))
    p_kept = changed(kept, bits / 2 / (1 - arrival), rng)
    p = np.concatenate([arrival * arrived, 0 * lost, (1 - arrival) * p_kept])
    return closed(p), closed(np.concatenate([trace * arrived, loss * lost, stay * kept]))


def communities(cell: Cell, rng: np.random.Generator) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Shares after and before, and those of the study's other samples, over twice the pair's taxa.

    Log abundances have a standard deviation of 2, three quarters of whose square all subjects have in
    common; every subject has one half of the study's taxa.
    """
    n_study = 2 * cell.n_taxa
    common = rng.normal(0, math.sqrt(3), n_study)
    own, *others = np.exp(common + rng.normal(0, 1, (1 + N_OTHERS, n_study)))
    present = rng.permuted(np.tile(np.arange(n_study) < cell.n_taxa, (N_OTHERS, 1)), axis=1)
    q = closed(own[: cell.n_taxa])
    p, q = turned_over(q, cell.true_bits, rng) if cell.turnover else (changed(q, cell.true_bits, rng), q)
    return (
        np.pad(p, (0, cell.n_taxa)),
        np.pad(q, (0, cell.n_taxa)),
        closed(np.array(others) * present).mean(axis=0),
    )


def drawn(cell: Cell, rng: np.random.Generator) -> Draw:
    """Reads of one pair of communities and of its study."""
    p, q, other = communities(cell, rng)
    depths = (*cell.depths, N_OTHERS * sum(cell.depths) // 2)
    x, y, rest = (rng.multinomial(n, law).astype(float) for n, law in zip(depths, (p, q, other), strict=True))
    seen = np.arange(len(p)) < cell.n_taxa  # where q has none, p has none
    truth = {
        "relative_entropy": float(relative_entropy(p[seen], q[seen])),
        "jsd": float(jensen_shannon_divergence(p, q)),
    }
    return Draw(x, y, x + y + rest, truth)


def estimate(method: Method, draw: Draw) -> tuple[float, float]:
    """Bits as smoothed, and bias-corrected by the jackknife (the unsmoothed JSD as klbio reports it): not below 0."""
    terms, known = MEASURES[method.measure]
    seen = (draw.x + draw.y if method.support == "pair" else draw.pool) > 0
    x, y, pool = draw.x[seen], draw.y[seen], closed(draw.pool[seen])
    if method[:2] == ("jsd", "none"):
        found = jensen_shannon_estimate(x, y)
        return found.plugin, max(found.value, 0.0)
    prior = known[method.estimator](pool).pseudocounts(np.vstack([x, y]))
    smoothed = jackknife(x, y, terms, *prior)
    return smoothed.plugin / math.log(2), max(smoothed.value, 0.0) / math.log(2)


def measured(cell: Cell, n_draws: int, seed: int = SEED) -> list[dict[str, object]]:
    """One row per method of the cell, corrected and not."""
    rng = generator(seed, repr(cell))
    draws = [drawn(cell, rng) for _ in range(n_draws)]
    reads = float(np.mean([min(cell.depths) / ((draw.x + draw.y) > 0).sum() for draw in draws]))
    rows = []
    for method in METHODS:
        truth = np.array([draw.truth[method.measure] for draw in draws])
        both = np.array([estimate(method, draw) for draw in draws]).T
        rows += [
            method._asdict() | {"correction": CORRECTED[corrected]} | described(cell, reads) | errors(found, truth)
            for corrected, found in zip((False, True), both, strict=True)
        ]  # fmt: skip
    return rows


def described(cell: Cell, reads_per_seen_taxon: float) -> dict[str, object]:
    """The columns that say which cell it is."""
    return {
        "n_taxa": cell.n_taxa,
        "depth_after": cell.depths[0],
        "depth_before": cell.depths[1],
        "true_relative_entropy_bits": cell.true_bits,
        "turnover": "yes" if cell.turnover else "no",
        "reads_per_seen_taxon": reads_per_seen_taxon,
    }


def errors(found: FloatArray, truth: FloatArray) -> dict[str, object]:
    """Median relative error with its Monte-Carlo error, root mean square error and bias."""
    relative, n = np.abs(found / truth - 1), len(truth)
    # the order statistics one standard error of a binomial count either side of the median
    low, high = np.quantile(relative, [0.5 - 0.5 / math.sqrt(n), 0.5 + 0.5 / math.sqrt(n)])
    return {
        "median_relative_error": float(np.median(relative)),
        "monte_carlo_error": float(high - low) / 2,
        "rmse_bits": float(np.sqrt(np.mean((found - truth) ** 2))),
        "bias_bits": float(np.mean(found - truth)),
        "n_draws": n,
    }


def study(workers: int, seed: int) -> pd.DataFrame:
    """Measure every cell."""
    cells = sorted(grid(), key=lambda cell: -cell.n_taxa)  # the long ones first
    with ProcessPoolExecutor(workers) as pool:
        parts = pool.map(measured, cells, [TAXA[cell.n_taxa] for cell in cells], [seed] * len(cells))
        return pd.DataFrame([row for part in parts for row in part])


BANDS = (0, 2, 5, 20, 100, math.inf)  # reads per taxon seen


def typical(errors: pd.Series) -> float:
    """Geometric mean over cells: halving the error counts alike where it is large and where it is small."""
    return float(np.exp(np.log(errors).mean()))


def summary(table: pd.DataFrame, measure: str) -> pd.DataFrame:
    """Typical error of each method: over all cells, by turnover, and by reads per taxon seen."""
    rows = table[table["measure"] == measure]
    labels = [f"{low}-{high}" for low, high in pairwise(BANDS)]
    band = pd.cut(rows["reads_per_seen_taxon"], BANDS, labels=labels).astype(str)
    by = rows.groupby(["estimator", "support", "correction"])
    parts = {"all": by["median_relative_error"].agg(typical), "RMSE, bits": by["rmse_bits"].agg(typical)}
    for column, values in ((rows["turnover"], ("no", "yes")), (band, labels)):
        for value in values:
            part = rows[column == value].groupby(["estimator", "support", "correction"])
            parts[f"turnover {value}" if value in ("no", "yes") else value] = part[
                "median_relative_error"
            ].agg(typical)
    return pd.DataFrame(parts).sort_values("all").reset_index()


def markdown(frame: pd.DataFrame) -> str:
    """Write a table as docs/smoothing.md shows it."""
    cells = [
        [f"{value:.3f}" if isinstance(value, float) else str(value) for value in row]
        for row in frame.itertuples(index=False)
    ]
    lines = [list(frame.columns), ["---"] * len(frame.columns), *cells]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


SHOWN = {  # (estimator, correction) -> label and colour
    ("additive(alpha=1e-06)", "corrected"): ("additive(1e-6)", "#b0b7bf"),
    ("additive(alpha=0.01)", "corrected"): ("additive(0.01)", "#8a93a0"),
    ("background(weight=0.1)", "corrected"): ("background(0.1)", "#a98600"),
    (PRESENT, "as smoothed"): ("additive(0.5), not corrected", "#d1701f"),
    ("james-stein", "corrected"): ("james-stein", "#b3478f"),
    (PRESENT, "corrected"): ("additive(0.5)", "#c2571a"),
    ("dirichlet(empirical-bayes)", "corrected"): ("empirical-bayes", "#12766f"),
}
PANEL = {"width": 190, "height": 230}
GAP = 1.5  # least ratio of two labels' heights
ERROR_AXIS = alt.Axis(format="%", values=[0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30], title=None)
KINDS = {"no": "taxa change, none come or go", "yes": "a fifth lost, a fifth arrive"}


def drawn_lines(table: pd.DataFrame) -> pd.DataFrame:
    """Points of the figure: equal depths, the pair's support, typical error over the truths."""
    equal = table[(table["depth_after"] == table["depth_before"]) & (table["support"] == "pair")]
    rows = equal[equal["measure"] == "relative_entropy"]
    rows = rows[[pair in SHOWN for pair in zip(rows["estimator"], rows["correction"], strict=True)]]
    by = ["turnover", "n_taxa", "depth_after", "estimator", "correction"]
    means = rows.groupby(by, as_index=False).agg(
        reads=("reads_per_seen_taxon", "mean"), error=("median_relative_error", typical)
    )
    names = [SHOWN[pair][0] for pair in zip(means["estimator"], means["correction"], strict=True)]
    return means.assign(line=names)


def spread(heights: pd.Series) -> pd.Series:
    """Heights of labels in the order given by `heights`, `GAP` apart at least, and on the whole where they were."""
    ordered = np.log(heights.sort_values())
    steps = np.arange(len(ordered)) * math.log(GAP)
    placed = np.maximum.accumulate(ordered.to_numpy() - steps) + steps
    return pd.Series(np.exp(placed - (placed - ordered.to_numpy()).mean()), index=ordered.index)


def named(ends: pd.DataFrame, colour: alt.Color, error: alt.Scale) -> list[alt.Chart]:
    """Names beside the lines' ends, with leaders where they had to move apart."""
    edge = PANEL["width"]
    base = alt.Chart(ends.assign(label=spread(ends["error"]))).encode(color=colour)
    leader = base.mark_rule(strokeWidth=1).encode(
        x=alt.value(edge), x2=alt.value(edge + 24), y=alt.Y("error:Q", scale=error), y2="label:Q"
    )
    text = base.mark_text(align="left", fontSize=12).encode(
        x=alt.value(edge + 28), y=alt.Y("label:Q", scale=error), text="line:N"
    )
    return [leader, text]


def panel(lines: pd.DataFrame, turnover: str, n_taxa: int, error: alt.Scale) -> alt.LayerChart:
    """Lines of one number of taxa and one kind of change; the last panel of a row names them."""
    rows = lines[(lines["turnover"] == turnover) & (lines["n_taxa"] == n_taxa)]
    colours = dict(SHOWN.values())
    colour = alt.Color("line:N", scale=alt.Scale(domain=[*colours], range=[*colours.values()]), legend=None)
    reach = [rows["reads"].min() * 0.9, rows["reads"].max() * 1.05]
    base = alt.Chart(rows).encode(
        x=alt.X(
            "reads:Q",
            scale=alt.Scale(type="log", domain=reach, nice=False),
            axis=alt.Axis(
                values=[0.3, 1, 3, 10, 30, 100, 300, 1000], format="~g", title="reads per taxon seen"
            ),
        ),
        y=alt.Y("error:Q", scale=error, axis=ERROR_AXIS),
        color=colour,
    )
    marks = [
        base.transform_filter(alt.datum.correction == "corrected").mark_line(point=True, strokeWidth=2),
        base.transform_filter(alt.datum.correction != "corrected").mark_line(point=True, strokeDash=[5, 3]),
    ]
    if n_taxa == max(TAXA):
        marks += named(rows[rows["depth_after"] == rows["depth_after"].max()], colour, error)
    title = alt.Title(f"{n_taxa:,} taxa", subtitle=KINDS[turnover], anchor="start")
    return alt.layer(*marks).properties(title=title, **PANEL)


def figure(table: pd.DataFrame) -> alt.VConcatChart:
    """Typical error by reads per taxon, a panel for each number of taxa and kind of change."""
    lines = drawn_lines(table)
    error = alt.Scale(type="log", domain=[lines["error"].min() * 0.9, lines["error"].max() * 1.1], nice=False)
    taxa = sorted(set(lines["n_taxa"]))
    rows = [alt.hconcat(*[panel(lines, kind, n, error) for n in taxa]) for kind in KINDS]
    heading = alt.Title(
        "Relative error of D(after || before)",
        subtitle="typical over true values of 0.05, 0.3 and 2 bits; equal depths of 300 to 50,000 reads",
        anchor="start",
    )
    return alt.vconcat(*rows, title=heading).configure_axis(gridColor="#e6eaee").configure_view(stroke=None)


def main() -> None:
    """Run the study and write it down."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, required=True, help="folder for study.tsv and error.svg")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--seed", type=int, default=SEED)
    arguments = parser.parse_args()
    arguments.out.mkdir(parents=True, exist_ok=True)
    table = study(arguments.workers, arguments.seed)
    table.to_csv(arguments.out / "study.tsv", sep="\t", index=False, float_format="%.4g")
    figure(table).save(arguments.out / "error.svg")
    for measure in MEASURES:
        print(f"\n{measure}\n{markdown(summary(table, measure))}")


if __name__ == "__main__":
    main()
