"""What other libraries hold is taken as it is, with the checks and the words of the files' readers."""

import subprocess
import sys
from types import SimpleNamespace

import biom
import numpy as np
import pandas as pd
import pytest
from scipy import sparse
from skbio import TreeNode

from klbio.design import Design, Sample
from klbio.distributions import Counts
from klbio.errors import InputError, InputWarning
from klbio.interop import as_design, as_table, as_taxonomy, as_tree, is_a
from klbio.io import read_table
from klbio.io.sheets.sheet import read_samples
from klbio.io.tables.taxonomy import read_taxonomy
from klbio.io.tables.tree import read_tree

SAMPLES, TAXA = ["a1", "a2", "b1"], ["Bacteroides", "Roseburia"]
VALUES = np.array([[8, 2], [1, 9], [5, 0]])
DESIGN = Design([Sample("a1", "A", "before"), Sample("a2", "A", "after"), Sample("b1", "B", "before")])
ROWS = pd.DataFrame(VALUES, SAMPLES, TAXA)


class AnnData(SimpleNamespace):
    """As klbio sees the annotated matrix of the library of that name, which need not be installed."""

    __module__ = "anndata._core.anndata"


def annotated(values=VALUES):
    names = pd.Index(SAMPLES), pd.Index(TAXA)
    return AnnData(obs_names=names[0], var_names=names[1], X=values, obs=None)


TABLES = {
    "counts": Counts(SAMPLES, TAXA, VALUES),
    "counts, taxa in rows": Counts(TAXA, SAMPLES, VALUES.T),
    "frame, samples in rows": ROWS,
    "frame, taxa in rows": ROWS.T,
    "frame of floats": ROWS.astype(float),
    "frame with missing types": ROWS.astype("Int64"),
    "sparse frame": ROWS.astype(pd.SparseDtype(int, 0)),
    "biom": biom.Table(VALUES.T, TAXA, SAMPLES),
    "biom, the other way round": biom.Table(VALUES, SAMPLES, TAXA),
    "anndata": annotated(),
    "anndata, sparse": annotated(sparse.csr_matrix(VALUES)),
}


@pytest.mark.parametrize("table", TABLES.values(), ids=TABLES)
def test_every_table_becomes_the_same_counts(table):
    counts = as_table(table, DESIGN).counts
    assert counts.samples == tuple(SAMPLES)
    assert counts.labels == tuple(TAXA)
    np.testing.assert_array_equal(counts.dense(), VALUES)


def test_the_callers_frame_is_not_touched():
    kept = ROWS.copy()
    as_table(ROWS, DESIGN)
    pd.testing.assert_frame_equal(ROWS, kept)


def test_names_that_are_numbers_are_text():
    frame = pd.DataFrame([[1, 2]], index=[7.0], columns=[0, 1])
    counts = as_table(frame, Design([Sample("7", "A", "before")])).counts
    assert counts.samples == ("7",)
    assert counts.labels == ("0", "1")


@pytest.mark.parametrize(
    ("table", "words"),
    [
        (
            ROWS.assign(taxonomy="k__Bacteria"),
            "columns without numbers: 'taxonomy'; expected numbers of reads",
        ),
        (ROWS.assign(Roseburia=[2.5, 9, 0]), "fractional values in sample 'a1'; expected whole numbers"),
        (ROWS.where(ROWS > 0), "non-finite counts in sample 'b1'"),
        (ROWS - 5, "negative or non-finite counts in sample 'a1', 'a2', 'b1'"),
        (ROWS.rename(index={"a2": "a1"}), "sample 'a1' given more than once"),
        (
            ROWS.rename(columns={"Roseburia": "a1"}),
            r"samples in rows \('a1', 'a2', 'b1'\) and in columns \('a1'\)",
        ),
        (
            ROWS.rename(index="no{}".format),
            "samples 'noa1', 'noa2', 'nob1'; expected some of the samples of sample sheet",
        ),
        (biom.Table(VALUES.T + np.eye(2, 3) / 2, TAXA, SAMPLES), "fractional values in sample 'a1', 'a2'"),
        (annotated(-VALUES), "negative or non-finite counts"),
        (VALUES, "an object of type ndarray; expected Counts, a pandas.DataFrame"),
        ("table.tsv", r"the path table.tsv; .* klbio.read_table\(path\)"),
    ],
)
def test_tables_that_are_refused(table, words):
    with pytest.raises(InputError, match=f"^table: .*{words}"):
        as_table(table, DESIGN)


