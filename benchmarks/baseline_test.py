"""Does *shift above baseline* hold its level?  Subjects whose days and depths are drawn, nothing but that test made.

A subject has the community of a mouse of examples/mouse-diet (genera) with a scatter of its own, a day is a Dirichlet
draw about it (strength as the setting says, times e^0.5z for the subject), a sample the reads of a day.  Each subject
goes through `PhasePair` and each study through `baseline_rows`, as in `klbio.Study`; with --check, two studies of every
setting go through that too, and p must be the same.  Subjects of a setting are dealt to studies of 5, 12, 36 and 48;
where these are more than the subjects allow, they are shuffled and dealt again (no study has a subject twice).

Run: python -m benchmarks.baseline_test [null] [looser] [moved] [--studies 400] [--subjects 4800] [--seed 1] [--check]
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice, product

import numpy as np

from benchmarks.null_tests import LEVEL, communities
from klbio import ShiftSettings, Study
from klbio.design import Design, Sample
from klbio.distributions import Counts
from klbio.estimates import DayVariation
from klbio.schema import CohortRow
from klbio.seeding import generator
from klbio.shift.cohort.baseline import baseline_rows
from klbio.shift.parts import Key
from klbio.shift.phase_pair import PhasePair
from klbio.shift.samples import SampleCounts
from klbio.statistics import permutation

DESIGNS = ((2, 2), (3, 3), (5, 1), (3, 8), (8, 3))  # samples before, after
N_SUBJECTS = (5, 12, 36, 48)
STRENGTHS = (60.0, 2_000.0)
SCATTER = 0.5  # of the logarithm of a subject's strength
DEEP, SHALLOW = 20_000, 1_000
MANY_SAMPLES = 9  # of a subject: half as many subjects are drawn


def _steady(before: int, after: int) -> Depths:
    return lambda n, m, rng: (np.full(n, before), np.full(m, after))


def _mixed(n: int, m: int, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    return rng.choice([DEEP, SHALLOW], n), rng.choice([DEEP, SHALLOW], m)


def _in_turn(n: int, m: int, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Depths that are alike on average (geometric), steady before and 20 : 1 in turn after."""
    return np.full(n, round((DEEP * SHALLOW) ** 0.5)), np.resize([DEEP, SHALLOW], m)


Depths = Callable[[int, int, np.random.Generator], tuple[np.ndarray, np.ndarray]]
DEPTHS: dict[str, Depths] = {
    "5,000 : 5,000": _steady(5_000, 5_000),
    "20,000 : 1,000": _steady(DEEP, SHALLOW),
    "1,000 : 20,000": _steady(SHALLOW, DEEP),
    "mixed 20 : 1 in both": _mixed,
    "4,472 : mixed 20 : 1": _in_turn,
    "1,900 : 1,000": _steady(1_900, 1_000),
}


@dataclass(frozen=True)
class Setting:
    """A design, and what happened in it.

    Attributes
    ----------
    numbers : tuple of int
        Samples before and after.
    depths : str
        One of `DEPTHS`.
    strength : float
        Of days about a subject's community: the larger, the more alike.
    looser : float
        By how much days differ more after than before.
    move : float
        Part of the way to another mouse's community.
    """

    numbers: tuple[int, int]
    depths: str
    strength: float
    looser: float = 1.0
    move: float = 0.0

    def __str__(self) -> str:
        happened = [f"days {self.looser:g}x looser after"] if self.looser != 1 else []
        happened += [f"{self.move:g} of the way"] if self.move else []
        numbers = "{} / {}".format(*self.numbers)
        return f"{numbers} | {self.depths} | {self.strength:g} | {', '.join(happened) or 'nothing'}"

    def drawn(
        self, subject: str, mice: np.ndarray, rng: np.random.Generator
    ) -> tuple[list[Sample], np.ndarray]:
        """Draw the samples of a subject."""
        mouse, other = rng.choice(len(mice), 2, replace=False)
        own = rng.dirichlet(100 * mice[mouse]) + 1e-9
        after = (1 - self.move) * own + self.move * mice[other]
        strength = self.strength * np.exp(SCATTER * rng.normal())
        samples, rows = [], []
        sides = zip(
            ("before", "after"),
            (own, after),
            (1.0, self.looser),
            DEPTHS[self.depths](*self.numbers, rng),
            strict=True,
        )
        for phase, centre, looser, depths in sides:
            for number, depth in enumerate(depths):
                samples.append(Sample(f"{subject}{phase}{number}", subject, phase))
                day = rng.dirichlet(np.maximum(strength / looser * centre / centre.sum(), 1e-6))
                rows.append(rng.multinomial(depth, day))
        return samples, np.array(rows)


