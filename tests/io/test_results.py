"""Result tables, against pandas' own writer."""

from dataclasses import dataclass
from typing import Annotated

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from klbio.errors import InputError
from klbio.io import results
from klbio.io.results import read_rows, write_frame, write_rows
from klbio.schema import Count, Flag, Number, Row, SchemaError, Table, Text, rows

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


@dataclass(frozen=True, kw_only=True, slots=True)
class MouseRow(Row):
    """How far a mouse moved: a row per mouse."""

    mouse: Annotated[str, Text("who")]
    shift_bits: Annotated[float | None, Number("bits", "how far")] = None
    n_reads: Annotated[int, Count("reads", of="reads")] = 0
    above: Annotated[bool | None, Flag("whether above")] = None


MICE = Table("mice", MouseRow)
ROWS = [
    MouseRow(mouse="007", shift_bits=1 / 3, n_reads=12, above=True),
    MouseRow(mouse="NA", shift_bits=float("inf"), above=False),
    MouseRow(mouse=""),
]
TEXT = "mouse\tshift_bits\tn_reads\tabove\n007\t0.333333333333\t12\tyes\nNA\tinf\t0\tno\n\t\t0\t\n"


@dataclass(frozen=True, kw_only=True, slots=True)
class CageRow(Row):
    """What needs no pandas to be written: a row per cage."""

    cage: Annotated[str, Text("which")]
    n_mice: Annotated[int, Count("mice", of="mice")]
    share: Annotated[float, Number("", "share of all")]


CAGES = Table("cages", CageRow)
cages = st.builds(
    CageRow,
    cage=st.one_of(
        st.text(st.characters(exclude_categories=["Cs"]), max_size=5),
        st.sampled_from(["", "NA", '"', "a\tb"]),
    ),
    n_mice=st.one_of(st.integers(0, 2**53), st.booleans(), st.integers(0, 99).map(float)),
    share=st.one_of(st.floats(), st.integers(0, 9), st.floats().map(np.float64)),
)


@given(rows=st.lists(cages, max_size=5))
def test_rows_are_written_alike_without_pandas(tmp_path_factory, rows):
    folder = tmp_path_factory.mktemp("cages")
    try:
        write_rows(folder / "frame.tsv", CAGES.frame(rows), CAGES)
    except SchemaError:
        with pytest.raises(SchemaError):
            write_rows(folder / "rows.tsv", rows, CAGES)
        return
    write_rows(folder / "rows.tsv", rows, CAGES)
    assert (folder / "rows.tsv").read_bytes() == (folder / "frame.tsv").read_bytes()


def test_rows_of_another_table_are_refused(tmp_path):
    with pytest.raises(SchemaError, match="a row that is no CageRow"):
        write_rows(tmp_path / "t.tsv", ROWS, CAGES)


@pytest.mark.parametrize("awkward", ["plain", "a\ttab", 'a "quote"', "a\nline", "\ttwo\n"])
@pytest.mark.parametrize("at_once", [2, 100])
def test_text_is_that_of_pandas(tmp_path, monkeypatch, awkward, at_once):
    monkeypatch.setattr(results, "ROWS_AT_ONCE", at_once)
    frame = FRAME.assign(name=[awkward, *FRAME["name"][1:]])
    write_frame(tmp_path / "t.tsv", frame)
    assert (tmp_path / "t.tsv").read_bytes().decode() == by_pandas(frame)


def test_a_single_column_keeps_its_empty_rows(tmp_path):
    write_frame(tmp_path / "t.tsv", pd.DataFrame({"a": ["x", ""]}))
    assert (tmp_path / "t.tsv").read_text() == 'a\nx\n""\n'


@pytest.mark.parametrize("given", [ROWS, MICE.frame(ROWS), MICE.frame(ROWS)[list(reversed(MICE.names))]])
def test_a_table_stands_in_the_file_as_declared(tmp_path, given):
    write_rows(tmp_path / "mice.tsv", given, MICE)
    assert (tmp_path / "mice.tsv").read_text() == TEXT


def test_a_table_comes_back_with_its_types(tmp_path):
    (tmp_path / "mice.tsv").write_text(TEXT)
    back = read_rows(tmp_path / "mice.tsv", MICE)
    pd.testing.assert_frame_equal(back, MICE.frame(ROWS), rtol=1e-11)
    assert back["above"].tolist()[:2] == [True, False]
    assert rows(back, MouseRow)[1:] == ROWS[1:]


def test_a_table_without_rows_has_its_header(tmp_path):
    write_rows(tmp_path / "mice.tsv", [], MICE)
    assert (tmp_path / "mice.tsv").read_text() == "mouse\tshift_bits\tn_reads\tabove\n"
    pd.testing.assert_frame_equal(read_rows(tmp_path / "mice.tsv", MICE), MICE.frame([]))


def test_a_carriage_return_in_a_name_comes_back(tmp_path):
    write_rows(tmp_path / "mice.tsv", [MouseRow(mouse="a\rb"), MouseRow(mouse="c")], MICE)
    assert read_rows(tmp_path / "mice.tsv", MICE)["mouse"].tolist() == ["a\rb", "c"]


def test_a_column_nobody_declared_is_not_written(tmp_path):
    with pytest.raises(SchemaError, match="unknown column 'cage'"):
        write_rows(tmp_path / "mice.tsv", MICE.frame(ROWS).assign(cage="A"), MICE)
    assert not (tmp_path / "mice.tsv").exists()


def test_columns_of_others_are_kept_where_the_table_may_have_them(tmp_path):
    table = Table("mice", MouseRow, extra="what the sheet holds")
    write_rows(tmp_path / "mice.tsv", MICE.frame(ROWS).assign(cage=["1", "02", ""]), table)
    assert read_rows(tmp_path / "mice.tsv", table)["cage"].fillna("").tolist() == ["1", "02", ""]


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("\tn_reads", "\treads", "mice.tsv: no column 'n_reads'.*mice.tsv: unknown column 'reads'"),
        ("\tyes", "\tperhaps", "mice.tsv: other words than yes and no; expected what klbio writes"),
        ("\t12", "\tmany", r"mice.tsv: table mice: n_reads \(count\) holds .*'many'"),
        ("\t12", "\t", "mice.tsv: n_reads is missing in 1 rows; expected a value in each row"),
    ],
)
def test_a_table_that_is_none_of_ours_is_refused(tmp_path, old, new, message):
    (tmp_path / "mice.tsv").write_text(TEXT.replace(old, new, 1))
    with pytest.raises(InputError, match=f"(?s){message}.*Run its step again"):
        read_rows(tmp_path / "mice.tsv", MICE)


def test_a_table_that_is_not_there_is_named(tmp_path):
    (tmp_path / "empty.tsv").touch()
    for name in ("empty.tsv", "none.tsv"):
        with pytest.raises(InputError, match=f"{name}: no result table"):
            read_rows(tmp_path / name, MICE)
