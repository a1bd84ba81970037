"""What holds of the relative entropies: the interval at these depths, and the lower bound at every depth.

Run: python -m benchmarks.relative_entropies [--draws 200]

Pairs of communities with a known D, most of them made to be hard: unequal tails, replicate libraries of an even
community with rare taxa that changed, rare taxa alike or exchanged, a third replaced, nothing changed.  *interval*:
how often it holds its own estimand, D of the smoothed compositions at these depths over the taxa seen.  *at least*: how
often the communities' D is at least what is printed, and how much of D that is.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from klbio.distributions import FloatArray
from klbio.divergences import relative_entropy
from klbio.estimates import merge_rare, relative_entropy_at_least, relative_entropy_estimate
from klbio.seeding import generator

DEPTHS = (
    (1_000, 1_000), (10_000, 10_000), (100_000, 100_000), (20_000, 200_000), (200_000, 20_000), (1_000, 100_000),
    (100_000, 1_000),
)  # fmt: skip
ADDED = 0.5
SPARSE = 5.0  # reads per taxon
N_TAXA, N_ZIPF, N_COMMON = 800, 5_000, 60
HEAD = "| communities | depths | D | sparse | interval holds | at least holds | of D | merged after, before |"


class Pair(NamedTuple):
    """Two communities."""

    name: str
    after: FloatArray
    before: FloatArray

    @classmethod
    def changed(cls, name: str, before: FloatArray, change: FloatArray | float) -> Pair:
        """A community whose log proportions change."""
        after = before * np.exp(change)
        return cls(name, after / after.sum(), before / before.sum())


def pairs(rng: np.random.Generator) -> Iterator[Pair]:
    """Communities from easy to hard."""
    log_normal, change = np.exp(rng.normal(0, 2, N_TAXA)), rng.normal(0, 1, N_TAXA)
    common = log_normal >= np.quantile(log_normal, 0.8)
    yield Pair.changed("log-normal", log_normal, 0.7 * change)
    yield Pair.changed("log-normal, far", log_normal, 2 * change)
    yield Pair.changed("nothing changed", log_normal, 0.0)
    yield Pair.changed("common taxa changed", log_normal, np.where(common, 2 * change, 0))
    yield Pair.changed("rare taxa changed", log_normal, np.where(common, 0.1, 2.5) * change)
    even, rare = np.exp(rng.normal(0, 0.3, N_COMMON)), np.exp(rng.normal(0, 1.5, 25 * N_COMMON))
    library = np.concatenate([0.99 * even / even.sum(), 0.01 * rare / rare.sum()])
    moves = rng.normal(0, 1, len(library)) * np.where(np.arange(len(library)) < N_COMMON, 0.03, 2.5)
    yield Pair.changed("replicate libraries", library, moves)
    zipf = 1 / np.arange(1.0, N_ZIPF + 1) ** 1.2
    spurious = np.concatenate([0.98 * even / even.sum(), 0.02 * zipf / zipf.sum()])
    yield Pair.changed(
        "replicates, Zipf tail",
        spurious,
        rng.normal(0, 0.5, len(spurious)) * (np.arange(len(spurious)) >= N_COMMON),
    )
    yield Pair.changed("Zipf", zipf, rng.normal(0, 0.5, N_ZIPF))
    exchanged = np.concatenate([zipf[:30], rng.permutation(zipf[30:])])
    yield Pair.changed("Zipf, tail exchanged", zipf, np.log(exchanged / zipf))
    yield Pair.changed("Zipf, a third replaced", zipf, np.where(np.arange(N_ZIPF) % 3, 0.0, -9.0))


def n_taxa(counts: FloatArray) -> float:
    """Taxa seen, and those to be presumed unseen: Chao's lower bound."""
    once, twice = float((counts == 1).sum()), float((counts == 2).sum())
    return float((counts > 0).sum()) + once * (once - 1) / (2 * (twice + 1))


def held(pair: Pair, depths: tuple[int, int], rng: np.random.Generator) -> tuple[float, ...]:
    """One draw: sparse, interval holds, bound holds, bound, reads merged."""
    laws = (pair.after, pair.before)
    counts = [rng.multinomial(n, law).astype(float) for n, law in zip(depths, laws, strict=True)]
    seen = np.add(*counts) > 0
    x, y = (side[seen] for side in counts)
    expected = [n * law[seen] + ADDED for n, law in zip(depths, laws, strict=True)]
    own = float(relative_entropy(*(side / side.sum() for side in expected)))
    added = np.full(len(x), ADDED)
    low, high = relative_entropy_estimate(x, y, added, added).interval()
    least = relative_entropy_at_least(x, y).low
    rare = ~merge_rare(x, y)[2]
    return (
        min(depths) < SPARSE * n_taxa(x + y),
        low <= own <= high,
        least <= float(relative_entropy(*laws)) + 1e-12,
        least,
        x[rare].sum() / depths[0],
        y[rare].sum() / depths[1],
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--draws", type=int, default=200, help="a line (default: %(default)s)")
    n_draws = parser.parse_args().draws
    print(HEAD, "|---" * 8 + "|", sep="\n")
    for pair in pairs(generator(1, "pairs")):
        truth = float(relative_entropy(pair.after, pair.before))
        for depths in DEPTHS:
            rng = generator(1, pair.name, str(depths))
            sparse, holds, bounded, least, after, before = np.mean(
                [held(pair, depths, rng) for _ in range(n_draws)], axis=0
            )
            share = f"{least / truth:.0%}" if truth > 0 else ""
            print(
                f"| {pair.name} | {depths[0]:,} / {depths[1]:,} | {truth:.3f} | {sparse:.0%} | {holds:.3f} "
                f"| {bounded:.3f} | {share} | {after:.0%}, {before:.0%} |",
                flush=True,
            )


if __name__ == "__main__":
    main()
