"""What the lint says of models built to be wrong in one way each, and nothing of a sound one."""

import numpy as np
import pytest

from klbio.models import ContentModel, GCClass, GeneModel
from klbio.models.comparison.gene_models import GeneModels
from tests.models.zoo import content_model

SOUND = ContentModel(content_model(1, 2, 3, 200.0).comparable(order=2, epsilon=0.0).probabilities)
FAIR = ContentModel(np.full((3, 1, 4), 0.25))  # 3 of 64 codons are stops
OVERFITTED = ContentModel(content_model(2, 3, 3, 1.0).comparable(order=3, epsilon=0.0).probabilities)


def found(**coding):
    models = {name: GeneModel(name, (GCClass(one),)) for name, one in coding.items()}
    return {
        name: [(finding.severity, finding.component, finding.text) for finding in findings]
        for name, findings in GeneModels(models, 1e-4).findings().items()
    }


def test_nothing_is_said_of_a_sound_model():
    assert found(sound=SOUND) == {"sound": []}


def test_stop_codons():
    assert FAIR.stop_mass_per_codon == pytest.approx(3 / 64)
    ((severity, component, text),) = found(fair=FAIR)["fair"]
    assert (severity, component) == ("warning", "coding")
    assert text.startswith("0.0469 in-frame stops per codon; if its genes are of another genetic code")


def test_over_fitting():
    cost = OVERFITTED.truncation_cost
    text = f"order 3 alone adds {cost:.3g} bits per base: trained on too little?"
    assert found(trained=OVERFITTED) == {"trained": [("warning", "coding", text)]}


def test_one_table_under_two_names_is_told_of_the_later_one():
    copy = ContentModel(SOUND.probabilities.copy())
    assert found(one=SOUND, two=copy) == {"one": [], "two": [("note", "coding", "the same table as 'one'")]}


def test_an_intergenic_model_that_is_the_introns_is_told():
    free, copy, other = (content_model(seed, 2, 1, 20.0) for seed in (3, 3, 4))
    for intergenic, told in ((copy, ["intergenic"]), (other, []), (None, [])):
        model = GeneModel("braker", (GCClass(SOUND, free, intergenic),))
        findings = GeneModels({"braker": model}, 1e-4).findings()["braker"]
        assert [finding.component for finding in findings if finding.severity == "warning"] == told
