"""Lengths and order of segments: by hand, against sums over many lengths, their laws, refusals."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from klbio.errors import InputError
from klbio.models import DurationModel, TransitionModel
from klbio.models.genes.segments import Durations, TransitionPair

FOUR = DurationModel([], tail=1.0, ratio=0.75)
TWO = DurationModel([], tail=1.0, ratio=0.5)


def law(seed: int, n: int, tail: float, ratio: float) -> DurationModel:
    rng = np.random.default_rng(seed)
    return DurationModel((1 - tail) * rng.dirichlet(np.ones(n)) if n else [], tail if n else 1.0, ratio)


laws = st.builds(law, st.integers(0, 10**6), st.integers(0, 40), st.floats(1e-3, 0.9), st.floats(0.4, 0.95))


def written_out(model: DurationModel, epsilon: float, most: int = 600) -> np.ndarray:
    """The smoothed law as the docstring has it, length by length."""
    n = len(model.probabilities)
    p = np.array([model.probability(d) for d in range(1, most)])
    if n:
        p *= 1 - epsilon
        p[:n] += epsilon / n
    return p


@pytest.mark.parametrize(
    ("p", "q", "bits"),
    [
        pytest.param(FOUR, TWO, math.log2(0.25 / 0.5) + 3 * math.log2(0.75 / 0.5), id="geometric"),
        pytest.param(FOUR, DurationModel([0.25, 0.1875], 0.5625, 0.75), 0.0, id="the-same-law-listed"),
        pytest.param(DurationModel([1.0], 0.0, 0.0), TWO, 1.0, id="certain"),
        pytest.param(TWO, DurationModel([0.5, 0.5], 0.0, 0.0), math.inf, id="list-ends"),
        pytest.param(TWO, DurationModel([0.0, 0.5], 0.5, 0.5), math.inf, id="zero-in-the-list"),
        pytest.param(DurationModel([0.0, 0.5], 0.5, 0.5), TWO, 1.0, id="one-longer"),
        pytest.param(DurationModel([0.5], 0.5, 0.0), TWO, 0.5, id="tail-of-one-length"),
    ],
)
def test_worked_by_hand_unsmoothed(p, q, bits):
    assert Durations([p, q], epsilon=0.0).relative_entropies[0, 1] == pytest.approx(bits, abs=1e-12)


@given(laws, laws, st.sampled_from([0.0, 1e-4, 1e-2]))
def test_equals_the_sum_over_lengths(p, q, epsilon):
    ours, theirs = written_out(p, epsilon), written_out(q, epsilon)
    expected = float((ours * np.log2(ours / theirs)).sum())
    assert Durations([p, q], epsilon=epsilon).relative_entropies[0, 1] == pytest.approx(expected, abs=1e-8)


@given(st.lists(laws, min_size=2, max_size=4))
def test_chosen_pairs_have_the_numbers_of_all(models):
    chosen = np.array([(1, 0), (0, 1), (0, 0)])
    found = Durations(models).relative_entropies_of(chosen)
    assert (found == Durations(models).relative_entropies[chosen[:, 0], chosen[:, 1]]).all()
    assert len(Durations(models).relative_entropies_of(chosen[:0])) == 0


@given(st.lists(laws, min_size=1, max_size=4))
def test_gibbs_self_and_company(models):
    """D >= 0; exactly 0 from itself; a pair does not depend on whose longer list stands beside it."""
    bits = Durations(models).relative_entropies
    assert (bits >= 0).all()
    assert (np.diagonal(bits) == 0).all()
    alone = Durations([models[0], models[-1]]).relative_entropies[0, 1]
    assert bits[0, -1] == pytest.approx(alone, abs=1e-10)


def test_smoothing_makes_lists_that_end_finite():
    p, ends = DurationModel([], 1.0, 0.5), DurationModel([0.0, 1.0], 0.0, 0.0)
    expected = [1e-4 / 2, (1 - 2e-4) + 1e-4 / 2] + [1e-4 * 0.5 * 0.5**j for j in range(60)]
    by_hand = sum(0.5 ** (d + 1) * math.log2(0.5 ** (d + 1) / q) for d, q in enumerate(expected))
    assert Durations([p, ends]).relative_entropies[0, 1] == pytest.approx(by_hand, abs=1e-9)


def test_very_long_tails_do_not_underflow():
    short, listed = DurationModel([], 1.0, 0.1), DurationModel(np.full(5000, 1e-4), 0.5, 0.9)
    bits = Durations([short, listed]).relative_entropies
    assert bits[1, 0] == pytest.approx(0.5 * 2500 * math.log2(10) + 0.5 * 5010 * math.log2(10), rel=0.01)


def test_means():
    assert FOUR.mean == 4
    assert DurationModel([0.0, 0.5], 0.5, 0.75).mean == pytest.approx(0.5 * 2 + 0.5 * (2 + 4))


CHAIN = TransitionModel(("exon", "intron"), [[0.0, 1.0], [0.5, 0.5]])


def test_transitions_by_hand_with_states_in_another_order():
    q = TransitionModel(("intron", "exon"), [[0.75, 0.25], [1.0, 0.0]])
    pair = TransitionPair(CHAIN, q, epsilon=0.0)
    row = 0.5 * math.log2(0.5 / 0.75) + 0.5 * math.log2(0.5 / 0.25)
    assert pair.by_state == pytest.approx({"exon": 0.0, "intron": row})
    assert pair.bits == pytest.approx(row * 2 / 3)  # two of three segments are introns


def test_transitions_are_the_relative_entropy_of_long_paths():
    """Bits of all paths of n moves from the long run, less those of n - 1, are bits per transition."""
    rng = np.random.default_rng(3)
    p, q = (TransitionModel(tuple("abc"), rng.dirichlet(np.ones(3), 3)) for _ in range(2))
    share = np.linalg.matrix_power(p.probabilities, 200)[0]
    moves = (share[:, None] * p.probabilities * np.log2(p.probabilities / q.probabilities)).sum()
    assert TransitionPair(p, q, epsilon=0.0).bits == pytest.approx(moves, abs=1e-9)


def test_transitions_that_alternate_have_a_long_run_too():
    circle = TransitionModel(("a", "b"), [[0.0, 1.0], [1.0, 0.0]])
    pair = TransitionPair(circle, circle)
    assert (pair.by_state, pair.bits) == ({"a": 0.0, "b": 0.0}, 0.0)


def test_moves_that_one_model_rules_out():
    never = TransitionModel(("exon", "intron"), [[0.0, 1.0], [1.0, 0.0]])
    assert TransitionPair(CHAIN, never, epsilon=0.0).bits == math.inf
    smooth = TransitionPair(CHAIN, never, epsilon=1e-4).by_state["intron"]
    ours, theirs = np.array([0.5001, 0.5001]) / 1.0002, np.array([1.0001, 0.0001]) / 1.0002
    assert smooth == pytest.approx(float((ours * np.log2(ours / theirs)).sum()))


@pytest.mark.parametrize(
    ("make", "words"),
    [
        pytest.param(lambda: DurationModel([0.5], 0.4, 0.5), "sums to 0.9", id="sum"),
        pytest.param(lambda: DurationModel([], 1.0, 1.0), "ratio 1", id="endless"),
        pytest.param(lambda: DurationModel([1.5], -0.5, 0.5), "tail of -0.5", id="tail"),
        pytest.param(lambda: DurationModel(np.zeros(100_001), 1.0, 0.5), "100001 listed", id="too-many"),
        pytest.param(lambda: TransitionModel(("a", "a"), np.eye(2)), "each state once", id="name-twice"),
        pytest.param(lambda: TransitionModel(("a", "b"), np.zeros((2, 2))), "sums to 0", id="no-way-out"),
        pytest.param(lambda: TransitionModel(("a", "b"), [[1.0, 0.0]]), "1 rows", id="rows"),
        pytest.param(lambda: Durations([FOUR], epsilon=2).relative_entropies, "epsilon", id="epsilon"),
    ],
)
def test_refusals(make, words):
    with pytest.raises(InputError, match=words):
        make()
