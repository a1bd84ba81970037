"""Which taxa changed alike in the subjects of an arm, and which changed otherwise in another arm."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import combinations
from math import comb
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import stats

from klbio.distributions import FloatArray
from klbio.estimates import generator
from klbio.shift.cohort.arms import MOST_EXACT

__all__ = [
    "Changes",
    "TaxonTest",
    "changes_by_subject",
    "difference_p",
    "differential_rows",
    "mean_interval",
    "sign_flip_p",
]

KEYS = ["before", "after", "rank"]
N_DRAWN = 9_999
BLOCK_CELLS = 4_000_000  # of one block of permuted means: 32 MB
TIES = 1e-10  # relatively
FEWEST = 2  # subjects that have seen a taxon, for it to be tested


class TaxonTest(NamedTuple):
    """Mean change of each taxon, with its p, the smallest p it can have, and the permutations behind."""

    effect: FloatArray
    p_value: FloatArray
    smallest_p: FloatArray
    n_permutations: int
    exact: bool


def differential_rows(contributions: pd.DataFrame, seed: int) -> pd.DataFrame:
    """Test every taxon of every contrast and rank: in each arm, and between every two arms.

    Parameters
    ----------
    contributions : DataFrame
        Rows of ``contributions.tsv``; a taxon that a subject lacks has the proportion 0 on both sides.
    seed : int
        Used only where the arrangements are too many to enumerate.

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
        rng = generator(seed, "differential", *map(str, key))
        taxa = sorted(group["taxon"].unique())
        arms = {str(arm): changes_by_subject(part, taxa) for arm, part in group.groupby("arm", sort=True)}
        head = dict(zip(KEYS, map(str, key), strict=True))
        frames += [frame.assign(**head) for frame in _frames(arms, np.array(taxa), rng)]
    return pd.concat(frames, ignore_index=True) if frames else pd.DataFrame()


class Changes(NamedTuple):
    """Change of proportion (after less before) and whether the taxon was seen, both (n_subjects, n_taxa)."""

    subjects: tuple[str, ...]
    values: FloatArray
    seen: NDArray[np.bool_]


def changes_by_subject(contributions: pd.DataFrame, taxa: list[str]) -> Changes:
    """Spread one arm's rows over subjects and taxa.

    >>> frame = pd.DataFrame({"subject": ["S"], "taxon": ["t"], "proportion_before": [0.5],
    ...                       "proportion_after": [0.75]})
    >>> changes_by_subject(frame, ["t", "u"]).values
    array([[0.25, 0.  ]])
    """
    subjects = tuple(dict.fromkeys(contributions["subject"]))
    line = pd.Index(subjects).get_indexer(pd.Index(contributions["subject"]))
    column = pd.Index(taxa).get_indexer(pd.Index(contributions["taxon"]))
    values, seen = np.zeros((len(subjects), len(taxa))), np.zeros((len(subjects), len(taxa)), dtype=bool)
    values[line, column] = contributions["proportion_after"] - contributions["proportion_before"]
    seen[line, column] = True
    return Changes(subjects, values, seen)


def _frames(
    arms: dict[str, Changes], taxa: NDArray[np.str_], rng: np.random.Generator
) -> Iterator[pd.DataFrame]:
    for arm, changes in arms.items():
        yield _within_arm(changes, taxa, rng).assign(arm_a=arm, arm_b="")
    for b, a in combinations([arm for arm in arms if arm], 2):
        if not set(arms[a].subjects) & set(arms[b].subjects):  # a crossover is no two-arm trial
            yield _between_arms(arms[a], arms[b], taxa, rng).assign(arm_a=a, arm_b=b)


