"""The step: a table in, a matrix out."""

import json

import numpy as np
import pandas as pd
import pytest

from klbio.errors import InputError, InputWarning
from klbio.pairwise import jensen_shannon_matrix, relative_entropy_matrix
from klbio.steps.matrix import write_matrix

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
