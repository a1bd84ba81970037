"""Which taxa changed alike in the subjects of an arm, and which changed otherwise in another arm."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from klbio.design import Arms
from klbio.distributions import FloatArray
from klbio.schema import DifferentialRow, columns_of, named
from klbio.schema.keys import TAXON
from klbio.seeding import generator
from klbio.shift.cohort.equal_terms import PhasePools
from klbio.statistics import (
    ArmPair,
    ArmValues,
    Signs,
    TestResults,
    arm_pairs,
    false_discovery_rates,
    mean_interval,
    smallest_rates,
)

__all__ = ["Changes", "differential_rows"]

CHANGE, P_VALUE = named(DifferentialRow, lambda row: (row.mean_change_of_proportion, row.p_value))
NO_ORDER = Arms()
MIN_SUBJECTS = 2  # that have a taxon on equal terms, for it to be tested


def differential_rows(pools: PhasePools, rank: str, seed: int, order: Arms = NO_ORDER) -> pd.DataFrame:
    """Test every taxon of a contrast at a rank: in each arm, and against the control or between every two arms.

    Parameters
    ----------
    pools : PhasePools
        Of all arms.
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
    contrast = pools.members.contrast
    rng = generator(seed, "differential", contrast.before, contrast.after)
    arms = {part.members.arm: Changes.of(part) for part in pools.by_arm()}
    frames = [tests.frame() for tests in _tests(arms, order, rng)]
    if not frames:
        return pd.DataFrame()
    whole = pd.concat(frames, ignore_index=True)
    return whole.assign(before=contrast.before, after=contrast.after, rank=rank)


def _tests(arms: dict[str, Changes], order: Arms, rng: np.random.Generator) -> Iterator[_TaxonTests]:
    for arm in order.ordered(arm for arm in arms if arm not in order.lone):
        yield arms[arm].test(rng)
    even = {arm: changes.even for arm, changes in arms.items()}
    for pair in arm_pairs(even, order.pairs(even)):
        if pair.can_tell and not pair.crossover:
            yield _between(pair, arms, rng)


@dataclass(frozen=True, eq=False)
class Changes:
    """Change of each taxon's proportion, after less before, in the subjects of an arm.

    Attributes
    ----------
    taxa : ndarray of str of shape (n_taxa,)
        Sorted.
    every, even : ArmValues
        Columns as `taxa`; 0 where a subject lacks the taxon.  Of all reads, and on equal terms.
    n_seen, n_moving : ndarray of int of shape (n_taxa,)
        Subjects that have the taxon, likewise.
    """

    taxa: NDArray[np.str_]
    every: ArmValues
    even: ArmValues
    n_seen: NDArray[np.intp]
    n_moving: NDArray[np.intp]

    @classmethod
    def of(cls, pools: PhasePools) -> Changes:
        """Take proportions of the pools of one arm."""
        order = sorted(range(len(pools.labels)), key=pools.labels.__getitem__)
        every, even = pools.every[..., order], pools.even[..., order]
        members = pools.members
        subjects = tuple(unit.subject for unit in members.units)
        return cls(
            np.array(pools.labels, dtype=str)[order],
            ArmValues(members.arm, subjects, _change(every)),
            ArmValues(members.arm, subjects, _change(even)),
            _n_with(every),
            _n_with(even),
        )

    def test(self, rng: np.random.Generator) -> _TaxonTests:
        """Test the mean change of each taxon by flipping signs: before and after exchanged in any subject."""
        every = self.every.values
        results = Signs(len(every)).test(self.even.values, self.n_moving, rng)
        return _TaxonTests(
            "change in arm",
            (self.every.arm, ""),
            self.taxa,
            (self.n_seen, self.n_moving),
            replace(results, value=every.mean(axis=0)),
            mean_interval(every),
            ((every > 0).sum(axis=0), (every < 0).sum(axis=0)),
        )


def _change(pools: FloatArray) -> FloatArray:
    after, before = np.moveaxis(pools / pools.sum(axis=-1, keepdims=True), 1, 0)
    change: FloatArray = after - before
    return change


def _n_with(pools: FloatArray) -> NDArray[np.intp]:
    """Subjects that have each taxon in either phase."""
    return np.asarray((pools.sum(axis=1) > 0).sum(axis=0))


def _between(pair: ArmPair, arms: dict[str, Changes], rng: np.random.Generator) -> _TaxonTests:
    """Hold two arms against each other, on equal terms; the difference is that of all reads."""
    first, second = (arms[arm] for arm in pair.arms)
    n_seen, n_moving = first.n_seen + second.n_seen, first.n_moving + second.n_moving
    whole = ArmPair(first.every, second.every)
    results = replace(pair.test(rng, n_moving), value=whole.difference)
    name = "difference between arms"
    return _TaxonTests(name, pair.arms, first.taxa, (n_seen, n_moving), results, whole.interval())


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
