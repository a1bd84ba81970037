"""The order of a model, chosen on genes it was not learnt from: by hand, of known chains, of one gene."""

import math

import numpy as np
import pytest

from klbio.models.genes.coded_genes import CodedGenes
from klbio.models.genes.dealing import in_own_order
from klbio.models.genes.order_choice import OrderChoice
from klbio.models.markov.content_models import ContentModels
from klbio.models.training.sampled_genes import sample_genes
from klbio.models.training.words import Gene, WordCounts
from klbio.smoothing import Additive, MaximumLikelihood
from tests.models.zoo import content_model


def choice(order, n_genes, *, estimator=None, **more) -> OrderChoice:
    """Genes of 200 codons from a chain of known order."""
    law = content_model(5, order, 3, sharpness=3.0).comparable(order=order, epsilon=1e-4).probabilities
    genes = sample_genes(law, n_genes=n_genes, n_codons=200, seed=n_genes)
    words = [Gene(gene).words(8).astype(np.int32) for gene in genes]
    return OrderChoice(words, estimator or Additive(0.5), **more)


@pytest.mark.parametrize(("order", "n_genes", "expected"), [(2, 60, 2), (3, 60, 3), (4, 250, 4), (4, 12, 2)])
def test_the_order_of_a_chain_is_found_where_genes_are_enough(order, n_genes, expected):
    found = choice(order, n_genes)
    assert found.recommended.order == expected
    assert found.tried[-1].order == max(found.best.order + 2, 4)  # two that are worse end the search


def test_held_out_bits_are_those_that_nearest_takes():
    found = choice(2, 4)
    bits = CodedGenes([words.astype(np.int64) for words in in_own_order(found.genes)], 8)._held_out(2)
    assert found.tried[0].held_out == pytest.approx(bits)
    assert found.tried[0].cross_entropy == pytest.approx(bits.sum() / found.tried[0].likeliest.n_bases)


def test_how_genes_are_listed_says_nothing():
    listed = choice(2, 30)
    turned = OrderChoice(listed.genes[::-1], listed.estimator)
    for one, other in zip(listed.tried, turned.tried, strict=True):
        assert one.held_out.tolist() == other.held_out.tolist()
    assert listed.above_best == turned.above_best


def test_criteria_by_hand():
    found = choice(2, 20).tried[1]
    words = choice(2, 20).genes
    counts = WordCounts.of([one.astype(np.int64) for one in words], 8).shortened(3)
    with np.errstate(divide="ignore", invalid="ignore"):
        shares = counts.counts / counts.counts.sum(axis=-1, keepdims=True)
        bits = -np.nansum(counts.counts * np.log2(np.where(shares > 0, shares, 1.0)))
    n, seen = counts.counts.sum(), counts.counts.sum(axis=-1) > 0
    free = (counts.possible.sum(axis=-1) - 1)[seen].sum()
    assert (found.likeliest.n_bases, found.likeliest.n_free) == (n, free)
    assert found.aic == pytest.approx((bits + free / math.log(2)) / n)
    assert found.bic == pytest.approx((bits + free * math.log2(n) / 2) / n)


def test_the_errors_are_of_differences_between_orders():
    found = choice(3, 60)
    costs = dict(zip((one.order for one in found.tried), found.above_best, strict=True))
    assert costs[found.best.order] == (0.0, 0.0)
    assert 0 < costs[2][1] < costs[2][0] / 3


def test_an_order_that_was_asked_for_is_tried_and_zeros_cost_much():
    found = choice(2, 20, estimator=MaximumLikelihood(), up_to=6)
    assert [one.order for one in found.tried] == [2, 3, 4, 5, 6]
    assert found.recommended.order == 2
    assert (found.finding(2).severity, found.finding(6).severity) == ("note", "warning")
    assert math.isfinite(found.tried[-1].cross_entropy)


def test_one_gene_leaves_no_choice():
    assert choice(2, 1).tried == ()
    assert choice(2, 1).finding(2).text.startswith("one gene, so that none can be held out")


def test_the_loss_is_small_where_the_order_is_missed():
    """Few genes of order 4: the order taken predicts them better than their own."""
    law = content_model(5, 4, 3, sharpness=3.0)
    genes = [words.astype(np.int64) for words in choice(4, 12).genes]
    models = [WordCounts.of(genes, 8).shortened(k).coding_model() for k in (2, 4)]
    near, far = (float(ContentModels([law, model]).rates[0, 1]) for model in models)
    assert near < far
