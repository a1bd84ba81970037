"""All pairs of many profile HMMs: a quick test first, then alignments, by threads and in bounded memory."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import combinations, islice

import numpy as np

from klbio.distributions import FloatArray
from klbio.models.profiles.profile_hmm import ProfileHMM
from klbio.models.profiles.profile_pair import AlignedColumns, Alignment, ProfilePair
from klbio.models.profiles.shuffling import N_SHUFFLES, ShuffledScores, Shuffling

__all__ = ["DIAGONAL_BITS", "AlignedPair", "Aligner", "LeftOut", "count_pairs", "family_distances"]

DIAGONAL_BITS = 12.0
ALIKE_COVERAGE, ALIKE_BITS = 0.95, 0.01
ENOUGH = 1e-3
AHEAD = 64  # pairs under way at a time: what bounds memory


@dataclass(frozen=True, eq=False)
class LeftOut:
    """Two of many profiles that are not given an alignment.

    Parameters
    ----------
    i, j : int
        Their places, i < j.
    diagonal_bits : float
        Best alignment without gaps.
    null : ShuffledScores, optional
        Of the alignment where chance explains its score; None where the pair did not pass the quick test.
    """

    i: int
    j: int
    diagonal_bits: float
    null: ShuffledScores | None = None


@dataclass(frozen=True, eq=False)
class AlignedPair:
    """Two of many profiles and their alignment.

    Parameters
    ----------
    i, j : int
        Their places, i < j.
    diagonal_bits : float
        Best alignment without gaps.
    alignment : Alignment
    columns : AlignedColumns
    null : ShuffledScores
    """

    i: int
    j: int
    diagonal_bits: float
    alignment: Alignment
    columns: AlignedColumns
    null: ShuffledScores

    @property
    def is_near_duplicate(self) -> bool:
        """Whether 95 % of both profiles are aligned, with less than .01 bits per column between them."""
        covered = min(self.alignment.coverage_p, self.alignment.coverage_q)
        return covered >= ALIKE_COVERAGE and self.columns.mean_jensen_shannon < ALIKE_BITS


@dataclass(frozen=True, kw_only=True)
class Aligner:
    """Aligns every pair of profiles of one alphabet whose best ungapped score reaches a threshold.

    Parameters
    ----------
    seed : int
    least_diagonal : float, default 12
        In bits; 0 aligns every pair.  A related pair without any long run of good columns may be missed.
    least_surprise : float, default inf
        Alignments are given where `p_extreme_value` is below this.  If it is finite, only the first
        shuffles are drawn where they leave the score a p-value above .001.
    n_shuffles : int, default 100
    threads : int, default 1
        The result does not depend on it.
    """

    seed: int
    least_diagonal: float = DIAGONAL_BITS
    least_surprise: float = math.inf
    n_shuffles: int = N_SHUFFLES
    threads: int = 1

    @property
    def _shuffling(self) -> Shuffling:
        enough = ENOUGH if math.isfinite(self.least_surprise) else 1.0
        return Shuffling(self.seed, self.n_shuffles, enough)

    def pairs(self, profiles: Mapping[str, ProfileHMM]) -> Iterator[AlignedPair | LeftOut]:
        """Give the pairs in the order of `itertools.combinations`; the shuffles depend on the names beside the seed."""
        named = list(profiles.items())
        places = (
            (i, j)
            for i, j in combinations(range(len(named)), 2)
            if named[i][1].alphabet == named[j][1].alphabet
        )
        with ThreadPoolExecutor(max(self.threads, 1)) as pool:
            while batch := list(islice(places, AHEAD)):
                yield from pool.map(lambda place: self._aligned(named, place), batch)

    def _aligned(
        self, named: Sequence[tuple[str, ProfileHMM]], place: tuple[int, int]
    ) -> AlignedPair | LeftOut:
        (name_p, p), (name_q, q) = (named[k] for k in place)
        pair = ProfilePair(p, q)
        diagonal = pair.diagonal_bits
        if diagonal < self.least_diagonal:
            return LeftOut(*place, diagonal)
        found = pair.align()
        null = self._shuffling.scores(pair, found.score_bits, name_p, name_q)
        if null.p_extreme_value >= self.least_surprise:
            return LeftOut(*place, diagonal, null)
        return AlignedPair(*place, diagonal, found, pair.divergences(found.pairs), null)


def count_pairs(profiles: Iterable[ProfileHMM]) -> int:
    """Count the pairs of one alphabet."""
    times = Counter(profile.alphabet for profile in profiles)
    return sum(math.comb(n, 2) for n in times.values())


def family_distances(lengths: Sequence[int], pairs: Sequence[AlignedPair]) -> FloatArray:
    r"""Distance of profiles for a family tree, from 0 to 1 bit per column.

    .. math:: d = \frac{\sum_c \mathrm{JSD}_c + \tfrac{1}{2}(M + N - 2C)}{\tfrac{1}{2}(M + N)}

    where a column without a partner counts as a whole bit, the most the Jensen-Shannon
    divergence can be; 1 for pairs not given.

    Parameters
    ----------
    lengths : sequence of int
        Match states of each profile.
    pairs : sequence of AlignedPair
        Those taken for related.

    Returns
    -------
    ndarray of shape (n_profiles, n_profiles)
    """
    distances = 1.0 - np.eye(len(lengths))
    for pair in pairs:
        mean = (lengths[pair.i] + lengths[pair.j]) / 2
        shared = float(pair.columns.jensen_shannon.sum())
        value = (shared + mean - len(pair.columns.jensen_shannon)) / mean
        distances[pair.i, pair.j] = distances[pair.j, pair.i] = value
    return distances
