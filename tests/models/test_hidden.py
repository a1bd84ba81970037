"""Whole hidden Markov models: the forward algorithm, the simulated rate, and exact small cases."""

import math

import numpy as np
import pytest

from klbio.errors import InputError
from klbio.io import read_models
from klbio.models import HiddenMarkovModel
from klbio.models.hidden.pair import HiddenPair

ACGT = tuple("ACGT")
# D_n - D_{n-1} of the pair below, n = 1..10, found by an independent program
INCREMENTS = [
    0.065250,
    0.056367,
    0.050745,
    0.047063,
    0.044613,
    0.042962,
    0.041839,
    0.041067,
    0.040533,
    0.040161,
]


def two_states(name, transitions, emissions, symbols=ACGT):
    return HiddenMarkovModel(name, symbols, ("1", "2"), [0.5, 0.5], transitions, emissions)


ONE = two_states("one", [[0.95, 0.05], [0.1, 0.9]], [[0.35, 0.15, 0.15, 0.35], [0.2, 0.3, 0.3, 0.2]])
TWO = two_states("two", [[0.9, 0.1], [0.1, 0.9]], [[0.3, 0.2, 0.2, 0.3], [0.15, 0.35, 0.35, 0.15]])


def naive_likelihood(model, word):
    """Sum over every path of states, in plain Python."""
    paths = [((s,), float(p)) for s, p in enumerate(model.start)]
    total = [(path, p * model.emissions[path[-1], word[0]]) for path, p in paths]
    for symbol in word[1:]:
        total = [
            ((*path, s), p * model.transitions[path[-1], s] * model.emissions[s, symbol])
            for path, p in total
            for s in range(len(model.states))
        ]
    return math.log2(sum(p for _, p in total))


def test_forward_equals_the_sum_over_paths():
    word = np.array([0, 3, 1, 2, 2, 0, 1])
    assert ONE.log2_likelihoods(word).sum() == pytest.approx(naive_likelihood(ONE, word), abs=1e-12)


def test_forward_does_not_underflow():
    bits = ONE.log2_likelihoods(ONE.sample_symbols(50_000, 1))
    assert np.isfinite(bits).all()
    assert -2.1 < bits.mean() < -1.8


def test_words_are_a_law_and_their_divergence_starts_at_the_composition():
    law = {m.name: m.stationary_states @ m.emissions for m in (ONE, TWO)}
    by_hand = float((law["one"] * np.log2(law["one"] / law["two"])).sum())
    assert HiddenPair(ONE, TWO).block_relative_entropies(1)[0] == pytest.approx(by_hand, abs=1e-12)


def test_exact_increments_of_the_two_state_pair():
    blocks = HiddenPair(ONE, TWO).block_relative_entropies(10)
    assert np.diff(blocks, prepend=0).round(6).tolist() == INCREMENTS


def test_simulated_rate_of_the_two_state_pair():
    """An independent program found .03919 +- .00063 from another sequence."""
    found = HiddenPair(ONE, TWO).rate(300_000, 1)
    assert abs(found.bits_per_symbol - 0.03919) < 2 * math.hypot(found.standard_error_bits, 0.00063)
    assert found.standard_error_bits == pytest.approx(0.00063, rel=0.25)


def test_independent_symbols_have_the_closed_form():
    skew, fair = [[0.3, 0.2, 0.2, 0.3]] * 2, [[0.25] * 4] * 2
    p, q = two_states("skew", ONE.transitions, skew), two_states("fair", TWO.transitions, fair)
    found = HiddenPair(p, q).rate(100_000, 1)
    assert abs(found.bits_per_symbol - 0.029049) < 2 * found.standard_error_bits
    assert np.diff(HiddenPair(p, q).block_relative_entropies(4)).round(6).tolist() == [0.029049] * 3


