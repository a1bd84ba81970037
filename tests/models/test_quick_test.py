"""The quick test of pairs of profiles, against a plain twin over lists."""

import numpy as np
import pytest

from klbio.alphabets import AMINO, DNA
from klbio.models.profiles import quick_test as room
from klbio.models.profiles.quick_kernels import CEILING, best_stretches
from klbio.models.profiles.quick_test import QuickTest
from tests.models.test_align import mutated, random_profile


def plain_stretch(scores, rows, columns):
    """Best sum along any diagonal, cell by cell."""
    best, run = 0, {}
    for i, row in enumerate(rows):
        for j, column in enumerate(columns):
            run[i, j] = min(max(run.get((i - 1, j - 1), 0) + int(scores[row, column]), 0), CEILING)
            best = max(best, run[i, j])
    return best


@pytest.mark.parametrize(("seed", "high"), [(1, 30), (2, 90), (3, 3000)])
def test_the_compiled_loop_equals_its_plain_twin(seed, high):
    """The last scores run into the ceiling."""
    rng = np.random.default_rng(seed)
    scores = rng.integers(-high, high, (9, 9)).astype(np.int16)
    profiles = [rng.integers(0, 9, size=n).astype(np.uint8) for n in (1, 7, 40, 33)]
    starts, states = np.cumsum([0, *map(len, profiles)]), np.concatenate(profiles)
    for own in profiles:
        into, chosen = np.empty(3, np.int16), np.array([3, 0, 2])
        best_stretches(np.ascontiguousarray(scores[:, own]), states, starts, chosen, into)
        assert into.tolist() == [plain_stretch(scores, profiles[k], own) for k in chosen.tolist()]


def test_few_columns_are_their_own_states_and_the_bits_those_of_the_columns():
    p, q = random_profile(1, 30, AMINO, 0.2), random_profile(2, 20, AMINO, 0.2)
    odds = p.match_emissions / p.background @ q.match_emissions.T
    runs = np.zeros((31, 21))
    for i, j in np.ndindex(30, 20):
        runs[i + 1, j + 1] = max(runs[i, j] + np.log2(odds[i, j]), 0)
    found = QuickTest([p, q], AMINO).bits(0, np.array([1]))
    assert found[0] == pytest.approx(runs.max(), abs=30 / room.PER_BIT / 2)


def test_more_columns_than_states_still_tell_relatives(monkeypatch):
    monkeypatch.setattr(room, "N_STATES", 12)
    first = random_profile(1, 40, AMINO, 0.2)
    others = [random_profile(k, 40, AMINO, 0.2) for k in range(2, 8)]
    profiles = [first, mutated(first, list(range(5, 35)), "part"), random_profile(9, 8, DNA), *others]
    test = QuickTest(profiles, AMINO)
    relative, *strangers = test.bits(0, np.array([1, 3, 4, 5, 6, 7, 8])).tolist()
    assert relative > 2 * max(strangers)
    assert test.bits(1, np.array([0])).tolist() == [relative]
    assert len(test._states) == 40 + 30 + 6 * 40
