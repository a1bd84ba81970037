"""Does the right part of a population's shift light up?  Simulated normal populations of log-ratios.

Run: python -m benchmarks.population
"""

import numpy as np

from klbio.shift.cohort.population import PARTS, PopulationPair

N_STUDIES = 100
DIMENSIONS = 4
CASES = {
    "nothing": (0.0, np.ones(DIMENSIONS)),
    "location": (1.0, np.ones(DIMENSIONS)),
    "scale": (0.0, np.full(DIMENSIONS, 6.0)),
    "shape": (0.0, np.array([3.7, 0.1, 0.1, 0.1])),
}


def study(n_subjects, move, variances, rng):
    """Half of the spread of a phase is the subject's own, which both phases share."""
    own = rng.normal(size=(n_subjects, DIMENSIONS)) * np.sqrt(0.5)
    before, after = (own + rng.normal(size=own.shape) * np.sqrt(0.5) for _ in range(2))
    return after * np.sqrt(variances) + np.array([move, *[0.0] * (DIMENSIONS - 1)]), before


def main():
    print("| subjects | changed | " + " | ".join(f"{part} p <= 0.05" for part in PARTS) + " | bits | null |")
    print("|---" * 8 + "|")
    for n_subjects in (8, 16):
        for case, (move, variances) in CASES.items():
            rng = np.random.default_rng(1)
            shifts = [
                PopulationPair(*study(n_subjects, move, variances, rng)).exchanged(rng)
                for _ in range(N_STUDIES)
            ]
            found = np.mean([shift.p_value[0] <= 0.05 for shift in shifts], axis=0)
            bits, null = (
                np.mean([part[0, 0] for part in parts])
                for parts in ([s.bits for s in shifts], [s.null_mean for s in shifts])
            )
            print(
                f"| {n_subjects} | {case} | "
                + " | ".join(f"{x:.3f}" for x in found)
                + f" | {bits:.2f} | {null:.2f} |",
                flush=True,
            )


if __name__ == "__main__":
    main()
