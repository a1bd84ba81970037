"""All pairs of profiles: the quick test, threads, near-duplicates, and the distances of the tree."""

import math

import numpy as np
import pytest

from klbio.alphabets import AMINO, DNA
from klbio.models.cluster import average_linkage
from klbio.models.profiles.align_all import AlignedPair, Aligner, LeftOut, family_distances
from klbio.models.profiles.pairs_of import PairsOf
from tests.models.test_align import mutated, random_profile

FIRST = random_profile(1, 30, AMINO, 0.2)
PROFILES = [
    FIRST, mutated(FIRST, list(range(30)), "copy"), mutated(FIRST, list(range(5, 25)), "part"),
    random_profile(9, 25, AMINO, 0.2), random_profile(4, 12, DNA),
]  # fmt: skip
NAMES = ["first", "copy", "part", "other", "dna"]


WANTED = PairsOf(dict(zip(NAMES, PROFILES, strict=True)))
ALL = {"least_stretch": 0.0, "least_score": -math.inf}


def found(**settings):
    return list(Aligner(seed=1, n_shuffles=20, **settings).pairs(WANTED))


def aligned(pairs):
    return [pair for pair in pairs if isinstance(pair, AlignedPair)]


def places(pairs):
    return {(pair.i, pair.j) for pair in pairs}


def test_pairs_of_one_alphabet_in_order():
    pairs = [(pair.i, pair.j) for pair in found(**ALL)]
    assert pairs == [(0, 1), (0, 2), (0, 3), (1, 2), (1, 3), (2, 3)]


def test_the_quick_test_keeps_relatives_and_says_nothing_of_others():
    assert places(found(least_stretch=20.0)) == places(aligned(found(least_stretch=20.0)))
    assert places(found(least_stretch=20.0)) == {(0, 1), (0, 2), (1, 2)}


def test_low_scores_are_set_beside_no_random_orders():
    every = found(**ALL | {"least_score": 20.0})
    assert places(aligned(every)) == {(0, 1), (0, 2), (1, 2)}
    assert all(pair.null is None and pair.score_bits < 20.0 for pair in every if isinstance(pair, LeftOut))


def test_pairs_that_chance_explains_are_given_without_an_alignment():
    every, surprising = found(**ALL), found(**ALL, least_surprise=1e-3)
    for a, b in zip(every, surprising, strict=True):
        assert isinstance(b, AlignedPair) == (b.null.p_extreme_value < 1e-3)
        assert isinstance(b, LeftOut) or b.alignment.score_bits == a.alignment.score_bits
    assert places(aligned(surprising)) == {(0, 1), (0, 2), (1, 2)}


def test_pairs_are_counted_by_alphabet():
    assert (WANTED.n, WANTED.n_of_any_alphabet) == (6, 10)


def test_across_two_sides_a_pair_has_its_score_and_its_random_orders():
    across = Aligner(seed=1, n_shuffles=20, **ALL).pairs(PairsOf(WANTED.named, n_first=2))
    every = {(pair.i, pair.j): pair for pair in found(**ALL)}
    for pair in (pairs := list(across)):
        assert pair.alignment.score_bits == every[pair.i, pair.j].alignment.score_bits
        assert pair.null == every[pair.i, pair.j].null
    assert [(pair.i, pair.j) for pair in pairs] == [(0, 2), (0, 3), (1, 2), (1, 3)]


def test_threads_make_no_difference():
    one, two = found(**ALL), found(**ALL, threads=3)
    for a, b in zip(one, two, strict=True):
        assert (a.i, a.j, a.null) == (b.i, b.j, b.null)
        assert np.array_equal(a.alignment.pairs, b.alignment.pairs)


def test_copies_are_alike_parts_are_not():
    alike = [(pair.i, pair.j) for pair in aligned(found()) if pair.is_near_duplicate]
    assert alike == [(0, 1)]


def test_distances_of_a_copy_a_part_and_a_stranger():
    pairs = [pair for pair in aligned(found()) if pair.null.p_extreme_value < 1e-6]
    distances = family_distances([p.n_match for p in PROFILES], pairs)
    assert distances[0, 1] == pytest.approx(0, abs=1e-9)
    assert distances[0, 2] == pytest.approx((25 - 20) / 25, abs=1e-9)
    assert distances[0, 3] == distances[3, 4] == 1
    assert np.array_equal(distances, distances.T)
    places = [average_linkage(distances).leaves.index(k) for k in (0, 1, 2)]
    assert max(places) - min(places) == 2
