"""Rows of ``permanova.tsv``: what phase and subject account for among the samples of an arm."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import chain

import numpy as np
from scipy import sparse

from klbio.design import Members
from klbio.pairwise import jensen_shannon_matrix
from klbio.phrases import CannotTell, Reason, say
from klbio.phrases.cohort import CentreOrSpread, OnePairOfSamples, OneSubject
from klbio.phrases.permutation import LEVEL
from klbio.schema import PermanovaRow
from klbio.schema.cohort import OF_PHASE, OF_SPREAD, OF_SUBJECT, OF_VARIATION
from klbio.seeding import generator
from klbio.shift.cohort.effects import Dispersion, Effect
from klbio.shift.cohort.equal_terms import at_one_depth
from klbio.shift.cohort.permanova import SampleDistances
from klbio.shift.cohort.seen_rows import SeenRows
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
    threads : int, default 1
        Measure the divergences and look at arrangements; no number depends on it.
    """

    samples: SampleCounts
    rank: str
    seed: int
    threads: int = 1

    def rows(self, members: Members) -> Iterator[PermanovaRow]:
        """Test each arm; threads work at one arm together, for the memory's sake.

        Each has a row for each test.  What cannot be told (an arm with nothing to hold the phases against, which is
        one subject with two samples; subject, where there is one) has no p, and the reason in `note`.
        """
        return chain.from_iterable(map(self._of, members.by_arm()))

    def _of(self, arm: Members) -> list[PermanovaRow]:
        rng = generator(self.seed, "permanova", arm.arm, arm.contrast.before, arm.contrast.after)
        tested = _few_enough(_by_name(arm), rng)
        table = _Table(self.rank, tested)
        if len(table.names) > len(tested.units) + 1:
            return list(self._tests(table, rng))
        return [table.silent(name, OnePairOfSamples()) for name in OF_VARIATION]

    def _tests(self, table: _Table, rng: np.random.Generator) -> Iterator[PermanovaRow]:
        counts, thinned = self.samples.counts.rows(table.names).values, self._thinned(table.members)
        depths, even_depths = counts.sum(axis=1), thinned.sum(axis=1)
        whole = even = table.distances(counts, self.threads)
        if not np.array_equal(depths, even_depths):
            even = table.distances(thinned, self.threads)
        phase = whole.phase(rng, even)
        uneven = self.samples.of_reads and even_depths.min() < even_depths.max()
        subject = None
        if whole.n_subjects > 1:  # the third matrix is measured now, and not kept
            subject = whole.subject_effect(rng, self._at_depth(table, depths.min()) if uneven else even)
        dispersion = even.dispersion(rng)
        spread = CentreOrSpread(dispersion.test) if dispersion.test.p_value <= LEVEL else None
        yield table.of_effect(OF_PHASE, phase, say(spread))
        yield table.of_effect(OF_SUBJECT, subject) if subject else table.silent(OF_SUBJECT, OneSubject())
        yield table.of_dispersion(dispersion)

    def _at_depth(self, table: _Table, depth: float) -> SampleDistances:
        """All samples thinned to one depth, so that those of different subjects can be exchanged."""
        return table.distances(self._thinned(table.members, float(depth)), self.threads)

    def exchangeable(self, members: Members) -> SampleDistances:
        """What tests of phase exchange: samples of a subject at one depth, in the order of subjects and phases."""
        return _Table(self.rank, members).distances(self._thinned(members), self.threads)

    def _thinned(self, members: Members, depth: float = np.inf) -> sparse.csr_array:
        """The same samples, those of a subject thinned to the shallowest of them, and to a depth at most."""
        contrast = members.contrast
        rows = SeenRows(len(self.samples.labels))
        for unit in members.units:
            phases = self.samples.phases(unit.names(contrast.after), unit.names(contrast.before))
            rng = generator(self.seed, "equal depth", unit.key, contrast.before, contrast.after)
            even = at_one_depth(phases, rng, depth) if self.samples.of_reads else phases
            rows.add((*even.before, *even.after))
        return rows.table


def _by_name(members: Members) -> Members:
    """Subjects by name: what is drawn hangs on no order of the sheet."""
    return Members(members.contrast, tuple(sorted(members.units, key=lambda unit: unit.key)))


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

    def distances(self, counts: sparse.csr_array, threads: int) -> SampleDistances:
        """Measure every two samples, in the order of `names`; bits are squares of distances."""
        squared = jensen_shannon_matrix(counts, threads=threads)
        return SampleDistances.of(squared, self.after, self.subjects, threads)

    def row(self, name: str, test: TestResult | None = None, note: str = "") -> PermanovaRow:
        """Give the row of a test."""
        contrast = self.members.contrast
        return PermanovaRow(
            before=contrast.before,
            after=contrast.after,
            rank=self.rank,
            arm=self.members.arm,
            test=name,
            n_subjects=len(self.members.units),
            n_samples=len(self.names),
            p_value=test.p_value if test else None,
            smallest_p=test.smallest_p if test else None,
            n_permutations=test.n_permutations if test else None,
            exact=test.exact if test else None,
            note=note,
        )

    def silent(self, name: str, why: Reason) -> PermanovaRow:
        """Give the row of a test that cannot be made."""
        return self.row(name, note=say(CannotTell(why)))

    def of_effect(self, name: str, effect: Effect, note: str = "") -> PermanovaRow:
        """Give the row of a factor."""
        return replace(
            self.row(name, effect.test, note),
            pseudo_f=effect.test.value,
            r_squared=effect.r_squared,
            omega_squared=effect.omega_squared,
        )

    def of_dispersion(self, dispersion: Dispersion) -> PermanovaRow:
        """Give the row of the phases' spread."""
        return replace(
            self.row(OF_SPREAD, dispersion.test),
            distance_to_centroid_before_sqrt_bits=dispersion.before,
            distance_to_centroid_after_sqrt_bits=dispersion.after,
        )
