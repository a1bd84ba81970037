"""Which pairs of models are listed codon by codon."""

import numpy as np
import pytest

from klbio.models import ContentModel, GCClass, GeneModel
from klbio.models.comparison.codons import FEW, CodonPairs
from klbio.models.comparison.gene_models import GeneModels


def comparison(n: int) -> CodonPairs:
    rng = np.random.default_rng(1)
    models = {}
    for i in range(n):
        coding, _ = ContentModel.scaled(rng.dirichlet(np.full(4, 5.0), (3, 16)))
        models[f"m{i}"] = GeneModel(f"m{i}", (GCClass(coding),))
    return CodonPairs(GeneModels(models, 1e-4))


def test_few_models_are_listed_pair_by_pair():
    few = comparison(3)
    assert len(few.frame()) == 6 * 64
    assert few.dropped() == []


def test_of_many_models_each_and_its_nearest():
    many = comparison(FEW + 1)
    listed = set(zip(*(many.frame()[column] for column in ("model_p", "model_q")), strict=True))
    assert {(q, p) for p, q in listed} == listed
    bits = many.models.contents["coding"].rates.copy()
    np.fill_diagonal(bits, np.inf)
    assert {(f"m{i}", f"m{j}") for i, j in enumerate(bits.argmin(axis=1))} <= listed
    (dropped,) = many.dropped()
    assert dropped.name == f"{420 - len(listed)} of 420 ordered pairs of coding models"


@pytest.mark.parametrize("n", [0, 1])
def test_a_model_alone_has_no_pair(n):
    assert comparison(n).frame().empty
    assert comparison(n).dropped() == []
