"""Does the interval of a shift hold the truth of real communities?  Truths drawn from deep public samples.

A truth is a pair of communities as two deep samples (or pools of samples) may have come from: taxa with up to 100
reads have their abundance drawn from its posterior under one of three laws of tails, fitted to how many taxa have 1, 2,
3 ... reads, with the taxa that no read has met; and their share of reads from its posterior among the taxa that are
about as abundant.  Samples are drawn from it at many depths, with replacement.  Prints for each cell (source, law of
the tail, depths) coverage, bias, width, how often the row is flagged, and what its two one-sided bounds hold.

Data sets are folders with a ``table.tsv`` (taxa by samples); those that are not there are left out, and named.

    python -m benchmarks.real_truths DATA --draws 20 --cells 60
"""

from __future__ import annotations

import argparse
import os
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import cache, partial
from itertools import product
from pathlib import Path

import numpy as np
import pandas as pd
from scipy.optimize import minimize
from scipy.special import expit, gammaln, xlogy

from klbio.distributions import FloatArray
from klbio.estimates import jensen_shannon_estimate
from klbio.seeding import generator

DEPTHS = (
    (500, 500), (2_000, 2_000), (10_000, 10_000), (50_000, 50_000), (200_000, 200_000),
    (1_000, 10_000), (20_000, 2_000), (20_000, 200_000), (1_000, 100_000),
)  # fmt: skip
LAWS = ("log-normal", "gamma", "Zipf")
RARE = 100  # reads up to which a taxon's abundance is drawn anew
MAX_UNSEEN = 5  # taxa for each seen
ABUNDANCE = np.exp(np.linspace(np.log(1e-3), np.log(400), 500))
LOG_ODDS = np.concatenate([[-np.inf], np.arange(-9, 9.01, 0.25), [np.inf]])
N_ROUNDS = 150  # of EM
REPLACED = 2e-4  # proportion below which half of the taxa are replaced by others
MOST_MISSES, LOWEST, WANTED = 0.05, 0.90, (0.93, 0.97)


@dataclass(frozen=True)
class Source:
    """A pair of communities: columns of a table summed, after and before; one of them alone, with taxa replaced."""

    name: str
    data: str
    after: str  # names of samples, or column=value pairs of metadata.tsv
    before: str = ""

    def counts(self, folder: Path) -> FloatArray:
        """Reads after and before of the taxa seen, shape (2, n_taxa)."""
        before = self.before or self.after
        counts = np.array([self._summed(folder / self.data, side) for side in (self.after, before)])
        return counts[:, counts.sum(axis=0) > 0]

    def _summed(self, folder: Path, chosen: str) -> FloatArray:
        table = pd.read_csv(folder / "table.tsv", sep="\t", index_col=0)
        samples = chosen.split()
        if "=" in chosen:
            sheet = pd.read_csv(folder / "metadata.tsv", sep="\t", dtype=str, keep_default_na=False)
            for part in samples:
                column, value = part.split("=")
                sheet = sheet[sheet[column] == value.replace("_", " ")]
            samples = list(sheet["sample_id"])
        summed: FloatArray = table[samples].sum(axis=1).to_numpy(float)
        return summed