def _within_arm(changes: Changes, taxa: NDArray[np.str_], rng: np.random.Generator) -> pd.DataFrame:
    n_seen = changes.seen.sum(axis=0)
    frame = _frame("change in arm", sign_flip_p(changes.values, n_seen, rng), taxa, n_seen)
    low, high = mean_interval(changes.values)
    frame = frame.assign(mean_change_low=low, mean_change_high=high)
    n_up, n_down = (changes.values > 0).sum(axis=0), (changes.values < 0).sum(axis=0)
    return _ordered(frame.assign(n_up=n_up, n_down=n_down)[n_seen > 0])


def _between_arms(a: Changes, b: Changes, taxa: NDArray[np.str_], rng: np.random.Generator) -> pd.DataFrame:
    n_seen = a.seen.sum(axis=0) + b.seen.sum(axis=0)
    test = difference_p(a.values, b.values, n_seen, rng)
    low, high = mean_interval(a.values, b.values)
    frame = _frame("difference between arms", test, taxa, n_seen)
    return _ordered(frame.assign(mean_change_low=low, mean_change_high=high)[n_seen > 0])


def mean_interval(a: FloatArray, b: FloatArray | None = None) -> tuple[FloatArray, FloatArray]:
    """95 % interval of each taxon's mean change by Student, or of the difference of two by Welch.

    Parameters
    ----------
    a, b : ndarray of shape (n_subjects_of_arm, n_taxa)
        Changes of proportion.

    Returns
    -------
    low, high : ndarray of shape (n_taxa,)
        NaN where an arm has one subject, and where no two subjects differ: there is no spread to go by.

    Examples
    --------
    >>> low, high = mean_interval(np.array([[0.1], [0.2], [0.3]]))
    >>> low.round(3).tolist(), high.round(3).tolist()
    ([-0.048], [0.448])
    """
    arms = [a] if b is None else [a, b]
    centre = a.mean(axis=0) - (0 if b is None else b.mean(axis=0))
    if min(map(len, arms)) < 2:
        return np.full_like(centre, np.nan), np.full_like(centre, np.nan)
    errors = np.array([arm.var(axis=0, ddof=1) / len(arm) for arm in arms])  # squared
    degrees = np.array([len(arm) - 1 for arm in arms])[:, None]
    square = errors.sum(axis=0)
    square = np.where(square > TIES**2, square, np.nan)
    freedom = square**2 / (errors**2 / degrees).sum(axis=0).clip(np.finfo(float).tiny)
    reach = stats.t.ppf(0.975, freedom) * np.sqrt(square)
    return centre - reach, centre + reach


def _frame(name: str, test: TaxonTest, taxa: NDArray[np.str_], n_seen: NDArray[np.int_]) -> pd.DataFrame:
    tested = n_seen >= FEWEST
    q_value = np.full(len(taxa), np.nan)
    if tested.any():
        q_value[tested] = stats.false_discovery_control(test.p_value[tested], method="bh")
    return pd.DataFrame(
        {
            "test": name,
            "taxon": taxa,
            "n_subjects_seen": n_seen,
            "mean_change_of_proportion": test.effect,
            "p_value": np.where(tested, test.p_value, np.nan),
            "q_value": q_value,
            "smallest_p": np.where(tested, test.smallest_p, np.nan),
            "n_permutations": test.n_permutations,
            "exact": "yes" if test.exact else "no",
        }
    )


def _ordered(frame: pd.DataFrame) -> pd.DataFrame:
    """By p, the largest change first among equals; untested taxa (NaN) last."""
    size = -frame["mean_change_of_proportion"].abs().to_numpy()
    return frame.iloc[np.lexsort((frame["taxon"].to_numpy(dtype=str), size, frame["p_value"].to_numpy()))]


