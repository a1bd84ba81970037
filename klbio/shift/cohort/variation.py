"""Rows of ``permanova.tsv``: what phase and subject account for among the samples of an arm."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from klbio.design import Members
from klbio.estimates import generator
from klbio.pairwise import jensen_shannon_matrix
from klbio.schema import PermanovaRow
from klbio.shift.cohort.permanova import Dispersion, Effect, SampleDistances
from klbio.shift.samples import SampleCounts
from klbio.statistics import TestResult

__all__ = ["MAX_SAMPLES", "VariationTests"]

MAX_SAMPLES = 2_000  # of an arm, or a few more: 32 MB of divergences


@dataclass(frozen=True, eq=False)
class VariationTests:
    """Tests of phase within subjects, subject, and the dispersion of phases.

    Attributes
    ----------
    samples : SampleCounts
        Counts at one rank.
    rank : str
        As it stands in the tables.
    seed : int
        Used where the arrangements are too many to enumerate, and for subject.
    """

    samples: SampleCounts
    rank: str
    seed: int

    def rows(self, members: Members) -> Iterator[PermanovaRow]:
        """Test each arm.

        An arm in which each subject's phases leave nothing over (one subject with two samples) has no row;
        subject is not tested where there is one.
        """
        contrast = members.contrast
        for arm in members.by_arm():
            rng = generator(self.seed, "permanova", arm.arm, contrast.before, contrast.after)
            tested = _few_enough(arm, rng)
            table = _Table(self.rank, tested)
            if len(table.names) > len(tested.units) + 1:
                yield from self._tests(table, rng)

    def _tests(self, table: _Table, rng: np.random.Generator) -> Iterator[PermanovaRow]:
        squared = jensen_shannon_matrix(
            self.samples.counts.rows(table.names)
        )  # bits are squares of distances
        distances = SampleDistances.of(squared, table.after, table.subjects)
        yield table.of_effect("phase within subjects", distances.phase(rng))
        if distances.n_subjects > 1:
            yield table.of_effect("subject", distances.subject_effect(rng))
        yield table.of_dispersion(distances.dispersion(rng))


def _few_enough(members: Members, rng: np.random.Generator) -> Members:
    """Subjects of an arm, or some at random: all pairs of samples are measured, which grows with their square."""
    contrast, units = members.contrast, members.units
    sizes = np.array([len(unit.names(contrast.before)) + len(unit.names(contrast.after)) for unit in units])
    if sizes.sum() <= MAX_SAMPLES:
        return members
    order = rng.permutation(len(units))
    room_before = np.cumsum(sizes[order]) - sizes[order] < MAX_SAMPLES  # one subject at least
    return Members(contrast, tuple(units[i] for i in sorted(order[room_before])))


@dataclass(frozen=True)
class _Table:
    """What the rows of one arm share."""

    rank: str
    members: Members

    @property
    def _placed(self) -> list[tuple[str, str, str]]:
        """Sample, subject and phase: subject by subject, the earlier phase first."""
        phases = self.members.contrast.before, self.members.contrast.after
        return [
            (name, unit.subject, phase)
            for unit in self.members.units
            for phase in phases
            for name in unit.names(phase)
        ]

    @property
    def names(self) -> list[str]:
        """The samples."""
        return [name for name, _, _ in self._placed]

    @property
    def subjects(self) -> list[str]:
        """Whose they are."""
        return [subject for _, subject, _ in self._placed]

    @property
    def after(self) -> list[bool]:
        """Which are of the later phase."""
        return [phase == self.members.contrast.after for _, _, phase in self._placed]

    def of_effect(self, name: str, effect: Effect) -> PermanovaRow:
        """Give the row of a factor."""
        return replace(
            self._row(name, effect.test),
            pseudo_f=effect.test.value,
            r_squared=effect.r_squared,
            omega_squared=effect.omega_squared,
        )

    def of_dispersion(self, dispersion: Dispersion) -> PermanovaRow:
        """Give the row of the phases' spread."""
        return replace(
            self._row("dispersion of phases", dispersion.test),
            distance_to_centroid_before_sqrt_bits=dispersion.before,
            distance_to_centroid_after_sqrt_bits=dispersion.after,
        )

    def _row(self, name: str, test: TestResult) -> PermanovaRow:
        return PermanovaRow(
            before=self.members.contrast.before,
            after=self.members.contrast.after,
            rank=self.rank,
            arm=self.members.arm,
            test=name,
            n_subjects=len(self.members.units),
            n_samples=len(self.names),
            p_value=test.p_value,
            smallest_p=test.smallest_p,
            n_permutations=test.n_permutations,
            exact=test.exact,
        )
