"""GC-matched models: the theorems of the exponential family they come from."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import minimize_scalar

from klbio.models import ContentModel
from klbio.models.genes.query import Query, gc_shifted
from klbio.models.markov.content_model import gc_contents
from klbio.models.markov.stationary import stationary_distribution
from tests.models.zoo import content_model, content_models

SHIFTS = st.lists(st.floats(-3, 3), min_size=3, max_size=3).map(np.array)


def table(model: ContentModel, order: int = 3) -> np.ndarray:
    return model.comparable(order=order, epsilon=1e-4).probabilities


def bits(p: np.ndarray, q: np.ndarray, law: np.ndarray | None = None) -> float:
    law = stationary_distribution(p) if law is None else law
    return float(Query(law, p).rates(q[None]).mean())


@given(content_models(3), SHIFTS)
def test_models_that_differ_by_a_shift_of_gc_are_at_zero(model, shifts):
    p = table(model)
    q = gc_shifted(p, shifts)
    (matched,) = Query(stationary_distribution(p), p).gc_matched(q[None])
    assert bits(p, matched) < 1e-12
    if np.abs(shifts).max() > 0.1:
        assert bits(p, q) > 1e-7


@given(content_models(3), content_models(3))
def test_the_rate_is_the_sum_of_gc_and_what_is_beyond(one, other):
    """Pythagoras, in the contexts of p."""
    p, q = table(one), table(other)
    law = stationary_distribution(p)
    (matched,) = Query(law, p).gc_matched(q[None])
    parts = bits(p, matched), bits(matched, q, law)
    assert sum(parts) == pytest.approx(bits(p, q), abs=1e-9)
    assert min(parts) >= 0


@given(content_models(3), content_models(3), SHIFTS)
def test_the_gc_content_a_candidate_has_makes_no_difference(one, other, shifts):
    p, q = table(one), table(other)
    (straight,), (round_about,) = (
        Query(stationary_distribution(p), p).gc_matched(t[None]) for t in (q, gc_shifted(q, shifts))
    )
    assert round_about == pytest.approx(straight, abs=1e-9)


@given(content_models(3), content_models(3))
def test_the_matched_model_has_the_gc_content_of_the_query_and_keeps_the_rest(one, other):
    p, q = table(one), table(other)
    law = stationary_distribution(p)
    (matched,) = Query(law, p).gc_matched(q[None])
    assert gc_contents(law, matched) == pytest.approx(gc_contents(law, p), abs=1e-11)
    assert matched.sum(axis=-1) == pytest.approx(q.sum(axis=-1), abs=1e-12)
    for pair in ([0, 3], [1, 2]):  # A against T, C against G
        before, after = q[..., pair], matched[..., pair]
        assert after[..., 0] * before[..., 1] == pytest.approx(after[..., 1] * before[..., 0], abs=1e-12)


def test_no_other_shift_costs_less():
    p, q = (table(content_model(seed, 2, period=3)) for seed in (1, 2))
    law = stationary_distribution(p)
    (found,) = Query(law, p).gc_log_odds_shifts(q[None])
    for position in range(3):
        shifts = found.copy()

        def cost(shift, position=position, shifts=shifts):
            shifts[position] = shift
            return bits(p, gc_shifted(q, shifts))

        assert minimize_scalar(cost).x == pytest.approx(found[position], abs=1e-5)


def test_by_hand():
    """One context: the share of GC becomes the query's, C to G stays 1 to 3."""
    p, q = np.array([[[0.1, 0.4, 0.4, 0.1]]]), np.array([[[0.3, 0.1, 0.3, 0.3]]])
    (matched,) = Query(np.ones((1, 1)), p).gc_matched(q[None])
    assert matched[0, 0] == pytest.approx([0.1, 0.2, 0.6, 0.1])
    # log2(3/2): odds of GC against AT from 4:6 to 8:2
    assert np.exp(Query(np.ones((1, 1)), p).gc_log_odds_shifts(q[None])) == pytest.approx(6.0)


def test_a_model_matched_to_itself_is_itself():
    p = table(content_model(3, 2, period=3))
    assert np.array_equal(Query(stationary_distribution(p), p).gc_matched(p[None])[0], p)


@pytest.mark.parametrize("gone", [[0, 3], [1, 2]])
def test_queries_of_one_kind_of_base_only(gone):
    """All shifts end, at the limit; what is left costs next to nothing more."""
    row = np.full(4, 0.5)
    row[gone] = 0.0
    p, q = np.tile(row, (3, 1, 1)), np.full((3, 1, 4), 0.25)
    law = np.ones((3, 1))
    (matched,) = Query(law, p).gc_matched(q[None])
    assert matched == pytest.approx(p, abs=1e-12)


def test_contexts_whose_gc_is_settled_do_not_stand_in_the_way():
    """Rows of GC only, of AT only and of zeros stay; the free one is moved as far as it must."""
    q = np.array([[[0, 0.5, 0.5, 0], [0.5, 0, 0, 0.5], [0, 0, 0, 0], [0.25] * 4]])
    p = np.array([[[0, 0.5, 0.5, 0], [0.5, 0, 0, 0.5], [0, 0, 0, 0], [0.1, 0.4, 0.4, 0.1]]])
    law = np.array([[1.0, 1.0, 0.0, 1.0]])
    (matched,) = Query(law, p).gc_matched(q[None])
    assert matched == pytest.approx(p, abs=1e-9)