SHEET = pd.DataFrame(
    {
        "sample": ["a1", "a2"],
        "subject": [1, 1],
        "phase": pd.Categorical(["before", "after"]),
        "time": [0, 3.5],
        "arm": [None, np.nan],
        "diet": ["BK", pd.NA],
    }
)


@pytest.mark.parametrize(
    "frame",
    [
        SHEET,
        SHEET.set_index("sample"),
        SHEET.rename(columns={"sample": "SampleID"}),
        SHEET.set_index("sample", drop=False),
    ],
    ids=["column", "index", "alias", "both"],
)
def test_a_frame_is_the_design_of_the_same_file(tmp_path, frame):
    text = "sample\tsubject\tphase\ttime\tarm\tdiet\na1\t1\tbefore\t0\t\tBK\na2\t1\tafter\t3.5\t\t\n"
    (tmp_path / "s.tsv").write_text(text)
    read = read_samples(tmp_path / "s.tsv")
    for sample, expected in zip(as_design(frame).samples, read.samples, strict=True):
        assert (sample.name, sample.subject, sample.phase) == (
            expected.name,
            expected.subject,
            expected.phase,
        )
        assert (sample.time, sample.arm, sample.extra) == (expected.time, expected.arm, expected.extra)


def test_a_design_is_given_back():
    assert as_design(DESIGN) is DESIGN


def test_every_fault_of_a_frame_at_once():
    frame = SHEET.assign(sample=["a1", "a1"], time=["0", "soon"], phase=["before", " "])
    with pytest.raises(InputError) as caught:
        as_design(frame)
    assert [str(fault).partition(";")[0] for fault in caught.value.faults] == [
        "sample sheet, row 1: column 'phase' is empty",
        "sample sheet, row 1: sample 'a1' was given in row 0",
        "sample sheet, row 1: column 'time' holds 'soon'",
    ]


@pytest.mark.parametrize(
    ("sheet", "words"),
    [
        (SHEET[["sample", "phase"]], "columns 'sample', 'phase'; expected also 'subject'"),
        (SHEET[["subject", "phase"]], "columns 'subject', 'phase'; expected also 'sample'"),
        (pd.concat([SHEET, SHEET[["phase"]]], axis=1), "column 'phase' twice"),
        (SHEET.iloc[:0], "no row; expected at least one"),
        ({"a1": "A"}, "an object of type dict; expected a Design or a pandas.DataFrame"),
        ("samples.tsv", r"klbio.read_samples\(path\)"),
    ],
)
def test_sheets_that_are_refused(sheet, words):
    with pytest.raises(InputError, match=f"^sample sheet: .*{words}"):
        as_design(sheet)


LINEAGES = pd.DataFrame(
    {"domain": ["Bacteria", "Bacteria"], "phylum": ["Bacteroidota", None]}, pd.Index(TAXA, name="taxon")
)
JOINED = pd.Series(["k__Bacteria; p__Bacteroidota", "k__Bacteria; p__"], TAXA)


@pytest.mark.parametrize(
    "lineages",
    [LINEAGES, LINEAGES.reset_index(), JOINED, JOINED.to_frame("Taxon"), as_taxonomy(LINEAGES)],
    ids=["index", "column", "series", "one column", "taxonomy"],
)
def test_lineages_are_those_of_the_same_file(tmp_path, lineages):
    (tmp_path / "t.tsv").write_text(
        "id\tdomain\tphylum\nBacteroides\tBacteria\tBacteroidota\nRoseburia\tBacteria\t\n"
    )
    read, taken = read_taxonomy(tmp_path / "t.tsv"), as_taxonomy(lineages)
    assert (taken.ranks, taken.lineages) == (read.ranks, read.lineages)


