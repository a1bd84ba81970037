"""The stationary law of a periodic chain."""

import numpy as np
import pytest
from hypothesis import assume, given

from klbio.errors import InputError
from klbio.models import ContentModel
from klbio.models.markov.stationary import longer_contexts, stationary_distribution, step
from tests.models.zoo import content_models, random_sequence


def test_two_state_chain_by_hand():
    """A stays A with 0.9, C stays C with 0.6, G and T go to A: pi_A / pi_C = 0.4 / 0.1."""
    rows = np.array([[0.9, 0.1, 0, 0], [0.4, 0.6, 0, 0], [1, 0, 0, 0], [1, 0, 0, 0]])
    assert stationary_distribution(rows[None])[0] == pytest.approx([0.4 / 0.5, 0.1 / 0.5, 0, 0])


def test_order_0_has_one_context():
    assert stationary_distribution(np.full((3, 1, 4), 0.25)).tolist() == [[1.0], [1.0], [1.0]]


def test_period_3_carries_each_position_to_the_next():
    """Position f emits base f whatever came before, so the context before position f is base f - 1."""
    rows = np.zeros((3, 4, 4))
    for f in range(3):
        rows[f, :, f] = 1
    assert stationary_distribution(rows).argmax(axis=1).tolist() == [2, 0, 1]


@given(content_models(period=3, orders=(1, 2, 3)))
def test_the_law_is_left_unchanged_by_a_step(model):
    law = stationary_distribution(model.probabilities)
    assert law.sum(axis=1) == pytest.approx([1, 1, 1])
    for f in range(3):
        assert step(law[f], model.probabilities[f]) == pytest.approx(law[(f + 1) % 3], abs=1e-12)


@given(content_models(period=1, orders=(1, 2)))
def test_agrees_with_the_eigenvector(model):
    n = 4**model.order
    move = np.zeros((n, n))
    for c in range(n):
        for b in range(4):
            move[c, (c * 4 + b) % n] += model.probabilities[0, c, b]
    # a chain that takes thousands of steps to forget where it began is refused, in words that say so
    assume(np.sort(np.abs(np.linalg.eigvals(move)))[-2] < 0.99)
    system = np.vstack([move.T - np.eye(n), np.ones(n)])
    solved = np.linalg.lstsq(system, np.r_[np.zeros(n), 1], rcond=None)[0]
    assert stationary_distribution(model.probabilities)[0] == pytest.approx(solved, abs=1e-9)


def test_agrees_with_counting_words_in_a_long_sequence():
    rows = np.random.default_rng(3).dirichlet([1] * 4, size=(3, 4))
    bases = random_sequence(rows, 60_000, seed=5)
    seen = np.bincount(bases[2::3][:-1], minlength=4) / (len(bases) // 3 - 1)  # the base before position 0
    assert stationary_distribution(rows)[0] == pytest.approx(seen, abs=0.01)


def test_an_impossible_context_is_left_by_any_base():
    rows = np.array([[0.5, 0.5, 0, 0], [1, 0, 0, 0], [0, 0, 0, 0], [0, 0, 0, 0]])
    assert stationary_distribution(rows[None])[0] == pytest.approx([2 / 3, 1 / 3, 0, 0])


def test_a_chain_that_runs_in_circles_is_refused_with_a_remedy():
    rows = np.zeros((1, 4, 4))
    rows[0, 0, 1] = rows[0, 1, 0] = rows[0, 2, 0] = rows[0, 3, 0] = 1  # A and C take turns, unevenly
    with pytest.raises(InputError, match=r"not settled.*epsilon above 0"):
        stationary_distribution(rows)


def _settles(rows):
    """Whether a chain forgets where it began: one that takes thousands of steps is refused, in words that say so."""
    try:
        stationary_distribution(rows)
        stationary_distribution(ContentModel(rows).lifted(ContentModel(rows).order + 1).probabilities)
    except InputError:
        return False
    return True


@pytest.mark.parametrize("period", [1, 3])
def test_the_law_of_longer_contexts_is_that_of_the_lifted_chain(period):
    @given(content_models(period=period, orders=(0, 1, 2)))
    def law(model):
        rows = model.probabilities
        assume(_settles(rows))
        found = longer_contexts(stationary_distribution(rows), rows)
        assert found == pytest.approx(
            stationary_distribution(ContentModel(rows).lifted(model.order + 1).probabilities), abs=1e-9
        )

    law()
