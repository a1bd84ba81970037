"""QIIME 2 artifacts: what stands in them, and what is refused of an archive, one fault each."""

import stat
import struct
import warnings
import zipfile

import numpy as np
import pytest

from klbio import read_taxa, read_taxonomy, read_tree
from klbio.distributions import Counts
from klbio.errors import InputError
from klbio.io.tables import biom
from klbio.taxa_table import TaxaTable

from .tables import RANKS, UUID, artifact, metadata, same, table

TSV = "Feature ID\tTaxon\tConfidence\nA\td__Bacteria; g__Blautia\t0.99\nB\td__Bacteria; g__\t0.7\n"
LAUGHS = "a0: &a0 [x, x]\n" + "".join(
    f"a{i + 1}: &a{i + 1} [{', '.join([f'*a{i}'] * 9)}]\n" for i in range(9)
)
NEWICK = "((A:0.1,B:0.2)0.95:0.3,C:0.4)root;"


def refused(path, *words, read=read_taxa):
    with pytest.raises(InputError) as caught:
        read(path)
    assert len(caught.value.faults) == 1, caught.value
    for word in words:
        assert word in str(caught.value)


def test_a_feature_table(tmp_path):
    found = read_taxa(artifact(tmp_path / "table.qza"))
    assert same(found, table())
    assert found.samples_known


def test_a_feature_table_of_biom_1(tmp_path):
    text = '{"rows": [{"id": "A"}], "columns": [{"id": "s"}], "shape": [1, 1], "data": [[0, 0, 4]]}'
    found = read_taxa(artifact(tmp_path / "t.qza", files={"data/feature-table.biom": text}))
    assert found.counts.dense().tolist() == [[4]]


def test_relative_frequencies_are_proportions_whatever_they_look_like(tmp_path):
    content = biom.written(TaxaTable(Counts(["s", "t"], ["A", "B"], np.array([[1, 0], [0, 1]]))))
    path = artifact(
        tmp_path / "t.qza", "FeatureTable[RelativeFrequency]", {"data/feature-table.biom": content}
    )
    assert read_taxa(path).counts.unit == "proportions"


def test_a_taxonomy_and_a_tree(tmp_path):
    found = read_taxonomy(artifact(tmp_path / "t.qza", "FeatureData[Taxonomy]", {"data/taxonomy.tsv": TSV}))
    assert (found.ranks, found.lineages["A"]) == (RANKS, ("Bacteria", "Blautia"))
    tree = read_tree(artifact(tmp_path / "n.qza", "Phylogeny[Rooted]", {"data/tree.nwk": NEWICK}))
    assert set(tree.tips) == {"A", "B", "C"}


def test_properties_of_a_type_are_none_of_ours(tmp_path):
    kind = "\"FeatureTable[Frequency % Properties('uniform-sampling')]\""
    assert same(read_taxa(artifact(tmp_path / "t.qza", kind)), table())


@pytest.mark.parametrize(
    ("kind", "read", "words"),
    [
        ("FeatureData[Taxonomy]", read_taxa, "Give it as the taxonomy (--taxonomy)"),
        ("Phylogeny[Rooted]", read_taxa, "Give it as the tree (--tree)"),
        ("Phylogeny[Unrooted]", read_tree, "midpoint-root"),
        ("FeatureTable[PresenceAbsence]", read_taxa, "FeatureTable[PresenceAbsence]"),
        ("FeatureTable[Composition]", read_taxa, "FeatureTable[Composition]"),
        ("SampleData[AlphaDiversity]", read_taxa, "SampleData[AlphaDiversity]"),
        ("FeatureData[Sequence]", read_taxonomy, "FeatureData[Sequence]"),
        ("Visualization", read_taxa, "a QIIME 2 visualization; expected"),
        ("Visualization", read_tree, "Give the artifact (.qza) that it was made from"),
    ],
)
def test_other_types_are_refused_by_name(tmp_path, kind, read, words):
    refused(artifact(tmp_path / "t.qza", kind, {"data/x": "x"}), words, read=read)


def entry(name, **fields):
    info = zipfile.ZipInfo(name)
    for field, value in fields.items():
        setattr(info, field, value)
    return info


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("../../etc/passwd", "leads out of the archive"),
        ("/etc/passwd", "leads out of the archive"),
        (f"{UUID}/../x", "leads out of the archive"),
        ("C:/x", "leads out of the archive"),
        (f"{UUID}\\x", "leads out of the archive"),
        ("other/x", "the one folder of a QIIME 2 artifact"),
        (f"__MACOSX/{UUID}", "the one folder of a QIIME 2 artifact"),
    ],
)
def test_names(tmp_path, name, words):
    refused(artifact(tmp_path / "t.qza", extra=[(entry(name), "x")]), words)


