"""Time of the permutation tests of a study, beside scikit-bio's `permanova`.

400 samples of 500 taxa; 9,999 permutations each, on one thread, in one process, matrices at hand.  scikit-bio
permutes labels freely, so its blocks are none; it is asked for what it has: one factor without blocks.
"""

from __future__ import annotations

import os

for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[name] = "1"  # before numpy is loaded

import time  # noqa: E402
from collections.abc import Callable  # noqa: E402
from statistics import median  # noqa: E402

import numpy as np  # noqa: E402
import skbio  # noqa: E402
from bench import machine, markdown  # noqa: E402
from skbio.stats.distance import permanova  # noqa: E402

from klbio.pairwise import jensen_shannon_matrix  # noqa: E402
from klbio.shift.cohort.permanova import SampleDistances  # noqa: E402
from klbio.statistics import Signs, TestResult, TestResults, TwoGroups  # noqa: E402

N_SUBJECTS, N_TAXA, DEPTH, ROUNDS = 200, 500, 5_000, 5


def simulated(rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Squared distances of 200 subjects before and after, which are after, and whose."""
    own = rng.lognormal(0, 1.5, N_TAXA) * rng.lognormal(0, 0.5, (N_SUBJECTS, N_TAXA))
    weights = np.concatenate([own, own * rng.lognormal(0, 0.2, own.shape)])
    counts = np.array([rng.multinomial(DEPTH, row / row.sum()) for row in weights], dtype=float)
    after = np.repeat([False, True], N_SUBJECTS)
    return jensen_shannon_matrix(counts), after, np.tile(np.arange(N_SUBJECTS), 2)


def measured(test: Callable[[], str]) -> tuple[float, float, str]:
    """Median CPU and wall seconds, and what the test says."""
    found = []
    for _ in range(ROUNDS):
        cpu, wall = time.process_time(), time.perf_counter()
        said = test()
        found.append((time.process_time() - cpu, time.perf_counter() - wall, said))
    return median(row[0] for row in found), median(row[1] for row in found), found[-1][2]


def distance_tests(rng: np.random.Generator) -> dict[str, Callable[[], str]]:
    """Tests of samples."""
    squared, after, subject = simulated(np.random.default_rng(1))
    distances, whose = skbio.DistanceMatrix(np.sqrt(squared)), subject.tolist()
    groups = np.where(after, "after", "before").tolist()

    def peer() -> str:
        result = permanova(distances, groups, permutations=9_999, seed=1)
        return f"p = {result['p-value']:.4f}, pseudo-F {result['test statistic']:.4f}, 9,999 permutations"

    def said(test: TestResult) -> str:
        return f"p = {test.p_value:.4f}, pseudo-F {test.value:.4f}, {test.n_permutations:,} permutations"

    def spread() -> str:
        test = SampleDistances.of(squared, after, whose).dispersion(rng).test
        return f"p = {test.p_value:.4f}, {test.n_permutations:,} permutations"

    return {
        "scikit-bio `permanova`, phase, no blocks": peer,
        "klbio, the same test": lambda: said(
            SampleDistances.of(squared, after, [1] * len(after)).phase(rng).test
        ),
        "klbio, phase within subjects": lambda: said(
            SampleDistances.of(squared, after, whose).phase(rng).test
        ),
        "klbio, dispersion of phases": spread,
        "klbio, subject, no blocks": lambda: said(
            SampleDistances.of(squared, after, whose).subject_effect(rng).test
        ),
    }


def taxon_tests(rng: np.random.Generator) -> dict[str, Callable[[], str]]:
    """Tests of each taxon's change."""
    changes = np.random.default_rng(2).normal(0.1, 1, (N_SUBJECTS, N_TAXA))
    half, every = N_SUBJECTS // 2, np.full(N_TAXA, N_SUBJECTS)

    def said(test: TestResults) -> str:
        return f"smallest p = {test.p_value.min():.4f}, {test.n_permutations:,} permutations"

    return {
        f"klbio, paired, {N_TAXA} taxa of {N_SUBJECTS} subjects": lambda: said(
            Signs(N_SUBJECTS).test(changes, every, rng)
        ),
        f"klbio, two arms, {N_TAXA} taxa of {half} subjects each": lambda: said(
            TwoGroups(half, half).test(changes[:half], changes[half:], every, rng)
        ),
    }


def main() -> None:
    """Print a row a test."""
    rng = np.random.default_rng(3)
    rows = []
    for name, test in (distance_tests(rng) | taxon_tests(rng)).items():
        cpu, wall, answer = measured(test)
        rows.append([name, f"{cpu:.3f}", f"{wall:.3f}", answer])
    print(markdown(["test", "CPU s", "wall s", "answer"], rows))
    print(f"\nMedians of {ROUNDS}. {machine()}; scikit-bio {skbio.__version__}, numpy {np.__version__}.")


if __name__ == "__main__":
    main()
