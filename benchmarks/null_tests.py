"""Share of studies with p <= 0.05 in each test over subjects, where nothing happened and where something did.

Run: python -m benchmarks.null_tests [--studies 200] [--settings null|tight|few|usual|many|most|truth] [--proportions]

Studies go through `klbio.Study`, as a user's do.  Communities are those of the twelve mice in
examples/mouse-diet (genera, Turnbaugh 2009); a study's subjects scatter about them, a subject's days scatter about its
own community (Dirichlet, of strength 60, or what the setting says, times e^0.5z), and reads are drawn from a day.
Depths of a phase scatter too (log-normal, sigma 0.3).  Where arrangements are more than 999, so many are drawn: it
costs power, not the level.  With --proportions studies get each sample's shares alone, and two columns are added: the
test of shifts above the baseline, and how many intervals of excess shifts hold 0.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import product
from pathlib import Path

import numpy as np
import pandas as pd

import klbio
from klbio.design import Design, Sample
from klbio.seeding import generator
from klbio.shift.study import Study
from klbio.statistics import permutation
from klbio.taxonomy import collapse

EXAMPLE = Path(__file__).parents[1] / "examples" / "mouse-diet"
SCATTER = 0.5  # of the logarithm of a day's strength
LEVEL = 0.05 + 1e-9
PARTS = ("total", "location", "scale", "shape")
TESTS = ("phase within subjects", "dispersion of phases")
COLUMNS = (*TESTS, "phase, no note", *PARTS, "taxa: p", "any q")
OF_DAYS = ("above baseline", "excess holds 0")


@dataclass(frozen=True)
class Setting:
    """A design, and what happened in it.

    Attributes
    ----------
    n_subjects : int
    numbers, depths : tuple of int
        Samples a subject, and reads a sample, before and after.
    strength : float
        Of days about a subject's community: the larger, the more alike.
    looser : float
        By how much days differ more after than before.
    move : float
        Size of a change that all subjects share: standard deviation of the log factors of genera.
    """

    n_subjects: int
    numbers: tuple[int, int]
    depths: tuple[int, int]
    strength: float = 60.0
    looser: float = 1.0
    move: float = 0.0

    def __str__(self) -> str:
        reads = " v ".join(f"{depth:,}" for depth in self.depths)
        what = [f"days of strength {self.strength:g}"] if self.strength != 60 else []
        what += [f"days {self.looser:g}x looser after"] if self.looser != 1 else []
        what += [f"move {self.move:g}"] if self.move else []
        numbers = "{} v {}".format(*self.numbers)
        return f"{self.n_subjects} | {numbers} | {reads} | {', '.join(what) or 'nothing'}"


NULL = [
    Setting(8, (3, 3), (5_000, 5_000)),
    Setting(8, (3, 3), (20_000, 1_000)),
    Setting(8, (2, 6), (1_000, 20_000)),
    Setting(8, (6, 2), (5_000, 5_000)),
    Setting(8, (1, 1), (50_000, 1_000)),
]
TIGHT = [
    replace(setting, strength=2_000) for setting in NULL
]  # days so alike that reads are most of the noise


def grid(n_subjects: int) -> list[Setting]:
    """Designs with nothing changed, at equal and at unequal depths."""
    numbers, depths = ((2, 2), (3, 3), (5, 1), (3, 8), (8, 3)), ((5_000, 5_000), (20_000, 1_000))
    return [Setting(n_subjects, *design) for design in product(numbers, depths)]


TRUTH = [
    replace(Setting(n, numbers, (5_000, 5_000)), **happened)
    for n, numbers in product((8, 12), ((3, 3), (2, 6), (6, 2)))
    for happened in ({"move": 0.3}, {"move": 0.6}, {"looser": 4.0})
]
SETTINGS = {
    "null": NULL,
    "tight": TIGHT,
    "few": grid(5),
    "usual": grid(12),
    "many": grid(24),
    "most": grid(48),
    "truth": TRUTH,
}


def communities() -> tuple[list[str], np.ndarray]:
    """Genera, and their proportions in each mouse."""
    table = klbio.read_table(EXAMPLE / "table.tsv")
    genera = collapse(table, klbio.read_taxonomy(EXAMPLE / "taxonomy.tsv"), "genus")
    mouse = pd.Series([name.split(":")[0] for name in genera.samples])
    counts = pd.DataFrame(genera.values.toarray()).groupby(mouse.to_numpy()).sum().to_numpy() + 0.5
    return list(genera.labels), counts / counts.sum(axis=1, keepdims=True)


@dataclass(frozen=True, eq=False)
class World:
    """Draws studies of one setting."""

    setting: Setting
    genera: list[str]
    mice: np.ndarray
    of_proportions: bool = False

    def study(self, rng: np.random.Generator, seed: int) -> Study:
        """Draw one, of which `seed` is that of its tests."""
        move = np.exp(self.setting.move * rng.normal(size=len(self.genera)))
        samples, rows = [], []
        for subject in range(self.setting.n_subjects):
            own = rng.dirichlet(100 * self.mice[rng.integers(len(self.mice))]) + 1e-9
            for phase, counts in zip(("before", "after"), self._phases(own, move, rng), strict=True):
                for number, row in enumerate(counts):
                    name = f"{subject}{phase}{number}"
                    samples.append(Sample(name, f"S{subject:02}", phase, float(number)))
                    rows.append(row)
        frame = pd.DataFrame(rows, index=[sample.name for sample in samples], columns=self.genera)
        if self.of_proportions:
            frame = frame.div(frame.sum(axis=1), axis=0)
        return Study(frame, Design(samples), settings=klbio.ShiftSettings(seed=seed))

    def _phases(
        self, own: np.ndarray, move: np.ndarray, rng: np.random.Generator
    ) -> Iterator[list[np.ndarray]]:
        for factors, looser, n, reads in zip(
            (1.0, move), (1.0, self.setting.looser), self.setting.numbers, self.setting.depths, strict=True
        ):
            centre = own * factors / (own * factors).sum()
            yield [self._sample(centre, looser, reads, rng) for _ in range(n)]

    def _sample(self, centre: np.ndarray, looser: float, reads: int, rng: np.random.Generator) -> np.ndarray:
        strength = self.setting.strength / looser * np.exp(SCATTER * rng.normal())
        day = rng.dirichlet(np.maximum(strength * centre, 1e-6))
        return rng.multinomial(max(150, round(reads * np.exp(0.3 * rng.normal()))), day)


def small(study: Study) -> dict[str, float]:
    """Share of p <= 0.05 of each test of a study; of taxa, among those that can have it."""
    permanova = study.permanova.set_index("test")
    phase = permanova.loc["phase within subjects"]
    population, taxa = study.population, study.differential
    population = population[population["order"] == "after || before"].set_index("part")["p_value"]
    p_of_taxa = taxa["p_value"][taxa["smallest_p"] <= LEVEL]
    found = {test: float(permanova.loc[test, "p_value"] <= LEVEL) for test in TESTS}
    found["phase, no note"] = float(phase["p_value"] <= LEVEL and not phase["note"])
    found |= {part: float(population.get(part, np.nan) <= LEVEL) for part in PARTS}
    found["taxa: p"] = float((p_of_taxa <= LEVEL).mean()) if len(p_of_taxa) else 0.0
    found["any q"] = float((taxa["q_value"] <= LEVEL).any())
    return found


def of_days(study: Study) -> dict[str, float]:
    """Whether shifts lie above the baseline, and how many intervals of excess shifts hold 0; nan without such."""
    tests = study.cohort.query("test == 'shift above baseline'")["p_value"].dropna()
    excess = study.pairs.query("estimand == 'excess'").dropna(subset=["jsd_low_bits"])
    holds = (excess["jsd_low_bits"] <= 0) & (excess["jsd_high_bits"] >= 0)
    found = float((tests <= LEVEL).mean()), float(holds.mean())
    return dict(zip(OF_DAYS, found, strict=True))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--studies", type=int, default=200)
    parser.add_argument("--settings", choices=SETTINGS, default="null")
    parser.add_argument("--proportions", action="store_true")
    arguments = parser.parse_args()
    permutation.USUAL = permutation.Limits(999, 999)
    columns = COLUMNS + OF_DAYS * arguments.proportions
    print("| subjects | samples | reads | changed | " + " | ".join(columns) + " |")
    print("|---" * (4 + len(columns)) + "|")
    genera, mice = communities()
    for setting in SETTINGS[arguments.settings]:
        rng = generator(1, "null tests", str(setting))
        world = World(setting, genera, mice, arguments.proportions)
        studies = (world.study(rng, seed) for seed in range(arguments.studies))
        measures = (small, of_days) if arguments.proportions else (small,)
        found = pd.DataFrame(
            [{name: x for of in measures for name, x in of(study).items()} for study in studies]
        ).mean()
        print(f"| {setting} | " + " | ".join(f"{found[column]:.3f}" for column in columns) + " |", flush=True)


if __name__ == "__main__":
    main()
