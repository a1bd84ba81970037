"""Which pairs of gene models are listed, and which of them state by state."""

from itertools import permutations

import numpy as np
import pytest

from klbio.models import ContentModel, GCClass, GeneModel
from klbio.models.comparison import Comparison
from klbio.models.comparison import listed_pairs as room

TABLES = {"pairs": 6, "codons": 6 * 64, "states": 18, "gc_classes": 12}  # of three models


def models(n):
    rng = np.random.default_rng(1)
    tables = [ContentModel.scaled(rng.dirichlet(np.full(4, 5.0), (3, 16)))[0] for _ in range(n + 1)]
    return {f"m{i}": GeneModel(f"m{i}", (GCClass(tables[i]), GCClass(tables[i + 1]))) for i in range(n)}


def listed(table):
    return set(zip(table["model_p"], table["model_q"], strict=True))


def test_few_models_are_listed_pair_by_pair():
    few = Comparison(models(3))
    assert {name: len(getattr(few, name)) for name in TABLES} == TABLES
    assert few.dropped.empty


def test_of_more_models_each_and_its_nearest_in_detail(monkeypatch):
    monkeypatch.setattr(room, "FEW", 5)
    many = Comparison(models(8))
    bits = many._genes.contents["coding"].rates.copy()
    np.fill_diagonal(bits, np.inf)
    nearest = {(f"m{i}", f"m{j}") for i, j in enumerate(bits.argmin(axis=1).tolist())}
    nearest |= {(q, p) for p, q in nearest}
    assert len(many.pairs) == 56
    for name in ("codons", "states", "gc_classes"):
        assert listed(getattr(many, name)) == nearest
    (name,) = many.dropped["name"]
    assert name == f"{56 - len(nearest)} of 56 ordered pairs of coding models"


def test_of_very_many_models_each_with_a_few_and_the_two_farthest_apart(monkeypatch):
    monkeypatch.setattr(room, "FEW", 5)
    every = Comparison(models(9)).pairs.set_index(["model_p", "model_q"])
    monkeypatch.setattr(room, "MANY", 6)
    monkeypatch.setattr(room, "NEAREST", 2)
    some = Comparison(models(9))
    bits = some._genes.contents["coding"].rates.copy()
    np.fill_diagonal(bits, np.inf)
    near = {(f"m{i}", f"m{j}") for i, row in enumerate(bits) for j in row.argsort()[:2].tolist()}
    assert near | {every["relative_entropy_bits"].idxmax()} <= listed(some.pairs)
    assert len(listed(some.pairs)) <= 2 * (9 * 2 + 1)
    found = some.pairs.set_index(["model_p", "model_q"])
    assert found.equals(every.loc[found.index])
    assert some.dropped["reason"].str.contains("its 2 nearest").tolist() == [True, False]


def test_groups_are_counted_over_all_pairs(monkeypatch):
    monkeypatch.setattr(room, "MANY", 3)
    given = models(6)
    of_two = dict(zip(given, "aaabbb", strict=True))
    assert listed(Comparison(given, groups=of_two).pairs) == set(permutations(given, 2))


@pytest.mark.parametrize("n", [1, 2])
def test_a_model_alone_has_no_pair(n):
    found = Comparison(models(n))
    assert len(found.pairs) == n * (n - 1)
    assert found.dropped.empty
