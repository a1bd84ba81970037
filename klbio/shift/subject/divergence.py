r"""One number per subject: how far it moved, with interval, floor and baseline.

Three estimands, never to be held against each other:

excess
    the mean divergence over all pairs of an after-sample and a before-sample, less that within the phases
    (`klbio.estimates.DayVariation`): where both phases have two samples or more;
pooled
    the divergence between the summed counts of the two phases;
pairs
    the mean divergence over all pairs of an after-sample and a before-sample.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from math import comb
from typing import NamedTuple, TypedDict

import numpy as np

from klbio.estimates import Estimate, Grid
from klbio.phrases import Reason, notes
from klbio.phrases.subject import (
    FewForRelativeEntropies,
    LoneSample,
    NoReads,
    TwoSamples,
    Undersampled,
)
from klbio.schema import PairRow
from klbio.shift.phase_pair import Bounds, PhasePair
from klbio.shift.settings import READS, SUPPORTS
from klbio.statistics import half_width

__all__ = ["ESTIMANDS", "UNDERSAMPLED", "PairMeasure", "Shift"]

ESTIMANDS = ("pooled", "pairs")
UNDERSAMPLED = (
    5.0  # counts a k-mer, or reads a taxon for relative entropies; below, the simulated coverage falls short
)
LEVEL = 0.05  # p of a floor at which a shift is above it


class OfReads(TypedDict):
    """Columns of `klbio.schema.PairRow` that depths decide."""

    depth_before: int | None
    depth_after: int | None
    floor_bits: float | None
    floor_high_bits: float | None
    floor_p: float | None
    above_floor: bool | None
    undersampled: bool | None


NO_READS = OfReads(
    depth_before=None, depth_after=None, floor_bits=None, floor_high_bits=None, floor_p=None, above_floor=None,
    undersampled=None,
)  # fmt: skip


class Shift(NamedTuple):
    """A divergence in bits: bias-corrected, as observed, and its 95 % interval."""

    value: float
    plugin: float
    low: float
    high: float

    @classmethod
    def of(cls, estimate: Estimate) -> Shift:
        """Between two rows of counts: the interval covers the reads."""
        return cls(estimate.value, estimate.plugin, *estimate.interval())

    @classmethod
    def mean(cls, grid: Grid) -> Shift:
        """Mean over all pairs; the interval covers the choice of samples, each with its own reads."""
        value, half = float(grid.value.mean()), _half_width(grid)
        return cls(value, float(grid.plugin.mean()), max(value - half, 0.0), max(value + half, 0.0))


def _half_width(grid: Grid) -> float:
    """Student interval of a two-sample mean of pairs, from the marginal means of each side.

    A side with one sample shows no spread between samples, and takes that of the other; where both have one, the reads
    stand in.
    """
    sides = [grid.value.mean(axis=axis) for axis in (1, 0)]
    of_one = [(float(side.var(ddof=1)), len(side)) for side in sides if len(side) > 1]
    variances = [(variance / n, n - 1.0) for variance, n in of_one]
    if len(of_one) == 1:
        ((variance, n),) = of_one
        variances = [(variance * (1 + 1 / n), n - 1.0)]
    squared_errors, degrees = np.array(variances or [(float(grid.variance.mean()), grid.freedom)]).T
    return float(half_width(squared_errors, degrees))


@dataclass(frozen=True)
class PairMeasure:
    """How far a pair's subject moved, as one estimand sees it.

    Parameters
    ----------
    pair : PhasePair
    estimand : {"pooled", "pairs"}
    """

    pair: PhasePair
    estimand: str

    @classmethod
    def rows(cls, pair: PhasePair) -> list[PairRow]:
        """Rows of ``pairs.tsv``, one for each estimand."""
        return [cls(pair, estimand).row() for estimand in ESTIMANDS]

    def row(self) -> PairRow:
        """Row of ``pairs.tsv``."""
        counts, settings, shift = self.pair.counts, self.pair.settings, self.shift
        there, back = self.directed
        covers = "" if np.isnan(shift.low) else READS
        return PairRow(
            **self.pair.head,
            estimand=self.estimand,
            n_categories=len(counts.labels),
            support=SUPPORTS[settings.support],
            smoothing_jsd="none",
            smoothing_relative_entropy=str(settings.estimator),
            n_before=len(counts.before),
            n_after=len(counts.after),
            jensen_shannon_divergence_bits=min(max(shift.value, 0.0), 1.0),
            jsd_low_bits=min(shift.low, 1.0) if covers else None,
            jsd_high_bits=min(shift.high, 1.0) if covers else None,
            interval_covers=covers,
            jsd_plugin_bits=shift.plugin,
            n_baseline_pairs=comb(len(counts.before), 2),
            relative_entropy_after_before_bits=max(there.value, 0.0),
            relative_entropy_after_before_low_bits=there.low,
            relative_entropy_after_before_high_bits=there.high,
            relative_entropy_after_before_plugin_bits=there.plugin,
            relative_entropy_before_after_bits=max(back.value, 0.0),
            relative_entropy_before_after_low_bits=back.low,
            relative_entropy_before_after_high_bits=back.high,
            relative_entropy_before_after_plugin_bits=back.plugin,
            **(self.pair.at_least if self.estimand == "pooled" and self.pair.of_reads else Bounds()),
            **(self.of_reads if self.pair.of_reads else NO_READS),
            **self.pair.apart,
            note=self.note,
            unit=self.pair.source.study.counts.unit,
        )

    @property
    def of_reads(self) -> OfReads:
        """What depths decide."""
        counts, floor = self.pair.counts, self.pair.floor.of(self.estimand)
        return OfReads(
            depth_before=int(counts.before.sum()),
            depth_after=int(counts.after.sum()),
            floor_bits=max(float(floor.mean()), 0.0),  # rounding can leave it below
            floor_high_bits=max(float(np.quantile(floor, 0.95)), 0.0),
            floor_p=self.floor_p,
            above_floor=self.above_floor,
            undersampled=self.undersampled() is not None,
        )

    @property
    def note(self) -> str:
        """What to beware of."""
        if self.pair.of_reads:
            return notes(self.undersampled(), self._lone(), self._few_reads())
        several = self.estimand == "pairs" and max(map(len, self.pair.names)) > 1
        return notes(self._lone() if several else NoReads(max(map(len, self.pair.names)) == 1))

    @cached_property
    def shift(self) -> Shift:
        """The Jensen-Shannon divergence; an interval that covers days comes from the cohort."""
        if self.estimand == "pooled" or max(map(len, self.pair.names)) == 1:
            return Shift.of(self.pair.jsd)
        return Shift(self.pair.corrected.pairs, self.pair.observed.pairs, np.nan, np.nan)

    @cached_property
    def directed(self) -> tuple[Shift, Shift]:
        """D(after || before) and D(before || after) over the support at hand, smoothed."""
        if self.estimand == "pooled" or self._lone_groups:
            there, back = map(Shift.of, self.pair.relative_entropies)
        else:
            there, back = map(Shift.mean, self.pair.relative_entropies_of_pairs)
        return there, back

    @property
    def _lone_groups(self) -> bool:
        """Whether both sides are one sample, of groups of reads: the interval of these is not symmetric."""
        return self.pair.whole.after.ndim > 2 and max(map(len, self.pair.names)) == 1

    @cached_property
    def floor_p(self) -> float:
        """How often at least as much is observed where nothing changed."""
        return self.pair.floor.p_value(self.estimand, self.shift.plugin)

    @property
    def above_floor(self) -> bool:
        """Whether chance alone hardly reaches what was observed."""
        return self.floor_p <= LEVEL

    def undersampled(self) -> Undersampled | None:
        """Warn of k-mers with few counts; of single reads, rare taxa tell (`klbio.shift.subject.rare_taxa`)."""
        if self.pair.whole.after.ndim == 2:
            return None
        # a k-mer seen once is no sign of others unseen: they come in reads
        n_categories = len(self.pair.seen.labels)
        depth, pooled = self._shallowest(), self.estimand == "pooled"
        if depth / n_categories >= UNDERSAMPLED:
            return None
        return Undersampled(depth, n_categories, UNDERSAMPLED, pooled)

    def _lone(self) -> Reason | None:
        """Say of whose days nothing is known."""
        after, before = map(len, self.pair.names)
        if max(after, before) == 1:
            return TwoSamples() if self.estimand == "pooled" else None
        contrast = self.pair.contrast
        lone = contrast.after if after == 1 else contrast.before
        return LoneSample(lone, self.estimand == "pooled") if 1 in (after, before) else None

    def _few_reads(self) -> FewForRelativeEntropies | None:
        """Warn of relative entropies of few reads a taxon; the Jensen-Shannon divergence has its gap."""
        depth, n_taxa = self._shallowest(), len(self.pair.seen.labels)
        if self.pair.whole.after.ndim > 2 or depth / n_taxa >= UNDERSAMPLED:
            return None
        return FewForRelativeEntropies(depth, n_taxa, UNDERSAMPLED)

    def _shallowest(self) -> float:
        """Reads of the shallower pool, or of the shallowest sample."""
        whole = self.pair.whole
        if self.estimand == "pooled":
            return float(min(side.sum() for side in whole.pooled))
        return float(min(sample.sum() for side in (whole.after, whole.before) for sample in side))