GLOBAL = (
    "globalpatterns2011"  # Caporaso JG et al. (2011) PNAS 108 Suppl 1:4516-22, doi:10.1073/pnas.1000080107
)
CIPRO, CHILDREN, PICTURES, MICE = "dethlefsen2011", "ecam2016", "movingpictures2011", "turnbaugh2009"
SOURCES = (
    Source("mock, replicates", GLOBAL, "Even1", "Even2"),
    Source("mock, replicates 2", GLOBAL, "Even2", "Even3"),
    Source("palms of two", GLOBAL, "M11Plmr", "F21Plmr"),
    Source("guts of two", GLOBAL, "M31Fcsw", "M11Fcsw"),
    Source("tongues of two", GLOBAL, "M31Tong", "M11Tong"),
    Source("twins", GLOBAL, "TS28", "TS29"),
    Source("ocean", GLOBAL, "NP2", "NP3"),
    Source("ocean, near", GLOBAL, "NP3", "NP5"),
    Source("soils", GLOBAL, "CL3", "CC1"),
    Source("creek", GLOBAL, "AQC1cm", "AQC4cm"),
    Source("sediment", GLOBAL, "TRRsed2", "TRRsed3"),
    Source("lakes", GLOBAL, "LMEpi24M", "SLEpi20M"),
    Source("creek, rare replaced", GLOBAL, "AQC7cm"),
    Source("gut, rare replaced", GLOBAL, "M31Fcsw"),
    Source("ciprofloxacin D", CIPRO, "subject=D phase=during1", "subject=D phase=baseline"),
    Source("ciprofloxacin E", CIPRO, "subject=E phase=during1", "subject=E phase=baseline"),
    Source("ciprofloxacin F", CIPRO, "subject=F phase=during1", "subject=F phase=baseline"),
    Source("E, months later", CIPRO, "subject=E phase=interim", "subject=E phase=baseline"),
    Source("children", CHILDREN, "subject=child11", "subject=child12"),
    Source("palms, left and right", PICTURES, "body_site=left_palm", "body_site=right_palm"),
    Source("mouse, diets", MICE, "subject=PM5 phase=after", "subject=PM5 phase=before"),
    Source("mouse, control", MICE, "subject=PM1 phase=after", "subject=PM1 phase=before"),
)


@dataclass(frozen=True)
class Truth:
    """Two communities that a pair of deep samples may have come from.

    Attributes
    ----------
    counts : ndarray of shape (2, n_taxa)
    law : str
        Of the tail: one of `LAWS`.
    replaced : bool
        Whether the second community is the first with half of its rare taxa replaced.
    """

    counts: FloatArray
    law: str
    replaced: bool = False

    def drawn(self, rng: np.random.Generator) -> FloatArray:
        """Proportions after and before, shape (2, n_taxa)."""
        x, _ = self.counts
        reads = self.counts.sum(axis=0)
        few = reads <= RARE
        weights, n_unseen = self._tail(reads[few])
        x, reads = np.append(x[few], np.zeros(n_unseen)), np.append(reads[few], np.zeros(n_unseen))
        abundance = ABUNDANCE[_drawn(_poisson(reads) * weights, rng)]
        share = self._shares(x, reads, rng)
        rare = abundance * np.array([share, 1 - share])
        laws = np.hstack([self.counts[:, ~few], rare])
        laws /= laws.sum(axis=1, keepdims=True)
        return _replaced(laws[0], rng) if self.replaced else laws

    def _tail(self, reads: FloatArray) -> tuple[FloatArray, int]:
        """Law of abundances, and how many taxa were not met, by maximum likelihood."""
        seen = np.bincount(reads.astype(int), minlength=RARE + 1)[1 : RARE + 1]
        chances, unseen = _poisson(np.arange(1, RARE + 1.0)), np.exp(-ABUNDANCE)

        def lack(parameters: FloatArray) -> float:
            expected = chances @ _law(self.law, parameters)
            return float(0.01 * parameters @ parameters - seen @ np.log(expected / expected.sum() + 1e-300))

        starts = ([0.0, 0.0], [1.0, 0.7], [-1.0, -1.0])
        best = min((minimize(lack, start, method="Nelder-Mead") for start in starts), key=lambda fit: fit.fun)
        law = _law(self.law, best.x)
        n_unseen = seen.sum() * (unseen @ law) / (chances @ law).sum()
        return law, int(min(n_unseen, MAX_UNSEEN * len(reads)))

    def _shares(self, x: FloatArray, reads: FloatArray, rng: np.random.Generator) -> FloatArray:
        """Shares of reads, each from its posterior among the taxa with about as many."""
        u = expit(LOG_ODDS + np.log(self.counts[0].sum() / self.counts[1].sum()))
        classes = np.floor(np.log2(np.maximum(reads, 1))).astype(int)
        shares = np.empty(len(x))
        for k in np.unique(classes):
            those = classes == k
            likelihood = np.exp(xlogy(x[those, None], u) + xlogy((reads - x)[those, None], 1 - u))
            met = likelihood[reads[those] > 0]
            law = start = np.exp(-np.abs(np.clip(LOG_ODDS, -9, 9)))
            for _ in range(N_ROUNDS):
                joint = met * law
                law = start / start.sum() + (joint / joint.sum(axis=1, keepdims=True)).sum(axis=0)
            shares[those] = u[_drawn(likelihood * law, rng)]
        return shares


