"""AnnData files: which matrix holds the counts, what frames say, and what is refused."""

import h5py
import numpy as np
import pytest
from scipy import sparse

from klbio import read_taxa, write_table
from klbio.errors import InputError, InputWarning

from .tables import SAMPLES, TAXA, VALUES, same, sheet, table

TEXT = h5py.string_dtype()


def frame(handle, place, names, index="_index", **columns):
    group = handle.create_group(place)
    group.attrs["_index"] = index
    group.attrs.create("column-order", list(columns), dtype=TEXT)
    group.create_dataset(index, data=list(names), dtype=TEXT)
    for name, values in columns.items():
        if isinstance(values, dict):
            part = group.create_group(name)
            for key, value in values.items():
                part.create_dataset(key, data=value, dtype=TEXT if key == "categories" else None)
        else:
            group.create_dataset(name, data=values)


def matrix(handle, place, values, form="csr"):
    packed = sparse.csr_matrix(values) if form == "csr" else sparse.csc_matrix(values)
    group = handle.create_group(place)
    group.attrs.update({"encoding-type": f"{form}_matrix", "shape": values.shape})
    for name in ("data", "indices", "indptr"):
        group.create_dataset(name, data=getattr(packed, name))


@pytest.fixture
def path(tmp_path):
    return tmp_path / "table.h5ad"


def written(path, **matrices):
    """Write an AnnData file; matrices by place, `__` for `/`."""
    with h5py.File(path, "w") as handle:
        handle.attrs["encoding-type"] = "anndata"
        frame(
            handle, "obs", SAMPLES, "cell", n=[1, 2, 3], kind={"codes": [0, -1, 1], "categories": ["a", "b"]}
        )
        frame(handle, "var", TAXA)
        for place, values in matrices.items():
            if values is None:
                frame(handle, place.replace("__", "/"), TAXA)
            else:
                handle[place.replace("__", "/")] = values
    return path


def test_frames_of_every_kind_of_column(path):
    found = read_taxa(written(path, X=VALUES))
    assert (found.counts.samples, found.counts.labels) == (tuple(SAMPLES), tuple(TAXA))
    assert [(row["sample"], row["n"], row["kind"]) for row in found.metadata] == [
        ("day 0", "1", "a"), ("1-a", "2", ""), ("日", "3", "b"),
    ]  # fmt: skip


@pytest.mark.parametrize("form", ["csr", "csc"])
def test_sparse_matrices(path, form):
    written(path)
    with h5py.File(path, "a") as handle:
        matrix(handle, "X", VALUES, form)
    assert (read_taxa(path).counts.dense() == VALUES).all()


@pytest.mark.parametrize("place", ["layers/counts", "layers/z", "raw/X"])
def test_counts_where_x_holds_none(path, place):
    others = {"raw__var": None} if place == "raw/X" else {"layers__a": np.sqrt(VALUES) - 1}
    written(path, X=np.log1p(VALUES), **others, **{place.replace("/", "__"): VALUES})
    with pytest.warns(InputWarning, match=f"those of {place}"):
        assert (read_taxa(path).counts.dense() == VALUES).all()


def test_proportions_are_taken_as_such(path):
    shares = VALUES / VALUES.sum(axis=1, keepdims=True)
    assert read_taxa(written(path, X=shares)).counts.unit == "proportions"


@pytest.mark.parametrize("values", [np.log1p(VALUES), VALUES - 0.5, -VALUES.astype(float), VALUES * 1.37])
def test_transformed_values_are_refused(path, values):
    with pytest.raises(InputError, match=r"adata.layers\['counts'\]"):
        read_taxa(written(path, X=values))


def test_lineages_stand_in_columns_of_var(path):
    with h5py.File(written(path, X=VALUES), "a") as handle:
        del handle["var"]
        frame(handle, "var", TAXA, Phylum=["A", "B", "C"], length=[1, 2, 3])
    assert read_taxa(path).taxonomy.ranks == ("phylum",)


@pytest.mark.parametrize("categories", [np.array([b"a", b"b"]), np.array([7, 8]), np.array([1.5, 2.0])])
def test_categories_of_bytes_and_of_numbers(path, categories):
    with h5py.File(written(path, X=VALUES), "a") as handle:
        del handle["obs/kind/categories"]
        handle["obs/kind/categories"] = categories
    first = {"S": "a", "i": "7", "f": "1.5"}[categories.dtype.kind]
    assert [row["kind"] for row in read_taxa(path).metadata][:2] == [first, ""]


