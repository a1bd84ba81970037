"""Square matrices on disk."""

import json

import numpy as np
import pytest

from klbio.errors import InputError
from klbio.io.tables.matrix import write_lsmat, write_square, write_tsv
from klbio.io.tables.mirror import Mirror

NAMES = ["gut day 0", "1-Å", "#3"]
DISTANCES = np.array([[0, 1 / 3, 1e-9], [1 / 3, 0, 0.5], [1e-9, 0.5, 0]])


def upper(matrix, height):
    """The blocks a symmetric engine gives: each from its own diagonal on."""
    for first in range(0, len(matrix), height):
        yield slice(first, min(first + height, len(matrix))), matrix[first : first + height, first:]


class Grid:
    """Takes pieces in memory."""

    def __init__(self, numbers):
        self.numbers = numbers

    def put(self, top, left, rows):
        assert rows.flags.c_contiguous
        self.numbers[top : top + len(rows), left : left + rows.shape[1]] = rows


def test_tsv(tmp_path):
    write_tsv(tmp_path / "m.tsv", NAMES, DISTANCES, "jensen_shannon_divergence_bits")
    assert (tmp_path / "m.tsv").read_text() == (
        "jensen_shannon_divergence_bits\tgut day 0\t1-Å\t#3\n"
        "gut day 0\t0\t0.333333333333\t1e-09\n"
        "1-Å\t0.333333333333\t0\t0.5\n"
        "#3\t1e-09\t0.5\t0\n"
    )


def test_scikit_bio_reads_lsmat(tmp_path):
    skbio = pytest.importorskip("skbio")
    write_lsmat(tmp_path / "m.lsmat", NAMES, DISTANCES, "hellinger_distance")
    assert (tmp_path / "m.lsmat").read_text().startswith("# hellinger_distance\n\tgut day 0\t")
    read = skbio.DistanceMatrix.read(tmp_path / "m.lsmat")
    assert list(read.ids) == NAMES
    np.testing.assert_allclose(read.data, DISTANCES, rtol=1e-11)


@pytest.mark.parametrize("height", [1, 2, 3, 10])
def test_array_is_mirrored_from_its_upper_half(tmp_path, height):
    write_square(tmp_path / "m.npy", NAMES, upper(DISTANCES, height), "hellinger_distance", symmetric=True)
    assert np.load(tmp_path / "m.npy", mmap_mode="r").tobytes() == DISTANCES.tobytes()


@pytest.mark.parametrize("height", [1, 3, 7])
@pytest.mark.parametrize("held", [0, 300, 1 << 20])
def test_mirror_images_wait_for_others_and_are_the_same(height, held):
    """Of a square wider than a piece, by the file of 1,024 columns, and of a part of one."""
    half = np.random.default_rng(1).random((1030, 1030))
    matrix = half + half.T
    square = Grid(np.zeros(matrix.shape))
    with Mirror(square, held) as mirror:
        for rows, block in upper(matrix[:20], height):
            given = block.copy()
            square.put(rows.start, rows.start, given)
            mirror.put(rows.stop, rows.start, given[:, len(given) :])
            given[:] = np.nan  # what waits is its own
    assert (square.numbers[:20] == matrix[:20]).all()
    assert (square.numbers[:, :20] == matrix[:, :20]).all()


def test_array_of_both_orders(tmp_path):
    matrix = np.arange(9.0).reshape(3, 3)
    blocks = [(slice(0, 2), matrix[:2]), (slice(2, 3), matrix[2:])]
    write_square(tmp_path / "m.npy", NAMES, blocks, "relative_entropy_row_column_bits", symmetric=False)
    assert np.load(tmp_path / "m.npy").tolist() == matrix.tolist()


def test_array_has_names_of_any_kind_beside_it(tmp_path):
    names = ["tab\there", "line\nbreak", " space "]
    write_square(tmp_path / "m.npy", names, upper(DISTANCES, 2), "hellinger_distance", symmetric=True)
    record = json.loads((tmp_path / "m.json").read_text())
    assert record["samples"] == names
    assert record["values"] == "hellinger_distance"


def test_nothing_is_left_of_a_matrix_that_failed(tmp_path):
    def broken():
        yield slice(0, 1), DISTANCES[:1]
        raise InputError.one("gut.tsv", "a fault", "none")

    with pytest.raises(InputError):
        write_square(tmp_path / "m.npy", NAMES, broken(), "hellinger_distance", symmetric=True)
    assert list(tmp_path.iterdir()) == []


def test_full_disk_is_told_before_the_work(tmp_path, monkeypatch):
    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.posix_fallocate", full, raising=False)
    with pytest.raises(InputError, match=r"m\.npy: No space left on device .* GB needed.*another disk"):
        write_square(tmp_path / "m.npy", NAMES, upper(DISTANCES, 2), "hellinger_distance", symmetric=True)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("write", [write_tsv, write_lsmat])
@pytest.mark.parametrize("name", ["a\tb", "a\nb", "a\rb"])
def test_names_that_text_cannot_hold_are_refused(tmp_path, write, name):
    with pytest.raises(InputError, match=r"tab.*line break.*\.npy"):
        write(tmp_path / "m.txt", [name, "b", "c"], DISTANCES, "x")
    assert list(tmp_path.iterdir()) == []


def test_lsmat_would_drop_outer_spaces(tmp_path):
    with pytest.raises(InputError, match="' a'"):
        write_lsmat(tmp_path / "m.lsmat", [" a", "b", "c"], DISTANCES, "x")
