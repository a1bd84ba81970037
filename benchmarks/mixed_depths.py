"""Tests of samples and of pools where depths differ, between phases and within them.

Subjects are those of `baseline_test`, with its designs and depths.  What is exchanged (samples at one depth, pools on
equal terms) is made once for each block of subjects, by the parts that `klbio.Study` uses; blocks are dealt to studies
of 5, 12, 36 and 48, and a study is tested as a user's is.  With --check, two studies of every setting go through
`klbio.Study`, too, and p must be the same.

Run: python -m benchmarks.mixed_depths [null] [moved] [--studies 400] [--blocks 4] [--seed 1] [--check]
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import product

import numpy as np
import pandas as pd

from benchmarks.baseline_test import DEPTHS, DESIGNS, N_SUBJECTS, STRENGTHS, Setting, dealt, each
from benchmarks.null_tests import LEVEL, PARTS, TESTS
from klbio import ShiftSettings, Study
from klbio.design import Contrast, Design, Members, Sample
from klbio.distributions import Counts
from klbio.seeding import generator
from klbio.shift.cohort.compositions import Compositions
from klbio.shift.cohort.differential import differential_rows
from klbio.shift.cohort.permanova import SampleDistances
from klbio.shift.cohort.phase_pools import PhasePools
from klbio.shift.cohort.variation import VariationTests
from klbio.shift.samples import SampleCounts
from klbio.statistics import permutation

N_SAMPLES = 2_400  # of a block: 46 MB of divergences
DRAWN = 0.02  # p of other random arrangements may differ by it
COLUMNS = (*TESTS, *PARTS, "taxa: p", "any q")


@dataclass(frozen=True, eq=False)
class Block:
    """Subjects, and what tests exchange of them.

    Attributes
    ----------
    samples : list of Sample
    rows : ndarray of shape (n_samples, n_taxa)
        Reads.
    seed : int
        Of the study that they are.
    """

    samples: list[Sample]
    rows: np.ndarray
    seed: int

    @classmethod
    def of(cls, drawn: Sequence[tuple[list[Sample], np.ndarray]], seed: int) -> Block:
        """Put subjects together."""
        return cls([s for own, _ in drawn for s in own], np.concatenate([rows for _, rows in drawn]), seed)

    @property
    def counts(self) -> Counts:
        """As a table."""
        names = [sample.name for sample in self.samples]
        return Counts(names, [f"t{k:02}" for k in range(self.rows.shape[1])], self.rows)

    @cached_property
    def members(self) -> Members:
        """The subjects."""
        return Design(self.samples).members(Contrast("before", "after"))

    @cached_property
    def pools(self) -> PhasePools:
        """Summed up, and on equal terms."""
        return PhasePools.of(SampleCounts(self.counts), self.members, self.seed)

    @cached_property
    def distances(self) -> SampleDistances:
        """Of the samples, thinned."""
        return VariationTests(SampleCounts(self.counts), "feature", self.seed).exchangeable(self.members)

    def of_samples(self, chosen: np.ndarray) -> dict[str, float]:
        """Test samples of some of the subjects: p."""
        of = np.concatenate([np.flatnonzero(self.distances.subject == i) for i in chosen])
        whole = self.distances
        distances = SampleDistances.of(
            whole.squared[np.ix_(of, of)], whole.after[of], whole.subject[of].tolist()
        )
        rng = generator(self.seed, "permanova", "", "before", "after")
        tests = distances.phase(rng).test, distances.dispersion(rng).test
        return {name: test.p_value for name, test in zip(TESTS, tests, strict=True)}

    def of_pools(self, chosen: np.ndarray) -> dict[str, float]:
        """Test pools of some of the subjects: p, of taxa the share of small ones, and the smallest q."""
        members = Members(self.members.contrast, tuple(self.members.units[i] for i in chosen))
        pools = PhasePools(members, self.pools.labels, self.pools.every[chosen], self.pools.even[chosen])
        parts = Compositions.of(pools, ShiftSettings()).exchangeable
        rng = generator(self.seed, "population", "", "before", "after")
        p_value = parts.exchanged(rng).p_value[0].tolist()
        return dict(zip(PARTS, p_value, strict=True)) | small_of_taxa(
            differential_rows(pools, "feature", self.seed)
        )


def small_of_taxa(taxa: pd.DataFrame) -> dict[str, float]:
    """Share of small p among taxa that can have one (nan where none can); smallest q."""
    can = taxa["p_value"][taxa["smallest_p"] <= LEVEL]
    return {
        "taxa: p": float((can <= LEVEL).mean()) if len(can) else np.nan,
        "any q": float(taxa["q_value"].min()),
    }


def check(setting: Setting, seed: int) -> None:
    """Whether p is what `klbio.Study` gives."""
    for k in range(2):
        block = Block.of(list(each(setting, 5, seed + k)), ShiftSettings().seed)
        study = Study(block.counts, Design(block.samples), settings=ShiftSettings(n_resamples=19))
        every = np.arange(5)
        ours = block.of_samples(every) | block.of_pools(every)
        population = study.population.query("order == 'after || before'").set_index("part")["p_value"]
        theirs = {**study.permanova.set_index("test")["p_value"], **population} | small_of_taxa(
            study.differential
        )
        differ = {
            name: (p, theirs[name])
            for name, p in ours.items()
            if not np.isclose(p, theirs[name], atol=DRAWN if name == TESTS[1] else 0, equal_nan=True)
        }
        if differ:
            raise SystemExit(f"{setting}: here and in klbio.Study {differ}")


def lines(setting: Setting, sizes: Sequence[int], n_blocks: int, n_studies: int, seed: int) -> Iterator[str]:
    """Tabulate one setting, a row a size of studies."""
    n = N_SAMPLES // sum(setting.numbers)
    drawn = each(setting, n * n_blocks, seed)
    blocks = [Block.of([next(drawn) for _ in range(n)], seed + k) for k in range(n_blocks)]
    for size in sizes:
        n_here = n_studies if size <= 12 else n_studies // 2
        deals = [dealt(n, size, generator(seed, "dealing", f"{k}")) for k in range(n_blocks)]
        studies = [(blocks[k % n_blocks], next(deals[k % n_blocks])) for k in range(n_here)]
        p_value = pd.DataFrame([block.of_samples(chosen) for block, chosen in studies])
        of_pools = pd.DataFrame([block.of_pools(chosen) for block, chosen in studies[: n_here // 4]])
        found = {
            **(p_value <= LEVEL).mean(),
            **(of_pools <= LEVEL).mean(),
            "taxa: p": of_pools["taxa: p"].mean(),
        }
        yield f"| {setting} | {size} | {n_here} | " + " | ".join(f"{found[c]:.3f}" for c in COLUMNS) + " |"


SETTINGS = {
    "null": [Setting(*design) for design in product(DESIGNS, DEPTHS, STRENGTHS)],
    "moved": [
        Setting(*design, strength, move=move)
        for design in product(DESIGNS, DEPTHS)
        for strength, move in ((60.0, 0.2), (2_000.0, 0.03))
    ],
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("settings", nargs="*", default=list(SETTINGS), help=f"of {', '.join(SETTINGS)}")
    parser.add_argument(
        "--studies", type=int, default=400, help="of 5 and 12; half of 36 and 48; pools a quarter"
    )
    parser.add_argument("--blocks", type=int, default=4, help=f"of {N_SAMPLES:,} samples, of each setting")
    parser.add_argument("--depths", nargs="*", default=list(DEPTHS), help="of baseline_test, by their names")
    parser.add_argument("--designs", nargs="*", default=["{}v{}".format(*d) for d in DESIGNS], help="as 3v8")
    parser.add_argument("--strengths", type=float, nargs="*", default=STRENGTHS)
    parser.add_argument("--sizes", type=int, nargs="*", default=N_SUBJECTS, help="subjects of a study")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--check", action="store_true", help="hold p of two studies against klbio.Study")
    arguments = parser.parse_args()
    if not arguments.check:
        permutation.USUAL = permutation.COSTLY = permutation.Limits(999, 199)  # it costs power, not the level
    print(
        "| before / after | reads | strength | changed | subjects | studies | " + " | ".join(COLUMNS) + " |"
    )
    print("|---" * (6 + len(COLUMNS)) + "|")
    for setting in (setting for name in arguments.settings for setting in SETTINGS[name]):
        wanted = "{}v{}".format(*setting.numbers) in arguments.designs and setting.depths in arguments.depths
        if not wanted or setting.strength not in arguments.strengths:
            continue
        if arguments.check:
            check(setting, arguments.seed)
            print(f"{setting}: as in klbio.Study", flush=True)
            continue
        for line in lines(setting, arguments.sizes, arguments.blocks, arguments.studies, arguments.seed):
            print(line, flush=True)


if __name__ == "__main__":
    main()