def each(setting: Setting, n: int, seed: int) -> Iterator[tuple[list[Sample], np.ndarray]]:
    """Draw the samples of n subjects."""
    mice, rng = communities()[1], generator(seed, "baseline", str(setting))
    return (setting.drawn(f"S{k}", mice, rng) for k in range(n))


def days_of(samples: list[Sample], rows: np.ndarray) -> tuple[Key, DayVariation]:
    """What the test makes of a subject: its samples against each other, at one depth."""
    table = SampleCounts(_counts(samples, rows))
    (pair,) = PhasePair.each(table.of(Design(samples).units[0]), ShiftSettings())
    return pair.key, pair.even or pair.corrected


def _counts(samples: list[Sample], rows: np.ndarray) -> Counts:
    return Counts([sample.name for sample in samples], [f"t{k:02}" for k in range(rows.shape[1])], rows)


def dealt(n_all: int, n: int, rng: np.random.Generator) -> Iterator[np.ndarray]:
    """Deal subjects to studies of n, again and again."""
    while True:
        order = rng.permutation(n_all)
        yield from (order[start : start + n] for start in range(0, n_all - n + 1, n))


def tested(subjects: Sequence[tuple[Key, DayVariation]], seed: int) -> CohortRow:
    """Test one study."""
    (*_, row) = baseline_rows(dict(subjects), seed)
    return row


def line(setting: Setting, n_subjects: int, n_studies: int, seed: int) -> str:
    """Tabulate one setting."""
    n = n_subjects // 2 if sum(setting.numbers) > MANY_SAMPLES else n_subjects
    subjects = [days_of(*drawn) for drawn in each(setting, n, seed)]
    excess = np.array([days.excess for _, days in subjects])
    error = excess.std() / np.sqrt(n)
    found, rng = [], generator(seed, "dealing")
    for size in N_SUBJECTS:
        studies = islice(dealt(n, size, rng), n_studies if size <= 12 else n_studies // 2)
        rows = [tested([subjects[i] for i in chosen], k) for k, chosen in enumerate(studies)]
        found.append(np.mean([row.p_value is not None and row.p_value <= LEVEL for row in rows]))
    noted = np.mean([bool(row.note) for row in rows])  # of the largest studies
    cells = [f"{1e4 * excess.mean():.2f} ± {1e4 * error:.2f}", *(f"{share:.3f}" for share in (*found, noted))]
    return f"| {setting} | {n} | " + " | ".join(cells) + " |"


def check(setting: Setting, seed: int) -> None:
    """Whether p is what `klbio.Study` gives."""
    for k in range(2):
        drawn = list(each(setting, 5, seed + k))
        samples, rows = (
            [sample for own, _ in drawn for sample in own],
            np.concatenate([rows for _, rows in drawn]),
        )
        study = Study(_counts(samples, rows), Design(samples), settings=ShiftSettings(n_resamples=19))
        (theirs,) = study.cohort.query("test == 'shift above baseline'")["p_value"].dropna()
        ours = tested([days_of(*subject) for subject in drawn], ShiftSettings().seed).p_value
        if ours != theirs:
            raise SystemExit(f"{setting}: {ours} here, {theirs} in klbio.Study")


SETTINGS = {
    "null": [Setting(*design) for design in product(DESIGNS, DEPTHS, STRENGTHS)],
    "looser": [Setting(*design, 60.0, looser=2.0) for design in product(DESIGNS, list(DEPTHS)[:2])],
    "moved": [Setting(*design, 60.0, move=0.2) for design in product(DESIGNS, DEPTHS)],
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("settings", nargs="*", default=list(SETTINGS), help=f"of {', '.join(SETTINGS)}")
    parser.add_argument(
        "--studies",
        type=int,
        default=400,
        help="of 5 and of 12; of 36 and of 48 half as many (default: %(default)s)",
    )
    parser.add_argument("--subjects", type=int, default=4_800, help="of each setting; half with many samples")
    parser.add_argument("--depths", nargs="*", default=list(DEPTHS), help="of those above, by their names")
    parser.add_argument("--strengths", type=float, nargs="*", default=STRENGTHS)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--check", action="store_true", help="hold p of two studies against klbio.Study")
    arguments = parser.parse_args()
    permutation.USUAL = permutation.Limits(999, 199)  # it costs power, not the level
    print(
        "| before / after | reads | strength | changed | subjects | excess, 1e-4 bits | 5 | 12 | 36 | 48 | note at 48 |"
    )
    print("|---" * 11 + "|")
    for setting in (setting for name in arguments.settings for setting in SETTINGS[name]):
        if setting.depths not in arguments.depths or setting.strength not in arguments.strengths:
            continue
        if arguments.check:
            check(setting, arguments.seed)
        print(line(setting, arguments.subjects, arguments.studies, arguments.seed), flush=True)


if __name__ == "__main__":
    main()
