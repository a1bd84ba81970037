"""How often is a difference of arms found where there is none, and how often one that is there.

Shifts of subjects are log-normal; arms of unlike size; the last arm is shifted, or no arm is.
"""

from __future__ import annotations

import argparse

import numpy as np
from bench import machine, markdown

from klbio.statistics import ArmFamily, ArmPair, ArmValues, holm

SIZES = {
    "3 x 5, control": (5, 5, 5),
    "4, 6, 10, control": (4, 6, 10),
    "4 x 4, each against each": (4, 4, 4, 4),
}
LEVEL = 0.05


def family(
    sizes: tuple[int, ...], against_each: bool, shift: float, rng: np.random.Generator
) -> list[ArmPair]:
    """Arms of a study, the first of them the control; the last one shifted."""
    arms = [
        ArmValues(f"{i}", tuple(f"{i}.{k}" for k in range(n)), rng.lognormal(-2, 0.5, (n, 1)))
        for i, n in enumerate(sizes)
    ]
    last = arms[-1]
    arms[-1] = ArmValues(last.arm, last.subjects, last.values * np.exp(shift))
    pairs = [(i, j) for i in range(len(arms)) for j in range(i)]
    return [ArmPair(arms[i], arms[j]) for i, j in pairs if against_each or j == 0]


def row(name: str, shift: float, n_studies: int) -> list[str]:
    """Share of studies with a false finding, and of true differences found, by p alone and by both adjustments."""
    sizes, last = SIZES[name], str(len(SIZES[name]) - 1)
    wrong, right = np.zeros(3), np.zeros(3)
    for seed in range(n_studies):
        rng = np.random.default_rng(seed)
        pairs = family(sizes, "each" in name, shift, rng)
        p = np.array([pair.test(rng)[0].p_value for pair in pairs])
        found = np.stack([p, holm(p), ArmFamily(pairs).max_t(p, rng)]) <= LEVEL
        true = np.array([shift > 0 and last in pair.arms for pair in pairs])
        wrong += found[:, ~true].any(axis=1)
        right += found[:, true].mean(axis=1) if true.any() else 0
    cells = [f"{value / n_studies:.3f}" for value in wrong]
    return [
        name,
        f"{shift:g}",
        *cells,
        *([f"{value / n_studies:.3f}" for value in right] if shift else ["", "", ""]),
    ]


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--studies", type=int, default=400)
    n_studies = parser.parse_args().studies
    head = ["arms", "log shift", "any false: p", "Holm", "max-T", "found: p", "Holm", "max-T"]
    print(f"{n_studies} studies a row; {machine()}\n")
    print(markdown(head, [row(name, shift, n_studies) for name in SIZES for shift in (0.0, 1.5)]))


if __name__ == "__main__":
    main()