def sign_flip_p(changes: FloatArray, n_seen: NDArray[np.int_], rng: np.random.Generator) -> TaxonTest:
    """Two-sided sign-flip test of each taxon's mean change: had before and after been exchanged in any subject.

    Parameters
    ----------
    changes : ndarray of shape (n_subjects, n_taxa)
        After less before; 0 where the subject lacks the taxon.
    n_seen : ndarray of int of shape (n_taxa,)
        Subjects that have the taxon: to flip the others changes nothing, so the smallest p is
        2 / 2^n_seen.
    rng : Generator
        Used only where signs can fall in more than 20,000 ways.

    Examples
    --------
    >>> changes = np.array([[0.1, 0.1], [0.2, -0.2], [0.3, 0.0]])
    >>> sign_flip_p(changes, np.array([3, 2]), np.random.default_rng(1)).p_value
    array([0.25, 1.  ])
    """
    n = len(changes)
    exact = 2**n <= MOST_EXACT
    if exact:
        signs = 1.0 - 2.0 * (np.arange(2**n)[:, None] >> np.arange(n) & 1)
    else:
        signs = rng.choice([-1.0, 1.0], size=(N_DRAWN, n))
    effect = changes.mean(axis=0)
    p_value = _p(lambda rows: signs[rows] @ changes / n, effect, len(signs), exact)
    smallest = np.maximum(2.0 ** (1 - n_seen), 0 if exact else 1 / (N_DRAWN + 1))
    return TaxonTest(effect, p_value, np.minimum(smallest, 1.0), len(signs), exact)


def difference_p(
    a: FloatArray, b: FloatArray, n_seen: NDArray[np.int_], rng: np.random.Generator
) -> TaxonTest:
    """Two-sided permutation test of the difference of two arms' mean changes, whole subjects dealt to arms.

    Parameters
    ----------
    a, b : ndarray of shape (n_subjects_of_arm, n_taxa)
        Changes of the taxa.
    n_seen : ndarray of int of shape (n_taxa,)
        Subjects of both arms that have the taxon: the fewer, the larger the smallest p.
    rng : Generator
        Used only where subjects can be dealt in more than 20,000 ways.

    Examples
    --------
    >>> a, b = np.array([[0.3], [0.2]]), np.array([[0.0], [0.1]])
    >>> difference_p(a, b, np.array([3]), np.random.default_rng(1)).p_value
    array([0.33333333])
    """
    both, n_a, n = np.vstack([a, b]), len(a), len(a) + len(b)
    many = comb(n, n_a)
    exact = many <= MOST_EXACT
    weights = np.full((many if exact else N_DRAWN, n), -1 / len(b))
    if exact:
        np.put_along_axis(weights, np.array(list(combinations(range(n), n_a))), 1 / n_a, axis=1)
    else:
        weights[:, :n_a] = 1 / n_a
        weights = rng.permuted(weights, axis=1)
    effect = a.mean(axis=0) - b.mean(axis=0)
    p_value = _p(lambda rows: weights[rows] @ both, effect, len(weights), exact)
    smallest = np.maximum(_smallest_difference(n_a, n)[n_seen], 0 if exact else 1 / (N_DRAWN + 1))
    return TaxonTest(effect, p_value, smallest, len(weights), exact)


def _smallest_difference(n_a: int, n: int) -> FloatArray:
    """Smallest p of a taxon seen in 0 to n subjects: those that lack it can change places unnoticed.

    Where arms are of one size, to exchange them is as extreme.
    """
    sides = 2 if 2 * n_a == n else 1
    fewest = [
        min(comb(n - k, n_a - j) for j in range(max(0, n_a + k - n), min(k, n_a) + 1)) for k in range(n + 1)
    ]
    return np.array([min(1.0, sides * few / comb(n, n_a)) for few in fewest])


def _p(permuted: Callable[[slice], FloatArray], effect: FloatArray, n: int, exact: bool) -> FloatArray:
    """Share of permuted effects as far from 0 as the observed, a block at a time."""
    far = np.abs(effect) * (1 - TIES) - np.finfo(float).eps
    height = max(1, BLOCK_CELLS // max(1, len(effect)))
    reached = np.zeros(len(effect))
    for start in range(0, n, height):
        reached += (np.abs(permuted(slice(start, start + height))) >= far).sum(axis=0)
    p_value: FloatArray = reached / n if exact else (1 + reached) / (1 + n)
    return p_value
