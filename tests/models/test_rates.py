"""Relative entropy rates: by hand, against the naive twin, by simulation, and the laws."""

import math

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from klbio.errors import InputError
from klbio.models import ContentModel
from klbio.models.markov.content_models import ContentModels
from klbio.models.markov.model_pair import bases_to_tell_apart
from klbio.models.markov.stationary import stationary_distribution
from tests.models.zoo import content_model, content_models, naive_rate, random_sequence


def of_order_0(*row: float) -> ContentModel:
    return ContentModel([[row]])


def keeps_base(stay: float) -> ContentModel:
    """Order 1: the last base again with probability `stay`, else each of the others alike."""
    return ContentModel((np.eye(4) * stay + (1 - np.eye(4)) * (1 - stay) / 3)[None])


FAIR = of_order_0(0.25, 0.25, 0.25, 0.25)


@pytest.mark.parametrize(
    ("p", "q", "bits"),
    [
        pytest.param(FAIR, FAIR, 0.0, id="equal"),
        pytest.param(of_order_0(1, 0, 0, 0), FAIR, 2.0, id="certain-vs-fair"),
        pytest.param(FAIR, of_order_0(0.5, 0.5, 0, 0), math.inf, id="mass-where-q-has-none"),
        pytest.param(of_order_0(0.5, 0.25, 0.125, 0.125), FAIR, 2 - 1.75, id="two-bits-less-entropy"),
        pytest.param(
            keeps_base(0.7), FAIR, 2 + 0.7 * math.log2(0.7) + 0.3 * math.log2(0.1), id="memory-vs-none"
        ),
        pytest.param(
            FAIR,
            keeps_base(0.7),
            math.log2(0.25 / 0.7) / 4 + math.log2(0.25 / 0.1) * 3 / 4,
            id="none-vs-memory",
        ),
    ],
)
def test_worked_by_hand(p, q, bits):
    assert ContentModels([p, q], epsilon=0.0).rates_by_position[0, 1, 0] == pytest.approx(bits)


def test_a_model_that_never_reaches_a_context_is_not_asked_about_it():
    """P emits A and C only; what Q says after G or T does not matter, even if it is nothing."""
    p = ContentModel([[[0.5, 0.5, 0, 0]] * 4])
    q = ContentModel([[[0.5, 0.5, 0, 0]] * 2 + [[0, 0, 0, 1]] * 2])
    assert ContentModels([p, q], epsilon=0.0).rates_by_position[0, 1, 0] == 0


@pytest.mark.parametrize("order", [2, 3])
def test_equals_the_naive_twin(order):
    models = [content_model(seed, order, period=3, sharpness=2.0) for seed in (1, 2, 3)]
    fast = ContentModels(models, epsilon=1e-4).rates_by_position
    for i, p in enumerate(models):
        for j, q in enumerate(models):
            assert fast[i, j] == pytest.approx(naive_rate(p, q, 1e-4), abs=1e-12)


def test_agrees_with_sequences_drawn_from_p():
    """Juang and Rabiner's estimate: mean of log2 P/Q along a sequence drawn from P."""
    models = [content_model(seed, 2, period=3, sharpness=3.0) for seed in (8, 9)]
    p, q = (model.comparable(order=2, epsilon=1e-4).probabilities for model in models)
    bases = random_sequence(p, 90_000, seed=1)
    context = bases[:-2] * 4 + bases[1:-1]
    where = (np.arange(2, len(bases)) % 3, context, bases[2:])
    evidence = np.log2(p[where] / q[where])
    batches = evidence[: len(evidence) // 100 * 100].reshape(100, -1).mean(axis=1)
    closed = ContentModels(models).rates_by_position[0, 1].mean()
    assert abs(batches.mean() - closed) < 4 * batches.std(ddof=1) / 10


@given(st.lists(content_models(period=3), min_size=2, max_size=4), st.sampled_from([1e-4, 1e-2]))
def test_gibbs_and_self(models, epsilon):
    """D >= 0, and 0 of a model from itself, exactly."""
    rates = ContentModels(models, epsilon=epsilon).rates_by_position
    assert (rates >= 0).all()
    assert (np.diagonal(rates) == 0).all()


@given(content_models(period=1, orders=(1, 2)), content_models(period=1, orders=(1, 2)))
def test_merging_purines_and_pyrimidines_never_adds_information(p, q):
    """Data processing for chains of order 0: lump the stationary base composition."""
    assume(p.order == q.order)
    flat = [ContentModel.scaled(model.probabilities.mean(axis=1, keepdims=True))[0] for model in (p, q)]
    lumped = [m.probabilities[..., [0, 2]].sum(-1, keepdims=True) for m in flat]
    coarse = [ContentModel(np.concatenate([x, 1 - x, 0 * x, 0 * x], axis=-1)) for x in lumped]
    assert (
        ContentModels(coarse, epsilon=0.0).rates_by_position[0, 1, 0]
        <= ContentModels(flat, epsilon=0.0).rates_by_position[0, 1, 0] + 1e-12
    )


@given(content_models(period=3, orders=(0, 1)), content_models(period=3, orders=(2, 3)))
def test_writing_a_model_with_a_longer_memory_changes_nothing(short, long):
    same = ContentModel(np.tile(short.probabilities, (1, 4 ** (3 - short.order), 1)))
    assert ContentModels([short, long]).rates_by_position == pytest.approx(
        ContentModels([same, long]).rates_by_position, abs=1e-12
    )


@given(st.permutations(range(4)))
def test_the_names_of_bases_do_not_matter_outside_codons(order):
    models = [content_model(seed, 1, period=1) for seed in (4, 5)]
    renamed = [ContentModel(m.probabilities[:, order][..., order]) for m in models]
    assert ContentModels(renamed).rates_by_position == pytest.approx(
        ContentModels(models).rates_by_position, abs=1e-12
    )


def test_blocks_do_not_show():
    """More models than a block holds: each pair as if alone."""
    models = [content_model(seed, 2, period=3) for seed in range(19)]
    rates = ContentModels(models).rates_by_position
    assert rates[18, 17].tolist() == ContentModels([models[18], models[17]]).rates_by_position[0, 1].tolist()


def test_order_0_loses_nothing_and_a_lifted_model_nothing_more():
    assert FAIR.truncation_cost == 0
    assert ContentModel(np.full((3, 16, 4), 0.25)).truncation_cost == 0


@given(content_models(period=3, orders=(1, 2, 3)))
def test_truncation_cost_is_the_information_of_the_oldest_base(model):
    """Chain rule: the entropy rate given k - 1 bases minus that given k."""
    joint = stationary_distribution(model.probabilities)[..., None] * model.probabilities
    shorter = joint.reshape(3, 4, -1, 4).sum(axis=1)

    def entropy(table):
        law = table / table.sum(axis=-1, keepdims=True)
        return -(table * np.log2(law)).sum() / 3

    assert model.truncation_cost == pytest.approx(entropy(shorter) - entropy(joint), abs=1e-9)


@pytest.mark.parametrize(
    ("bits", "bases"), [(0.0, math.inf), (math.inf, 1.0), (math.log2(100), 1.0), (math.log2(100) / 40, 40.0)]
)
def test_bases_to_tell_apart(bits, bases):
    assert bases_to_tell_apart(bits) == bases


def test_refusals():
    with pytest.raises(InputError, match=r"periods \[1, 3\].*one component"):
        ContentModels([FAIR, content_model(1, 2, period=3)])
    with pytest.raises(InputError, match="epsilon"):
        ContentModels([FAIR], epsilon=-1)
