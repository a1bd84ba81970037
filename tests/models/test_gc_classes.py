"""GC classes matched: which with which, and the rates between them."""

import numpy as np
import pytest

from klbio.io import read_models
from klbio.models import ContentModel, GCClass, GeneModel
from klbio.models.genes.gc_classes import ClassMatch
from klbio.models.markov.content_models import ContentModels
from tests.models.zoo import content_model

FAIR = ContentModel(np.full((3, 1, 4), 0.25))


def model(*bands, coding=FAIR):
    """A gene model with a class for each band of GC content; None states none."""
    return GeneModel("toy", [GCClass(coding, gc_range=band) for band in bands])


def at(gc):
    return (gc, gc)


@pytest.mark.parametrize(
    ("p", "q", "matching", "pairs"),
    [
        pytest.param([at(0.4)], [at(0.6)], "one class each", [(0, 0)], id="one-each"),
        pytest.param([None], [at(0.4), at(0.6)], "one class against each", [(0, 0), (0, 1)], id="one-p"),
        pytest.param([at(0.4), at(0.6)], [at(0.5)], "one class against each", [(0, 0), (1, 0)], id="one-q"),
        pytest.param(
            [at(0.4), at(0.5), at(0.6)], [at(0.62), at(0.45)], "closest stated GC", [(0, 1), (1, 1), (2, 0)],
            id="points",
        ),
        pytest.param([at(0.5), at(0.6)], [at(0.4), at(0.6)], "closest stated GC", [(0, 0), (1, 1)], id="tie-first"),
        pytest.param(
            [at(0.44), at(0.56)], [(0, 0.45), (0.45, 0.55), (0.55, 1)], "closest stated GC", [(0, 0), (1, 2)],
            id="bands-hold-points",
        ),
        pytest.param(
            [(0, 0.5), (0.5, 1)], [at(0.1), at(0.3), at(0.9)], "closest stated GC", [(0, 1), (1, 2)],
            id="several-in-the-band",
        ),
    ],
)  # fmt: skip
def test_matches(p, q, matching, pairs):
    found = ClassMatch.of(model(*p), model(*q))
    assert (found.matching, list(found.pairs)) == (matching, pairs)


def test_without_stated_gc_the_coding_sequence_stands_in():
    rows = [[0.4, 0.1, 0.1, 0.4], [0.1, 0.4, 0.4, 0.1]]
    poor, rich = (GCClass(ContentModel(np.tile(row, (3, 1, 1)))) for row in rows)
    stated = model(at(0.2), at(0.3))  # of fair sequence both
    found = ClassMatch.of(GeneModel("p", (poor, rich)), GeneModel("q", (rich, poor)))
    assert (found.matching, found.pairs) == ("closest GC of coding sequence", ((0, 1), (1, 0)))
    assert ClassMatch.of(GeneModel("p", (poor, rich)), stated).matching == "closest GC of coding sequence"


def test_rates_are_those_of_all_pairs_whatever_the_orders():
    models = [content_model(seed, order, 3) for seed, order in enumerate([1, 2, 3, 2])]
    pairs = [(0, 1), (1, 0), (3, 2), (2, 3), (1, 3), (2, 2)]
    expected = ContentModels(models).rates_by_position.mean(axis=-1)
    assert ContentModels(models).rates_of(pairs) == pytest.approx(
        [expected[pair] for pair in pairs], abs=1e-12
    )
    assert ContentModels(models).rates_of([(2, 2)]).tolist() == [0]
    assert ContentModels(models).rates_of([]).tolist() == []


def test_real_classes(root, shared):
    """Honeybee's seven classes and rice's four, geneid's three for human; all of them say what they are for."""
    folder = root / "examples" / "gene-models" / "augustus"
    bee, rice = (read_models(folder / name)[0] for name in ("honeybee1", "rice"))
    assert [one.gc for one in bee.classes] == [at(gc) for gc in (0.2, 0.25, 0.3, 0.35, 0.4, 0.45, 0.5)]
    assert ClassMatch.of(bee, rice).pairs == ((0, 0), (1, 0), (2, 0), (3, 0), (4, 0), (5, 2), (6, 3))
    geneid = read_models(shared / "models" / "geneid" / "human3iso.param")[0]
    assert [one.gc for one in geneid.classes] == [(0, 0.45), (0.45, 0.55), (0.55, 1)]
    assert ClassMatch.of(geneid, rice).pairs == ((0, 0), (1, 3), (2, 3))
