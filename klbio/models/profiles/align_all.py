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
from klbio.models.profiles.reverse import reverse_complement
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
        Of the second profile's reverse complement where `strand` is ``-``, whose nodes it counts.
    columns : AlignedColumns
    null : ShuffledScores
    strand : {"+", "-", ""}
        Which strand of the second profile is the better one; empty where one alone was looked at.
    """

    i: int
    j: int
    diagonal_bits: float
    alignment: Alignment
    columns: AlignedColumns
    null: ShuffledScores
    strand: str = ""

    @property
    def is_near_duplicate(self) -> bool:
        """Whether 95 % of both profiles are aligned, with less than .01 bits per column between them."""
        covered = min(self.alignment.coverage_p, self.alignment.coverage_q)
        return covered >= ALIKE_COVERAGE and self.columns.mean_jensen_shannon < ALIKE_BITS


@dataclass(frozen=True, eq=False)
class _Named:
    """A profile, and its reverse complement where that is the same family."""

    name: str
    profile: ProfileHMM
    turned: ProfileHMM | None

    @classmethod
    def of(cls, name: str, profile: ProfileHMM) -> _Named:
        """Turn a profile round where it has two strands."""
        return cls(name, profile, reverse_complement(profile) if profile.double_stranded else None)


@dataclass(frozen=True, kw_only=True)
class Aligner:
    """Aligns every pair of profiles of one alphabet whose best ungapped score reaches a threshold.

    Of a pair of two double-stranded profiles, both strands of the second are tried, and the better one is given; its
    p-values are those of the better of two scores.

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
        named = [_Named.of(name, profile) for name, profile in profiles.items()]
        places = (
            (i, j)
            for i, j in combinations(range(len(named)), 2)
            if named[i].profile.alphabet == named[j].profile.alphabet
        )
        with ThreadPoolExecutor(max(self.threads, 1)) as pool:
            while batch := list(islice(places, AHEAD)):
                yield from pool.map(lambda place: self._aligned(named, place), batch)

    def _aligned(self, named: Sequence[_Named], place: tuple[int, int]) -> AlignedPair | LeftOut:
        p, q = (named[k] for k in place)
        plus = ProfilePair(p.profile, q.profile)
        minus = ProfilePair(p.profile, q.turned) if p.turned and q.turned else None
        strands = [plus] if minus is None else [plus, minus]
        diagonal = max(pair.diagonal_bits for pair in strands)
        if diagonal < self.least_diagonal:
            return LeftOut(*place, diagonal)
        found = [pair.align() for pair in strands]
        best = max(range(len(found)), key=lambda k: found[k].score_bits)  # the first of equals
        null = self._shuffling.scores(plus, found[best].score_bits, p.name, q.name, other_strand=minus)
        if null.p_extreme_value >= self.least_surprise:
            return LeftOut(*place, diagonal, null)
        columns = strands[best].divergences(found[best].pairs)
        strand = "" if minus is None else "+-"[best]
        return AlignedPair(*place, diagonal, found[best], columns, null, strand)


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
