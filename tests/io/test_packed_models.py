"""Gzipped models are read as they are when unpacked; files that hold no such model are named."""

import gzip
import io
import tarfile

import pytest

from klbio.errors import InputError
from klbio.io import read_models, recognised
from klbio.steps.model_files import ModelFiles
from tests.io.test_genemark import modfile
from tests.io.test_motifs import MEME


@pytest.fixture
def packed(tmp_path):
    def pack(name: str, data: bytes):
        path = tmp_path / f"{name}.gz"
        path.write_bytes(gzip.compress(data))
        return path

    return pack


@pytest.mark.parametrize("name", ["hmmer/fn3.hmm", "hmmer/MADE1.hmm", "snap/A.thaliana.hmm"])
def test_a_gzipped_model_is_the_model(root, packed, name):
    plain = root / "examples" / "gene-models" / name
    path = packed(plain.name, plain.read_bytes())
    assert recognised(path) == recognised(plain)
    (one,), (other,) = read_models(path), read_models(plain)
    assert one.name == other.name
    assert repr(one) == repr(other)


def test_a_file_beside_its_packed_self_is_another(packed):
    path = packed("toy.mod", modfile().encode())
    path.with_suffix("").write_text("nothing")
    (model,) = read_models(path)
    assert model.name == "toy"


def test_a_folder_holds_gzipped_models(packed, tmp_path):
    packed("toy.meme", MEME.encode())
    assert [one.name for one in ModelFiles(models=[tmp_path]).read().value] == ["toy"]


def test_faults_of_a_gzipped_model_name_the_packed_file(packed):
    path = packed("toy.mod", modfile().replace("AAC ", "AAX ").encode())
    with pytest.raises(InputError) as caught:
        read_models(path)
    assert "toy.mod.gz, line 6" in str(caught.value) or "toy.mod.gz: line 6" in str(caught.value)


def test_a_cut_gzip_file_is_refused(packed):
    path = packed("toy.mod", modfile().encode())
    path.write_bytes(path.read_bytes()[:-20])
    with pytest.raises(InputError, match="truncated gzip"):
        read_models(path)


KAZUSA = "\n".join(
    f"UU{a} 17.6({i}4298)  UC{a} 15.2({i}8892)  UA{a} 12.2({i}5645) UG{a} 10.6({i}123)"
    for i, a in enumerate("UCAG")
)


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("toy.cm", "INFERNAL1/a [1.1.4 | Dec 2020]\nNAME     toy\n", ["Infernal", "HMMER3/f"]),
        ("toy.a3m", ">one\nMKV-LLa\n", ["alignment", "hhmake", "klbio train"]),
        ("toy.sto", "# STOCKHOLM 1.0\n", ["Stockholm", "hmmbuild"]),
        ("x_exon_probs.pbl", "# exon\n[LENGTH]\n", ["one file of an AUGUSTUS species", "folder"]),
        ("toy.xml", '<?xml version="1.0"?>\n<MEME version="5.5">\n', ["MEME's XML", "meme.txt"]),
        ("toy.json", '{"startprob_": [1], "transmat_": [[1]]}', ["hmmlearn", "docs/gene-models.md"]),
        ("toy.txt", KAZUSA, ["part of a codon-usage table", "64 codons"]),
        ("toy.doc", "some words\n", ["does not recognise", "model sheet (--sheet), column format"]),
    ],
)
def test_other_files_are_named(tmp_path, name, text, words):
    path = tmp_path / name
    path.write_text(text)
    with pytest.raises(InputError) as caught:
        read_models(path)
    assert all(word in str(caught.value) for word in words)
    assert "--format" not in str(caught.value)


def test_a_packed_species_is_named(tmp_path):
    path = tmp_path / "toy.tar.gz"
    with tarfile.open(path, "w:gz") as archive:
        member = tarfile.TarInfo("toy/toy_exon_probs.pbl")
        archive.addfile(member, io.BytesIO())
    with pytest.raises(InputError, match=r"archive \(tar\).*folder of the species"):
        read_models(path)
