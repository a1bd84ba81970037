"""Each limit of the Markov models, on both sides of it."""

import inspect

import numpy as np
import pytest

from klbio import Comparison
from klbio.errors import InputError
from klbio.models import ContentModel
from klbio.models.markov.content_model import gc_contents
from klbio.models.markov.content_models import ContentModels
from klbio.models.markov.model_pair import ModelPair, bases_to_tell_apart
from klbio.models.markov.rate_interval import TrainedModel
from klbio.steps.models import compare_models
from klbio.steps.nearest import rank_models
from tests.models.test_rate_interval import coin


@pytest.mark.parametrize("turned", [False, True])
def test_a_training_set_of_any_size_has_an_interval(turned):
    found = ModelPair(*(coin(0.5, 1), coin(0.6, 1000))[:: -1 if turned else 1], epsilon=0.0).interval
    assert 0 == found.low < found.high


def test_an_interval_takes_either_training_size_but_not_none():
    sure = ContentModel([[[0.5, 0.5, 0, 0]]], None)
    assert ModelPair(coin(0.5, 1000), sure, epsilon=0.0).interval is not None
    assert ModelPair(sure, coin(0.5, 1000), epsilon=0.0).interval is not None
    assert ModelPair(sure, sure, epsilon=0.0).interval is None


def test_what_is_possible_gains_one_in_ten_thousand():
    """Of four bases with a smoothing of 1e-4 each."""
    smooth = ContentModel([[[1.0, 0, 0, 0]]], 10).comparable(order=0)
    assert smooth.probabilities[0, 0] == pytest.approx(np.array([1.0001, 1e-4, 1e-4, 1e-4]) / 1.0004)
    for function in (compare_models, rank_models, ContentModel.comparable, Comparison):
        assert inspect.signature(function).parameters["epsilon"].default == 1e-4


def test_order_eight_is_the_longest():
    assert ContentModel(np.full((1, 4**8, 4), 0.25), None).order == 8
    with pytest.raises(InputError, match="k from 0 to 8"):
        ContentModel(np.full((1, 4**9, 4), 0.25), None)


def test_bases_to_tell_two_models_apart():
    assert bases_to_tell_apart(1.0) == 7  # log2(100) is 6.6
    assert bases_to_tell_apart(0.1) == 67
    assert bases_to_tell_apart(100.0) == 1
    assert bases_to_tell_apart(1.0, error=0.25) == 2


def test_one_model_alone_is_at_no_distance_from_itself():
    alone = ContentModels([ContentModel(np.full((3, 1, 4), 0.25))])
    assert alone.rates_by_position.shape == (1, 1, 3)
    assert alone.rates.tolist() == [[0.0]]


def test_a_context_that_never_occurs_costs_nothing_whatever_follows_it():
    """Only A occurs; after C, which does not, comes a G, which no chain of order 0 would give."""
    after = {"A": [1, 0, 0, 0], "C": [0.5, 0, 0.5, 0], "G": [1, 0, 0, 0], "T": [1, 0, 0, 0]}
    assert ContentModel([list(after.values())]).truncation_cost == 0


def test_variance_is_the_mean_over_positions_of_a_codon():
    """Bases by themselves, so that each position has the variance of its own log-ratio."""
    p = np.array([[0.4, 0.3, 0.2, 0.1], [0.25, 0.25, 0.25, 0.25], [0.7, 0.1, 0.1, 0.1]])
    ratio = np.log(p / 0.25)
    by_hand = np.mean((p * ratio**2).sum(axis=1) - (p * ratio).sum(axis=1) ** 2)
    model = TrainedModel(ContentModel(p[:, None], 1000), 0)
    assert model.variance_along(ratio[:, None]) == pytest.approx(by_hand)
    assert (model.n_bases, model.n_free) == (1000, 9)


def test_gc_of_a_stack_of_models_is_that_of_each():
    rng = np.random.default_rng(0)
    weights, stack = rng.random((3, 4)), rng.dirichlet(np.ones(4), size=(5, 2, 3, 4))
    each = [[gc_contents(weights, model) for model in line] for line in stack]
    assert gc_contents(weights, stack) == pytest.approx(np.array(each))
    by_hand = (weights * stack[4, 1, ..., 1:3].sum(axis=-1)).sum(axis=1) / weights.sum(axis=1)
    assert each[4][1] == pytest.approx(by_hand)
