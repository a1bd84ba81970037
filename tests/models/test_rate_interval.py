"""The interval from training size: by hand, against simulation, its laws, and where there is none."""

import math
from dataclasses import replace

import numpy as np
import pytest

from klbio.errors import InputError
from klbio.models import ContentModel, DesignEffect
from klbio.models.markov.content_models import ContentModels
from klbio.models.markov.model_pair import ModelPair
from klbio.models.training.gene_model import Training
from klbio.models.training.sampled_genes import sample_genes
from klbio.models.training.words import Gene, WordCounts
from klbio.smoothing import Additive
from tests.models.zoo import content_model, random_sequence

LN2 = math.log(2)


def coin(heads: float, n: int | None) -> ContentModel:
    return ContentModel([[[heads, 1 - heads, 0, 0]]], n)


def test_two_coins_by_hand():
    """d = 1: biases 1/2N and the reference's; variances of the log-ratio and of the ratio; that of chi-squared."""
    p, q = np.array([0.5, 0.5]), np.array([0.6, 0.4])
    rate = (p * np.log(p / q)).sum()
    bias = 1 / (2 * 1000) + (p * (1 - q) / q).sum() / (2 * 2000)
    along = (p * np.log(p / q) ** 2).sum() - rate**2
    reference = (p**2 / q).sum() - 1
    floor = 1 / 2000 + 1 / 4000
    variance = (1 - bias / rate) * (along / 1000 + reference / 2000) + 2 * floor**2
    half = 1.959963984540054 * math.sqrt(variance)
    found = ModelPair(coin(0.5, 1000), coin(0.6, 2000), epsilon=0.0).interval
    assert found.corrected == pytest.approx((rate - bias) / LN2, rel=4e-3)  # redrawn 12,288 times
    assert found.low == pytest.approx((rate - bias - half) / LN2, rel=0.02)
    assert found.high == pytest.approx((rate - bias + half) / LN2, rel=4e-3)
    assert found.noise_floor == pytest.approx(floor / LN2, rel=0.02)
    assert found.excludes_zero


