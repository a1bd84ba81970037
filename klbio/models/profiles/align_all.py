"""All pairs of many profile HMMs: a quick test first, then alignments, by threads and in bounded memory."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import combinations, islice

import numpy as np

from klbio.distributions import FloatArray
from klbio.models.profiles.align import (
    N_SHUFFLES,
    AlignedColumns,
    Alignment,
    Prepared,
    ShuffledScores,
    align_profiles,
    column_divergences,
    column_scores,
    shuffled_scores,
)
from klbio.models.profiles.align_kernels import best_diagonal

__all__ = ["DIAGONAL_BITS", "ProfilePair", "align_all", "are_alike", "count_pairs", "family_distances"]

DIAGONAL_BITS = 12.0
ALIKE_COVERAGE, ALIKE_BITS = 0.95, 0.01
ENOUGH = 1e-3
AHEAD = 64  # pairs under way at a time: what bounds memory


@dataclass(frozen=True, eq=False)
class ProfilePair:
    """Two profiles and what was found.

    Parameters
    ----------
    i, j : int
        Their places, i < j.
    diagonal_bits : float
        Best alignment without gaps.
    alignment, columns
        None where the pair did not pass the quick test, or where chance explains its score.
    null
        None where the pair did not pass the quick test.
    """

    i: int
    j: int
    diagonal_bits: float
    alignment: Alignment | None = None
    columns: AlignedColumns | None = None
    null: ShuffledScores | None = None


def align_all(
    profiles: Sequence[Prepared], names: Sequence[str], *, seed: int, least_diagonal: float = DIAGONAL_BITS,
    least_surprise: float = math.inf, n_shuffles: int = N_SHUFFLES, threads: int = 1,
) -> Iterator[ProfilePair]:  # fmt: skip
    """Align every pair of profiles of one alphabet whose best ungapped score reaches a threshold.

    Parameters
    ----------
    profiles : sequence of Prepared
    names : sequence of str
        What the shuffles depend on, beside the seed.
    seed : int
    least_diagonal : float, default 12
        In bits; 0 aligns every pair.  A related pair without any long run of good columns may be missed.
    least_surprise : float, default inf
        Alignments are given where `p_extreme_value` is below this.  If it is finite, only the first
        shuffles are drawn where they leave the score a p-value above .001.
    n_shuffles : int, default 100
    threads : int, default 1
        The result does not depend on it.

    Yields
    ------
    ProfilePair
        In the order of `itertools.combinations`.
    """

    def one(pair: tuple[int, int]) -> ProfilePair:
        i, j = pair
        p, q = profiles[i], profiles[j]
        scores = column_scores(p.profile, q.profile)
        diagonal = float(best_diagonal(scores))
        if diagonal < least_diagonal:
            return ProfilePair(i, j, diagonal)
        found = align_profiles(p, q, scores=scores)
        null = shuffled_scores(
            p, q, found.score_bits, seed=seed, names=(names[i], names[j]), n=n_shuffles, enough=enough,
            scores=scores,
        )  # fmt: skip
        if null.p_extreme_value >= least_surprise:
            return ProfilePair(i, j, diagonal, null=null)
        return ProfilePair(i, j, diagonal, found, column_divergences(p, q, found.pairs), null)

    enough = ENOUGH if math.isfinite(least_surprise) else 1.0
    pairs = (
        (i, j)
        for i, j in combinations(range(len(profiles)), 2)
        if profiles[i].profile.alphabet == profiles[j].profile.alphabet
    )
    with ThreadPoolExecutor(max(threads, 1)) as pool:
        while batch := list(islice(pairs, AHEAD)):
            yield from pool.map(one, batch)


def count_pairs(profiles: Sequence[Prepared]) -> int:
    """Count the pairs of one alphabet."""
    times = Counter(one.profile.alphabet for one in profiles)
    return sum(math.comb(n, 2) for n in times.values())


def are_alike(pair: ProfilePair) -> bool:
    """Tell near-duplicates: 95 % of both profiles aligned, and less than .01 bits per column between them."""
    if pair.alignment is None or pair.columns is None:
        return False
    covered = min(pair.alignment.coverage_p, pair.alignment.coverage_q)
    return covered >= ALIKE_COVERAGE and pair.columns.mean_jensen_shannon < ALIKE_BITS


def family_distances(lengths: Sequence[int], pairs: Sequence[ProfilePair]) -> FloatArray:
    r"""Distance of profiles for a family tree, from 0 to 1 bit per column.

    .. math:: d = \frac{\sum_c \mathrm{JSD}_c + \tfrac{1}{2}(M + N - 2C)}{\tfrac{1}{2}(M + N)}

    where a column without a partner counts as a whole bit, the most the Jensen-Shannon
    divergence can be; 1 for pairs not given.

    Parameters
    ----------
    lengths : sequence of int
        Match states of each profile.
    pairs : sequence of ProfilePair
        Those taken for related.

    Returns
    -------
    ndarray of shape (n_profiles, n_profiles)
    """
    distances = 1.0 - np.eye(len(lengths))
    for pair in pairs:
        if pair.columns is not None:
            mean = (lengths[pair.i] + lengths[pair.j]) / 2
            shared = float(pair.columns.jensen_shannon.sum())
            value = (shared + mean - len(pair.columns.jensen_shannon)) / mean
            distances[pair.i, pair.j] = distances[pair.j, pair.i] = value
    return distances
