"""The Jensen-Shannon increment: by hand, against block divergences word by word, and its laws."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from klbio.divergences import jensen_shannon_divergence
from klbio.errors import InputError
from klbio.models import ContentModel
from klbio.models.markov.content_models import ContentModels
from klbio.models.markov.stationary import stationary_distribution
from tests.models.zoo import content_model, content_models


def word_law(rows: np.ndarray, f: int, n: int) -> np.ndarray:
    """Stationary law of n bases, the last of which stands at position f, in plain loops."""
    period, n_contexts, _ = rows.shape
    order = round(np.log(n_contexts) / np.log(4))
    start = (f - (n - order) + 1) % period
    law = stationary_distribution(rows)[start]
    words = {word: law[i] for i, word in enumerate(product(range(4), repeat=order))}
    for at in range(n - order):
        table = rows[(start + at) % period]
        words = {
            (*word, b): mass * table[number(word[len(word) - order :]), b]
            for word, mass in words.items()
            for b in range(4)
        }
    return np.array([words[word] for word in sorted(words)])


def number(word: tuple[int, ...]) -> int:
    return sum(base * 4**i for i, base in enumerate(reversed(word)))


@pytest.mark.parametrize(("order", "period"), [(0, 1), (1, 1), (2, 1), (2, 3), (3, 3)])
def test_is_the_difference_of_two_block_divergences(order, period):
    models = [content_model(seed, order, period, 2.0) for seed in (1, 2)]
    p, q = (model.comparable(order=order, epsilon=1e-4).probabilities for model in models)
    expected = []
    for f in range(period):
        longer, shorter = (
            jensen_shannon_divergence(word_law(p, last, n), word_law(q, last, n))
            for last, n in ((f, order + 1), ((f - 1) % period, order))
        )
        expected.append(longer - shorter)
    assert ContentModels(models).jensen_shannon_increments[0, 1] == pytest.approx(
        np.mean(expected), abs=1e-12
    )


def test_two_coins_by_hand():
    """Order 0: JSD_1 - JSD_0, and JSD_0 = 0."""
    coins = [ContentModel([[[0.75, 0.25, 0, 0]]]), ContentModel([[[0.25, 0.75, 0, 0]]])]
    expected = 1 + 0.75 * np.log2(0.75) + 0.25 * np.log2(0.25)
    assert ContentModels(coins, epsilon=0.0).jensen_shannon_increments[0, 1] == pytest.approx(expected)


def test_what_the_context_has_told_is_not_told_again():
    """Each model repeats its one base for ever: the first base tells all, the next nothing."""
    rows = np.zeros((2, 1, 4, 4))
    rows[0, 0, :, 0] = rows[1, 0, :, 3] = 1
    assert ContentModels([ContentModel(r) for r in rows], epsilon=0.0).jensen_shannon_increments[0, 1] == 0


@given(st.lists(content_models(period=3), min_size=2, max_size=4), st.sampled_from([1e-4, 1e-2]))
def test_symmetric_and_within_bounds(models, epsilon):
    """At least 0, at most the bit that the coin holds, and nothing of a model from itself."""
    bits = ContentModels(models, epsilon=epsilon).jensen_shannon_increments
    assert (bits == bits.T).all()
    assert (bits >= 0).all()
    assert (bits <= 1).all()
    assert (np.diagonal(bits) == 0).all()


def test_equal_models_are_exactly_0_apart():
    twins = [content_model(5, order, period) for order, period in ((3, 3), (3, 3))]
    assert ContentModels(twins).jensen_shannon_increments.tolist() == [[0, 0], [0, 0]]


def test_a_quarter_of_the_rate_for_close_models():
    """To second order JSD = D/4 where the models have one law of contexts, nearly."""
    p = content_model(3, 2, 3, 9.0)
    q = ContentModel.scaled(p.probabilities * np.random.default_rng(1).uniform(0.98, 1.02, (3, 16, 4)))[0]
    rate = ContentModels([p, q]).rates_by_position[0, 1].mean()
    assert ContentModels([p, q]).jensen_shannon_increments[0, 1] == pytest.approx(rate / 4, rel=0.02)


def test_a_pair_does_not_depend_on_who_else_is_there():
    """Models of order 1 and 2 beside one of order 4, and more of them than a block holds."""
    models = [content_model(seed, order, 3) for seed, order in enumerate([1, 2, 4, *[2] * 17])]
    together = ContentModels(models).jensen_shannon_increments
    for i, j in [(0, 1), (1, 2), (1, 19), (4, 18)]:
        assert together[i, j] == ContentModels([models[i], models[j]]).jensen_shannon_increments[0, 1]


@pytest.mark.parametrize("code", [1, 6])
def test_pairs_that_are_wanted_have_the_numbers_of_all(code):
    """Of one genetic code and of two, asked for in one order; the others are 0."""
    models = [content_model(seed, order, 3) for seed, order in enumerate([1, 2, 4, *[2] * 17])]
    models[3:7] = [model.under(code) for model in models[3:7]]
    every = ContentModels(models)
    wanted = np.random.default_rng(1).random((20, 20)) < 0.2
    either = wanted | wanted.T
    assert (every.increments_where(wanted)[either] == every.jensen_shannon_increments[either]).all()
    assert not every.increments_where(wanted)[~either].any()


def test_refusals():
    with pytest.raises(InputError, match="epsilon"):
        _ = ContentModels([content_model(1, 2, 3)], epsilon=-1).jensen_shannon_increments