def test_variance_along_a_chain_is_that_of_its_log_likelihood_ratio():
    """Batch means of a long sequence: what one base more adds depends on the ones before."""
    p, q = (content_model(seed, 2, 1, 3.0) for seed in (1, 2))
    a, b = (model.comparable(order=2, epsilon=1e-4).probabilities for model in (p, q))
    bases = random_sequence(a, 200_000, seed=1)
    context = bases[:-2] * 4 + bases[1:-1]
    evidence = np.log2(a[0, context, bases[2:]] / b[0, context, bases[2:]])
    batches = evidence[: len(evidence) // 200 * 200].reshape(-1, 200).mean(axis=1)
    n = 10**9  # so large that the bias and the last term vanish
    found = ModelPair(ContentModel(p.probabilities, n), q).interval
    variance = ((found.high - found.low) / 2 / 1.96) ** 2 * n
    assert variance == pytest.approx(200 * batches.var(ddof=1), rel=0.12)


def estimated(model: ContentModel, n_genes: int, seed: int) -> ContentModel:
    genes = sample_genes(
        model.comparable(order=2, epsilon=0.0).probabilities, n_genes=n_genes, n_codons=100, seed=seed
    )
    return WordCounts(WordCounts.of([Gene(gene).words(2) for gene in genes], 2).counts).coding_model()


@pytest.mark.parametrize("known", [True, False])
def test_intervals_hold_the_truth_as_often_as_they_say(known):
    """Thirty pairs of models from 9,000 bases each: at most 5 misses, 1.5 being expected."""
    p, q = (content_model(seed, 2, 3, 9.0) for seed in (1, 2))
    truth = ContentModels([p, q]).rates_by_position[0, 1].mean()
    misses = 0
    for run in range(30):
        other = estimated(q, 30, 2 * run + 1) if known else q
        found = ModelPair(estimated(p, 30, 2 * run), other).interval
        misses += not found.low <= truth <= found.high
    assert misses <= 5


def test_two_models_of_one_source_lie_near_the_floor():
    p = content_model(1, 2, 3, 9.0)
    pairs = [(estimated(p, 40, 2 * run), estimated(p, 40, 2 * run + 1)) for run in range(12)]
    rates = [ContentModels(list(pair)).rates_by_position[0, 1].mean() for pair in pairs]
    found = [ModelPair(*pair).interval for pair in pairs]
    assert np.mean(rates) == pytest.approx(found[0].noise_floor, rel=0.08)
    assert sum(one.low > 0 for one in found) <= 2
    assert np.mean([one.corrected for one in found]) < 0.1 * np.mean(rates)


def test_a_lifted_model_has_the_parameters_it_was_estimated_with():
    """Order 2 written as order 3: the same interval against a model of order 3."""
    p, q = content_model(1, 2, 3, 9.0), content_model(2, 3, 3, 9.0)
    n = 50_000
    same = ModelPair(ContentModel(p.probabilities, n), ContentModel(q.probabilities)).interval
    by_order = (2 * LN2) * n * same.noise_floor
    assert by_order == pytest.approx(3 * 16 * 3 - 3, rel=0.04)  # three stops
    back = ModelPair(ContentModel(q.probabilities), ContentModel(p.probabilities, n)).interval
    assert (
        0 < back.low < ContentModels([q, p]).rates_by_position[0, 1].mean() < back.high + back.noise_floor * 2
    )


def test_more_bases_narrow_it():
    widths = [
        (found := ModelPair(coin(0.5, n), coin(0.6, n), epsilon=0.0).interval).high - found.low
        for n in (10**3, 10**4, 10**5)
    ]
    assert widths == sorted(widths, reverse=True)


@pytest.mark.parametrize(
    ("p", "q", "epsilon"),
    [
        pytest.param(coin(0.5, None), coin(0.6, None), 1e-4, id="unknown"),
        pytest.param(coin(0.5, 1000), coin(1.0, 1000), 0.0, id="infinite"),
    ],
)
def test_no_interval(p, q, epsilon):
    assert ModelPair(p, q, epsilon=epsilon).interval is None


def trained(genes: list[bytes], order: int = 2) -> ContentModel:
    training = Training(order=order)
    for gene in genes:
        training.add_gene("", gene)
    return training.model("half", Additive(0.5)).coding


def test_halves_of_genes_that_differ_from_each_other_cannot_be_told_apart():
    """Four kinds of genes: taken as one chain, halves of one set are called different."""
    genes = [
        gene
        for seed in (1, 2, 3, 4)
        for gene in sample_genes(
            content_model(seed, 2, 3, sharpness=3.0).comparable(order=2, epsilon=1e-4).probabilities,
            n_genes=20, n_codons=200, seed=seed,
        )
    ]  # fmt: skip
    called = np.zeros(2, int)
    for seed in range(3):
        order = np.random.default_rng(seed).permutation(len(genes))
        p, q = (trained([genes[i] for i in half]) for half in np.split(order, 2))
        for i, (one, other) in enumerate((
            (p, q), (replace(p, design=DesignEffect()), replace(q, design=DesignEffect())),
        )):  # fmt: skip
            called[i] += all(ModelPair(*pair).interval.excludes_zero for pair in ((one, other), (other, one)))
    assert p.design.mean > 1.5
    assert p.design.unevenness > 5  # three directions carry it all
    assert called.tolist() == [0, 3]


def test_one_gene_of_hundreds_of_repeats_does_not_tell_two_halves_apart():
    """Of real genomes, some have one: 12,000 bases that say one codon pair three hundred times."""
    law = content_model(1, 3, 3, sharpness=9.0).comparable(order=3, epsilon=1e-4).probabilities
    genes = sample_genes(law, n_genes=400, n_codons=100, seed=5)
    repeated = b"ATG" + b"GATAGCGATTCA" * 300 + b"TAA"
    p, q = trained([*genes[:200], repeated], 3), trained(genes[200:], 3)
    assert p.design.repeats > 100 > 10 > q.design.repeats
    forgetful = [replace(one, design=replace(one.design, repeats=0.0)) for one in (p, q)]
    assert all(ModelPair(*pair).interval.excludes_zero for pair in (forgetful, forgetful[::-1]))
    assert not any(ModelPair(*pair).interval.excludes_zero for pair in ((p, q), (q, p)))


def test_genes_of_one_chain_are_worth_their_bases():
    law = content_model(1, 2, 3, sharpness=9.0).comparable(order=2, epsilon=1e-4).probabilities
    design = trained(sample_genes(law, n_genes=300, n_codons=100, seed=3)).design
    assert (design.mean, design.unevenness) == pytest.approx((1.0, 1.0), abs=0.03)
    assert design.repeats < 5


@pytest.mark.parametrize("numbers", [(0.9, 1.0), (1.0, math.nan), (math.inf, 1.0), (1.0, 1.0, -1.0)])
def test_a_design_effect_below_1_is_refused(numbers):
    with pytest.raises(InputError, match="design effect"):
        DesignEffect(*numbers)


def test_bases_that_vary_twice_as_much_are_half_as_many():
    p, q = coin(0.5, 1000), coin(0.6, 2000)
    twice = ModelPair(*(replace(one, design=DesignEffect(2.0)) for one in (p, q)), epsilon=0.0).interval
    half = ModelPair(coin(0.5, 500), coin(0.6, 1000), epsilon=0.0).interval
    assert twice == half