@pytest.mark.parametrize(
    ("lineages", "words"),
    [
        (
            pd.concat([LINEAGES, LINEAGES]),
            "row Bacteroides: feature 'Bacteroides' was given in row Bacteroides",
        ),
        (pd.Series(["a;b;c;d;e;f;g;h;i"], ["x"]), "9 levels without prefixes; expected the 7 levels domain"),
        ({"x": "y"}, "an object of type dict; expected a Taxonomy, a pandas.DataFrame"),
    ],
)
def test_lineages_that_are_refused(lineages, words):
    with pytest.raises(InputError, match=f"^taxonomy.*{words}"):
        as_taxonomy(lineages)


NEWICK = "((a:1,b:1)AB:2,c:3);"


def test_a_tree_is_that_of_the_same_file(tmp_path):
    (tmp_path / "t.nwk").write_text(NEWICK)
    read, taken = read_tree(tmp_path / "t.nwk"), as_tree(TreeNode.read([NEWICK]))
    np.testing.assert_array_equal(taken.parents, read.parents)
    np.testing.assert_array_equal(taken.root_distances, [0, 2, 3, 3, 3])
    assert taken.names == read.names
    assert as_tree(taken) is taken


@pytest.mark.parametrize(
    ("tree", "words"),
    [
        (TreeNode.read(["((a,b:1),c:1);"]), "2 of 4 branches have no length"),
        (NEWICK, r"the path .*; expected a Tree or a skbio.TreeNode"),
    ],
)
def test_trees_that_are_refused(tree, words):
    with pytest.raises(InputError, match=f"^tree: .*{words}"):
        as_tree(tree)


def test_a_subclass_is_taken_too():
    class Mine(pd.DataFrame):
        pass

    assert is_a(Mine(), "pandas.DataFrame")
    assert as_table(Mine(ROWS), DESIGN).counts.samples == tuple(SAMPLES)


def test_no_library_is_imported_to_recognise_its_objects():
    script = (
        "import sys; from klbio import interop; interop.is_a(1, 'pandas.DataFrame');"
        "print([m for m in ('pandas', 'biom', 'anndata', 'skbio') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_a_real_anndata():
    anndata = pytest.importorskip("anndata")
    data = anndata.AnnData(
        VALUES, obs=SHEET.reindex(range(3)).set_axis(SAMPLES), var=pd.DataFrame(index=TAXA)
    )
    np.testing.assert_array_equal(as_table(data, DESIGN).counts.dense(), VALUES)


def test_the_bundled_study_from_memory(root):
    mouse = root / "examples/mouse-diet"
    sheet = pd.read_csv(root / "config/samples.tsv", sep="\t")
    table = pd.read_csv(mouse / "table.tsv", sep="\t", index_col=0)
    taken, read = as_table(table, as_design(sheet)).counts, read_table(mouse / "table.tsv")
    assert (taken.samples, taken.labels) == (read.samples, read.labels)
    assert (taken.values != read.values).nnz == 0


def looked_at(**columns):
    return as_table(pd.DataFrame(columns, index=["a", "b", "c", "d"]))


def test_a_frame_is_looked_at_as_a_file_is():
    """Totals, taxa above others and logarithms do not come in through Python either."""
    reads = {"w": [12, 5, 0, 100], "x": [0, 7, 0, 1], "y": [3, 0, 9, 23]}
    with pytest.warns(InputWarning, match="'Total': the sum of all others"):
        table = looked_at(**reads, Total=[15, 12, 9, 124])
    assert table.counts.labels == ("w", "x", "y")
    assert [row.name for row in table.dropped] == ["Total"]
    with pytest.warns(InputWarning, match="k__A"):
        table = looked_at(
            **{"k__A": [15, 12, 9, 124], "k__A|p__B": [12, 5, 0, 100], "k__A|p__C": [3, 7, 9, 24]}
        )
    assert len(table.counts.labels) == 2
    counts = Counts(["a", "b"], ["w", "Total"], [[1, 1], [2, 2]])
    assert as_table(counts).counts is counts  # whoever made them knows what is in them
