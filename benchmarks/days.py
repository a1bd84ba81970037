"""Do intervals of the excess and of pairs hold where days differ?  Subjects whose days are drawn from a known law.

A subject has a real community before (a mouse of examples/mouse-diet, by genus) and, where something happened, one
on its way to another's after.  Each day is a Dirichlet draw of strength 60 e^(+-0.5) about it, and each sample the
reads of a day.  Truth is the excess of 400 days a side, without reads.

Run: python -m benchmarks.days [coverage] [pairs] [--share 1]
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import combinations
from pathlib import Path

import numpy as np

from klbio.distributions import FloatArray
from klbio.estimates import DayVariation, jensen_shannon_points
from klbio.io import read_table
from klbio.io.tables.taxonomy import read_taxonomy
from klbio.shift.cohort.days import CohortDays, by_factors
from klbio.statistics import Spread, t_975
from klbio.taxonomy import collapse

MICE = Path(__file__).parents[1] / "examples" / "mouse-diet"
N_TRUE = 400  # days a side behind the truth
STRENGTH, SCATTER = 60.0, 0.5
DEEP = (10_000, 10_000)
DEPTHS = (DEEP, (20_000, 1_000))  # reads of a sample before, after


def communities() -> FloatArray:
    """Give proportions of genera in each sample of the mice."""
    counts = collapse(read_table(MICE / "table.tsv"), read_taxonomy(MICE / "taxonomy.tsv"), "genus", "parent")
    dense = counts.dense()
    proportions: FloatArray = dense / dense.sum(axis=1, keepdims=True)
    return proportions


@dataclass(frozen=True, eq=False)
class World:
    """Where subjects come from.

    Attributes
    ----------
    communities : ndarray of shape (n_communities, n_taxa)
    samples : tuple of int
        Before and after.
    depths : tuple of int
        Reads of a sample before and after.
    moved : bool
        Whether anything happened.
    rng : Generator
    """

    communities: FloatArray
    samples: tuple[int, int]
    depths: tuple[int, int]
    moved: bool
    rng: np.random.Generator

    def subject(self) -> Subject:
        """Draw one."""
        before, other = self.communities[self.rng.choice(len(self.communities), 2, replace=False)]
        part = self.rng.uniform(0.1, 0.6) if self.moved else 0.0
        strengths = STRENGTH * np.exp(SCATTER * self.rng.normal(size=2))
        after = (1 - part) * before + part * other
        return Subject(
            before, after, float(strengths[0]), float(strengths[1] if self.moved else strengths[0])
        )

    def apart(self, subject: Subject) -> DayVariation:
        """Take samples of a subject."""
        return apart_of(*self._sides(subject))

    def _sides(self, subject: Subject) -> list[list[FloatArray]]:
        """Draw reads of days before, and after."""
        return [
            [self.rng.multinomial(depth, day).astype(float) for day in subject.days(side, n, self.rng)]
            for side, n, depth in zip((0, 1), self.samples, self.depths, strict=True)
        ]


@dataclass(frozen=True, eq=False)
class Subject:
    """Two communities, and how firmly each holds."""

    before: FloatArray
    after: FloatArray
    strength_before: float
    strength_after: float

    def days(self, side: int, n: int, rng: np.random.Generator) -> FloatArray:
        """Draw days of a phase: 0 before, 1 after."""
        community = self.after if side else self.before
        there, days = community > 0, np.zeros((n, len(community)))
        strength = self.strength_after if side else self.strength_before
        days[:, there] = rng.dirichlet(strength * community[there], n)
        return days

    @cached_property
    def _true_days(self) -> tuple[FloatArray, FloatArray]:
        rng = np.random.default_rng(int(1e6 * self.strength_before))  # another for each subject
        return self.days(0, N_TRUE, rng), self.days(1, N_TRUE, rng)

    @cached_property
    def apart(self) -> float:
        """Mean divergence between many days of the two phases."""
        before, after = self._true_days
        return float(np.mean([_bits(before, np.roll(after, k, axis=0)).mean() for k in range(5)]))

    @cached_property
    def truth(self) -> float:
        """Excess of many days."""
        before, after = map(_within, self._true_days)
        return self.apart - before / 2 - after / 2


def apart_of(before: list[FloatArray], after: list[FloatArray]) -> DayVariation:
    """Hold the counts of all samples against each other."""
    samples, n = np.array([*after, *before]), len(after)
    places = np.array(list(combinations(range(len(samples)), 2)))
    apart = np.zeros((len(samples), len(samples)))
    apart[tuple(places.T)] = jensen_shannon_points(samples, places)[1]
    apart += apart.T
    return DayVariation(apart[:n, n:], apart[:n, :n], apart[n:, n:])


def _within(days: FloatArray) -> float:
    """Mean divergence between days of one phase, each and the next few."""
    return float(np.mean([_bits(days, np.roll(days, k, axis=0)).mean() for k in range(1, 6)]))


def _bits(x: FloatArray, y: FloatArray) -> FloatArray:
    entropy: FloatArray = _entropy((x + y) / 2) - (_entropy(x) + _entropy(y)) / 2
    return entropy


def _entropy(p: FloatArray) -> FloatArray:
    entropy: FloatArray = -(p * np.log2(np.where(p > 0, p, 1.0))).sum(axis=-1)
    return entropy


def covers(value: float, spread: Spread, truth: float) -> tuple[bool, float]:
    """Whether the interval of a value holds the truth, and how wide it is."""
    half = float(t_975(spread.freedom)) * np.sqrt(spread.variance)
    return bool(abs(value - truth) <= half), 2 * half


def pairs_cover(apart: DayVariation, cohort: CohortDays, truth: float) -> tuple[bool, float]:
    """Likewise of the mean over pairs."""
    spread = cohort.of_pairs(apart)
    low, high = by_factors(apart.pairs, float(t_975(spread.freedom)) * np.sqrt(spread.variance))
    return bool(low <= truth <= high), high - low


def coverage(share: float = 1.0, n_subjects: int = 36) -> Iterator[str]:
    """Tabulate coverage, width and bias of the excess."""
    yield "| before / after | reads | moved | excess covers | width | truth | bias | days' inflation |"
    yield "|---" * 8 + "|"
    for samples in ((2, 2), (3, 3), (5, 5), (3, 8), (8, 3)):
        n_studies = _some(24 if sum(samples) < 9 else 12, share)
        for depths in DEPTHS:
            for moved in (True, False):
                world = World(communities(), samples, depths, moved, np.random.default_rng(1))
                yield _covered(world, n_studies, n_subjects)


def _covered(world: World, n_studies: int, n_subjects: int) -> str:
    found = []
    for _ in range(n_studies):
        subjects = [world.subject() for _ in range(n_subjects)]
        days = [world.apart(subject) for subject in subjects]
        cohort = CohortDays(days)
        for subject, apart in zip(subjects, days, strict=True):
            truth = subject.truth if world.moved else 0.0
            inside, width = covers(apart.excess, cohort.of_excess(apart), truth)
            within = [
                side.sum() / len(side) ** 2 / (len(side) - 1) / 2 for side in (apart.after, apart.before)
            ]
            found.append((inside, width, truth, apart.excess - truth, sum(within)))
    inside, width, truth, bias, inflation = np.mean(found, axis=0)
    cells = [f"{world.samples[0]} / {world.samples[1]}", f"{world.depths[0]:,} : {world.depths[1]:,}"]
    cells += ["yes" if world.moved else "no", f"{inside:.3f}", f"{width:.3f}", f"{truth:.3f}"]
    return "| " + " | ".join([*cells, f"{bias:+.4f}", f"{inflation:.3f}"]) + " |"


def pairs(share: float = 1.0, n_subjects: int = 12) -> Iterator[str]:
    """Tabulate coverage of the mean over pairs, for subjects with one sample a side or more."""
    yield "| before / after | the other subjects | reads | moved | subjects | pairs covers | width | truth |"
    yield "|---" * 8 + "|"
    designs = [((n, m), (n, m)) for n, m in ((2, 2), (3, 3), (3, 1), (1, 3))]
    designs += [((1, 1), (2, 2)), ((1, 1), (3, 3)), ((1, 1), (3, 1))]  # borrowed from the cohort
    for own, others in designs:
        for depths in DEPTHS:
            for moved in (True, False):
                yield _of_pairs(own, others, depths, moved, _some(25, share), n_subjects)


def _of_pairs(
    own: tuple[int, int],
    others: tuple[int, int],
    depths: tuple[int, int],
    moved: bool,
    n_studies: int,
    n: int,
) -> str:
    found = []
    world = World(communities(), own, depths, moved, np.random.default_rng(3))
    others_world = replace(world, samples=others)
    for _ in range(n_studies):
        subjects = [world.subject() for _ in range(n)]
        measured = [world.apart(subject) for subject in subjects]
        rest = [] if own == others else [others_world.apart(world.subject()) for _ in range(n)]
        cohort = CohortDays([*measured, *rest])
        for subject, apart in zip(subjects, measured, strict=True):
            found.append((*pairs_cover(apart, cohort, subject.apart), subject.apart))
    inside, width, truth = np.mean(found, axis=0)
    cells = ["{} / {}".format(*own), "{} / {}".format(*others), f"{depths[0]:,} : {depths[1]:,}"]
    cells += ["yes" if moved else "no", str(len(found)), f"{inside:.3f}", f"{width:.3f}", f"{truth:.3f}"]
    return "| " + " | ".join(cells) + " |"


def _some(n_studies: int, share: float) -> int:
    return max(round(n_studies * share), 1)


TABLES = {"coverage": coverage, "pairs": pairs}


def main() -> None:
    """Print the tables asked for, or all."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "tables", nargs="*", default=list(TABLES), help=f"of {', '.join(TABLES)}; default: all"
    )
    parser.add_argument(
        "--share", type=float, default=1.0, help="of the studies, for a trial (default: %(default)s)"
    )
    arguments = parser.parse_args()
    for name in arguments.tables:
        for line in TABLES[name](arguments.share):
            print(line, flush=True)


if __name__ == "__main__":
    main()
