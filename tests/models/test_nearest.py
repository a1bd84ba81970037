"""Ranking candidates."""

import numpy as np
import pytest

from klbio.errors import InputError
from klbio.models import ContentModel, GCClass, GeneModel
from klbio.models.comparison.nearest import Library
from klbio.models.comparison.ranking import Candidate
from klbio.models.genes.coded_genes import CodedGenes, Excess
from klbio.models.genes.query import GC_ONLY, Query, gc_shifted
from klbio.models.markov.content_models import ContentModels
from klbio.models.training.sampled_genes import sample_genes
from klbio.models.training.words import Gene
from tests.models.zoo import content_model


def gene_model(name: str, *seeds: int) -> GeneModel:
    return GeneModel(name, tuple(GCClass(content_model(seed, 2, period=3)) for seed in seeds))


def neighbours(query: GeneModel, models: list[GeneModel]) -> list[Candidate]:
    return Library({model.name: model for model in models}).by_model(query).by_cost


def shifted(model: GeneModel, name: str, *shifts: float) -> GeneModel:
    table = model.coding.comparable(order=2, epsilon=1e-4).probabilities
    return GeneModel(name, (GCClass(ContentModel.scaled(gc_shifted(table, np.array(shifts)))[0]),))


def test_ranks_by_the_querys_own_direction_and_breaks_ties_by_name():
    query = gene_model("query", 0)
    others = [
        gene_model("far", 1),
        gene_model("twin b", 0),
        gene_model("twin a", 0),
        gene_model("farther", 2),
    ]
    found = neighbours(query, others)
    bits = [one.excess.bits for one in found]
    assert [one.name for one in found[:2]] == ["twin a", "twin b"]
    assert bits == sorted(bits)
    assert bits[:2] == [0.0, 0.0]
    assert [one.gc_matched.bits for one in found[:2]] == [0.0, 0.0]
    assert all(one.gc_matched.bits < one.excess.bits for one in found[2:])


def test_both_directions_are_those_of_the_rates():
    query, other = gene_model("query", 0), gene_model("other", 1)
    rates = ContentModels([query.coding, other.coding]).rates_by_position.mean(axis=-1)
    (found,) = neighbours(query, [other])
    assert found.excess.bits == pytest.approx(rates[0, 1])
    assert found.reverse == pytest.approx(rates[1, 0])


def mixed(model: GeneModel, seed: int, share: float) -> ContentModel:
    """A model with a share of another in it."""
    other = content_model(seed, 2, period=3).probabilities
    return ContentModel.scaled((1 - share) * model.coding.probabilities + share * other)[0]


def test_a_cousin_of_other_gc_content_is_nearest_only_once_gc_is_matched():
    query = gene_model("query", 0)
    cousin = shifted(query, "cousin", 2.0, -2.0, 3.0)
    stranger = GeneModel("stranger", (GCClass(mixed(query, 4, 0.2)),))
    near, far = neighbours(query, [cousin, stranger])
    assert (near.name, far.name) == ("stranger", "cousin")
    assert far.excess.bits > 0.05
    # not 0, as each is smoothed before it is compared
    assert far.gc_matched.bits < 1e-4 < near.gc_matched.bits / 10


def test_the_closest_gc_class_counts_and_is_named():
    query = gene_model("query", 7)
    (found,) = neighbours(query, [gene_model("many", 5, 6, 7, 8)])
    assert (found.gc_class, found.gc_matched_class) == (2, 2)
    assert found.excess.bits == 0.0


def test_the_class_may_be_another_once_gc_is_matched():
    query = gene_model("query", 0)
    near = mixed(query, 4, 0.1)
    far = shifted(query, "", 2.0, 2.0, 2.0).coding
    (found,) = neighbours(query, [GeneModel("two", (GCClass(near), GCClass(far)))])
    assert (found.gc_class, found.gc_matched_class) == (0, 1)


def test_gc_only_is_what_a_model_without_any_knowledge_costs_once_matched():
    """Of a query that is GC content alone, nothing is left."""
    fair = GC_ONLY.comparable(order=2, epsilon=0.0).probabilities
    rich = ContentModel(gc_shifted(fair, np.array([0.4, -0.3, 1.5])))
    for model, least, most in ((rich, 0.0, 1e-6), (content_model(1, 2, period=3), 0.1, 2.0)):
        asked = Query.of(model.comparable(order=2, epsilon=1e-4))
        plain, matched = asked.fitted([GC_ONLY], epsilon=1e-4)
        assert least <= matched.bits < most
        assert matched.bits < plain.bits


def test_genes_differ_from_their_code_lengths_by_a_constant():
    table = content_model(0, 2, period=3).comparable(order=2, epsilon=1e-4).probabilities
    genes = [Gene(gene).words(2) for gene in sample_genes(table, n_genes=5, n_codons=80, seed=1)]
    asked, epsilon = CodedGenes(genes, 2).query, 1e-4
    n_bases = sum(len(words) for words in genes)
    fits = [asked.fitted([content_model(seed, 2, period=3)], epsilon=epsilon) for seed in range(4)]
    for which in (0, 1):
        costs = (
            CodedGenes(genes, 2).table_code_lengths(np.stack([fit[which].table for fit in fits])).sum(axis=0)
            / n_bases
        )
        bits = np.array([fit[which].bits for fit in fits])
        assert costs - bits == pytest.approx(np.full(4, costs[0] - bits[0]), abs=1e-9)


def test_without_a_candidate_there_is_nothing_to_rank():
    with pytest.raises(InputError, match="no gene model"):
        neighbours(gene_model("query", 0), [])


def test_gc_matched_intervals_hold_the_truth_though_the_shifts_are_fitted():
    """Of 200 sets of twelve genes drawn from a model: what another costs more once its GC is matched."""
    model, other = content_model(3, 2, 3, sharpness=9.0), content_model(4, 2, 3, sharpness=9.0)
    table = model.comparable(order=2, epsilon=1e-4).probabilities
    asked = Query.of(model.comparable(order=2, epsilon=1e-4))
    truth = asked.fitted([other], epsilon=1e-4)[1].bits
    held = 0
    for seed in range(200):
        drawn = [Gene(gene).words(2) for gene in sample_genes(table, n_genes=12, n_codons=60, seed=seed)]
        fit = CodedGenes(drawn, 2).query.fitted([other], epsilon=1e-4)[1]
        bits = CodedGenes(drawn, 2).table_code_lengths(np.stack([table, fit.table]))
        found = Excess.per_base(bits, bits[:, 0], np.array([len(words) for words in drawn]))
        held += bool(found.low[1] <= truth <= found.high[1])
    assert 182 <= held <= 199
