"""Ranking candidates."""

import numpy as np
import pytest

from klbio.models import ContentModel, GCClass, GeneModel
from klbio.models.genes.nearest import GC_ONLY, neighbours, query_of_genes, query_of_model
from klbio.models.genes.scores import excess_per_base, table_code_lengths
from klbio.models.markov.content import comparable
from klbio.models.markov.gc_matching import gc_shifted
from klbio.models.markov.rates import bases_to_tell_apart, relative_entropy_rates
from klbio.models.training.estimate import gene_words, sample_genes
from tests.models.zoo import content_model


def gene_model(name: str, *seeds: int) -> GeneModel:
    return GeneModel(name, tuple(GCClass(content_model(seed, 2, period=3)) for seed in seeds))


def shifted(model: GeneModel, name: str, *shifts: float) -> GeneModel:
    table = comparable(model.coding, order=2, epsilon=1e-4)
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
    bits = [one.relative_entropy_query_candidate_bits for one in found]
    assert [one.name for one in found[:2]] == ["twin a", "twin b"]
    assert bits == sorted(bits)
    assert bits[:2] == [0.0, 0.0]
    assert [one.gc_matched_bits for one in found[:2]] == [0.0, 0.0]
    assert all(one.gc_matched_bits < one.relative_entropy_query_candidate_bits for one in found[2:])


def test_both_directions_and_the_length_are_those_of_the_rates():
    query, other = gene_model("query", 0), gene_model("other", 1)
    rates = relative_entropy_rates([query.coding, other.coding]).mean(axis=-1)
    (found,) = neighbours(query, [other])
    assert found.relative_entropy_query_candidate_bits == pytest.approx(rates[0, 1])
    assert found.relative_entropy_candidate_query_bits == pytest.approx(rates[1, 0])
    assert found.bases_to_tell_apart_stein == bases_to_tell_apart(rates[0, 1])


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
    assert far.relative_entropy_query_candidate_bits > 0.05
    # not 0, as each is smoothed before it is compared
    assert far.gc_matched_bits < 1e-4 < near.gc_matched_bits / 10


def test_the_closest_gc_class_counts_and_is_named():
    query = gene_model("query", 7)
    (found,) = neighbours(query, [gene_model("many", 5, 6, 7, 8)])
    assert (found.gc_class, found.gc_matched_class) == (2, 2)
    assert found.relative_entropy_query_candidate_bits == 0.0


def test_the_class_may_be_another_once_gc_is_matched():
    query = gene_model("query", 0)
    near = mixed(query, 4, 0.1)
    far = shifted(query, "", 2.0, 2.0, 2.0).coding
    (found,) = neighbours(query, [GeneModel("two", (GCClass(near), GCClass(far)))])
    assert (found.gc_class, found.gc_matched_class) == (0, 1)


def test_gc_only_is_what_a_model_without_any_knowledge_costs_once_matched():
    """Of a query that is GC content alone, nothing is left."""
    fair = comparable(GC_ONLY, order=2, epsilon=0.0)
    rich = ContentModel(gc_shifted(fair, np.array([0.4, -0.3, 1.5])))
    for model, least, most in ((rich, 0.0, 1e-6), (content_model(1, 2, period=3), 0.1, 2.0)):
        asked = query_of_model(model, order=2, epsilon=1e-4)
        plain, matched = asked.fitted([GC_ONLY], order=2, epsilon=1e-4)
        assert least <= matched.bits < most
        assert matched.bits < plain.bits


def test_genes_differ_from_their_code_lengths_by_a_constant():
    table = comparable(content_model(0, 2, period=3), order=2, epsilon=1e-4)
    genes = [gene_words(gene, 2) for gene in sample_genes(table, n_genes=5, n_codons=80, seed=1)]
    asked, order, epsilon = query_of_genes(genes, 2), 2, 1e-4
    n_bases = sum(len(words) for words in genes)
    fits = [
        asked.fitted([content_model(seed, 2, period=3)], order=order, epsilon=epsilon) for seed in range(4)
    ]
    for which in (0, 1):
        costs = table_code_lengths(genes, np.stack([fit[which].table for fit in fits])).sum(axis=0) / n_bases
        bits = np.array([fit[which].bits for fit in fits])
        assert costs - bits == pytest.approx(np.full(4, costs[0] - bits[0]), abs=1e-9)


def test_no_candidate_no_rank():
    assert neighbours(gene_model("query", 0), []) == []


def test_gc_matched_intervals_hold_the_truth_though_the_shifts_are_fitted():
    """Of 200 sets of twelve genes drawn from a model: what another costs more once its GC is matched."""
    model, other = content_model(3, 2, 3, sharpness=9.0), content_model(4, 2, 3, sharpness=9.0)
    table = comparable(model, order=2, epsilon=1e-4)
    asked = query_of_model(model, order=2, epsilon=1e-4)
    truth = asked.fitted([other], order=2, epsilon=1e-4)[1].bits
    held = 0
    for seed in range(200):
        drawn = [gene_words(gene, 2) for gene in sample_genes(table, n_genes=12, n_codons=60, seed=seed)]
        fit = query_of_genes(drawn, 2).fitted([other], order=2, epsilon=1e-4)[1]
        bits = table_code_lengths(drawn, np.stack([table, fit.table]))
        found = excess_per_base(bits, bits[:, 0], np.array([len(words) for words in drawn]))
        held += bool(found.low[1] <= truth <= found.high[1])
    assert 182 <= held <= 199
