"""HMMs of pyhmmer and motifs of Biopython are the models that their files hold."""

import numpy as np
import pytest
from Bio import motifs
from Bio.Seq import Seq
from pyhmmer.plan7 import HMMFile

from klbio.alphabets import AMINO, DNA, RNA
from klbio.errors import InputError
from klbio.io import read_models
from klbio.models import GCClass, GeneModel
from klbio.models.comparison import Comparison
from klbio.models.interop import as_model
from tests.models.zoo import content_model

JASPAR = ">MA0001.1 AGL3\nA [ 0 3 79 40 ]\nC [94 75 4 3 ]\nG [ 1 0 3 4 ]\nT [ 2 19 11 50 ]\n"
TRANSFAC = "ID  any\nAC  T0001\nXX\nP0  A C G T\n01  1 2 3 4\n02  0 0 5 5\nXX\n//\n"


@pytest.fixture
def files(tmp_path):
    def written(text):
        (tmp_path / "m").write_text(text)
        return tmp_path / "m"

    return written


def same(one, other):
    np.testing.assert_array_equal(one.match_emissions, other.match_emissions)
    np.testing.assert_array_equal(one.transitions, other.transitions)
    np.testing.assert_array_equal(one.background, other.background)
    assert (one.name, one.accession, one.alphabet) == (other.name, other.accession, other.alphabet)


def test_an_hmm_is_the_profile_of_its_file(root):
    for path in sorted((root / "examples/gene-models/hmmer").glob("*.hmm")):
        with HMMFile(path) as handle:
            taken = [as_model(hmm) for hmm in handle]
        for one, other in zip(taken, read_models(path), strict=True):
            same(one, other)


@pytest.mark.parametrize(("format", "text"), [("jaspar", JASPAR), ("transfac", TRANSFAC)])
def test_a_motif_is_the_profile_of_its_file(files, format, text):
    path = files(text)
    with path.open() as handle:
        (motif,) = motifs.parse(handle, format)
    (read,) = read_models(path, "motifs")
    same(as_model(motif), read)


@pytest.mark.parametrize(
    ("letters", "alphabet"), [("ACGT", DNA), ("ACGU", RNA), ("".join(AMINO.symbols), AMINO)]
)
def test_a_motif_of_instances_keeps_its_background(letters, alphabet):
    motif = motifs.create([Seq(letters[:3]), Seq(letters[1:4])], alphabet=letters)
    motif.name = "mine"
    motif.background = {letter: 1 + (letter == "A") for letter in letters}
    profile = as_model(motif)
    assert profile.alphabet == alphabet
    assert profile.match_emissions[0].max() == 0.5
    assert profile.background.max() == pytest.approx(2 / (len(letters) + 1))


def test_a_comparison_takes_them_side_by_side(root):
    with HMMFile(sorted((root / "examples/gene-models/hmmer").glob("*.hmm"))[0]) as handle:
        hmm = next(handle)
    other = GeneModel("fair", (GCClass(content_model(1, 2, 3)),))
    assert set(Comparison([hmm, other]).models["kind"]) == {"profile HMM", "gene model"}


@pytest.mark.parametrize(
    ("model", "words"),
    [
        (3, "an object of type int; expected a GeneModel"),
        (
            motifs.Motif(alphabet="01", counts={"0": [1], "1": [2]}),
            "the alphabet 01; expected DNA, RNA or amino",
        ),
        (
            motifs.Motif(alphabet="ACGT", counts={letter: [1, 0] for letter in "ACGT"}),
            "columns without counts",
        ),
    ],
)
def test_what_is_refused(model, words):
    with pytest.raises(InputError, match=words):
        as_model(model)


def test_every_fault_of_a_comparison_at_once():
    with pytest.raises(InputError) as caught:
        Comparison({"a": 3, "b": "human.hmm"})
    assert len(caught.value.faults) == 2
