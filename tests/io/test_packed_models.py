"""Packed models are read as they are when unpacked; files that hold no such model are named."""

import bz2
import io
import lzma
import tarfile
import zipfile

import pytest

from klbio.errors import InputError
from klbio.io import read_models, recognised
from klbio.io.models import packed as packed_models
from klbio.steps.model_files import ModelFiles
from tests.io.test_genemark import modfile
from tests.io.test_motifs import MEME
from tests.packing import gzipped


@pytest.fixture
def packed(tmp_path):
    def pack(name: str, data: bytes):
        path = tmp_path / f"{name}.gz"
        path.write_bytes(gzipped(data))
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
        ("toy.cm", "INFERNAL-1 [1.0]\nNAME     toy\n", ["Infernal before 1.1", "cmconvert"]),
        ("toy.fa", ">one\nMKV-LLa\n", ["alignment", "hmmbuild", ".a3m", "klbio train"]),
        ("toy.sto", "# STOCKHOLM 1.0\n", ["Stockholm", "hmmbuild"]),
        ("x_exon_probs.pbl", "# exon\n[LENGTH]\n", ["one file of an AUGUSTUS species", "folder"]),
        ("toy.xml", '<?xml version="1.0"?>\n<MEME version="5.5">\n', ["MEME's XML", "meme.txt"]),
        (
            "toy.json",
            '{"startprob_": [1], "transmat_": [[1]], "means_": [[0]]}',
            ["hmmlearn", "docs/gene-models.md"],
        ),
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


SPECIES = ("arabidopsis", "fly")


def members(root, *species, prefix=""):
    """Files of species, by their names in an archive; nothing but what is read, for time."""
    folder = root / "examples" / "gene-models" / "augustus"
    return {
        f"{prefix}{name}/{file.name}": file.read_bytes()
        for name in species
        for file in sorted((folder / name).iterdir())
    }


def tar(path, files, mode="w:gz", links=()):
    with tarfile.open(path, mode) as archive:
        for name, data in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(data)
            archive.addfile(member, io.BytesIO(data))
        for name, target in links:
            member = tarfile.TarInfo(name)
            member.type, member.linkname = tarfile.SYMTYPE, target
            archive.addfile(member)
    return path


def same(one, other):
    return (one.name, one.coding.probabilities.tobytes(), list(one.sites)) == (
        other.name, other.coding.probabilities.tobytes(), list(other.sites)
    )  # fmt: skip


@pytest.mark.parametrize(
    ("name", "mode", "prefix"),
    [
        ("fly.tar.gz", "w:gz", "./species/"),  # as Galaxy packs a trained set
        ("fly.tgz", "w:gz", "config/species/"),
        ("fly.tar.bz2", "w:bz2", ""),
        ("fly.tar.xz", "w:xz", ""),
        ("fly.tar", "w", ""),
        ("dataset_17.dat", "w:gz", ""),
    ],
)
def test_a_species_in_an_archive_is_the_species(root, tmp_path, name, mode, prefix):
    other = {f"{prefix}README.txt": b"of a species", f"{prefix}._fly_exon_probs.pbl": b"\0macOS"}
    path = tar(tmp_path / name, members(root, "fly", prefix=prefix) | other, mode, links=[("latest", "/etc")])
    assert recognised(path) == "augustus"
    (one,), (plain,) = read_models(path), read_models(root / "examples/gene-models/augustus/fly")
    assert same(one, plain)
    assert [model.name for model in ModelFiles(models=[tmp_path]).read().value] == ["fly"]


def test_a_species_without_a_folder_is_called_as_its_archive(root, tmp_path):
    files = {name.split("/")[1]: data for name, data in members(root, "fly").items()}
    (one,) = read_models(tar(tmp_path / "mine.tar.gz", files))
    assert (one.name, "donor GT" in one.sites) == ("mine", True)


def test_several_models_of_an_archive_are_read(root, tmp_path):
    snap = (root / "examples/gene-models/snap/A.thaliana.hmm").read_bytes()
    files = members(root, *SPECIES) | {
        "snap/A.thaliana.hmm": snap,
        "toy.meme.gz": gzipped(MEME.encode()),
    }
    assert sorted(model.name for model in read_models(tar(tmp_path / "all.tar.gz", files))) == [
        "A.thaliana", "arabidopsis", "fly", "toy",
    ]  # fmt: skip
    assert [model.name for model in read_models(tmp_path / "all.tar.gz", "snap")] == ["A.thaliana"]
    with pytest.raises(InputError, match="an archive without a model"):
        read_models(tmp_path / "all.tar.gz", "geneid")
    path = tmp_path / "all.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    assert len(read_models(path)) == 4


