"""Result tables, against pandas' own writer."""

import numpy as np
import pandas as pd
import pytest

from klbio.io import results
from klbio.io.results import read_rows, write_rows

FRAME = pd.DataFrame(
    {
        "name": ["a", "007", "", "NA", "ä b", "z"],
        "n": [1, 2, 3, 4, 5, 6],
        "bits": [0.1, np.nan, np.inf, 1 / 3, 1e-300, -0.0],
        "mixed": [None, "x", 1.5, 2, np.nan, True],
        "whole": [True, False, True, True, False, False],
    }
)


def by_pandas(frame):
    numbers = {
        name: ["" if x != x else f"{x:.12g}" for x in frame[name]] for name in frame.select_dtypes("float64")
    }
    return frame.assign(**numbers).to_csv(sep="\t", index=False, lineterminator="\n")


@pytest.mark.parametrize("awkward", ["plain", "a\ttab", 'a "quote"', "a\nline", "\ttwo\n"])
@pytest.mark.parametrize("at_once", [2, 100])
def test_text_is_that_of_pandas(tmp_path, monkeypatch, awkward, at_once):
    monkeypatch.setattr(results, "ROWS_AT_ONCE", at_once)
    frame = FRAME.assign(name=[awkward, *FRAME["name"][1:]])
    write_rows(tmp_path / "t.tsv", frame)
    assert (tmp_path / "t.tsv").read_bytes().decode() == by_pandas(frame)
    assert read_rows(tmp_path / "t.tsv", ["name"])["name"].fillna("").tolist() == frame["name"].tolist()


def test_a_table_without_rows_has_its_header(tmp_path):
    write_rows(tmp_path / "t.tsv", [], ["a", "b"])
    assert (tmp_path / "t.tsv").read_text() == "a\tb\n"


def test_columns_are_put_in_order_and_missing_ones_are_empty(tmp_path):
    write_rows(tmp_path / "t.tsv", [{"b": 2.0, "a": "x"}], ["a", "b", "c"])
    assert (tmp_path / "t.tsv").read_text() == "a\tb\tc\nx\t2\t\n"


def test_a_single_column_keeps_its_empty_rows(tmp_path):
    write_rows(tmp_path / "t.tsv", [{"a": "x"}, {"a": ""}], ["a"])
    assert (tmp_path / "t.tsv").read_text() == 'a\nx\n""\n'


def test_a_carriage_return_in_a_name_comes_back(tmp_path):
    write_rows(tmp_path / "t.tsv", [{"name": "a\rb", "n": 1.0}, {"name": "c", "n": None}])
    back = read_rows(tmp_path / "t.tsv", ["name"])
    assert back["name"].tolist() == ["a\rb", "c"]
    assert back["n"].isna().tolist() == [False, True]
