"""Which pairs of models are told codon by codon."""

import numpy as np
import pytest

from klbio.models import ContentModel, GCClass, GeneModel
from klbio.models.comparison.codons import FEW, codon_rows, pairs_without_codons
from klbio.models.comparison.gene_models import GeneModels


def comparison(n: int) -> GeneModels:
    rng = np.random.default_rng(1)
    models = {}
    for i in range(n):
        coding, _ = ContentModel.scaled(rng.dirichlet(np.full(4, 5.0), (3, 16)))
        models[f"m{i}"] = GeneModel(f"m{i}", (GCClass(coding),))
    return GeneModels(models, 1e-4)


def test_few_models_are_told_pair_by_pair():
    few = comparison(3)
    assert len(list(codon_rows(few))) == 6 * 64
    assert pairs_without_codons(few) == []


def test_of_many_models_each_and_its_nearest():
    many = comparison(FEW + 1)
    told = {(row["model_p"], row["model_q"]) for row in codon_rows(many)}
    assert {(q, p) for p, q in told} == told
    bits = many.rates["coding"].mean(axis=-1)
    np.fill_diagonal(bits, np.inf)
    assert {(f"m{i}", f"m{j}") for i, j in enumerate(bits.argmin(axis=1))} <= told
    (dropped,) = pairs_without_codons(many)
    assert dropped["name"] == f"{420 - len(told)} of 420 ordered pairs of coding models"


@pytest.mark.parametrize("n", [0, 1])
def test_a_model_alone_has_no_pair(n):
    assert list(codon_rows(comparison(n))) == []
    assert pairs_without_codons(comparison(n)) == []
