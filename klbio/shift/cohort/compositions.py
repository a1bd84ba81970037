"""Rows of ``population.tsv``: one composition per subject and phase, and how the population of them moved."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from klbio.design import Members
from klbio.distributions import FloatArray
from klbio.phrases import CannotTell, Reason, say
from klbio.phrases.cohort import NoSpread, OneTaxon, TooFewForSpread, ZerosLeft
from klbio.schema import PopulationRow
from klbio.seeding import generator
from klbio.shift.cohort.phase_pools import PhasePools, Pools
from klbio.shift.cohort.population import MIN_SUBJECTS, ORDERS, PARTS, PopulationPair, ilr
from klbio.shift.settings import ShiftSettings

__all__ = ["Compositions", "PopulationTests"]

MAX_DIMENSIONS = 10


@dataclass(frozen=True, eq=False)
class Compositions:
    """One composition per subject and phase, rare taxa summed into one part.

    Attributes
    ----------
    parts, even : ndarray of shape (2, n_subjects, n_parts)
        Proportions after and before, of all reads and on equal terms (see `PhasePools`).
    n_taxa : int
        Of the study.
    n_amalgamated : int
        Taxa in the last part.
    smoothed : bool
        Whether anything was added to zeros.
    """

    parts: FloatArray
    even: FloatArray
    n_taxa: int
    n_amalgamated: int
    smoothed: bool = True

    @classmethod
    def of(cls, pools: PhasePools, settings: ShiftSettings) -> Compositions:
        """Smooth each subject's pools over the support of the study, and keep the most abundant taxa.

        As many are kept as half the subjects, 2 to 10, the most abundant in both phases together, on equal
        terms: which they are does not depend on which phase is called after.
        """
        n, n_taxa = len(pools.even), len(pools.labels)
        most = min(max(2, n // 2), MAX_DIMENSIONS)
        order = np.argsort(-_total(_smoothed(pools.even, settings), n_taxa) / (2 * n), kind="stable")
        kept = order if n_taxa <= most + 1 else order[:most]
        every, even = (
            np.concatenate([_parts(block, kept) for block in _smoothed(side, settings)], axis=1)
            for side in (pools.every, pools.even)
        )
        smoothed = str(settings.estimator) != "none"
        return cls(every, even, n_taxa, n_taxa - len(kept), smoothed)

    @property
    def populations(self) -> PopulationPair:
        """Log-ratios after and before, of all reads."""
        return PopulationPair(*ilr(self.parts))

    @property
    def exchangeable(self) -> PopulationPair:
        """The same on equal terms: what a test may exchange."""
        return PopulationPair(*ilr(self.even))

    def obstacle(self) -> Reason | None:
        """Why no relative entropy can be given; None where it can."""
        if self.parts.shape[-1] < 2:
            return OneTaxon()
        if not ((self.parts > 0).all() and (self.even > 0).all()):
            return ZerosLeft(self.smoothed)
        return None if self.populations.has_spread and self.exchangeable.has_spread else NoSpread()


def _smoothed(pools: Pools, settings: ShiftSettings) -> Iterator[FloatArray]:
    """Smooth some subjects at a time, each of shape (n_subjects, 2, n_taxa)."""
    for block in pools.blocks():
        yield settings.estimator.probabilities(block.reshape(-1, block.shape[-1])).reshape(block.shape)


def _total(blocks: Iterator[FloatArray], n_taxa: int) -> FloatArray:
    """Sum of all subjects and phases, one added to the other, so that how many stand in a block is no matter."""
    whole = np.zeros((1, n_taxa))
    for block in blocks:
        whole = np.concatenate([whole, block.reshape(-1, n_taxa)]).sum(axis=0, keepdims=True)
    total: FloatArray = whole[0]
    return total


def _parts(proportions: FloatArray, kept: NDArray[np.intp]) -> FloatArray:
    """Taxa that are kept and, where there are others, their sum; phases first."""
    parts = proportions[..., kept]
    if len(kept) < proportions.shape[-1]:
        rest = np.delete(proportions, kept, axis=-1).sum(axis=-1, keepdims=True)
        parts = np.concatenate([parts, rest], axis=-1)
    return np.moveaxis(parts, 1, 0)


@dataclass(frozen=True, eq=False)
class PopulationTests:
    """How the population of each arm moved.

    Attributes
    ----------
    rank : str
        As it stands in the tables.
    settings : ShiftSettings
        Smoothing and seed.  Smoothing is over the support of the study, whatever `support` says: subjects
        must lie in one space.
    """

    rank: str
    settings: ShiftSettings

    def rows(self, pools: Iterable[PhasePools]) -> Iterator[PopulationRow]:
        """Measure each arm, whose pools these are: two orders, four parts.

        An arm that cannot be measured has one row, with the reason in `note`.
        """
        return chain.from_iterable(map(self._of_arm, pools))

    def _of_arm(self, pools: PhasePools) -> Iterator[PopulationRow]:
        members = pools.members
        if len(members.units) < MIN_SUBJECTS:
            yield self._refused(members, TooFewForSpread(len(members.units), MIN_SUBJECTS))
            return
        compositions = Compositions.of(pools, self.settings)
        obstacle = compositions.obstacle()
        if obstacle:
            yield self._described(self._refused(members, obstacle), compositions)
        else:
            measured = self._measured(members, compositions)
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

    def _measured(self, members: Members, compositions: Compositions) -> Iterator[PopulationRow]:
        contrast, populations = members.contrast, compositions.populations
        rng = generator(self.settings.seed, "population", members.arm, contrast.before, contrast.after)
        low, high = populations.interval
        exchanged = compositions.exchangeable.exchanged(rng)
        for i, order in enumerate(ORDERS):
            for k, part in enumerate(PARTS):
                test = exchanged.test(i, k)
                yield PopulationRow(
                    before=contrast.before,
                    after=contrast.after,
                    rank=self.rank,
                    arm=members.arm,
                    order=order,
                    part=part,
                    relative_entropy_bits=float(populations.bits[i, k]),
                    low_bits=float(low[i, k]),
                    high_bits=float(high[i, k]),
                    tested_bits=test.value,
                    null_bits=float(exchanged.null_mean[i, k]),
                    null_high_bits=float(exchanged.null_high[i, k]),
                    p_value=test.p_value,
                    smallest_p=test.smallest_p,
                    n_permutations=test.n_permutations,
                    exact=test.exact,
                    n_subjects=len(members.units),
                    shrinkage_after=populations.shrinkage[0],
                    shrinkage_before=populations.shrinkage[1],
                )
