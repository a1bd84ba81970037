"""Codon usage and the chain rule over the genetic code."""

import math

import numpy as np
import pytest
from Bio.Data.CodonTable import standard_dna_table
from hypothesis import given
from hypothesis import strategies as st

from klbio.alphabets import CODONS
from klbio.models import ContentModel
from klbio.models.markov.codons import codon_terms
from klbio.models.markov.content_models import ContentModels
from klbio.models.markov.genetic_code import genetic_code
from tests.models.zoo import content_models


def of_codon(law: dict[str, float]) -> ContentModel:
    """A model of order 2 whose codons are independent draws from `law`."""
    counts = np.full((4, 4, 4), 0.0)
    for codon, mass in law.items():
        counts["ACGT".index(codon[0]), "ACGT".index(codon[1]), "ACGT".index(codon[2])] = mass
    first = np.tile(counts.sum(axis=(1, 2)), (16, 1))
    second = np.tile(counts.sum(axis=2), (4, 1))
    return ContentModel.scaled(np.stack([first, second, counts.reshape(16, 4)]))[0]


def test_the_code_is_the_standard_one():
    table = standard_dna_table.forward_table | dict.fromkeys(standard_dna_table.stop_codons, "*")
    assert "".join(table[codon] for codon in CODONS.symbols) == genetic_code().acids


def test_codon_law_gives_back_the_codons_put_in():
    law = {"AAA": 0.5, "AAG": 0.2, "GAT": 0.3}
    expected = [law.get(codon, 0.0) for codon in CODONS.symbols]
    rows = of_codon(law).probabilities
    known = np.where(rows.sum(axis=-1, keepdims=True) > 0, rows, 0.25)
    assert ContentModel(known).codon_usage == pytest.approx(expected)


def test_one_synonym_for_another():
    """Lysine is AAA in p, AAA or AAG alike in q: 1 bit of which codon for half of the codons, none of which acid."""
    p, q = of_codon({"AAA": 0.5, "GAT": 0.5}), of_codon({"AAA": 0.25, "AAG": 0.25, "GAT": 0.5})
    found = ContentModels([p, q], epsilon=0.0).codon_divergence
    assert (found.codon[0, 1], found.amino_acid[0, 1], found.synonymous[0, 1]) == pytest.approx(
        (0.5, 0.0, 0.5)
    )
    assert math.isinf(found.codon[1, 0])
    assert math.isinf(found.synonymous[1, 0])
    assert found.amino_acid[1, 0] == pytest.approx(0.0)


def test_one_amino_acid_for_another():
    p, q = of_codon({"AAA": 0.75, "GAT": 0.25}), of_codon({"AAA": 0.25, "GAT": 0.75})
    found = ContentModels([p, q], epsilon=0.0).codon_divergence
    assert found.amino_acid[0, 1] == pytest.approx(0.5 * math.log2(3))
    assert found.synonymous == pytest.approx(np.zeros((2, 2)))


def test_independent_codons_say_all_there_is():
    """Where codons are drawn independently, D(codon) = 3 x the rate per base."""
    law = {"AAA": 0.2, "AAG": 0.1, "GAT": 0.3, "CTG": 0.15, "CTA": 0.25}
    p, q = of_codon(law), of_codon(dict(zip(law, reversed(law.values()), strict=True)))
    found = ContentModels([p, q], epsilon=0.0).codon_divergence
    assert found.codon == pytest.approx(
        3 * ContentModels([p, q], epsilon=0.0).rates_by_position.mean(axis=-1)
    )


@given(st.lists(content_models(period=3), min_size=2, max_size=3))
def test_chain_rule(models):
    """D(codon) = D(amino acid) + D(codon | amino acid), of a model from itself 0."""
    found = ContentModels(models).codon_divergence
    assert found.codon == pytest.approx(found.amino_acid + found.synonymous, abs=1e-12)
    assert (np.diagonal(found.codon) == 0).all()


@given(st.lists(content_models(period=3), min_size=2, max_size=2))
def test_terms_of_codons_sum_to_their_relative_entropy(models):
    """Both ways of splitting give one sum; no contribution is negative."""
    p, q = ContentModels(models).codon_usage
    terms, contributions = codon_terms(p, q)
    whole = ContentModels(models).codon_divergence.codon[0, 1]
    assert terms.sum() == pytest.approx(whole, abs=1e-12)
    assert contributions.sum() == pytest.approx(whole, abs=1e-12)
    assert (contributions >= 0).all()


def test_terms_by_hand():
    """AAA is half of p and a quarter of q: 1/2 log2 2; CTA is never used by either."""
    p, q = ContentModels(
        [of_codon({"AAA": 0.5, "GAT": 0.5}), of_codon({"AAA": 0.25, "GAT": 0.75})], epsilon=0.0
    ).codon_usage
    terms, contributions = (dict(zip(CODONS.symbols, part, strict=True)) for part in codon_terms(p, q))
    assert (terms["AAA"], terms["GAT"]) == pytest.approx((0.5, 0.5 * math.log2(2 / 3)))
    assert contributions["AAA"] == pytest.approx(0.5 - 0.25 / math.log(2))
    assert terms["CTA"] == contributions["CTA"] == 0
