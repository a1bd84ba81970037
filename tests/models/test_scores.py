"""Code lengths by plain loops, the jackknife against its definition, held-out models."""

import math

import numpy as np
import pytest
from scipy import stats

from klbio.errors import InputError
from klbio.models import ContentModel
from klbio.models.genes.coded_genes import CodedGenes, Excess
from klbio.models.markov.content_models import ContentModels
from klbio.models.training.sampled_genes import sample_genes
from klbio.models.training.words import Gene, WordCounts
from tests.models.zoo import content_model, naive_conditioned

MODEL = content_model(3, 2, 3, sharpness=9.0)
LAW = MODEL.comparable(order=2, epsilon=1e-4).probabilities


def genes(n_genes, n_codons, seed, order=2):
    return [
        Gene(one).words(order) for one in sample_genes(LAW, n_genes=n_genes, n_codons=n_codons, seed=seed)
    ]


def test_code_lengths_equal_plain_loops():
    gene = "ATGGCAAAATTTCCCGGG"
    words = [a + b for a in "ACGT" for b in "ACGT"]
    tables = naive_conditioned(MODEL, words, 1e-4)
    expected = -sum(math.log2(tables[i % 3][gene[i - 2 : i]][gene[i]]) for i in range(2, len(gene)))
    for order in (2, 4):  # a longer context only leaves out the first bases
        found = CodedGenes([Gene(gene.encode()).words(order)], order).code_lengths([MODEL], epsilon=1e-4)
        left_out = -sum(math.log2(tables[i % 3][gene[i - 2 : i]][gene[i]]) for i in range(2, order))
        assert found[0, 0] == pytest.approx(expected - left_out)


def test_the_mean_excess_of_genes_is_the_relative_entropy_rate():
    other = content_model(4, 2, 3, sharpness=9.0)
    drawn = genes(200, 200, seed=1)
    bits = CodedGenes(drawn, 2).code_lengths([MODEL, other], epsilon=1e-4)
    n_bases = np.array([len(one) for one in drawn])
    found = Excess.per_base(bits, bits[:, 0], n_bases)
    rate = ContentModels([MODEL, other]).rates_by_position.mean(axis=-1)[0, 1]
    assert found.bits[0] == found.low[0] == found.high[0] == 0.0
    assert (found.high[1] - found.low[1]) / found.bits[1] < 0.1
    assert found.bits[1] == pytest.approx(rate, rel=0.05)


def test_jackknife_equals_its_definition():
    rng = np.random.default_rng(5)
    bits, reference, n = rng.random((7, 1)) * 50, rng.random(7) * 30, rng.integers(10, 40, 7)
    extra = bits[:, 0] - reference
    without = [np.delete(extra, i).sum() / np.delete(n, i).sum() for i in range(7)]
    error = math.sqrt(6 / 7 * sum((x - np.mean(without)) ** 2 for x in without))
    found = Excess.per_base(bits, reference, n)
    assert found.high[0] - found.bits[0] == pytest.approx(stats.t.ppf(0.975, 6) * error)
    assert found.low[0] + found.high[0] == pytest.approx(2 * found.bits[0])


def test_intervals_hold_the_truth_as_often_as_they_say():
    other = content_model(4, 2, 3, sharpness=9.0)
    rate = ContentModels([MODEL, other]).rates_by_position.mean(axis=-1)[0, 1]
    held = 0
    for seed in range(200):
        drawn = genes(12, 60, seed)
        bits = CodedGenes(drawn, 2).code_lengths([MODEL, other], epsilon=1e-4)
        found = Excess.per_base(bits, bits[:, 0], np.array([len(one) for one in drawn]))
        held += bool(found.low[1] <= rate <= found.high[1])
    assert 182 <= held <= 199  # 190 +- 2.6 standard errors, and a first base out of turn


def test_one_gene_has_no_interval():
    found = Excess.per_base(np.array([[12.0]]), np.array([10.0]), np.array([10]))
    assert found.bits[0] == pytest.approx(0.2)
    assert np.isnan([found.low[0], found.high[0]]).all()


def test_a_held_out_model_never_saw_the_gene():
    drawn = genes(3, 100, seed=2)
    bits, order = CodedGenes(drawn, 2).held_out_code_lengths(2)
    others = WordCounts(WordCounts.of(drawn[1:], 2).counts).coding_model()
    assert order == 2
    assert bits[0] == pytest.approx(
        CodedGenes(drawn[:1], 2).code_lengths([others], epsilon=1e-9)[0, 0], rel=1e-5
    )


def test_few_genes_take_a_low_order_and_are_not_better_than_the_truth():
    drawn = genes(30, 100, seed=3, order=4)
    bits, order = CodedGenes(drawn, 4).held_out_code_lengths(4)
    truth = CodedGenes(drawn, 4).code_lengths([MODEL], epsilon=1e-4).sum()
    assert order == 2
    assert truth < bits.sum() < 1.1 * truth


def test_a_model_may_not_rule_bases_out():
    with pytest.raises(InputError, match="above 0"):
        CodedGenes(genes(1, 30, 1), 2).code_lengths([ContentModel(LAW)], epsilon=0.0)


def test_a_model_trained_on_the_genes_knows_them_and_one_of_other_genes_does_not():
    """The share of chance that it costs: next to none, a fifth to a half where it learnt from most, all of it."""
    first, second = genes(60, 100, seed=3), genes(60, 100, seed=4)
    asked = CodedGenes(first, 2)
    shares = []
    for learnt in (first, first + second[:20], second):
        model = WordCounts.of(learnt, 2).coding_model()
        bits = asked.code_lengths([model], epsilon=1e-9).sum() / asked.n_bases.sum()
        known = asked.trained_on(model, float(bits))
        shares.append(known[0] / known[1] if known else None)
    assert shares[0] < 0.02
    assert 0.02 < shares[1] < 0.4
    assert shares[2] is None
