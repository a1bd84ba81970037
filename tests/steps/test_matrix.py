"""The step: a table in, a matrix out."""

import json

import h5py
import numpy as np
import pandas as pd
import pytest

from klbio.distributions import Counts
from klbio.errors import InputError, InputWarning
from klbio.io import read_table, write_table
from klbio.io.tables import squares, tiles
from klbio.pairwise import AllPairs, blockwise, jensen_shannon_matrix, relative_entropy_matrix
from klbio.steps.matrix import gather_matrix, write_matrix

COUNTS = np.array([[5, 5, 0, 0], [50, 49, 1, 0], [0, 0, 3, 9]])


@pytest.fixture
def table(tmp_path):
    rows = ["taxon\tday 0\tday 7\tday 9"]
    rows += ["\t".join([f"t{k}", *map(str, column)]) for k, column in enumerate(COUNTS.T)]
    path = tmp_path / "table.tsv"
    path.write_text("\n".join(rows) + "\n")
    return path


def test_tsv(table, tmp_path):
    write_matrix(table=table, out=tmp_path / "m.tsv")
    frame = pd.read_csv(tmp_path / "m.tsv", sep="\t")
    assert list(frame) == ["jensen_shannon_divergence_bits", "day 0", "day 7", "day 9"]
    np.testing.assert_allclose(frame.iloc[:, 1:], jensen_shannon_matrix(COUNTS), rtol=1e-11)


@pytest.mark.parametrize(
    ("measure", "alpha", "wanted"),
    [
        ("jensen-shannon-divergence", None, jensen_shannon_matrix),
        ("relative-entropy", 0.5, lambda counts: relative_entropy_matrix(counts, alpha=0.5)),
    ],
)
def test_npy_holds_every_bit(table, tmp_path, measure, alpha, wanted):
    write_matrix(table=table, out=tmp_path / "m.npy", measure=measure, alpha=alpha, threads=2)
    assert np.load(tmp_path / "m.npy").tobytes() == wanted(COUNTS).tobytes()
    assert json.loads((tmp_path / "m.json").read_text())["samples"] == ["day 0", "day 7", "day 9"]


def test_lsmat_holds_the_distance(table, tmp_path):
    skbio = pytest.importorskip("skbio")
    write_matrix(table=table, out=tmp_path / "m.lsmat", measure="jensen-shannon-distance")
    data = skbio.DistanceMatrix.read(tmp_path / "m.lsmat").data
    np.testing.assert_allclose(data**2, jensen_shannon_matrix(COUNTS), rtol=1e-11)


@pytest.mark.parametrize(
    ("out", "settings", "words"),
    [
        ("m.csv", {}, "'.csv'.*.tsv, .lsmat, .npy"),
        ("m.lsmat", {}, "no distance.*jensen-shannon-distance"),
        ("m.tsv", {"measure": "bray-curtis"}, "'bray-curtis'.*hellinger-distance"),
        ("m.tsv", {"measure": "relative-entropy"}, "alpha"),
        ("m.npy", {"alpha": 1.0}, "alpha.*no alpha"),
    ],
)
def test_refusals(table, tmp_path, out, settings, words):
    with pytest.raises(InputError, match=words):
        write_matrix(table=table, out=tmp_path / out, **settings)
    assert not (tmp_path / out).exists()


def test_a_sample_without_counts_is_named(tmp_path):
    (tmp_path / "t.tsv").write_text("taxon\tday 0\tday 7\nt1\t5\t0\n")
    with pytest.raises(InputError, match=r"t\.tsv.*'day 7'"):
        write_matrix(table=tmp_path / "t.tsv", out=tmp_path / "m.tsv")


def test_what_was_left_out_of_the_table_is_listed(table, tmp_path):
    table.write_text(table.read_text() + "Total\t10\t100\t12\n")
    with pytest.warns(InputWarning):
        ending = write_matrix(table=table, out=tmp_path / "m.tsv")
    assert ending.left_out == f"Left out: 1 total; {tmp_path}/m.tsv.dropped.tsv says why."
    assert (tmp_path / "m.tsv.dropped.tsv").read_text().splitlines()[1].split("\t")[1:3] == ["total", "Total"]


@pytest.fixture
def counts(tmp_path):
    rng = np.random.default_rng(1)
    values = rng.poisson(9, (25, 12)) * (rng.random((25, 12)) < 0.4) + np.eye(25, 12)
    values[:, 0] += 1
    names = [f"day {i}" for i in range(25)]
    write_table(Counts(names, [f"t{k}" for k in range(12)], values), tmp_path / "counts.biom")
    return tmp_path / "counts.biom"


@pytest.fixture(autouse=True)
def small_files(monkeypatch):
    monkeypatch.setattr(squares, "CHUNK", 7)
    monkeypatch.setattr(tiles, "BYTES", 300)
    monkeypatch.setattr(blockwise, "BLOCK_BYTES", 1000)