def test_a_link(tmp_path):
    link = entry(f"{UUID}/data/link", external_attr=(stat.S_IFLNK | 0o777) << 16, create_system=3)
    refused(artifact(tmp_path / "t.qza", extra=[(link, "/etc/passwd")]), "a link")


def test_a_file_twice(tmp_path):
    with warnings.catch_warnings(action="ignore"):
        path = artifact(tmp_path / "t.qza", extra=[(entry(f"{UUID}/metadata.yaml"), metadata("x"))])
    refused(path, "2 times in the archive")


def test_an_encrypted_file(tmp_path):
    path = artifact(tmp_path / "t.qza")
    data = bytearray(path.read_bytes())
    place = data.index(b"PK\x01\x02")
    data[place + 8] |= 1
    path.write_bytes(data)
    refused(path, "encrypted")


@pytest.mark.parametrize(("method", "words"), [(zipfile.ZIP_BZIP2, "bzip2"), (zipfile.ZIP_LZMA, "LZMA")])
def test_other_packing(tmp_path, method, words):
    refused(artifact(tmp_path / "t.qza", extra=[(entry(f"{UUID}/x", compress_type=method), "x")]), words)


def test_a_bomb_by_its_declared_size(tmp_path):
    path = artifact(tmp_path / "t.qza", files={"data/feature-table.biom": "x"})
    data = bytearray(path.read_bytes())
    place = data.rindex(b"PK\x01\x02")
    data[place + 24 : place + 28] = struct.pack("<I", 3_000_000_000)
    path.write_bytes(data)
    refused(path, "3,000,000,000 bytes packed into")


def test_a_bomb_of_zeros_is_not_unpacked(tmp_path):
    path = artifact(tmp_path / "t.qza", files={"data/feature-table.biom": bytes(2_000_000_000)})
    assert path.stat().st_size < 3_000_000
    refused(path, "feature-table.biom: 2,000,000,000 bytes; expected at most")


def test_more_bytes_than_declared(tmp_path):
    path = artifact(tmp_path / "t.qza", files={"data/feature-table.biom": "x" * 1000})
    data = bytearray(path.read_bytes())
    place = data.rindex(b"PK\x01\x02")
    data[place + 24 : place + 28] = struct.pack("<I", 10)
    path.write_bytes(data)
    refused(path, "damaged zip archive")


def test_damage_anywhere_is_a_fault(tmp_path):
    whole = artifact(tmp_path / "t.qza").read_bytes()
    for n in range(0, len(whole), len(whole) // 7):
        path = tmp_path / f"{n}.qza"
        path.write_bytes(whole[:n])
        with pytest.raises(InputError):
            read_taxa(path, "qza")


def test_a_flipped_byte_within_the_data(tmp_path):
    path = artifact(tmp_path / "t.qza")
    data = bytearray(path.read_bytes())
    data[data.index(b"feature-table.biom") + 400] ^= 255
    path.write_bytes(data)
    refused(path, "damaged zip archive")


def test_an_archive_of_many_files(tmp_path):
    path = artifact(tmp_path / "t.qza", extra=[(entry(f"{UUID}/{i}"), "") for i in range(10_001)])
    refused(path, "at most 10,000")


def test_zip64_is_read(tmp_path):
    path = tmp_path / "t.qza"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(f"{UUID}/metadata.yaml", metadata("FeatureTable[Frequency]"))
        with archive.open(f"{UUID}/data/feature-table.biom", "w", force_zip64=True) as file:
            file.write(biom.written(table()))
    assert same(read_taxa(path), table())


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (metadata("FeatureTable[Frequency]", UUID.replace("0b", "1b")), "that of the folder"),
        ("- a\n- b\n", "uuid, type and format"),
        ("type: !!python/object/apply:os.system [id]\n", "line 1"),
        (LAUGHS, "20,000 values"),
        ("x" * 70_000, "70,000 bytes"),
        ("{", "metadata.yaml"),
    ],
)
def test_metadata(tmp_path, text, words):
    files = {"metadata.yaml": text, "data/feature-table.biom": b""}
    with pytest.raises(InputError, match=words):
        read_taxa(artifact(tmp_path / "t.qza", files=files))


def test_an_artifact_without_its_table(tmp_path):
    refused(artifact(tmp_path / "t.qza", files={}), "an archive without", "feature-table.biom")


def test_a_table_with_a_wrong_index_is_refused_and_placed(tmp_path):
    path = artifact(tmp_path / "t.qza", files={"data/feature-table.biom": b"\x89HDF\r\n\x1a\nnothing"})
    refused(path, "t.qza, data/feature-table.biom: damaged HDF5")


def test_other_archives_are_none(tmp_path):
    with zipfile.ZipFile(tmp_path / "t.zip", "w") as archive:
        archive.writestr("table.tsv", "taxon\ts\nA\t1\n")
    with pytest.raises(InputError, match="zip archive"):
        read_taxa(tmp_path / "t.zip")
