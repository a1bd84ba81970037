"""Does the shift within batches hold what the pooled one does not?  Batches of another efficiency, shift or none.

200 taxa; a batch multiplies each by a log-normal efficiency of its own (s.d. 0.7).  One subject, ten samples in each
phase, of 2,000 reads or of other `READS`; of those after, a share is in the second batch, and as many of those before
in the first.  `days` multiplies each sample's taxa by a log-normal factor of s.d. 0.3 besides.
"""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from bench import machine, markdown

from klbio.design import Contrast, Design, Sample
from klbio.distributions import Counts, FloatArray
from klbio.shift.phase_pair import PhasePair
from klbio.shift.samples import SampleCounts
from klbio.shift.settings import ShiftSettings
from klbio.shift.subject.batches import WithinBatches

N_TAXA, N_SAMPLES, BATCH_SD, DAYS_SD = 200, 10, 0.7, 0.3
READS = {  # of a sample before, and after; one of each by chance
    "2,000": ((2_000,), (2_000,)),
    "20,000 : 1,000": ((20_000,), (1_000,)),
    "mixed 20 : 1": ((20_000, 1_000), (20_000, 1_000)),
    "4,472 : mixed": ((4_472,), (20_000, 1_000)),
}


@dataclass(frozen=True)
class Setting:
    """A share of the samples after in the second batch, the spread of the change, and of days, and `READS`."""

    share: float
    shift_sd: float
    days_sd: float
    reads: str = "2,000"

    @property
    def words(self) -> list[str]:
        """How it stands in the table."""
        return [f"{self.share:g}", self.reads, f"{self.shift_sd:g}", "yes" if self.days_sd else "no"]


@dataclass(frozen=True, eq=False)
class World:
    """Communities of one subject, and its samples."""

    setting: Setting
    rng: np.random.Generator

    @cached_property
    def truth(self) -> FloatArray:
        """Shares by phase and batch, shape (2, 2, n_taxa)."""
        before = self.rng.lognormal(0, 1.5, N_TAXA)
        after = before * self.rng.lognormal(0, self.setting.shift_sd, N_TAXA)
        efficiency = np.stack([np.ones(N_TAXA), self.rng.lognormal(0, BATCH_SD, N_TAXA)])
        shares = np.stack([before, after])[:, None] * efficiency
        return shares / shares.sum(axis=-1, keepdims=True)

    @cached_property
    def without_batch(self) -> float:
        """Divergence of the communities as the first batch sees them: what there is to be found."""
        return divergence(*self.truth[:, 0])

    def within(self) -> WithinBatches:
        """Draw the samples and measure."""
        samples, rows = [], []
        n_second = round(self.setting.share * N_SAMPLES)
        for phase, name in enumerate(("before", "after")):
            for i in range(N_SAMPLES):
                batch = int((i < n_second) == bool(phase))
                share = self.truth[phase, batch] * self.rng.lognormal(0, self.setting.days_sd, N_TAXA)
                samples.append(Sample(f"{name}{i}", "S", name, batch="AB"[batch]))
                reads = self.rng.choice(READS[self.setting.reads][phase])
                rows.append(self.rng.multinomial(reads, share / share.sum()))
        counts = Counts([sample.name for sample in samples], [f"t{k}" for k in range(N_TAXA)], np.array(rows))
        (unit,) = Design(samples).units
        return WithinBatches(PhasePair(SampleCounts(counts).of(unit), Contrast(), ShiftSettings()))


def divergence(p: FloatArray, q: FloatArray) -> float:
    """Jensen-Shannon divergence in bits of distributions without zeros."""
    m = (p + q) / 2
    return float((p * np.log2(p / m)).sum() + (q * np.log2(q / m)).sum()) / 2


def row(setting: Setting, n_draws: int) -> list[str]:
    """Means over draws; coverage of the mean divergence within batches; share of p at 0.05 or below."""
    found = []
    for seed in range(n_draws):
        world = World(setting, np.random.default_rng([seed, round(100 * setting.share)]))
        own = np.mean([divergence(*world.truth[:, batch]) for batch in (0, 1)])
        measured = world.within()
        low, high = measured.interval()
        inside = low <= own <= high
        p = measured.test().p_value
        values = (world.without_batch, own, measured.pair.jsd.value, measured.bits, measured.excess)
        found.append((*values, inside, p <= 0.05))
    *values, inside, rejected = np.array(found, dtype=float).mean(axis=0)
    numbers = [f"{value:.4f}" for value in values]
    return [*setting.words, *numbers, f"{inside:.3f}", f"{rejected:.3f}"]


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--draws", type=int, default=200)
    parser.add_argument("--reads", nargs="*", choices=READS, default=list(READS)[:1])
    arguments = parser.parse_args()
    n_draws, reads = arguments.draws, arguments.reads
    settings = [
        Setting(share, shift, days, of)
        for of in reads
        for days in (0.0, DAYS_SD)
        for shift in (0.0, 0.5)
        for share in (0.5, 0.7, 0.9)
    ]
    head = ["share in the other batch", "reads", "s.d. of change", "days", "true, no batch", "true, within", "pooled",
            "within batches", "less days", "coverage (reads)", "p <= 0.05"]  # fmt: skip
    print(f"{n_draws} draws a row; {machine()}\n")
    print(markdown(head, [row(setting, n_draws) for setting in settings]))


if __name__ == "__main__":
    main()
