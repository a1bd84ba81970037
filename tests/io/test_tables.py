"""Every table format answers the same tests."""

import json

import numpy as np
import pandas as pd
import pytest

from klbio.distributions import Counts
from klbio.errors import InputError
from klbio.io import read_table, write_table
from tests.packing import gzipped

WRITTEN = ("biom", "tsv")
ODD_NAMES = Counts(["day 0", "1-a", "日"], ["[Clostridium] x", "2", "<b>"], [[1, 0, 3], [0, 0, 7], [2, 5, 0]])


@pytest.mark.parametrize("format", WRITTEN)
def test_round_trip_keeps_names_and_counts(tmp_path, format):
    path = tmp_path / f"table.{format}"
    write_table(ODD_NAMES, path)
    back = read_table(path)
    assert (back.samples, back.labels) == (ODD_NAMES.samples, ODD_NAMES.labels)
    assert (back.dense() == ODD_NAMES.dense()).all()


@pytest.mark.parametrize("format", WRITTEN)
def test_a_frame_is_written_as_the_counts_it_holds(tmp_path, format):
    frame = pd.DataFrame([[3, 0], [1, 2]], index=["day0", "day7"], columns=["a", "b"])
    write_table(frame, tmp_path / f"frame.{format}")
    write_table(Counts(frame.index, frame.columns, frame.to_numpy()), tmp_path / f"counts.{format}")
    assert (tmp_path / f"frame.{format}").read_bytes() == (tmp_path / f"counts.{format}").read_bytes()


@pytest.mark.parametrize("given", [3, None, "table.tsv", [[1, 2]]])
def test_what_is_no_table_is_not_written(tmp_path, given):
    with pytest.raises(InputError, match=r"^table: .*; expected Counts, a pandas.DataFrame"):
        write_table(given, tmp_path / "t.tsv")
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("format", WRITTEN)
def test_same_counts_same_bytes(tmp_path, format):
    for name in ("a", "b"):
        write_table(ODD_NAMES, tmp_path / f"{name}.{format}")
    assert (tmp_path / f"a.{format}").read_bytes() == (tmp_path / f"b.{format}").read_bytes()


@pytest.mark.parametrize("format", WRITTEN)
def test_a_broken_file_is_refused_by_name(tmp_path, format):
    path = tmp_path / "broken"
    path.write_bytes(b"\x89HDF\r\n\x1a\nnothing" if format == "biom" else b"no tabs here\n")
    with pytest.raises(InputError, match="broken"):
        read_table(path, format)


def test_biom_1_is_read(tmp_path):
    path = tmp_path / "table.json"
    table = {
        "id": None, "format": "Biological Observation Matrix 1.0.0", "format_url": "", "type": "OTU table",
        "generated_by": "test", "date": "2026-01-01T00:00:00",
        "rows": [{"id": "a", "metadata": None}, {"id": "b", "metadata": None}],
        "columns": [{"id": "s", "metadata": None}], "matrix_type": "sparse", "matrix_element_type": "int",
        "shape": [2, 1], "data": [[0, 0, 4], [1, 0, 6]],
    }  # fmt: skip
    path.write_text(json.dumps(table))
    counts = read_table(path)
    assert counts.labels == ("a", "b")
    assert counts.dense().tolist() == [[4, 6]]


def test_classic_text_export_and_gzip_and_windows_line_ends(tmp_path):
    text = "# Constructed from biom file\r\n#OTU ID\ts1\ts2\r\na\t1.0\t2\r\n\r\nb\t0\t3\r\n"
    (tmp_path / "t.tsv.gz").write_bytes(gzipped(text.encode()))
    counts = read_table(tmp_path / "t.tsv.gz")
    assert counts.samples == ("s1", "s2")
    assert counts.dense().tolist() == [[1, 0], [2, 3]]


def test_every_bad_cell_is_named_with_line_and_column(tmp_path):
    (tmp_path / "t.tsv").write_text("taxon\tday0\tday7\na\t3.2\t4\nb\t-1\tx\nc\tnan\t2\n")
    with pytest.raises(InputError) as caught:
        read_table(tmp_path / "t.tsv")
    message = str(caught.value)
    for words in (
        "line 2: column 'day0' holds '3.2'",
        "line 3: column 'day0' holds '-1'",
        "column 'day7' holds 'x'",
        "line 4",
    ):
        assert words in message
    assert "before it is turned into proportions" in message


def test_many_bad_cells_are_counted(tmp_path):
    rows = [f"t{i}\t-5\t7\t7\n" for i in range(50)]
    (tmp_path / "t.tsv").write_text("taxon\tr\ts\tt\n" + "".join(rows))
    with pytest.raises(InputError, match="30 more such cells"):
        read_table(tmp_path / "t.tsv")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("taxon\ts\na\t1\t2\n", "line 2: 3 fields"),
        ("taxon\ts\ts\na\t1\t2\n", "'s' given more than once"),
        ("taxon\ts\na\t1\na\t2\n", "'a' given more than once"),
        ("", "no table"),
    ],
)
def test_wrong_tables(tmp_path, text, words):
    (tmp_path / "t.tsv").write_text(text)
    with pytest.raises(InputError, match=words):
        read_table(tmp_path / "t.tsv", "tsv")


def test_missing_file_and_unknown_format(tmp_path):
    with pytest.raises(InputError, match="no such file"):
        read_table(tmp_path / "none.tsv")
    (tmp_path / "x").write_bytes(b"\x00\xff")
    with pytest.raises(InputError, match="does not recognise"):
        read_table(tmp_path / "x")
    with pytest.raises(InputError, match=r"'biom', .*, 'tsv'"):
        read_table(tmp_path / "x", "ods")


def test_a_truncated_gzip_is_called_so(tmp_path):
    whole = gzipped(b"taxon\ts\n" + b"".join(b"t%d\t%d\n" % (i, i * i) for i in range(9999)))
    (tmp_path / "t.tsv.gz").write_bytes(whole[: len(whole) // 2])
    with pytest.raises(InputError, match="truncated gzip"):
        read_table(tmp_path / "t.tsv.gz")


def test_fractional_biom_is_refused(tmp_path):
    write_table(Counts(["s1", "s2"], ["a"], [[1], [0.5]]), tmp_path / "t.biom")
    with pytest.raises(InputError, match="sample 's2'"):
        read_table(tmp_path / "t.biom")


def test_real_tables(shared):
    text, hdf5 = (read_table(shared / "dethlefsen2011" / name) for name in ("table.tsv", "table.biom"))
    assert text.samples == hdf5.samples
    assert np.abs(text.values - hdf5.values).sum() == 0
