"""How often a quality of reads is flagged where nothing differs, and where reads of one phase or arm are lost.

    python -m benchmarks.quality_flags --studies 200

Each study has the seven quantities of amplicons.  A subject has its own level of each, a sample varies about it, and
a sequencing run of its own now and then makes a sample far worse in all of them (one in ten).  So they depend on each
other, and have long tails.  In the second half of the studies reads of one phase (or arm) merge less: of those that
would, a tenth do not.
"""

from __future__ import annotations

import argparse

import numpy as np

from klbio.design import Contrast, Design, Sample
from klbio.schema import QualityRow
from klbio.shift.checks.check import CANNOT_TELL, FLAG
from klbio.shift.checks.qualities import APART, quality_differences

SHARES = {
    "merged": 0.9, "kept": 0.85, "different": 0.25, "chimeric": 0.08, "in the table": 0.7, "named": 0.8,
}  # fmt: skip
DESIGNS = {  # subjects, samples of each a phase, arms
    "3 subjects, 1 sample a phase": (3, 1, 1),
    "3 subjects, 2 samples a phase": (3, 2, 1),
    "4 subjects, 1 sample a phase": (4, 1, 1),
    "6 subjects, 1 sample a phase": (6, 1, 1),
    "12 subjects, 1 sample a phase": (12, 1, 1),
    "20 subjects, 1 sample a phase": (20, 1, 1),
    "2 arms of 3 subjects": (6, 1, 2),
    "2 arms of 5 subjects": (10, 1, 2),
    "2 arms of 10 subjects": (20, 1, 2),
}
LOST = 0.1


def main() -> None:
    """Print for each design and comparison the share of studies with a flag, or a pair of sides apart."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--studies", type=int, default=200)
    n_studies = parser.parse_args().studies
    print("design\tbetween\tflag, nothing differs\tapart, nothing differs\tcannot tell\tmerged found")
    for name, sizes in DESIGNS.items():
        null = [study(seed, *sizes, "") for seed in range(n_studies)]
        for between in ("phases", "arms")[: sizes[2]]:
            worse = [study(n_studies + seed, *sizes, between) for seed in range(n_studies)]
            flagged, apart = (
                np.mean([any(of(one, between, severity)) for one in null]) for severity in (FLAG, APART)
            )
            untold = np.mean([bool(of(one, between, CANNOT_TELL)) for one in null])
            found = np.mean(["merged" in of(one, between, FLAG) + of(one, between, APART) for one in worse])
            print(f"{name}\t{between}\t{flagged:.3f}\t{apart:.3f}\t{untold:.3f}\t{found:.3f}", flush=True)


def of(severities: dict[tuple[str, str], str], between: str, severity: str) -> list[str]:
    """Quantities of a comparison that came out so."""
    return [name for (where, name), found in severities.items() if where == between and found == severity]


def study(seed: int, n_subjects: int, n_samples: int, n_arms: int, worse: str) -> dict[tuple[str, str], str]:
    """Severity of each comparison and quantity."""
    rng = np.random.default_rng(seed)
    samples, rows = [], []
    for subject in range(n_subjects):
        arm = f"arm {subject % n_arms}" if n_arms > 1 else ""
        levels = rng.normal(0, 0.5, len(SHARES) + 1)
        for phase in ("before", "after"):
            for k in range(n_samples):
                sample = Sample(f"{subject} {phase} {k}", str(subject), phase, arm=arm)
                samples.append(sample)
                is_worse = {"phases": phase == "after", "arms": arm == "arm 1"}.get(worse, False)
                rows += library(sample, levels, LOST if is_worse else 0.0, rng)
    design = Design(samples)
    found = quality_differences(rows, design, [Contrast()])
    return {(row.between, row.quantity): row.severity for row in found}


def library(sample: Sample, levels: np.ndarray, lost: float, rng: np.random.Generator) -> list[QualityRow]:
    """Draw the quantities of one library: logits of shares, logarithms of reads."""
    bad = rng.exponential(1.0) if rng.random() < 0.1 else 0.0
    noise = levels + rng.normal(0, 0.4, len(levels)) - bad
    shares = {
        name: 1 / (1 + np.exp(-np.log(share / (1 - share)) - by))
        for (name, share), by in zip(SHARES.items(), noise[1:].tolist(), strict=True)
    }
    shares["merged"] *= 1 - lost
    values = {"reads in": float(np.round(20_000 * np.exp(noise[0]))), **shares}
    return [
        QualityRow(
            route="amplicons", quantity=name, unit="reads" if name == "reads in" else "share", sample=sample.name,
            kind="sample", subject=sample.subject, arm=sample.arm, phase=sample.phase, value=float(value),
        )
        for name, value in values.items()
    ]  # fmt: skip


if __name__ == "__main__":
    main()
