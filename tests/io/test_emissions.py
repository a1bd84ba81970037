"""Emission tables: what is written comes back to the last bit, and every way to be broken has its line."""

import json
from dataclasses import replace

import numpy as np
import pytest

from klbio.alphabets import AMINO, DNA, RNA
from klbio.errors import InputError
from klbio.io import read_models
from klbio.io.models.emissions import sniff, write
from klbio.models import DesignEffect, Finding, GCClass, GeneModel, HiddenMarkovModel, ProfileHMM, SiteModel
from tests.models.zoo import content_model

HEAD = "model\tcomponent\tstate\tcontext\t"
GOOD = HEAD + "A\tC\tG\tT\ntoy\tmatch\t1\t\t.1\t.2\t.3\t.4\ntoy\tmatch\t2\t\t1\t0\t0\t0\n"


def gene_model(name="toy", order=2) -> GeneModel:
    site = SiteModel(np.full((4, 4), 0.25), -1)
    coding = replace(
        content_model(1, order, period=3), n_counts=900, design=DesignEffect(1.25, 1 + 1 / 3, 12.5)
    )
    klass = GCClass(coding, intron=content_model(2, 1, period=1))
    findings = (Finding.warning("coding", "few genes"), Finding.note("coding", "sixty genes"))
    return GeneModel(name, (klass,), {"donor GT": site}, findings=findings)


@pytest.fixture
def written(tmp_path):
    def write_text(text: str, name="toy.tsv"):
        path = tmp_path / name
        path.write_text(text)
        return path

    return write_text


@pytest.mark.parametrize("suffix", ["tsv", "json"])
def test_gene_models_come_back_to_the_last_bit(tmp_path, suffix):
    path = tmp_path / f"two.{suffix}"
    models = [gene_model("one"), gene_model("two", order=0)]
    write(models, path)
    back = read_models(path)
    assert [one.name for one in back] == ["one", "two"]
    assert {one.format for one in back} == {"emissions"}
    for one, other in zip(models, back, strict=True):
        assert list(one.components) == list(other.components)
        for name, content in one.components.items():
            assert np.array_equal(content.probabilities, other.components[name].probabilities)
            assert content.design == other.components[name].design
        assert other.sites["donor GT"].first == -1
        assert np.array_equal(one.sites["donor GT"].probabilities, other.sites["donor GT"].probabilities)
        assert other.findings == (Finding.warning("coding", "few genes"),)  # notes stay behind


@pytest.mark.parametrize("suffix", ["tsv", "json"])
def test_profiles_come_back_without_transitions(tmp_path, root, suffix):
    (profile,) = read_models(root / "examples" / "gene-models" / "hmmer" / "globins4.hmm")
    path = tmp_path / f"globins.{suffix}"
    write([profile], path)
    (back,) = read_models(path)
    assert isinstance(back, ProfileHMM)
    assert back.alphabet == AMINO
    assert back.match_emissions == pytest.approx(
        profile.match_emissions, abs=1e-5
    )  # HMMER's rows are off 1 by so much
    assert back.background == pytest.approx(profile.background, abs=1e-9)
    assert (back.transitions[:, 0] == 1).all()
    assert any("ungapped" in finding.text for finding in back.findings)


def test_the_alphabet_is_that_of_the_columns(written):
    (turned,) = read_models(written(GOOD.replace("A\tC\tG\tT", "T\tG\tC\tA")))
    assert turned.alphabet == DNA
    assert turned.match_emissions[0].tolist() == [0.4, 0.3, 0.2, 0.1]
    (rna,) = read_models(written(GOOD.replace("G\tT", "G\tU")))
    assert rna.alphabet == RNA
    (coins,) = read_models(written(HEAD + "heads\ttails\ncoin\tmatch\t1\t\t.5\t.5\n"))
    assert coins.alphabet.symbols == ("heads", "tails")
    assert coins.background.tolist() == [0.5, 0.5]


def test_rounding_is_scaled_and_told(written):
    (model,) = read_models(written(GOOD.replace(".4", ".401")))
    assert model.match_emissions[0].sum() == pytest.approx(1, abs=1e-12)
    assert any("scaled to 1" in finding.text for finding in model.findings)


