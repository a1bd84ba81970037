"""Metadata of BIOM tables in the shapes that programs write them."""

import json

import biom
import h5py
import numpy as np
import pytest

from klbio import read_taxa, write_table
from klbio.distributions import Counts
from klbio.errors import InputError, InputWarning
from klbio.taxa_table import TaxaTable
from klbio.taxonomy import Taxonomy

from .tables import SAMPLES, TAXA, VALUES, same, table

PARTS = ["k__Bacteria", "p__Firmicutes", "g__Blautia"]


def json_table(path, rows, columns=({"id": "s", "metadata": None},), **more):
    document = {
        "rows": [{"id": f"t{i}", "metadata": entry} for i, entry in enumerate(rows)], "columns": list(columns),
        "matrix_type": "dense", "shape": [len(rows), len(columns)], "data": [[1] * len(columns)] * len(rows), **more,
    }  # fmt: skip
    path.write_text(json.dumps(document))
    return path


@pytest.mark.parametrize(
    "entry",
    [
        {"taxonomy": PARTS},
        {"taxonomy": "; ".join(PARTS)},
        {"taxonomy": str(PARTS)},
        {"taxonomy": json.dumps(PARTS)},
        {"Taxon": ";".join(PARTS), "Confidence": 0.9},
        {"ConsensusLineage": "; ".join(PARTS)},
        {"taxonomy1": PARTS[0], "taxonomy2": PARTS[1], "taxonomy3": PARTS[2]},
        {"Kingdom": "Bacteria", "Phylum": "Firmicutes", "Genus": "Blautia"},
        {"taxonomy": [*PARTS, None]},
        {"taxonomy": {"Kingdom": "no"}, "Kingdom": "Bacteria", "Phylum": "Firmicutes", "Genus": "Blautia"},
    ],
)
def test_lineages_of_one_taxon(tmp_path, entry):
    found = read_taxa(json_table(tmp_path / "t.biom", [entry, None])).taxonomy
    if isinstance(entry.get("taxonomy"), dict):
        return
    assert [name for name in found.lineages["t0"] if name] == ["Bacteria", "Firmicutes", "Blautia"]
    assert not any(found.lineages["t1"])


def test_entries_that_are_no_objects_say_nothing(tmp_path):
    found = read_taxa(json_table(tmp_path / "t.biom", ["", [], None, 3]))
    assert (found.taxonomy, found.metadata) == (None, None)


def test_metadata_of_samples_are_text(tmp_path):
    entries = [
        {"id": "a", "metadata": {"sample": "x", "n": 7.0, "ok": True}},
        {"id": "b", "metadata": {"l": ["x"]}},
    ]
    sheet = read_taxa(json_table(tmp_path / "t.biom", [None], entries)).metadata
    assert sheet.columns == ("sample", "sample (metadata)", "n", "ok", "l")
    assert [tuple(row.fields.values()) for row in sheet] == [
        ("a", "x", "7", "TRUE", ""),
        ("b", "", "", "", '["x"]'),
    ]


def test_what_is_written_comes_back_and_biom_format_reads_it(tmp_path):
    write_table(table(), tmp_path / "t.biom")
    assert same(read_taxa(tmp_path / "t.biom"), table())
    found = biom.load_table(str(tmp_path / "t.biom"))
    assert (list(found.ids()), list(found.ids("observation"))) == (SAMPLES, TAXA)
    assert found.metadata("2", "observation")["taxonomy"] == ["d__Bacteria", "g__"]
    assert dict(found.metadata("日")) == {"body site": 'gut, "é"', "a/b": "2.50"}


@pytest.mark.parametrize("shape", [(1, 1), (7, 3), (40, 60)])
def test_biom_format_is_the_plain_twin(tmp_path, shape):
    rng = np.random.default_rng(1)
    counts = Counts(
        [f"s{i}" for i in range(shape[0])], [f"t{i}" for i in range(shape[1])], rng.poisson(0.7, shape)
    )
    write_table(counts, tmp_path / "t.biom")
    text = biom.load_table(str(tmp_path / "t.biom")).to_json("test")
    (tmp_path / "t.json").write_text(text)
    for name in ("t.biom", "t.json"):
        plain, found = biom.load_table(str(tmp_path / name)), read_taxa(tmp_path / name).counts
        assert (tuple(plain.ids()), tuple(plain.ids("observation"))) == (found.samples, found.labels)
        assert (plain.matrix_data.T.toarray() == found.dense()).all()


@pytest.mark.parametrize(
    "ranks",
    [
        ("domain", "supergroup", "division"),
        ("domain", "Guild", "genus"),
        ("kingdom", "superphylum", "species hypothesis"),
    ],
)
def test_unusual_ranks_come_back(tmp_path, ranks):
    taxonomy = Taxonomy(ranks, {taxon: ("Eukaryota", f"A{i}", f"B{i}") for i, taxon in enumerate(TAXA)})
    taxonomy = (
        taxonomy
        if ranks[0] == "domain"
        else Taxonomy(ranks, {t: ("Fungi", *n[1:]) for t, n in taxonomy.lineages.items()})
    )
    write_table(table(taxonomy=taxonomy), tmp_path / "t.biom")
    assert same(read_taxa(tmp_path / "t.biom"), table(taxonomy=taxonomy))


def test_fractions_are_proportions_and_a_few_are_damage(tmp_path):
    shares = VALUES / VALUES.sum(axis=1, keepdims=True)
    write_table(Counts(SAMPLES, TAXA, shares), tmp_path / "t.biom")
    found = read_taxa(tmp_path / "t.biom").counts
    assert found.unit == "proportions"
    assert (found.dense() == shares).all()
    write_table(Counts(SAMPLES, TAXA, VALUES + np.diag([0, 0, 0.5])), tmp_path / "t.biom")
    with pytest.raises(InputError, match="fractional values in sample '日'"):
        read_taxa(tmp_path / "t.biom")


def test_metadata_of_another_length_are_passed_over_and_named(tmp_path):
    write_table(table(), tmp_path / "t.biom")
    with h5py.File(tmp_path / "t.biom", "a") as handle:
        handle["sample/metadata/short"] = [1, 2]
    with pytest.warns(InputWarning, match="sample/metadata/short, with other than 3 values"):
        assert same(read_taxa(tmp_path / "t.biom"), table())


@pytest.mark.parametrize("name", ["a\0b", "\ud800"])
def test_names_that_hdf5_ends_early_are_not_written(tmp_path, name):
    with pytest.raises(InputError, match="null characters"):
        write_table(TaxaTable(Counts([name], ["t"], [[1]])), tmp_path / "t.biom")
    assert not list(tmp_path.iterdir())


def test_a_lineage_that_would_be_read_as_another_is_not_written(tmp_path):
    taxonomy = Taxonomy(("domain", "genus"), {"2": ("Bacteria", "uncultured")})
    with pytest.raises(InputError, match="genus 'uncultured' of taxon '2'"):
        write_table(table(taxonomy=taxonomy), tmp_path / "t.biom")
