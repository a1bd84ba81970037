"""Lifting, stop codons, smoothing."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from klbio.alphabets import STOP_CODONS, kmers
from klbio.errors import InputError
from klbio.models import ContentModel
from klbio.models.markov.content_model import smoothing_name
from klbio.models.markov.stationary import stationary_distribution
from klbio.models.markov.stop_codons import completes_stop, holds_stop
from tests.models.zoo import content_models

FAIR = ContentModel(np.full((3, 1, 4), 0.25))


@pytest.mark.parametrize("order", [2, 3, 4])
def test_marked_entries_spell_stop_codons(order):
    marked = completes_stop(order)
    for f, (c, context), (b, base) in product(range(3), enumerate(kmers(order)), enumerate("ACGT")):
        assert marked[f, c, b] == (f == 2 and context[-2:] + base in STOP_CODONS)


@pytest.mark.parametrize("order", [2, 3, 4, 5])
def test_contexts_that_hold_a_stop_read_in_frame(order):
    """Base i of the context of codon position f + 1 stands at codon position (f - order + i) mod 3."""
    marked = holds_stop(order)
    for f, (c, context) in product(range(3), enumerate(kmers(order))):
        in_frame = [context[i : i + 3] for i in range(order - 2) if (f - order + i) % 3 == 0]
        assert marked[f, c] == any(codon in STOP_CODONS for codon in in_frame)


def test_fair_model_without_stops():
    rows = FAIR.comparable(order=2, epsilon=0.0).probabilities
    ta, tg = kmers(2).index("TA"), kmers(2).index("TG")
    assert rows[2, ta].tolist() == [0, 1 / 2, 0, 1 / 2]
    assert rows[2, tg].tolist() == [0, 1 / 3, 1 / 3, 1 / 3]
    assert (rows[:2] == 0.25).all()


def test_epsilon_is_added_per_symbol_and_never_to_a_stop():
    only_a = ContentModel.scaled(np.tile([1.0, 0, 0, 0], (3, 1, 1)))[0]
    rows = only_a.comparable(order=2, epsilon=0.01).probabilities
    assert rows[0, 0] == pytest.approx([1.01 / 1.04, 0.01 / 1.04, 0.01 / 1.04, 0.01 / 1.04])
    assert rows[2, kmers(2).index("TA")].tolist() == [
        0,
        1 / 2,
        0,
        1 / 2,
    ]  # A was all there was, and it is a stop


def test_period_1_knows_no_stops():
    rows = ContentModel(np.full((1, 16, 4), 0.25)).comparable(order=2, epsilon=1e-4).probabilities
    assert rows == pytest.approx(0.25)


@given(content_models(period=1, orders=(0, 1, 2)), st.integers(2, 4))
def test_a_lifted_chain_has_the_same_law(model, order):
    law = stationary_distribution(ContentModel(model.probabilities).lifted(order).probabilities)
    shorter = law.reshape(1, -1, 4**model.order).sum(axis=1)
    assert shorter == pytest.approx(stationary_distribution(model.probabilities), abs=1e-11)


@settings(max_examples=20)
@given(content_models(period=3))
def test_lifting_and_smoothing_commute(model):
    low = model.comparable(order=max(model.order, 2), epsilon=1e-4).probabilities
    high = model.comparable(order=4, epsilon=1e-4).probabilities
    assert ContentModel(low).lifted(4).probabilities == pytest.approx(high, abs=1e-15)


@given(content_models(period=3, orders=(2, 3)), st.sampled_from([0.0, 1e-4, 1e-2]))
def test_rows_are_distributions_without_stops(model, epsilon):
    rows = model.comparable(order=model.order, epsilon=epsilon).probabilities
    assert rows.sum(axis=-1) == pytest.approx(1)
    assert (rows[completes_stop(model.order)] == 0).all()


def test_stop_mass_of_simple_models():
    assert FAIR.stop_mass_per_codon == pytest.approx(3 / 64)
    without = ContentModel(FAIR.comparable(order=2, epsilon=0.0).probabilities)
    assert without.stop_mass_per_codon == 0
    taa = np.zeros((3, 1, 4))
    taa[0, 0, 3] = taa[1, 0, 0] = taa[2, 0, 0] = 1
    assert ContentModel(taa).stop_mass_per_codon == 1


@pytest.mark.parametrize("epsilon", [-1e-9, 1.0, float("nan")])
def test_epsilon_must_be_a_probability(epsilon):
    with pytest.raises(InputError, match=r"epsilon.*from 0 to below 1"):
        smoothing_name(epsilon)
