"""Chernoff information: closed forms, the figures of an independent program, and its laws."""

import math

import pytest

from klbio.io import read_models
from klbio.models import ContentModel
from klbio.models.markov.content_models import ContentModels
from klbio.models.markov.model_pair import ModelPair, bases_to_tell_apart
from tests.models.zoo import content_model


def test_independent_bases_by_a_grid_of_exponents():
    p, q = (0.7, 0.1, 0.1, 0.1), (0.25, 0.25, 0.3, 0.2)
    grid = [i / 2000 for i in range(2001)]
    expected = -min(math.log2(sum(a**s * b ** (1 - s) for a, b in zip(p, q, strict=True))) for s in grid)
    assert ModelPair(ContentModel([[p]]), ContentModel([[q]]), epsilon=0.0).chernoff_rate == pytest.approx(
        expected, abs=1e-6
    )


@pytest.mark.parametrize(
    ("p", "q", "bases"),
    [("augustus/human", "augustus/arabidopsis", 274), ("augustus/human", "snap/mam46.hmm", 4892)],
)
def test_lengths_of_real_pairs(root, p, q, bases):
    one, other = (read_models(root / "examples" / "gene-models" / name)[0].coding for name in (p, q))
    assert bases_to_tell_apart(ModelPair(one, other).chernoff_rate) == pytest.approx(bases, rel=0.02)


@pytest.mark.parametrize("seed", range(5))
def test_symmetric_and_below_both_relative_entropies(seed):
    p, q = content_model(seed, 2, 3), content_model(seed + 50, 1, 3)
    rates = ContentModels([p, q]).rates_by_position.mean(axis=-1)
    assert ModelPair(p, q).chernoff_rate == pytest.approx(ModelPair(q, p).chernoff_rate, rel=1e-5)
    assert 0 < ModelPair(p, q).chernoff_rate < min(rates[0, 1], rates[1, 0])
    assert ModelPair(p, p).chernoff_rate == pytest.approx(0.0, abs=1e-9)