def _poisson(reads: FloatArray) -> FloatArray:
    """Chance of each number of reads at each abundance."""
    chances: FloatArray = np.exp(reads[:, None] * np.log(ABUNDANCE) - ABUNDANCE - gammaln(reads + 1)[:, None])
    return chances


def _law(name: str, parameters: FloatArray) -> FloatArray:
    """Weights of abundances, evenly spaced in their logarithm."""
    first, second = parameters[0], np.exp(np.clip(parameters[1], -20, 20))
    logs = np.log(ABUNDANCE)
    if name == "log-normal":
        weights = -0.5 * ((logs - first) / second) ** 2
    elif name == "gamma":
        weights = second * logs - ABUNDANCE * np.exp(-first)
    else:
        weights = -np.exp(np.clip(first, -20, 20)) * logs - second / ABUNDANCE
    weights = np.exp(weights - weights.max())
    return weights / weights.sum()


def _drawn(weights: FloatArray, rng: np.random.Generator) -> np.ndarray:
    """One place a row, with these chances."""
    sums = weights.cumsum(axis=1)
    return (sums < rng.random((len(weights), 1)) * sums[:, -1:]).sum(axis=1).clip(0, weights.shape[1] - 1)


def _replaced(law: FloatArray, rng: np.random.Generator) -> FloatArray:
    """A community, and the same with half of its rare taxa replaced by others."""
    moved = (law < REPLACED) & (rng.random(len(law)) < 0.5)
    return np.array([np.append(law, np.zeros(moved.sum())), np.append(np.where(moved, 0, law), law[moved])])


def divergence(laws: FloatArray) -> float:
    """Jensen-Shannon divergence in bits."""
    p, q = laws
    middle = (p + q) / 2
    return float((xlogy(p, p) / 2 + xlogy(q, q) / 2 - xlogy(middle, middle)).sum() / np.log(2))


@dataclass(frozen=True)
class Cell:
    """One setting: a source, a law of its tail, two depths."""

    source: Source
    law: str
    depths: tuple[int, int]

    def measured(self, laws: FloatArray, n_draws: int) -> dict[str, object]:
        """Draw samples of one truth, and hold their intervals against it."""
        truth, rng = divergence(laws), generator(1, str(self))
        rows = [self._held(laws, truth, rng) for _ in range(n_draws)]
        held, flagged, bounded, error, width, gap = np.array(rows, dtype=float).T
        return {
            "source": self.source.name, "law": self.law,
            "depth_after": self.depths[0], "depth_before": self.depths[1], "true_jsd_bits": truth,
            "n_draws": n_draws, "coverage": held.mean(), "flagged": flagged.mean(),
            "coverage_unflagged": held[flagged == 0].mean() if (flagged == 0).any() else np.nan,
            "bounds_hold": bounded.mean(),
            "bounds_hold_flagged": bounded[flagged == 1].mean() if (flagged == 1).any() else np.nan,
            "unflagged_misses": ((flagged == 0) & (held == 0)).mean(), "bias_bits": error.mean(),
            "width_bits": width.mean(), "rare_taxa_bits": gap.mean(),
        }  # fmt: skip

    def _held(self, laws: FloatArray, truth: float, rng: np.random.Generator) -> tuple[float, ...]:
        x, y = (rng.multinomial(n, law).astype(float) for n, law in zip(self.depths, laws, strict=True))
        seen = (x + y) > 0
        estimate = jensen_shannon_estimate(x[seen], y[seen])
        (low, high), (lowest, highest) = estimate.interval(), estimate.bounds()
        return (
            low <= truth <= high, estimate.rests_on_rare, lowest <= truth <= highest,
            estimate.value - truth, high - low, max(estimate.gap),
        )  # fmt: skip


def cells(folder: Path, n_cells: int) -> Iterator[Cell]:
    """Cells of the sources at hand, as many as asked for, evenly from the whole grid."""
    sources = [source for source in SOURCES if (folder / source.data / "table.tsv").exists()]
    for data in sorted({source.data for source in SOURCES} - {source.data for source in sources}):
        print(f"left out: {data}, for {folder / data / 'table.tsv'} is not there")
    every = [Cell(*setting) for setting in product(sources, LAWS, DEPTHS)]
    order = np.random.default_rng(0).permutation(len(every))[:n_cells] if n_cells else range(len(every))
    return (every[i] for i in sorted(order))


