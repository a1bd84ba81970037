"""Which taxa changed alike in the subjects of an arm, and which changed otherwise in another arm."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from klbio.design import Arms, Contrast
from klbio.distributions import FloatArray
from klbio.schema import DifferentialRow, columns_of, named
from klbio.schema.keys import TAXON
from klbio.seeding import generator
from klbio.shift.cohort.phase_pools import PhasePools
from klbio.statistics import (
    ArmValues,
    Columns,
    Signs,
    TestResults,
    TwoGroups,
    arm_pairs,
    false_discovery_rates,
    smallest_rates,
)

__all__ = ["Changes", "differential_rows"]

CHANGE, P_VALUE = named(DifferentialRow, lambda row: (row.mean_change_of_proportion, row.p_value))
NO_ORDER = Arms()
MIN_SUBJECTS = 2  # that have a taxon on equal terms, for it to be tested


def differential_rows(
    pools: Iterable[PhasePools], contrast: Contrast, rank: str, seed: int, order: Arms = NO_ORDER
) -> pd.DataFrame:
    """Test every taxon of a contrast at a rank: in each arm, and against the control or between every two arms.

    Parameters
    ----------
    pools : iterable of PhasePools
        Of each arm.
    contrast : Contrast
    rank : str
        As it stands in the tables.
    seed : int
        Used only where the arrangements are too many to enumerate.
    order : Arms
        Order of the arms, and the control that the others are held against.

    Returns
    -------
    DataFrame
        Rows of ``differential.tsv``, by test and by p.  Changes and intervals are those of all reads, p that of
        the changes on equal terms.  Taxa that fewer than two subjects have there are listed with an empty p and
        do not count for `q_value`, the Benjamini-Hochberg rate over the taxa of one test [1]_.  Two arms that
        share a subject are not held against each other.

    References
    ----------
    .. [1] Benjamini Y, Hochberg Y (1995) Controlling the false discovery rate. J R Stat Soc B 57:289-300.
       doi:10.1111/j.2517-6161.1995.tb02031.x
    """
    rng = generator(seed, "differential", contrast.before, contrast.after)
    arms = {changes.subjects.arm: changes for changes in map(Changes.of, pools)}
    frames = [tests.frame() for tests in _tests(arms, order, rng)]
    if not frames:
        return pd.DataFrame()
    whole = pd.concat(frames, ignore_index=True)
    return whole.assign(before=contrast.before, after=contrast.after, rank=rank)


def _tests(arms: dict[str, Changes], order: Arms, rng: np.random.Generator) -> Iterator[_TaxonTests]:
    for arm in order.ordered(arm for arm in arms if arm not in order.lone):
        yield arms[arm].test(rng)
    subjects = {arm: changes.subjects for arm, changes in arms.items()}
    for pair in arm_pairs(subjects, order.pairs(subjects)):
        if pair.can_tell and not pair.crossover:
            first, second = (arms[arm] for arm in pair.arms)
            yield first.test_against(second, rng)


@dataclass(frozen=True, eq=False)
class Changes:
    """Change of each taxon's proportion, after less before, in the subjects of an arm.

    Attributes
    ----------
    taxa : ndarray of str of shape (n_taxa,)
        Sorted.
    subjects : ArmValues
        Who they are, in the order of the rows.
    every, even : Columns
        A column a taxon, as `taxa`; 0 where a subject lacks it.  Of all reads, and on equal terms.
    n_seen, n_moving : ndarray of int of shape (n_taxa,)
        Subjects that have the taxon, likewise.
    """

    taxa: NDArray[np.str_]
    subjects: ArmValues
    every: Columns
    even: Columns
    n_seen: NDArray[np.intp]
    n_moving: NDArray[np.intp]

    @classmethod
    def of(cls, pools: PhasePools) -> Changes:
        """Take proportions of the pools of one arm."""
        order = sorted(range(len(pools.labels)), key=pools.labels.__getitem__)
        members = pools.members
        return cls(
            np.array(pools.labels, dtype=str)[order],
            ArmValues.unmeasured(members.arm, tuple(unit.subject for unit in members.units)),
            Columns(pools.every.changes(order)),
            Columns(pools.even.changes(order)),
            pools.every.n_with[order],
            pools.even.n_with[order],
        )

    def test(self, rng: np.random.Generator) -> _TaxonTests:
        """Test the mean change of each taxon by flipping signs: before and after exchanged in any subject."""
        every = self.every
        results = Signs(len(every)).test(self.even, self.n_moving, rng)
        up, down = every.each(lambda block: np.stack([(block > 0).sum(axis=0), (block < 0).sum(axis=0)]))
        return _TaxonTests(
            "change in arm",
            (self.subjects.arm, ""),
            self.taxa,
            (self.n_seen, self.n_moving),
            replace(results, value=every.mean),
            every.interval(),
            (up, down),
        )

    def test_against(self, other: Changes, rng: np.random.Generator) -> _TaxonTests:
        """Hold two arms against each other, on equal terms; the difference is that of all reads."""
        n_seen, n_moving = self.n_seen + other.n_seen, self.n_moving + other.n_moving
        groups = TwoGroups(len(self.even), len(other.even))
        results = groups.test(self.even, other.even, n_moving, rng)
        return _TaxonTests(
            "difference between arms",
            (self.subjects.arm, other.subjects.arm),
            self.taxa,
            (n_seen, n_moving),
            replace(results, value=self.every.mean - other.every.mean),
            self.every.interval(other.every),
        )


@dataclass(frozen=True, eq=False)
class _TaxonTests:
    """Tests of all taxa, of one arm or between two."""

    name: str
    arms: tuple[str, str]
    taxa: NDArray[np.str_]
    n_seen_and_moving: tuple[NDArray[np.intp], NDArray[np.intp]]
    results: TestResults
    interval: tuple[FloatArray, FloatArray]
    n_up_and_down: tuple[NDArray[np.intp], NDArray[np.intp]] | None = None

    def frame(self) -> pd.DataFrame:
        """Give rows of ``differential.tsv`` for the taxa that were seen, by p."""
        frame = self._columns()
        if self.n_up_and_down:
            n_up, n_down = self.n_up_and_down
            frame = frame.assign(n_up=n_up, n_down=n_down)
        return _ordered(frame[self.n_seen_and_moving[0] > 0])

    def _columns(self) -> pd.DataFrame:
        (n_seen, n_moving), results = self.n_seen_and_moving, self.results
        tested = n_moving >= MIN_SUBJECTS
        p_value, smallest_p = results.p_value[tested], results.smallest_p[tested]
        return pd.DataFrame(
            columns_of(
                DifferentialRow,
                test=self.name,
                arm_a=self.arms[0],
                arm_b=self.arms[1],
                taxon=self.taxa,
                n_subjects_seen=n_seen,
                mean_change_of_proportion=results.value,
                p_value=_of_tested(tested, p_value),
                q_value=_of_tested(tested, false_discovery_rates(p_value)),
                smallest_p=_of_tested(tested, smallest_p),
                smallest_q=_of_tested(tested, smallest_rates(p_value, smallest_p)),
                n_permutations=results.n_permutations,
                exact=results.exact,
                mean_change_low=self.interval[0],
                mean_change_high=self.interval[1],
            )
        )


def _of_tested(tested: NDArray[np.bool_], values: FloatArray) -> FloatArray:
    """Spread the values of the taxa tested over all of them."""
    spread = np.full(len(tested), np.nan)
    spread[tested] = values
    return spread


def _ordered(frame: pd.DataFrame) -> pd.DataFrame:
    """By p, the largest change first among equals; untested taxa (NaN) last."""
    size = -frame[CHANGE].abs().to_numpy()
    return frame.iloc[np.lexsort((frame[TAXON].to_numpy(dtype=str), size, frame[P_VALUE].to_numpy()))]