ROW = "toy\tmatch\t1\t\t.1\t.2\t.3\t.4\n"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (
            GOOD.replace(".4", ".5"),
            ["line 2", "'toy'", "match state 1", "sums to 1.1", "docs/gene-models.md"],
        ),
        (GOOD.replace(".4", "nan"), ["line 2", "'nan'", "probabilities"]),
        (GOOD.replace(".4", "-0.1"), ["line 2", "'-0.1'"]),
        (GOOD.replace(".4", "many"), ["line 2", "'many'"]),
        (GOOD.replace("\t.4", ""), ["line 2", "7 fields", "8"]),
        (GOOD + ROW, ["line 4", "again"]),
        (GOOD.replace("\t2\t", "\t3\t"), ["no gap"]),
        (GOOD.replace("\t1\t\t", "\tone\t\t"), ["line 2", "'one'", "whole number"]),
        (GOOD.replace("G\tT", "G\tG"), ["symbols", "different"]),
        (GOOD.split("toy")[0], ["no row"]),
        (GOOD.replace("match", "coding"), ["coding", "without", "every context"]),
        (GOOD.replace("match", "intron"), ["'coding' over A, C, G, T"]),
        (GOOD + "toy\tdonor GT\t1\t\t.1\t.2\t.3\t.4\n", ["match states from 1"]),
        (GOOD + "#design_effects\ttoy\tcoding\t.5\t2\n", ["line 4", ".5, 2", "1 or more"]),
        (GOOD + "#design_effects\ttoy\tcoding\t1\t2\n", ["design effects of", "components that have rows"]),
    ],
)
def test_refusals_name_line_model_and_state(written, text, words):
    with pytest.raises(InputError) as caught:
        read_models(written(text))
    assert all(word in str(caught.value) for word in ["toy.tsv", *words])


def test_all_faults_come_at_once(written):
    with pytest.raises(InputError) as caught:
        read_models(written(GOOD.replace(".4", ".5").replace("1\t0\t0\t0", "1\t0\tx\t0")))
    assert [fault.line for fault in caught.value.faults] == [2, 3]


JSON = {
    "format": "klbio-emissions",
    "symbols": list("ACGT"),
    "rows": [{"model": "toy", "component": "match", "state": 1, "probabilities": [0.1, 0.2, 0.3, 0.4]}],
}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (json.dumps(JSON)[:-5], ["not JSON"]),
        (json.dumps(JSON | {"rows": 1}), ["'rows'"]),
        (json.dumps(JSON | {"rows": [{"model": "toy"}]}), ["row 1", "probabilities"]),
        (json.dumps(JSON | {"design_effects": {"toy": {"coding": 2}}}), ["design_effects '2'", "mean and"]),
        (json.dumps(JSON | {"warnings": {"toy": ["few"]}}), ["'warnings'", "pairs of component and text"]),
        (json.dumps(JSON | {"design_effects": {"toy": 2}}), ["design_effects", "components by model"]),
        (json.dumps(JSON).replace("0.4", "0.5"), ["row 1", "'toy'", "sums to 1.1"]),
    ],
)
def test_json_refusals(written, text, words):
    with pytest.raises(InputError) as caught:
        read_models(written(text, "toy.json"))
    assert all(word in str(caught.value) for word in ["toy.json", *words])


def test_only_models_of_one_alphabet_and_different_names_are_written(tmp_path, root):
    (profile,) = read_models(root / "examples" / "gene-models" / "hmmer" / "globins4.hmm")
    for models in ([gene_model(), profile], [gene_model(), gene_model()], []):
        with pytest.raises(InputError, match="one alphabet"):
            write(models, tmp_path / "out.tsv")
    hidden = HiddenMarkovModel("h", ("a", "b"), ("s",), [1.0], [[1.0]], [[0.5, 0.5]])
    with pytest.raises(InputError, match="hidden"):
        write([hidden], tmp_path / "out.tsv")


def test_sniff(written, tmp_path):
    assert sniff(written(GOOD))
    assert sniff(written(json.dumps(JSON), "toy.json"))
    assert not sniff(tmp_path)
    assert not sniff(written("kind\tstate\tto\tprobability\n"))
    assert not sniff(written("{}", "toy.json"))