def zarr_of(folder):
    """The numbers of a Zarr array by its definition: files of chunks, filled up at the edges."""
    about = json.loads((folder / ".zarray").read_text())
    (n, _), (side, _) = about["shape"], about["chunks"]
    n_sides = -(-n // side)
    files = [
        [np.fromfile(folder / f"{i}.{j}", about["dtype"]) for j in range(n_sides)] for i in range(n_sides)
    ]
    return np.block([[part.reshape(side, side) for part in row] for row in files])[:n, :n]


def read_back(path):
    if path.suffix == ".h5":
        with h5py.File(path) as handle:
            return handle["matrix"][()]
    return zarr_of(path) if path.suffix == ".zarr" else np.load(path)


def content(path):
    """Every byte, of a folder of every file."""
    files = sorted(path.iterdir()) if path.is_dir() else [path]
    return {file.name if path.is_dir() else "": file.read_bytes() for file in files}


@pytest.mark.parametrize("ending", ["npy", "h5", "zarr"])
@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("measure", ["jensen-shannon-divergence", "relative-entropy"])
@pytest.mark.parametrize("n_tiles", [1, 2, 5, 25])
def test_parts_put_together_are_the_matrix_byte_by_byte(counts, tmp_path, ending, dtype, measure, n_tiles):
    if ending == "h5" and measure == "relative-entropy":
        pytest.skip("scikit-bio's matrices are symmetric")
    options = {"measure": measure, "alpha": 0.5 if measure == "relative-entropy" else None, "dtype": dtype}
    whole, joined = (tmp_path / f"{name}.{ending}" for name in ("whole", "joined"))
    write_matrix(table=counts, out=whole, **options)
    parts = [tmp_path / f"part{i}.npy" for i in range(n_tiles)]
    for i, part in enumerate(parts, 1):
        write_matrix(table=counts, out=part, tile=f"{i}/{n_tiles}", **options)
    gather_matrix(tiles=parts[::-1], out=joined)
    assert content(joined) == content(whole)
    found = read_back(whole)
    assert found.dtype == dtype
    expected = AllPairs(read_table(counts).by_label(), measure=measure, alpha=options["alpha"]).matrix()
    assert (found == expected.astype(dtype)).all()


def test_scikit_bio_and_zarr_read_what_is_theirs(counts, tmp_path):
    skbio = pytest.importorskip("skbio")
    write_matrix(table=counts, out=tmp_path / "m.h5")
    write_matrix(table=counts, out=tmp_path / "m.npy")
    read = skbio.DistanceMatrix.read(str(tmp_path / "m.h5"))
    assert read.ids[3] == "day 3"
    assert (read.data == np.load(tmp_path / "m.npy")).all()


def test_zarr_reads_it(counts, tmp_path):
    zarr = pytest.importorskip("zarr")
    write_matrix(table=counts, out=tmp_path / "m.zarr", dtype="float32")
    array = zarr.open(str(tmp_path / "m.zarr"), mode="r")
    assert (array[:] == zarr_of(tmp_path / "m.zarr")).all()
    assert array.attrs["samples"][3] == "day 3"


def test_a_folder_that_is_no_matrix_is_left_alone(counts, tmp_path):
    (tmp_path / "m.zarr").mkdir()
    (tmp_path / "m.zarr" / "mine").write_text("x")
    with pytest.raises(InputError, match="no Zarr array"):
        write_matrix(table=counts, out=tmp_path / "m.zarr")
    assert (tmp_path / "m.zarr" / "mine").read_text() == "x"
    write_matrix(table=counts, out=tmp_path / "own.zarr")
    write_matrix(table=counts, out=tmp_path / "own.zarr", dtype="float32")
    assert zarr_of(tmp_path / "own.zarr").dtype == np.float32
    assert not list(tmp_path.glob(".*"))


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"out": "m.tsv", "dtype": "float32"}, "float32; expected one of .npy"),
        ({"out": "m.npy", "dtype": "float16"}, "'float16'; expected float64 or float32"),
        ({"out": "m.npy", "tile": "9/8"}, "'9/8'; expected which part of how many"),
        ({"out": "m.zarr", "tile": "1/8"}, "a part of a matrix; expected .npy"),
        ({"out": "m.h5", "measure": "relative-entropy", "alpha": 1.0}, "no distance"),
    ],
)
def test_what_a_format_does_not_hold_is_refused(counts, tmp_path, settings, words):
    with pytest.raises(InputError, match=words):
        write_matrix(**{"table": counts} | settings | {"out": tmp_path / settings["out"]})


def test_parts_that_are_not_those_of_one_matrix_are_refused(counts, table, tmp_path):
    paths = [tmp_path / f"part{i}.npy" for i in range(3)]
    for i, path in enumerate(paths, 1):
        write_matrix(table=counts, out=path, tile=f"{i}/3")
    out = tmp_path / "m.npy"
    with pytest.raises(InputError, match=r"2 parts with rows \d+ to \d+ in none"):
        write_matrix(table=paths[:2], out=out)
    with pytest.raises(InputError, match=r"4 parts with rows 0 to \d+ in two"):
        write_matrix(table=[*paths, paths[0]], out=out)
    with pytest.raises(InputError, match="no part of a matrix"):
        write_matrix(table=[*paths, counts], out=out)
    write_matrix(table=table, out=paths[0], tile="1/3")
    with pytest.raises(InputError, match="a part of another matrix"):
        write_matrix(table=paths, out=out)
    assert not out.exists()


def test_a_part_that_was_written_column_by_column_or_cut_is_refused(counts, tmp_path):
    """Its numbers are read from the file in their order, and not by a mapping."""
    part, out = tmp_path / "part.npy", tmp_path / "m.npy"
    write_matrix(table=counts, out=part, tile="1/1")
    numbers = np.load(part)
    np.save(part, np.asfortranarray(numbers))
    with pytest.raises(InputError, match="column by column"):
        gather_matrix(tiles=[part], out=out)
    np.save(part, numbers[:, :-1])
    with pytest.raises(InputError, match="an array of shape"):
        gather_matrix(tiles=[part], out=out)
    np.save(part, numbers)
    part.write_bytes(part.read_bytes()[:-8])
    with pytest.raises(InputError, match="no part of a matrix"):
        gather_matrix(tiles=[part], out=out)
    np.save(part, numbers)
    gather_matrix(tiles=[part], out=out)
    assert np.load(out).tolist() == numbers.tolist()