@cache
def truth_of(source: Source, law: str, folder: Path) -> FloatArray:
    """One truth a source and law, always the same."""
    truth = Truth(source.counts(folder), law, not source.before)
    return truth.drawn(generator(0, source.name, law))


def row_of(cell: Cell, folder: Path, n_draws: int) -> dict[str, object]:
    """Measure one cell."""
    return cell.measured(truth_of(cell.source, cell.law, folder), n_draws)


def summary(frame: pd.DataFrame) -> str:
    """Hold the cells against what is wanted; a cell counts as unflagged where most of its draws are."""
    plain, flagged = frame[frame["flagged"] < 0.5], frame[frame["flagged"] >= 0.5]
    chance = 2 * np.sqrt(0.95 * 0.05 / frame["n_draws"].iloc[0])
    within = plain["coverage_unflagged"].between(WANTED[0] - chance, WANTED[1] + chance)
    mean = np.average(plain["coverage_unflagged"], weights=1 - plain["flagged"]) if len(plain) else np.nan
    return "\n".join([
        f"{len(frame)} cells of {frame['source'].nunique()} sources, {frame['n_draws'].iloc[0]} draws each; "
        f"coverage of all {frame['coverage'].mean():.3f}, worst {frame['coverage'].min():.3f}.",
        f"Not flagged, {len(plain)} cells of {plain['source'].nunique()} sources: coverage {mean:.3f}, worst "
        f"{plain['coverage_unflagged'].min():.3f}; within {WANTED[0]} to {WANTED[1]}, give or take two standard errors "
        f"({chance:.3f}), in {within.mean():.0%}; mean bias {plain['bias_bits'].abs().mean():.4f} bits.",
        f"Flagged, {len(flagged)} cells: the bounds hold {flagged['bounds_hold_flagged'].mean():.3f}, worst "
        f"{flagged['bounds_hold_flagged'].min():.3f}.",
        f"Misses without a flag: {frame['unflagged_misses'].mean():.3f} of draws (at most {MOST_MISSES}).",
    ])  # fmt: skip


def against(frame: pd.DataFrame, other: pd.DataFrame) -> str:
    """Widths beside those of another version, where its interval holds and where not."""
    keys = ["source", "law", "depth_after", "depth_before"]
    both = frame.merge(other, on=keys, suffixes=("", "_other"))
    ratio = both["width_bits"] / both["width_bits_other"]
    holds = both["coverage_other"] >= WANTED[0]
    return (
        f"Widths over those of the other version: {ratio[holds].mean():.2f} where its coverage is {WANTED[0]} or more "
        f"({holds.sum()} cells), {ratio[~holds].mean():.2f} elsewhere; its coverage "
        f"{both['coverage_other'].mean():.3f}, worst {both['coverage_other'].min():.3f}."
    )


def main() -> None:
    """Print a row a cell, then the summary."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("data", nargs="?", default="../shared/data", type=Path, help="default: %(default)s")
    parser.add_argument("--draws", type=int, default=20)
    parser.add_argument("--cells", type=int, default=0, help="so many, by chance; default: all")
    parser.add_argument("--processes", type=int, default=1, help="the rows do not depend on them")
    parser.add_argument("--out", type=Path, help="table to write")
    parser.add_argument("--against", type=Path, help="table of another version")
    chosen = parser.parse_args()
    started, rows = time.perf_counter(), []
    measure = partial(row_of, folder=chosen.data, n_draws=chosen.draws)
    with ProcessPoolExecutor(chosen.processes) as pool:
        for row in pool.map(measure, cells(chosen.data, chosen.cells)):
            rows.append(row)
            shown = (f"{value:.3g}" if isinstance(value, float) else str(value) for value in row.values())
            print(*shown, flush=True)
    frame = pd.DataFrame(rows)
    print(summary(frame))
    if chosen.out:
        frame.to_csv(chosen.out, sep="\t", index=False)
    if chosen.against:
        print(against(frame, pd.read_csv(chosen.against, sep="\t")))
    print(f"{time.perf_counter() - started:.0f} s on {chosen.processes} of {os.cpu_count()} cores.")


if __name__ == "__main__":
    main()
