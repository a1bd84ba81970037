"""A table brings frames into its order and types, and says what does not fit."""

from dataclasses import dataclass
from typing import Annotated

import numpy as np
import pandas as pd
import pytest

from klbio.schema import Count, Flag, Number, PValue, Row, SchemaError, Table, Text, flag_words, rows


@dataclass(frozen=True, kw_only=True, slots=True)
class MouseRow(Row):
    """A row per mouse."""

    mouse: Annotated[str, Text("who")]
    direction: Annotated[str, Text("which way", values=("up", "down"))] = ""
    n_reads: Annotated[int, Count("reads", of="reads")]
    shift_bits: Annotated[float | None, Number("bits", "how far", heading="shift")] = None
    order: Annotated[int | None, Number("", "place among others")] = None
    above: Annotated[bool, Flag("whether above")]
    known: Annotated[bool | None, Flag("whether known")] = None
    p: Annotated[float, PValue("p")]


MICE = Table("mice", MouseRow)
ONE = MouseRow(mouse="007", n_reads=3, above=True, p=0.5)
TWO = MouseRow(
    mouse="NA", direction="up", n_reads=4, shift_bits=0.25, order=2, above=False, known=True, p=1.0
)
NAMES = ["mouse", "direction", "n_reads", "shift_bits", "order", "above", "known", "p"]


@pytest.mark.parametrize("given", [[], [ONE, TWO]])
def test_frames_have_columns_order_and_types_even_without_rows(given):
    frame = MICE.frame(given)
    assert frame.columns.tolist() == list(MICE.names) == NAMES
    assert [frame[name].dtype.kind for name in NAMES] == ["O", "O", "i", "f", "f", "b", "b", "f"]
    assert (frame["above"].dtype, frame["known"].dtype) == (np.dtype(bool), pd.BooleanDtype())
    MICE.check(frame)


def test_rows_come_back_from_a_frame():
    assert rows(MICE.frame([ONE, TWO]), MouseRow) == [ONE, TWO]
    back = [type(row.order) for row in rows(MICE.frame([ONE, TWO]), MouseRow)]
    assert back == [type(None), int]


def test_a_frame_is_put_in_order_and_completed():
    frame = pd.DataFrame({"p": [0.5], "above": [True], "n_reads": [3.0], "mouse": ["007"]}, index=[8])
    pd.testing.assert_frame_equal(MICE.arranged(frame).reset_index(drop=True), MICE.frame([ONE]))
    assert frame.columns.tolist() == ["p", "above", "n_reads", "mouse"]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"extra": 1}, "table mice: unknown column 'extra'"),
        ({"mouse": 7}, r"table mice: mouse \(text\) holds other things than text"),
        ({"above": "yes"}, r"table mice: above \(flag\) holds other things than yes and no"),
        ({"shift_bits": "much"}, r"table mice: shift_bits \(number\) holds could not convert"),
        ({"p": True}, r"table mice: p \(p\) holds yes and no instead of numbers"),
    ],
)
def test_what_is_of_another_kind_is_refused(change, message):
    with pytest.raises(SchemaError, match=message):
        MICE.arranged(MICE.frame([ONE, TWO]).assign(**change))


def test_every_fault_is_told_at_once():
    with pytest.raises(SchemaError, match=r"mouse \(text\).*; p \(p\)"):
        MICE.arranged(MICE.frame([ONE]).assign(mouse=1, p="x"))
    with pytest.raises(SchemaError, match="no column 'mouse', 'p'; unknown column 'extra'"):
        MICE.arranged(MICE.frame([ONE]).drop(columns=["p", "mouse"]).assign(extra=1))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"direction": "sideways"}, r"direction \(text\) holds 'sideways'"),
        ({"n_reads": -1}, r"n_reads \(count\) holds -1"),
        ({"n_reads": np.nan}, "n_reads is missing in 2 rows"),
        ({"p": 1.5}, r"p \(p\) holds 1.5"),
        ({"above": None}, "above is missing in 2 rows"),
    ],
)
def test_a_check_sees_values_that_cannot_be(change, message):
    with pytest.raises(SchemaError, match=message):
        MICE.check(MICE.frame([ONE, TWO]).assign(**change))


def test_a_check_wants_every_column():
    with pytest.raises(SchemaError, match="no column 'shift_bits'"):
        MICE.check(MICE.frame([ONE]).drop(columns="shift_bits"))


def test_a_table_may_hold_columns_of_others():
    table = Table("mice", MouseRow, extra="what the sheet holds")
    frame = table.arranged(MICE.frame([ONE]).assign(cage="A"))
    assert frame.columns.tolist() == [*NAMES, "cage"]
    table.check(frame)


def test_rows_of_another_table_are_refused():
    with pytest.raises(SchemaError, match="a row that is no MouseRow"):
        MICE.frame([Row()])


def test_columns_say_what_they_are():
    column = MICE.column("shift_bits")
    assert (column.kind.name, column.unit, column.meaning, column.optional, column.heading) == (
        "number",
        "bits",
        "how far",
        True,
        "shift",
    )
    assert (MICE.column("n_reads").unit, MICE.column("n_reads").heading) == ("reads", "n reads")
    assert (MICE.meaning, MICE.column("none"), MICE.text) == (
        "A row per mouse.",
        None,
        {"mouse", "direction"},
    )


def test_flags_are_words_in_files_only():
    flag = MICE.column("known").kind
    flags = pd.Series([True, False, None], dtype="boolean")
    words = flag_words(flags)
    assert words.tolist() == ["yes", "no", ""]
    pd.testing.assert_series_equal(flag.typed(flag.read(words), True), flags)
    with pytest.raises(ValueError, match="other words"):
        flag.read(pd.Series(["perhaps"]))