def test_states_need_no_correspondence():
    turned = HiddenMarkovModel(
        "turned", ("T", "C", "A", "G"), ("2", "1"), ONE.start[::-1], ONE.transitions[::-1, ::-1],
        ONE.emissions[::-1][:, [3, 1, 0, 2]],
    )  # fmt: skip
    found = HiddenPair(ONE, turned).rate(10_000, 1)
    assert found.bits_per_symbol == pytest.approx(0, abs=1e-12)


def test_the_standard_error_is_of_the_right_size():
    """The batch-means error is neither far too small nor far too large: 40 seeds, one exact value."""
    exact = float(np.diff(HiddenPair(TWO, ONE).block_relative_entropies(10))[-1])
    found = [HiddenPair(TWO, ONE).rate(20_000, seed) for seed in range(40)]
    z = np.array([(one.bits_per_symbol - exact) / one.standard_error_bits for one in found])
    assert 0.6 < z.std() < 1.5


def test_same_seed_same_number_other_seed_another():
    a, b, c = (HiddenPair(ONE, TWO).rate(2000, seed) for seed in (1, 1, 2))
    assert a == b != c


def test_what_q_rules_out_costs_infinitely_much():
    never = two_states("never", ONE.transitions, [[0.5, 0.5, 0, 0]] * 2)
    found = HiddenPair(ONE, never).rate(1000, 1)
    assert math.isinf(found.bits_per_symbol)
    assert math.isnan(found.standard_error_bits)
    assert math.isinf(HiddenPair(ONE, never).block_relative_entropies(1)[0])


def as_hidden(model, name, order):
    """A content model as a hidden Markov model: a state is a codon position and the last bases."""
    table = model.comparable(order=order, epsilon=1e-4).probabilities
    n = 4**order
    transitions = np.zeros((3 * n, 3 * n))
    for f in range(3):  # a state (f, w): w was emitted last, and the next base stands at position f
        for w in range(n):
            for b in range(4):
                transitions[f * n + w, (f + 1) % 3 * n + (4 * w + b) % n] = table[f, w, b]
    emissions = np.eye(4)[np.arange(3 * n) % 4]
    states = tuple(f"{f}:{w}" for f in range(3) for w in range(n))
    return HiddenMarkovModel(name, ACGT, states, np.full(3 * n, 1 / 3 / n), transitions, emissions)


def test_simulation_agrees_with_the_closed_form_of_real_models(root):
    """Human against thale cress, order 4: .11151 bits per base in closed form."""
    folder = root / "examples" / "gene-models" / "augustus"
    p, q = (as_hidden(read_models(folder / name)[0].coding, name, 4) for name in ("human", "arabidopsis"))
    found = HiddenPair(p, q).rate(200_000, 1)
    assert abs(found.bits_per_symbol - 0.11151) < 2 * found.standard_error_bits
    assert found.standard_error_bits < 0.002


@pytest.mark.parametrize(
    ("transitions", "emissions", "words"),
    [
        ([[1, 0], [0, 1]], [[0.25] * 4] * 2, "2 classes"),
        ([[0.5, 0.4], [0.1, 0.9]], [[0.25] * 4] * 2, "off 1"),
        ([[0.9, 0.1], [0.1, 0.9]], [[0.5] * 2] * 2, "shape"),
    ],
)
def test_refuses_what_is_no_model(transitions, emissions, words):
    with pytest.raises(InputError, match=words):
        two_states("bad", transitions, emissions)


def test_refuses_other_symbols_and_too_short_a_sequence():
    other = two_states("other", ONE.transitions, ONE.emissions, tuple("ACGU"))
    with pytest.raises(InputError, match="same symbols"):
        HiddenPair(ONE, other).rate(1000, 1)
    with pytest.raises(InputError, match="batches"):
        HiddenPair(ONE, TWO).rate(100, 1)
    with pytest.raises(InputError, match="words"):
        HiddenPair(ONE, TWO).block_relative_entropies(11)
