"""Pairs of many profile HMMs: a quick test first, then scores, then chance, by threads and in bounded memory."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

import numpy as np

from klbio.alphabets import Alphabet
from klbio.distributions import FloatArray
from klbio.models.arrays import Indices
from klbio.models.profiles.pairs_of import PairsOf
from klbio.models.profiles.profile_pair import AlignedColumns, Alignment, ProfilePair
from klbio.models.profiles.shuffling import N_SHUFFLES, ShuffledScores, Shuffling

if TYPE_CHECKING:
    from klbio.models.profiles.quick_test import QuickTest

__all__ = [
    "SCORE_BITS",
    "STRETCH_BITS",
    "AlignedPair",
    "Aligner",
    "LeftOut",
    "family_distances",
    "joint_distance",
]

STRETCH_BITS, SCORE_BITS = 15.0, 16.0
ALIKE_COVERAGE, ALIKE_BITS = 0.95, 0.01
ENOUGH = 1e-3
AHEAD = 64  # profiles, then pairs under way at a time: what bounds memory


@dataclass(frozen=True, eq=False)
class LeftOut:
    """Two of many profiles that passed the quick test and are not given an alignment.

    Parameters
    ----------
    i, j : int
        Their places.
    score_bits : float
        Of the best alignment.
    null : ShuffledScores, optional
        Where chance explains the score; None where it is too low to ask.
    """

    i: int
    j: int
    score_bits: float
    null: ShuffledScores | None = None


@dataclass(frozen=True, eq=False)
class AlignedPair:
    """Two of many profiles and their alignment.

    Parameters
    ----------
    i, j : int
        Their places.
    alignment : Alignment
        Of the second profile's reverse complement where `strand` is ``-``, whose nodes it counts.
    columns : AlignedColumns
    null : ShuffledScores
    strand : {"+", "-", ""}
        Which strand of the second profile is the better one; empty where one alone was looked at.
    """

    i: int
    j: int
    alignment: Alignment
    columns: AlignedColumns
    null: ShuffledScores
    strand: str = ""

    @property
    def is_near_duplicate(self) -> bool:
        """Whether 95 % of both profiles are aligned, with less than .01 bits per column between them."""
        covered = min(self.alignment.coverage_p, self.alignment.coverage_q)
        return covered >= ALIKE_COVERAGE and self.columns.mean_jensen_shannon < ALIKE_BITS


@dataclass(frozen=True, kw_only=True)
class Aligner:
    """Aligns pairs of profiles: a quick test of all, the score of those that pass, random orders for high scores.

    Of a pair of two double-stranded profiles, both strands of the second are tried, and the better one is given; its
    p-values are those of the better of two scores.

    Parameters
    ----------
    seed : int
    least_stretch : float, default 15
        Of the quick test, in bits; 0 scores every pair.  A related pair without any long run of good columns may be
        missed, see `klbio.models.profiles.quick_test.QuickTest`.
    least_score : float, default 16
        Of the alignment, in bits: only scores so high are set beside those of random orders.
    least_surprise : float, default inf
        Alignments are given where `p_extreme_value` is below this.  If it is finite, only the first
        shuffles are drawn where they leave the score a p-value above .001.
    n_shuffles : int, default 100
    threads : int, default 1
        The result does not depend on it.
    """

    seed: int
    least_stretch: float = STRETCH_BITS
    least_score: float = SCORE_BITS
    least_surprise: float = math.inf
    n_shuffles: int = N_SHUFFLES
    threads: int = 1

    @property
    def _shuffling(self) -> Shuffling:
        enough = ENOUGH if math.isfinite(self.least_surprise) else 1.0
        return Shuffling(self.seed, self.n_shuffles, enough)

    def pairs(self, wanted: PairsOf, within: range | None = None) -> Iterator[AlignedPair | LeftOut]:
        """Give the pairs that pass the quick test, in order; the shuffles depend on the names beside the seed.

        Parameters
        ----------
        wanted : PairsOf
        within : range, optional
            Places of the first profiles of these pairs; by default all.  The quick test is made of all profiles.
        """
        rows = wanted.rows(within)
        tests = wanted.quick_tests() if self.least_stretch > 0 else {}
        with ThreadPoolExecutor(max(self.threads, 1)) as pool:
            passed = self._passed(wanted, rows, tests, pool)
            while batch := list(islice(passed, AHEAD)):
                yield from pool.map(lambda place: self._aligned(wanted, place), batch)

    def _passed(
        self, wanted: PairsOf, rows: Iterator[tuple[int, Indices]], tests: Mapping[Alphabet, QuickTest],
        pool: ThreadPoolExecutor,
    ) -> Iterator[tuple[int, int]]:  # fmt: skip
        while batch := list(islice(rows, AHEAD)):
            for (i, _), kept in zip(
                batch, pool.map(lambda row: self._good(wanted, tests, *row), batch), strict=True
            ):
                yield from ((i, j) for j in kept.tolist())

    def _good(self, wanted: PairsOf, tests: Mapping[Alphabet, QuickTest], i: int, others: Indices) -> Indices:
        """Choose those of the others that have a good stretch with a profile."""
        if not tests:
            return others
        good = tests[wanted.profiles[i].alphabet].bits(i, others) >= self.least_stretch
        return np.asarray(others[good])

    def _aligned(self, wanted: PairsOf, place: tuple[int, int]) -> AlignedPair | LeftOut:
        i, j = place
        p, turned = wanted.profiles[i], (wanted.turned[i], wanted.turned[j])
        plus = ProfilePair(p, wanted.profiles[j])
        minus = ProfilePair(p, turned[1]) if turned[0] and turned[1] else None
        strands = [plus] if minus is None else [plus, minus]
        scores = [pair.score_bits for pair in strands]
        best = max(range(len(scores)), key=scores.__getitem__)  # the first of equals
        if scores[best] < self.least_score:
            return LeftOut(i, j, scores[best])
        null = self._null(wanted, place, scores[best], strands)
        if null.p_extreme_value >= self.least_surprise:
            return LeftOut(i, j, scores[best], null)
        found = strands[best].align()
        strand = "" if minus is None else "+-"[best]
        return AlignedPair(i, j, found, strands[best].divergences(found.pairs), null, strand)

    def _null(
        self, wanted: PairsOf, place: tuple[int, int], score: float, strands: Sequence[ProfilePair]
    ) -> ShuffledScores:
        """Shuffle of two profiles of one side that whose name comes later, whichever was given first."""
        names = [wanted.names[one] for one in place]
        if wanted.n_first is None and names[1] < names[0]:
            q, p = place
            names.reverse()
            others = [wanted.profiles[q], wanted.turned[q]][: len(strands)]
            strands = [ProfilePair(wanted.profiles[p], other) for other in others if other is not None]
        return self._shuffling.scores(strands[0], score, *names, other_strand=[*strands, None][1])


def joint_distance(jensen_shannon: FloatArray, lengths: tuple[int, int]) -> float:
    r"""Distance of two aligned profiles, from 0 to 1 bit per column.

    .. math:: d = \frac{\sum_c \mathrm{JSD}_c + \tfrac{1}{2}(M + N - 2C)}{\tfrac{1}{2}(M + N)}

    where a column without a partner counts as a whole bit, the most the Jensen-Shannon divergence can be.

    Parameters
    ----------
    jensen_shannon : ndarray of shape (C,)
        Of the aligned columns.
    lengths : (int, int)
        Match states of each, M and N.
    """
    mean = sum(lengths) / 2
    return (float(jensen_shannon.sum()) + mean - len(jensen_shannon)) / mean


def family_distances(lengths: Sequence[int], pairs: Sequence[AlignedPair]) -> FloatArray:
    """Distances of profiles for a family tree, see `joint_distance`; 1 for pairs not given.

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
        value = joint_distance(pair.columns.jensen_shannon, (lengths[pair.i], lengths[pair.j]))
        distances[pair.i, pair.j] = distances[pair.j, pair.i] = value
    return distances