def test_faults_in_an_archive_name_archive_file_and_line(root, tmp_path):
    files = members(root, "fly")
    name = "fly/fly_exon_probs.pbl"
    lines = files[name].split(b"\n")
    begin = lines.index(b"[EMISSION]")
    at = next(n for n, line in enumerate(lines) if n > begin and line.lower().startswith(b"aaaac"))
    lines[at] = lines[at].replace(b"0", b"x")
    with pytest.raises(InputError, match=rf"fly.tar.gz/fly/fly_exon_probs.pbl, line {at + 1}"):
        read_models(tar(tmp_path / "fly.tar.gz", files | {name: b"\n".join(lines)}))


def sparse(size):
    """A tar whose one member is said to have many bytes and holds none."""
    member = tarfile.TarInfo("fly/fly_exon_probs.pbl")
    member.size = size
    return member.tobuf() + bytes(1024)


def backwards():
    """A tar whose first member has a size below 0: what follows it would be itself."""
    buffer = bytearray(tarfile.TarInfo("x").tobuf())
    buffer[124:136] = b"\xff" * 10 + b"\xfe\x00"  # -512
    buffer[148:156] = b"        "
    buffer[148:156] = f"{sum(buffer):06o}".encode() + b"\0 "
    return bytes(buffer) + bytes(1024)


@pytest.mark.parametrize(
    ("files", "words"),
    [
        ({"../../etc/fly_exon_probs.pbl": b"x"}, "leads out of the archive"),
        ({"/etc/fly_exon_probs.pbl": b"x"}, "leads out of the archive"),
        ({"README.txt": b"words"}, "an archive without a model"),
        (sparse(1 << 40), "bytes"),
        (backwards(), "archive"),
        (bytes(257) + b"ustar" + bytes(800), "archive"),
    ],
)
def test_archives_that_are_refused(tmp_path, files, words):
    path = tmp_path / "fly.tar"
    if isinstance(files, bytes):
        path.write_bytes(files)
    else:
        tar(path, files, "w")
    assert recognised(path) is None
    with pytest.raises(InputError, match=words):
        read_models(path)


@pytest.mark.parametrize("pack", [lzma.compress, bz2.compress])
def test_what_unpacks_to_too_much_is_refused(tmp_path, monkeypatch, pack):
    monkeypatch.setattr(packed_models, "MOST_OF_OTHERS", 1 << 20)
    path = tmp_path / "a.tar.xz"
    path.write_bytes(pack(tarfile.TarInfo("x").tobuf() + bytes(1 << 21)))
    with pytest.raises(InputError, match="more than 1,048,576 bytes"):
        read_models(path)


@pytest.mark.parametrize("pack", [bz2.compress, lzma.compress])
def test_models_packed_otherwise(root, tmp_path, pack):
    plain = root / "examples" / "gene-models" / "hmmer" / "fn3.hmm"
    ending = "bz2" if pack is bz2.compress else "xz"
    path, half = tmp_path / f"fn3.hmm.{ending}", len(plain.read_bytes()) // 2
    path.write_bytes(
        pack(plain.read_bytes()[:half]) + pack(plain.read_bytes()[half:])
    )  # two streams in a row
    (one,), (other,) = read_models(path), read_models(plain)
    assert (repr(one), recognised(path)) == (repr(other), "hmmer")
    path.write_bytes(path.read_bytes()[:-30])
    with pytest.raises(InputError, match=r"cut off|damaged"):
        read_models(path)


def test_an_exon_file_alone_is_the_coding_model(root, tmp_path):
    folder = root / "examples/gene-models/augustus/fly"
    (whole,), (alone,) = read_models(folder), read_models(folder / "fly_exon_probs.pbl")
    assert (alone.name, list(alone.components)) == ("fly", ["coding"])
    assert alone.coding.probabilities.tobytes() == whole.coding.probabilities.tobytes()
    assert alone.findings[0].severity == "warning"
    assert "one file of a species" in alone.findings[0].text
    packed = tmp_path / "fly_exon_probs.pbl.gz"
    packed.write_bytes(gzipped((folder / "fly_exon_probs.pbl").read_bytes()))
    assert read_models(packed)[0].name == "fly"
    with pytest.raises(InputError, match=r"alone, only X_exon_probs.pbl is read"):
        read_models(folder / "fly_intron_probs.pbl")
