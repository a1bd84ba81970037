"""Rows of ``population.tsv``: one composition per subject and phase, and how the population of them moved."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from klbio.design import Members
from klbio.distributions import FloatArray
from klbio.estimates import generator
from klbio.phrases import CannotTell, Reason, say
from klbio.phrases.cohort import NoSpread, OneTaxon, TooFewForSpread, ZerosLeft
from klbio.schema import PopulationRow
from klbio.shift.cohort.population import MIN_SUBJECTS, ORDERS, PARTS, PopulationPair, ilr
from klbio.shift.samples import SampleCounts
from klbio.shift.settings import ShiftSettings

__all__ = ["Compositions", "PopulationTests"]

MAX_DIMENSIONS = 10


@dataclass(frozen=True, eq=False)
class Compositions:
    """One composition per subject and phase, rare taxa summed into one part.

    Attributes
    ----------
    parts : ndarray of shape (2, n_subjects, n_parts)
        Proportions after and before.
    n_taxa : int
        Of the study.
    n_amalgamated : int
        Taxa in the last part.
    """

    parts: FloatArray
    n_taxa: int
    n_amalgamated: int

    @classmethod
    def of(cls, samples: SampleCounts, members: Members, settings: ShiftSettings) -> Compositions:
        """Smooth each subject's pools over the support of the study, and keep the most abundant taxa.

        As many are kept as half the subjects, 2 to 10, the most abundant in both phases together: which
        they are does not depend on which phase is called after.
        """
        after, before = members.contrast.after, members.contrast.before
        pooled = np.array(
            [samples.phases(unit.names(after), unit.names(before)).totals for unit in members.units]
        )  # (n_subjects, 2, n_taxa)
        n, _, n_taxa = pooled.shape
        smoothed = settings.estimator.probabilities(pooled.reshape(2 * n, n_taxa)).reshape(pooled.shape)
        most = min(max(2, n // 2), MAX_DIMENSIONS)
        order = np.argsort(-smoothed.mean(axis=(0, 1)), kind="stable")
        kept = order if n_taxa <= most + 1 else order[:most]
        parts = smoothed[..., kept]
        if len(kept) < n_taxa:
            rest = np.delete(smoothed, kept, axis=-1).sum(axis=-1, keepdims=True)
            parts = np.concatenate([parts, rest], axis=-1)
        return cls(np.moveaxis(parts, 1, 0), n_taxa, n_taxa - len(kept))

    @property
    def populations(self) -> PopulationPair:
        """Log-ratios after and before."""
        return PopulationPair(*ilr(self.parts))

    def obstacle(self) -> Reason | None:
        """Why no relative entropy can be given; None where it can."""
        if self.parts.shape[-1] < 2:
            return OneTaxon()
        if not (self.parts > 0).all():
            return ZerosLeft()
        return None if self.populations.has_spread else NoSpread()


@dataclass(frozen=True, eq=False)
class PopulationTests:
    """How the population of each arm moved.

    Attributes
    ----------
    samples : SampleCounts
        Counts at one rank.
    rank : str
        As it stands in the tables.
    settings : ShiftSettings
        Smoothing and seed.  Smoothing is over the support of the study, whatever `support` says: subjects
        must lie in one space.
    """

    samples: SampleCounts
    rank: str
    settings: ShiftSettings

    def rows(self, members: Members) -> Iterator[PopulationRow]:
        """Measure each arm: two orders, four parts.

        An arm that cannot be measured has one row, with the reason in `note`.
        """
        for arm in members.by_arm():
            if len(arm.units) < MIN_SUBJECTS:
                yield self._refused(arm, TooFewForSpread(len(arm.units), MIN_SUBJECTS))
                continue
            compositions = Compositions.of(self.samples, arm, self.settings)
            obstacle = compositions.obstacle()
            if obstacle:
                yield self._described(self._refused(arm, obstacle), compositions)
            else:
                measured = self._measured(arm, compositions.populations)
                yield from (self._described(row, compositions) for row in measured)

    def _refused(self, members: Members, why: Reason) -> PopulationRow:
        return PopulationRow(
            before=members.contrast.before,
            after=members.contrast.after,
            rank=self.rank,
            arm=members.arm,
            n_subjects=len(members.units),
            note=say(CannotTell(why)),
        )

    def _described(self, row: PopulationRow, compositions: Compositions) -> PopulationRow:
        return replace(
            row,
            n_taxa=compositions.n_taxa,
            n_amalgamated=compositions.n_amalgamated,
            n_dimensions=compositions.parts.shape[-1] - 1,
            smoothing=str(self.settings.estimator),
            support="study",
        )

    def _measured(self, members: Members, populations: PopulationPair) -> Iterator[PopulationRow]:
        contrast = members.contrast
        rng = generator(self.settings.seed, "population", members.arm, contrast.before, contrast.after)
        shift = populations.shift(rng)
        for i, order in enumerate(ORDERS):
            for k, part in enumerate(PARTS):
                test = shift.test(i, k)
                yield PopulationRow(
                    before=contrast.before,
                    after=contrast.after,
                    rank=self.rank,
                    arm=members.arm,
                    order=order,
                    part=part,
                    relative_entropy_bits=test.value,
                    low_bits=float(shift.low[i, k]),
                    high_bits=float(shift.high[i, k]),
                    null_bits=float(shift.null_mean[i, k]),
                    null_high_bits=float(shift.null_high[i, k]),
                    p_value=test.p_value,
                    smallest_p=test.smallest_p,
                    n_permutations=test.n_permutations,
                    exact=test.exact,
                    n_subjects=len(members.units),
                    shrinkage_after=populations.shrinkage[0],
                    shrinkage_before=populations.shrinkage[1],
                )
