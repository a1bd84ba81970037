"""`klbio convert`: what goes in comes out, in every format, or is refused."""

import filecmp

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from klbio import read_taxa, write_table
from klbio.distributions import Counts
from klbio.errors import InputError, InputWarning
from klbio.io import TABLE_WRITERS
from klbio.steps.convert import convert_table
from klbio.taxa_table import TaxaTable
from klbio.taxonomy import Taxonomy
from tests.io.containers.tables import SAMPLES, TAXA, VALUES, same, sheet, table

PLAIN = sheet(columns=("sample", "body site"))
HOLDS_METADATA = [name for name in TABLE_WRITERS if name != "tsv"]
NAMES = st.text(
    st.characters(codec="utf-8") | st.sampled_from(list("\t\n\r\"',;|#_ .")), min_size=1, max_size=8
)


@pytest.fixture
def source(tmp_path):
    write_table(table(metadata=PLAIN), tmp_path / "source.biom")
    return tmp_path / "source.biom"


@pytest.mark.parametrize("first", HOLDS_METADATA)
@pytest.mark.parametrize("second", HOLDS_METADATA)
def test_through_any_two_formats(tmp_path, source, first, second):
    convert_table(table=source, out=tmp_path / "one", to=first)
    convert_table(table=tmp_path / "one", out=tmp_path / "two", to=second)
    convert_table(table=tmp_path / "two", out=tmp_path / "back.biom")
    assert same(read_taxa(tmp_path / "back.biom"), table(metadata=PLAIN))
    assert filecmp.cmp(source, tmp_path / "back.biom", shallow=False)


def test_a_folder_of_tables_holds_those_of_one_table(tmp_path, source):
    write_table(TaxaTable(table().counts), tmp_path / "plain.biom")
    for name in (source, tmp_path / "plain.biom"):
        convert_table(table=name, out=tmp_path / "folder", to="phyloseq")
    assert sorted(path.name for path in (tmp_path / "folder").iterdir()) == ["README.md", "otu_table.tsv"]
    convert_table(table=tmp_path / "folder", out=tmp_path / "back.biom")
    assert filecmp.cmp(tmp_path / "plain.biom", tmp_path / "back.biom", shallow=False)


@pytest.mark.parametrize("name", ["README.md", "tax_table.tsv"])
def test_files_of_a_folder_that_somebody_keeps_are_not_written_over(tmp_path, source, name):
    (tmp_path / name).write_text("mine")
    before = sorted(tmp_path.iterdir())
    with pytest.raises(InputError, match=rf"a folder with '{name}', which klbio did not write"):
        convert_table(table=source, out=tmp_path, to="phyloseq")
    with pytest.raises(InputError, match="which klbio did not write"):
        write_table(table(), tmp_path, "phyloseq")
    assert (tmp_path / name).read_text() == "mine"
    assert sorted(tmp_path.iterdir()) == before


def test_text_holds_counts_and_lineages_and_says_what_it_does_not(tmp_path, source):
    with pytest.warns(InputWarning, match=r"t\.tsv: a format without a place for metadata"):
        convert_table(table=source, out=tmp_path / "t.tsv")
    found = read_taxa(tmp_path / "t.tsv").turned()
    assert (found.counts.dense() == VALUES).all()
    assert found.taxonomy.lineages == table().taxonomy.lineages


@pytest.mark.parametrize("to", TABLE_WRITERS)
@pytest.mark.parametrize("most", [1, 2**53])
def test_numbers_are_exact(tmp_path, to, most):
    values = np.array([[most, 0], [most - 1, 3]])
    write_table(Counts(["s", "t"], ["A", "B"], values), tmp_path / "in.biom")
    convert_table(table=tmp_path / "in.biom", out=tmp_path / "out", to=to)
    assert (read_taxa(tmp_path / "out").turned().counts.dense() == values).all()


@pytest.mark.parametrize("to", TABLE_WRITERS)
def test_proportions_stay_what_they_are(tmp_path, to):
    values = VALUES / VALUES.sum(axis=1, keepdims=True)
    write_table(Counts(SAMPLES, TAXA, values), tmp_path / "in.biom")
    convert_table(table=tmp_path / "in.biom", out=tmp_path / "out", to=to)
    found = read_taxa(tmp_path / "out").turned().counts
    assert found.unit == "proportions"
    assert (found.dense() == values).all()


def files(path):
    """Bytes of a file, or of those in a folder."""
    return {file.name: file.read_bytes() for file in path.iterdir()} if path.is_dir() else path.read_bytes()


