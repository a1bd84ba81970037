"""The two phases of one subject in one arm, with what is measured of them, each once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import chain, combinations, product
from typing import TypedDict

import numpy as np

from klbio.design import Contrast, Unit
from klbio.distributions import FloatArray
from klbio.divergences import kernels
from klbio.estimates import (
    Chance,
    DayVariation,
    Estimate,
    Floor,
    Grid,
    Point,
    merge_rare,
    relative_entropy_at_least,
    relative_entropy_estimate,
    relative_entropy_grid,
    relative_entropy_observed,
    total,
)
from klbio.pairwise import jensen_shannon_matrix
from klbio.seeding import generator
from klbio.shift.cohort.equal_terms import at_one_depth
from klbio.shift.parts import Key
from klbio.shift.samples import Names, PhaseCounts, UnitCounts
from klbio.shift.settings import ShiftSettings, Support

__all__ = ["Apart", "Bounds", "Head", "PhasePair", "Who"]

LN2 = float(np.log(2))


class Who(TypedDict):
    """Columns of `klbio.schema.terms.OfShift`."""

    subject: str
    arm: str
    before: str
    after: str


class Head(Who):
    """Columns of `klbio.schema.terms.OfRank`."""

    rank: str


class Apart(TypedDict):
    """Columns of `klbio.schema.PairRow` about the shares of the pools, as observed."""

    total_variation: float
    pinsker_bound: float


class Bounds(TypedDict, total=False):
    """Columns of `klbio.schema.PairRow` about the relative entropies of the communities."""

    relative_entropy_after_before_at_least_bits: float
    relative_entropy_before_after_at_least_bits: float
    relative_entropy_after_before_merged_bits: float
    relative_entropy_before_after_merged_bits: float
    merged_share_before: float
    merged_share_after: float


@dataclass(frozen=True, eq=False)
class PhasePair:
    """Two phases of one unit, and what is measured of them, each once.

    Attributes
    ----------
    source : UnitCounts
        The unit's samples.
    contrast : Contrast
        With samples of the unit on both sides.
    settings : ShiftSettings
        Support, smoothing, number of draws and seed.
    """

    source: UnitCounts
    contrast: Contrast
    settings: ShiftSettings

    @classmethod
    def each(cls, source: UnitCounts, settings: ShiftSettings) -> Iterator[PhasePair]:
        """Pairs of the contrasts that the unit has both sides of, in the order of the settings."""
        for contrast in settings.contrasts:
            if source.unit.names(contrast.before) and source.unit.names(contrast.after):
                yield cls(source, contrast, settings)

    @property
    def place(self) -> int:
        """Which contrast of the settings it is of."""
        return self.settings.contrasts.index(self.contrast)

    @property
    def unit(self) -> Unit:
        """Who was sampled."""
        return self.source.unit

    @property
    def of_reads(self) -> bool:
        """Whether depths are known."""
        return self.source.study.of_reads

    @property
    def rounding(self) -> float:
        """Largest difference between two proportions that is none; ratios of counts are as exact as can be."""
        return 0.0 if self.of_reads else 1e-12

    @property
    def who(self) -> Who:
        """Who, and between which phases."""
        unit, contrast = self.unit, self.contrast
        return Who(subject=unit.subject, arm=unit.arm, before=contrast.before, after=contrast.after)

    @property
    def head(self) -> Head:
        """The columns that the tables of a pair begin with: who, and at which rank."""
        return Head(**self.who, rank=self.source.study.rank)

    @property
    def key(self) -> Key:
        """The same as a key."""
        unit, contrast = self.unit, self.contrast
        return unit.subject, unit.arm, contrast.before, contrast.after, self.source.study.rank

    @cached_property
    def names(self) -> tuple[Names, Names]:
        """The samples after and before."""
        return self.unit.names(self.contrast.after), self.unit.names(self.contrast.before)

    @cached_property
    def whole(self) -> PhaseCounts:
        """Over the categories of the study."""
        after, before = self.names
        return PhaseCounts(self.source.study.labels, self.source.array(after), self.source.array(before))

    @property
    def seen(self) -> PhaseCounts:
        """Over the categories seen on either side."""
        return self.whole.seen

    @property
    def counts(self) -> PhaseCounts:
        """Over the support of the settings."""
        return self.on(self.settings.support)

    def on(self, support: Support) -> PhaseCounts:
        """Over the support ``pair`` or ``study``."""
        return self.seen if support == "pair" else self.whole

    def generator(self, *purpose: str) -> np.random.Generator:
        """Random numbers of this pair, whatever else is measured."""
        key = (*purpose, self.unit.key, self.contrast.before, self.contrast.after)
        return generator(self.settings.seed, *key)

    @cached_property
    def jsd(self) -> Estimate:
        """Jensen-Shannon divergence between the summed counts; its terms are over `seen`."""
        return self.source.jensen_shannon(*self.names)

    @cached_property
    def observed(self) -> DayVariation:
        """The samples of both phases against each other, as observed."""
        return self._apart(Point._fields.index("plugin"))

    @cached_property
    def corrected(self) -> DayVariation:
        """The same, each divergence corrected for its reads."""
        return replace(self._apart(Point._fields.index("value")), even=self.even)

    @cached_property
    def even(self) -> DayVariation | None:
        """As observed at one depth, where depths differ: any sample may then be exchanged with any other."""
        sides = self.whole.after, self.whole.before
        if not self.of_reads or sides[0].ndim > 2 or max(map(len, sides)) == 1:
            return None
        depths = np.concatenate(sides).sum(axis=1)
        if depths.max() == depths.min():
            return None
        even = at_one_depth(self.whole, self.generator("baseline at one depth"))
        whole = jensen_shannon_matrix(np.concatenate([even.after, even.before]))
        return DayVariation.split(whole, len(even.after))

    def _apart(self, kind: int) -> DayVariation:
        after, before = self.names
        pairs = chain(product(after, before), combinations(after, 2), combinations(before, 2))
        self.source.measure_points(pairs, self.settings.threads)
        between = np.array([[self.source.point(x, y)[kind] for y in before] for x in after])
        return DayVariation(between, self._within(after, kind), self._within(before, kind))

    def _within(self, names: Names, kind: int) -> FloatArray:
        within = np.zeros((len(names), len(names)))
        for i, j in combinations(range(len(names)), 2):
            within[i, j] = within[j, i] = self.source.point(names[i], names[j])[kind]
        return within

    @cached_property
    def relative_entropies(self) -> tuple[Estimate, Estimate]:
        """D(after || before) and D(before || after) between the summed counts, smoothed over the support."""
        after, before = self.counts.pooled
        return self._relative_entropy(after, before), self._relative_entropy(before, after)

    @property
    def at_least(self) -> Bounds:
        """How large both relative entropies of the communities are at least, whatever the depth."""
        after, before = self.seen.pooled
        there, back = relative_entropy_at_least(after, before), relative_entropy_at_least(before, after)
        rare = ~merge_rare(after, before)[2]
        shares = self.seen.proportions
        return Bounds(
            relative_entropy_after_before_at_least_bits=there.low,
            relative_entropy_before_after_at_least_bits=back.low,
            relative_entropy_after_before_merged_bits=max(there.value, 0.0),
            relative_entropy_before_after_merged_bits=max(back.value, 0.0),
            merged_share_before=float(shares[1][rare].sum()),
            merged_share_after=float(shares[0][rare].sum()),
        )

    @cached_property
    def apart(self) -> Apart:
        """Total variation of the pools, and the most that it can be by Pinsker for their divergence."""
        p, q = self.counts.proportions
        nats = kernels.jensen_shannon_terms(p, q)
        # Pinsker on both halves of the JSD: TV(p, q) = 2 TV(p, m) <= 2 sqrt(JSD ln2 / 2)
        bound = min(2 * np.sqrt((nats / LN2).sum() * LN2 / 2), 1.0)
        return Apart(total_variation=float(np.abs(p - q).sum() / 2), pinsker_bound=float(bound))

    @cached_property
    def relative_entropies_of_pairs(self) -> tuple[Grid, Grid]:
        """The same of each after-sample and each before-sample; in both, a line is a sample of the first side."""
        if max(map(len, self.names)) == 1:
            there, back = self.relative_entropies
            return Grid.of([[there]]), Grid.of([[back]])
        if not self.of_reads:
            return _observed(self.counts.after, self.counts.before), _observed(
                self.counts.before, self.counts.after
            )
        sides = [(phase, self._pseudocounts(phase)) for phase in (self.counts.after, self.counts.before)]
        (x, prior_x), (y, prior_y) = sides
        return relative_entropy_grid(x, y, prior_x, prior_y), relative_entropy_grid(y, x, prior_y, prior_x)

    def _relative_entropy(self, x: FloatArray, y: FloatArray) -> Estimate:
        if not self.of_reads:
            return relative_entropy_observed(x, y)
        return relative_entropy_estimate(x, y, *self._pseudocounts([x, y]))

    def _pseudocounts(self, samples: Iterable[FloatArray]) -> FloatArray:
        return self.settings.estimator.pseudocounts(np.array([total(sample) for sample in samples]))

    @cached_property
    def floor(self) -> Floor:
        """What would be observed at these depths if nothing had changed."""
        after, before, n_resamples = self.seen.after, self.seen.before, self.settings.n_resamples
        if after.ndim == 2:
            return Floor.drawn(after, before, n_resamples, self.generator())
        chance = Chance(self.jsd.plugin - self.jsd.value, self.observed.pairs - self.corrected.pairs)
        return Floor.of_groups((after, before), chance, n_resamples, self.generator())


def _observed(x: FloatArray, y: FloatArray) -> Grid:
    """Relative entropies of each sample of the one side to each of the other, of proportions."""
    return Grid.of([[relative_entropy_observed(p, q) for q in y] for p in x])
