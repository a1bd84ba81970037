"""Which taxa changed alike in the subjects of an arm, and which changed otherwise in another arm."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import stats

from klbio.design import Arms
from klbio.distributions import FloatArray
from klbio.estimates import generator
from klbio.statistics import ArmPair, ArmValues, Signs, TestResults, arm_pairs, mean_interval

__all__ = ["Changes", "differential_rows"]

NO_ORDER = Arms()
KEYS = ["before", "after", "rank"]
MIN_SUBJECTS = 2  # subjects that have seen a taxon, for it to be tested


def differential_rows(contributions: pd.DataFrame, seed: int, arms: Arms = NO_ORDER) -> pd.DataFrame:
    """Test every taxon of every contrast and rank: in each arm, and against the control or between every two arms.

    Parameters
    ----------
    contributions : DataFrame
        Rows of ``contributions.tsv``; a taxon that a subject lacks has the proportion 0 on both sides.
    seed : int
        Used only where the arrangements are too many to enumerate.
    arms : Arms
        Their order, and the control that the others are held against.

    Returns
    -------
    DataFrame
        Rows of ``differential.tsv``, by test and by p.  Taxa seen in fewer than two subjects are listed
        with an empty p and do not count for `q_value`, the Benjamini-Hochberg rate over the taxa of
        one test [1]_.  Two arms that share a subject are not held against each other.

    References
    ----------
    .. [1] Benjamini Y, Hochberg Y (1995) Controlling the false discovery rate. J R Stat Soc B 57:289-300.
       doi:10.1111/j.2517-6161.1995.tb02031.x
    """
    frames = []
    for key, group in contributions.groupby(KEYS, sort=False):
        head = dict(zip(KEYS, map(str, key), strict=True))
        changes = Changes.by_arm(group)
        rng = generator(seed, "differential", *head.values())
        frames += [tests.frame().assign(**head) for tests in _tests(changes, arms, rng)]
    return pd.concat(frames, ignore_index=True) if frames else pd.DataFrame()


def _tests(arms: dict[str, Changes], order: Arms, rng: np.random.Generator) -> Iterator[_TaxonTests]:
    for arm in order.ordered(arms):
        yield arms[arm].test(rng)
    values = {arm: changes.values for arm, changes in arms.items()}
    for pair in arm_pairs(values, order.pairs(values)):
        if not pair.crossover:
            yield _between(pair, arms, rng)


@dataclass(frozen=True, eq=False)
class Changes:
    """Change of each taxon's proportion, after less before, in the subjects of an arm.

    Attributes
    ----------
    taxa : ndarray of str of shape (n_taxa,)
    values : ArmValues
        Columns as `taxa`; 0 where a subject lacks the taxon.
    seen : ndarray of bool of shape (n_subjects, n_taxa)
        Whether it has it.
    """

    taxa: NDArray[np.str_]
    values: ArmValues
    seen: NDArray[np.bool_]

    @classmethod
    def by_arm(cls, contributions: pd.DataFrame) -> dict[str, Changes]:
        """Spread the rows of one contrast and rank over subjects and taxa, arm by arm.

        >>> frame = pd.DataFrame({"arm": "x", "subject": ["S", "T", "S"], "taxon": ["u", "t", "t"],
        ...                       "proportion_before": [0.5, 0.25, 0.0], "proportion_after": [0.75, 0.25, 0.5]})
        >>> Changes.by_arm(frame)["x"].values.values.tolist()
        [[0.5, 0.25], [0.0, 0.0]]
        """
        taxa = np.array(sorted(contributions["taxon"].unique()), dtype=str)
        parts = contributions.groupby("arm", sort=False)
        return {str(arm): cls._of(str(arm), part, taxa) for arm, part in parts}

    @classmethod
    def _of(cls, arm: str, rows: pd.DataFrame, taxa: NDArray[np.str_]) -> Changes:
        subjects = tuple(dict.fromkeys(rows["subject"]))
        line = pd.Index(subjects).get_indexer(pd.Index(rows["subject"]))
        column = pd.Index(taxa).get_indexer(pd.Index(rows["taxon"]))
        values, seen = np.zeros((len(subjects), len(taxa))), np.zeros((len(subjects), len(taxa)), dtype=bool)
        values[line, column] = rows["proportion_after"] - rows["proportion_before"]
        seen[line, column] = True
        return cls(taxa, ArmValues(arm, subjects, values), seen)

    @cached_property
    def n_seen(self) -> NDArray[np.intp]:
        """Subjects that have each taxon."""
        return np.asarray(self.seen.sum(axis=0))

    def test(self, rng: np.random.Generator) -> _TaxonTests:
        """Test the mean change of each taxon by flipping signs: before and after exchanged in any subject."""
        values = self.values.values
        results = Signs(len(values)).test(values, self.n_seen, rng)
        ways = (values > 0).sum(axis=0), (values < 0).sum(axis=0)
        arms = (self.values.arm, "")
        return _TaxonTests(
            "change in arm", arms, self.taxa, self.n_seen, results, mean_interval(values), ways
        )


def _between(pair: ArmPair, arms: dict[str, Changes], rng: np.random.Generator) -> _TaxonTests:
    first, second = (arms[arm] for arm in pair.arms)
    n_seen = first.n_seen + second.n_seen
    results, interval = pair.test(rng, n_seen), pair.interval()
    return _TaxonTests("difference between arms", pair.arms, first.taxa, n_seen, results, interval)


@dataclass(frozen=True, eq=False)
class _TaxonTests:
    """Tests of all taxa, of one arm or between two."""

    name: str
    arms: tuple[str, str]
    taxa: NDArray[np.str_]
    n_seen: NDArray[np.intp]
    results: TestResults
    interval: tuple[FloatArray, FloatArray]
    n_up_and_down: tuple[NDArray[np.intp], NDArray[np.intp]] | None = None

    def frame(self) -> pd.DataFrame:
        """Give rows of ``differential.tsv`` for the taxa that were seen, by p."""
        frame = self._columns()
        if self.n_up_and_down:
            n_up, n_down = self.n_up_and_down
            frame = frame.assign(n_up=n_up, n_down=n_down)
        return _ordered(frame[self.n_seen > 0])

    def _columns(self) -> pd.DataFrame:
        tested, results = self.n_seen >= MIN_SUBJECTS, self.results
        return pd.DataFrame(
            {
                "test": self.name,
                "arm_a": self.arms[0],
                "arm_b": self.arms[1],
                "taxon": self.taxa,
                "n_subjects_seen": self.n_seen,
                "mean_change_of_proportion": results.value,
                "p_value": np.where(tested, results.p_value, np.nan),
                "q_value": _false_discovery_rate(results.p_value, tested),
                "smallest_p": np.where(tested, results.smallest_p, np.nan),
                "n_permutations": results.n_permutations,
                "exact": results.exact,
                "mean_change_low": self.interval[0],
                "mean_change_high": self.interval[1],
            }
        )


def _false_discovery_rate(p_value: FloatArray, tested: NDArray[np.bool_]) -> FloatArray:
    q_value = np.full(len(p_value), np.nan)
    if tested.any():
        q_value[tested] = stats.false_discovery_control(p_value[tested], method="bh")
    return q_value


def _ordered(frame: pd.DataFrame) -> pd.DataFrame:
    """By p, the largest change first among equals; untested taxa (NaN) last."""
    size = -frame["mean_change_of_proportion"].abs().to_numpy()
    return frame.iloc[np.lexsort((frame["taxon"].to_numpy(dtype=str), size, frame["p_value"].to_numpy()))]