def test_categories_by_reference_as_version_0_7_wrote_them(path):
    with h5py.File(written(path, X=VALUES), "a") as handle:
        handle["obs"].create_group("__categories")["old"] = np.array([b"x", b"y"])
        column = handle["obs"].create_dataset("old", data=[1, 0, -1])
        column.attrs["categories"] = handle["obs/__categories/old"].ref
        handle["obs"].attrs.create("column-order", ["old", "gone"], dtype=TEXT)
    assert [row["old"] for row in read_taxa(path).metadata] == ["y", "x", ""]


def test_nullable_numbers(path):
    with h5py.File(written(path, X=VALUES), "a") as handle:
        group = handle["obs"].create_group("age")
        group["values"], group["mask"] = [30, 0, 40], [False, True, False]
        handle["obs"].attrs.create("column-order", ["age"], dtype=TEXT)
    assert [row["age"] for row in read_taxa(path).metadata] == ["30", "", "40"]


def change(name, value, **more):
    def done(handle):
        del handle[name]
        handle.create_dataset(name, data=value, **more)

    return done


def external(handle):
    del handle["X"]
    handle["X"] = h5py.ExternalLink("/etc/hostname", "/x")


def soft(handle):
    handle["layers/counts"] = h5py.SoftLink("/X")


def huge(handle):
    del handle["X"]
    handle.create_dataset("X", shape=(3, 10**12), dtype="f8", chunks=(1, 1000))


def wrong_indices(handle):
    del handle["X"]
    matrix(handle, "X", VALUES)
    handle["X/indices"][0] = 2**31 - 1


def wrong_shape(handle):
    del handle["X"]
    matrix(handle, "X", VALUES)
    handle["X"].attrs["shape"] = (3, 4)


@pytest.mark.parametrize(
    ("damage", "words"),
    [
        (external, "a link to another place or file"),
        (soft, "a link to another place or file"),
        (huge, "bytes in a file of"),
        (wrong_indices, "X: indices from"),
        (wrong_shape, r"X: shape \(3, 4\)"),
        (change("X", np.zeros((3, 4))), r"shape \(3, 4\)"),
        (change("X", np.zeros((3, 3), [("a", "f8"), ("b", "f8")])), "numbers of shape"),
        (change("obs", np.array([(b"a", 1)], [("index", "S1"), ("n", "i8")])), "obs: a compound table"),
        (change("var", [1]), "var: a compound table"),
        (change("obs/cell", ["a", "b"], dtype=TEXT), "X: shape"),
        (lambda handle: handle.pop("X"), "no matrix X"),
        (lambda handle: handle.pop("var"), "var: nothing"),
        (change("var/_index", ["a", "a", "b"], dtype=TEXT), "given more than once"),
    ],
)
def test_what_is_wrong_is_placed(path, damage, words):
    with h5py.File(written(path, X=VALUES), "a") as handle:
        damage(handle)
    with pytest.raises(InputError, match=words):
        read_taxa(path)


@pytest.mark.parametrize("ending", ["biom", "h5ad"])
def test_biom_and_anndata_are_told_apart_whatever_they_are_called(tmp_path, ending):
    whole = table(metadata=sheet(columns=("sample", "body site")))
    write_table(whole, tmp_path / "t", ending)
    assert same(read_taxa(tmp_path / "t"), whole)


@pytest.mark.parametrize("column", ["a/b", "_index"])
def test_columns_that_anndata_does_not_hold(path, column):
    with pytest.raises(InputError, match="a name without /"):
        write_table(table(metadata=sheet(columns=("sample", column))), path)
    assert not path.exists()


def test_anndata_reads_what_is_written(path):
    anndata = pytest.importorskip("anndata")
    write_table(table(metadata=sheet(columns=("sample", "site"))), path)
    found = anndata.read_h5ad(path)
    assert (list(found.obs_names), list(found.var_names)) == (SAMPLES, TAXA)
    assert (found.X.toarray() == VALUES).all()
    assert list(found.var["genus"]) == ["Clostridium", "", "Ä'\""]
