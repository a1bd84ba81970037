"""Ranking candidates."""

import pytest

from klbio.models import GCClass, GeneModel
from klbio.models.nearest import nearest
from klbio.models.rates import bases_to_tell_apart, relative_entropy_rates
from tests.models.zoo import content_model


def gene_model(name: str, seed: int) -> GeneModel:
    return GeneModel(name, (GCClass(content_model(seed, 2, period=3)),))


def test_ranks_by_the_querys_own_direction_and_breaks_ties_by_name():
    query = gene_model("query", 0)
    others = [
        gene_model("far", 1),
        gene_model("twin b", 0),
        gene_model("twin a", 0),
        gene_model("farther", 2),
    ]
    found = nearest(query, others)
    bits = [one.relative_entropy_query_candidate_bits for one in found]
    assert [one.name for one in found[:2]] == ["twin a", "twin b"]
    assert bits == sorted(bits)
    assert bits[:2] == [0.0, 0.0]


def test_both_directions_and_the_length_are_those_of_the_rates():
    query, other = gene_model("query", 0), gene_model("other", 1)
    rates = relative_entropy_rates([query.coding, other.coding]).mean(axis=-1)
    (found,) = nearest(query, [other])
    assert found.relative_entropy_query_candidate_bits == pytest.approx(rates[0, 1])
    assert found.relative_entropy_candidate_query_bits == pytest.approx(rates[1, 0])
    assert found.bases_to_tell_apart_stein == bases_to_tell_apart(rates[0, 1])


def test_no_candidate_no_rank():
    assert nearest(gene_model("query", 0), []) == []
