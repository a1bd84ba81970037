"""Does the way back of a subject hold what it says?  Half-life, residual and outcome on simulated courses.

Run: python -m benchmarks.recovery [--courses 200] [--workers 2]

Three worlds.  *noise*: a known curve and normal noise.  *reads*: communities whose divergence from the one at rest
follows the curve exactly, 10,000 reads a sample.  *days*: the same with compositions that differ from day to day
(Dirichlet, strength 60 to 200, drawn for each subject); the curve is that of the expected divergence, days included.
Residuals are 0, at which *did not come back* is false; what counts as nothing (a twentieth of the rise, or twice the
spread at rest of the most restless subject), at which *came back* is false; and more.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import cached_property, partial
from itertools import product

import numpy as np

from klbio.design import Contrast
from klbio.distributions import FloatArray
from klbio.divergences import jensen_shannon_divergence
from klbio.estimates import jensen_shannon_estimate
from klbio.schema import RecoveryRow, TrajectoryRow
from klbio.seeding import generator
from klbio.shift.subject.recovery import Recovery
from klbio.statistics import Z_975

CONTRAST = Contrast("rest", "after")
N_READS, N_TAXA, SIGMA, STRENGTHS = 10_000, 120, 1.5, (60.0, 200.0)
AT_REST, HIGHEST = 0.05, 0.45  # bits, of the known curve
N_DAYS, N_MIXES = 150, 21  # behind the expected divergence of a mix of two communities
NOISES = (0.0005, 0.001, 0.003, 0.01)
HEAD = (
    "| world | noise | at rest + after | half-life | residual | half-life covers | given | residual covers | bias "
    "| width | came back | did not | cannot tell |"
)


@dataclass(frozen=True)
class Setting:
    """One line of the table; `noise` is 0 where it is not normal."""

    world: str
    noise: float
    n_rest: int
    n_after: int
    half_life: float
    residual: float

    @property
    def times(self) -> FloatArray:
        """Days of the samples after."""
        return np.arange(float(self.n_after))

    def curve(self, level: float, highest: float) -> FloatArray:
        """Expected divergences after."""
        floor = level + self.residual
        return floor + (highest - floor) * 0.5 ** (self.times / self.half_life)


@dataclass(frozen=True, eq=False)
class Subject:
    """Two communities, and days that differ where there is a strength."""

    rest: FloatArray
    disturbed: FloatArray
    strength: float
    n_rest: int
    rng: np.random.Generator

    @classmethod
    def drawn(cls, setting: Setting, rng: np.random.Generator) -> Subject:
        """Log-normal abundances; the disturbance gives each to another taxon."""
        rest = np.exp(rng.normal(0, SIGMA, N_TAXA))
        strength = rng.uniform(*STRENGTHS) if setting.world == "days" else np.inf
        return cls(rest / rest.sum(), rng.permutation(rest / rest.sum()), strength, setting.n_rest, rng)

    def days(self, mix: float, *size: int) -> FloatArray:
        """Compositions of days, shape (*size, n_taxa)."""
        mean = (1 - mix) * self.rest + mix * self.disturbed
        if not np.isfinite(self.strength):
            return np.broadcast_to(mean, (*size, N_TAXA))
        return self.rng.dirichlet(self.strength * mean, size)

    @cached_property
    def expected(self) -> tuple[FloatArray, FloatArray]:
        """Mixes, and the mean divergence of their days from the mean of as many days at rest as there are samples."""
        mixes = np.linspace(0, 1, N_MIXES)
        if not np.isfinite(self.strength):
            mixes = np.linspace(0, 1, 401)
            return mixes, np.array([jensen_shannon_divergence(self.days(mix), self.rest) for mix in mixes])
        pools = self.days(0.0, N_DAYS, self.n_rest).mean(axis=1)
        means = [jensen_shannon_divergence(self.days(mix, N_DAYS), pools).mean() for mix in mixes]
        return mixes, np.polyval(np.polyfit(mixes, means, 5), mixes)

    def counts(self, setting: Setting) -> tuple[FloatArray, FloatArray]:
        """Counts of the samples at rest and after."""
        mixes, bits = self.expected
        wanted = setting.curve(bits[0], min(bits[0] + HIGHEST - AT_REST, bits[-1]))
        at = np.interp(wanted, bits, mixes)
        after = np.array([self.days(mix) for mix in at])
        rest = self.days(0.0, self.n_rest)
        return self.rng.multinomial(N_READS, rest).astype(float), self.rng.multinomial(N_READS, after).astype(
            float
        )


def row(phase: str, time: float, bits: float, ends: tuple[float, float]) -> TrajectoryRow:
    """A sample as trajectory.tsv has it."""
    return TrajectoryRow(
        subject="S", arm="", phase=phase, time=time, sample=f"{phase}{time:g}", depth=N_READS, rank="feature",
        baseline="rest", n_reference=3, jensen_shannon_divergence_bits=bits, low_bits=ends[0], high_bits=ends[1],
    )  # fmt: skip


def measured(phase: str, time: float, sample: FloatArray, others: FloatArray) -> TrajectoryRow:
    """A sample of reads against the sum of others."""
    estimate = jensen_shannon_estimate(sample, others.sum(axis=0))
    bits, low, high = np.clip([estimate.value, *estimate.interval()], 0.0, 1.0)
    return row(phase, time, float(bits), (float(low), float(high)))


def course(setting: Setting, rng: np.random.Generator) -> list[TrajectoryRow]:
    """All samples of a subject."""
    if setting.world == "noise":
        rest = np.full(setting.n_rest, AT_REST / (1 - 1 / setting.n_rest**2))  # against one sample less
        bits = np.concatenate([rest, setting.curve(AT_REST, HIGHEST)])
        bits = bits + rng.normal(0, setting.noise, len(bits))
        phases = ["rest"] * setting.n_rest + ["after"] * setting.n_after
        times = np.concatenate([np.arange(-setting.n_rest, 0), setting.times])
        half = Z_975 * setting.noise
        return [
            row(phase, time, value, (value - half, value + half))
            for phase, time, value in zip(phases, times.tolist(), bits.tolist(), strict=True)
        ]
    rest, after = Subject.drawn(setting, rng).counts(setting)
    return [
        *(
            measured("rest", float(i) - len(rest), rest[i], np.delete(rest, i, axis=0))
            for i in range(len(rest))
        ),
        *(
            measured("after", time, sample, rest)
            for time, sample in zip(setting.times.tolist(), after, strict=True)
        ),
    ]


def recovered(setting: Setting, n_courses: int) -> list[RecoveryRow]:
    rng = generator(1, str(setting))
    return [Recovery(course(setting, rng), CONTRAST, [CONTRAST]).row() for _ in range(n_courses)]


def line(setting: Setting, n_courses: int) -> str:
    """One setting, summed up."""
    rows = recovered(setting, n_courses)
    fitted = [row for row in rows if row.residual_low_bits is not None]
    given = [row for row in fitted if row.half_life_low is not None]
    lives = [row.half_life_low <= setting.half_life <= row.half_life_high for row in given]
    ends = np.array([(row.residual_bits, row.residual_low_bits, row.residual_high_bits) for row in fitted]).T
    value, low, high = ends - setting.residual
    outcomes = [
        np.mean([row.outcome == name for row in rows])
        for name in ("came back", "did not come back", "cannot tell")
    ]
    cells = [
        setting.world, f"{setting.noise:g}" if setting.noise else "", f"{setting.n_rest} + {setting.n_after}",
        f"{setting.half_life:g}", f"{setting.residual:.4g}", f"{np.mean(lives):.3f}", f"{len(given) / len(rows):.2f}",
        f"{np.mean((low <= 0) & (high >= 0)):.3f}", f"{value.mean():+.4f}", f"{np.median(high - low):.4f}",
        *(f"{share:.3f}" for share in outcomes),
    ]  # fmt: skip
    return "| " + " | ".join(cells) + " |"


def settings() -> Iterator[Setting]:
    designs = ((3, 5, 1.0), (4, 7, 1.5), (4, 12, 3.0))
    for noise, (n_rest, n_after, half_life) in product(NOISES, designs):
        for residual in (0.0, 0.02, 0.05):
            yield Setting("noise", noise, n_rest, n_after, half_life, residual)
    for world, (n_rest, n_after, half_life) in product(("reads", "days"), (*designs, (8, 12, 3.0))):
        for residual in (0.0, 0.02 if world == "reads" else 0.055, 0.1):
            yield Setting(world, 0.0, n_rest, n_after, half_life, residual)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--courses", type=int, default=200, help="a line (default: %(default)s)")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--world", help="noise, reads or days alone")
    arguments = parser.parse_args()
    chosen = [setting for setting in settings() if arguments.world in (None, setting.world)]
    print(HEAD, "|---" * 13 + "|", sep="\n")
    with ProcessPoolExecutor(arguments.workers) as pool:
        for text in pool.map(partial(line, n_courses=arguments.courses), chosen):
            print(text, flush=True)


if __name__ == "__main__":
    main()