@pytest.mark.parametrize("to", HOLDS_METADATA)
def test_same_content_same_bytes(tmp_path, source, to):
    for name in ("a", "b"):
        convert_table(table=source, out=tmp_path / name, to=to)
    assert files(tmp_path / "a") == files(tmp_path / "b")


@settings(max_examples=8, deadline=None)
@given(
    st.lists(NAMES, min_size=2, max_size=2, unique=True), st.lists(NAMES, min_size=2, max_size=2, unique=True)
)
def test_any_names_come_back_or_are_refused(tmp_path_factory, samples, taxa):
    folder = tmp_path_factory.mktemp("names")
    whole = TaxaTable(Counts(samples, taxa, [[1, 2], [0, 4]]), samples_known=True)
    for to in ("biom", "tsv", "phyloseq"):
        try:
            write_table(whole, folder / "in.biom")
            convert_table(table=folder / "in.biom", out=folder / to, to=to, format="biom")
        except InputError:
            assert not (folder / to).exists()
        else:
            found = read_taxa(folder / to, to).counts
            assert {found.samples, found.labels} == {tuple(samples), tuple(taxa)}


@pytest.mark.parametrize(("name", "to"), [("a\tb", "tsv"), ("a\nb", "phyloseq"), (" a", "tsv")])
def test_what_a_format_cannot_hold_is_named(tmp_path, name, to):
    write_table(Counts([name, "s"], ["A", "B"], [[1, 2], [3, 4]]), tmp_path / "in.biom")
    with pytest.raises(InputError, match="convert --to biom"):
        convert_table(table=tmp_path / "in.biom", out=tmp_path / "out", to=to)
    assert sorted(file.name for file in tmp_path.iterdir()) == ["in.biom"]


def test_files_of_their_own_are_taken_along(tmp_path):
    (tmp_path / "t.tsv").write_text("id\tA\tB\nP1\t1\t2\nP2\t3\t4\n")
    (tmp_path / "tax.tsv").write_text(
        "taxon\tTaxon\nA\td__Bacteria;g__X\nB\td__Bacteria;g__Y\nC\td__Bacteria;g__Z\n"
    )
    (tmp_path / "meta.tsv").write_text("sample-id\tage\n#q2:types\tnumeric\nP1\t30\nP2\t40\nP3\t50\n")
    parts = {
        name: tmp_path / f"{file}.tsv"
        for name, file in (("table", "t"), ("taxonomy", "tax"), ("samples", "meta"))
    }
    with pytest.warns(InputWarning, match="1 samples that the table lacks"):
        convert_table(**parts, out=tmp_path / "out.biom")
    found = read_taxa(tmp_path / "out.biom")
    assert found.counts.samples == ("P1", "P2")
    assert [row["age"] for row in found.metadata] == ["30", "40"]
    assert found.taxonomy == Taxonomy(
        ("domain", "genus"), {"A": ("Bacteria", "X"), "B": ("Bacteria", "Y")}, found.taxonomy.name
    )


def test_faults_of_all_files_are_named_at_once(tmp_path):
    (tmp_path / "t.tsv").write_text("id\tP1\nA\t-1\nB\t1\n")
    (tmp_path / "tax.tsv").write_text("taxon\tTaxon\nA\td__Bacteria\nA\td__Bacteria\n")
    (tmp_path / "meta.tsv").write_text("id\tage\nP1\t3\nP1\t4\n")
    with pytest.raises(InputError) as caught:
        convert_table(
            table=tmp_path / "t.tsv",
            taxonomy=tmp_path / "tax.tsv",
            samples=tmp_path / "meta.tsv",
            out=tmp_path / "o.biom",
        )
    assert {str(fault.path).rpartition("/")[2] for fault in caught.value.faults} == {
        "t.tsv",
        "tax.tsv",
        "meta.tsv",
    }


def test_a_sheet_of_other_samples_and_a_taxonomy_of_other_taxa(tmp_path, source):
    (tmp_path / "meta.tsv").write_text("id\tage\nP1\t3\nP2\t4\n")
    with pytest.raises(InputError, match=r"expected some of 'P1', 'P2' of .*meta\.tsv"):
        convert_table(table=source, samples=tmp_path / "meta.tsv", out=tmp_path / "o.biom")
    (tmp_path / "tax.tsv").write_text("taxon\tTaxon\nA\td__Bacteria\nB\td__Archaea\n")
    with pytest.raises(InputError, match="no lineage for 3 of 3 taxa"):
        convert_table(table=source, taxonomy=tmp_path / "tax.tsv", out=tmp_path / "o.biom")
