"""The longest table is held by what the page shows of it; nothing else that the page says of it changes."""

import pandas as pd
import pytest

from klbio.errors import InputError
from klbio.io import results
from klbio.io.results import read_pieces, read_rows
from klbio.report import rows as report_rows
from klbio.report.held import Held
from klbio.report.rows import Rows
from klbio.schema import SHIFT_TABLES, CarriedRow, ContributionRow
from tests.report.tables import write_results

TABLE = SHIFT_TABLES["contributions"]
AT_ONCE = 7  # rows: pieces that end inside a subject


def small_pieces(path, table):
    return read_pieces(path, table, at_once=AT_ONCE)


@pytest.fixture
def path(tmp_path, monkeypatch):
    monkeypatch.setattr("klbio.report.held.read_pieces", small_pieces)
    monkeypatch.setattr("klbio.report.held.MAX_ROWS", 3)
    monkeypatch.setattr(report_rows, "AT_ONCE", AT_ONCE)
    folder = write_results(tmp_path, 4, routes=("shift",), ranks=("genus", "family"))
    return folder / "shift" / "contributions.tsv"


@pytest.fixture
def whole(path):
    return Rows.of(read_rows(path, TABLE), ContributionRow, "shift/contributions.tsv")


@pytest.fixture
def held(path):
    leading = Held.read_leading(path, TABLE)
    return Rows.of(leading.frame, ContributionRow, "shift/contributions.tsv", leading.others)


@pytest.mark.parametrize("name", ["contributions", "pairs", "sensitivity", "headline"])
def test_a_table_in_pieces_is_that_read_at_once(path, name):
    table = SHIFT_TABLES[name]
    at_once = read_rows(path.with_name(f"{name}.tsv"), table)
    pieces = Held.read(path.with_name(f"{name}.tsv"), table).frame
    words = {column: pieces[column].astype(str) for column in table.text}
    pd.testing.assert_frame_equal(pieces.assign(**words), at_once)


def test_the_largest_rows_of_each_rank_are_shown_with_every_column(held, whole):
    for rank in ("genus", "family"):
        views = []
        for rows in (held, whole):
            of_rank = rows.holding(lambda row: row.rank, [rank])
            largest = of_rank.largest_first(lambda row: row.jsd_contribution_bits)
            views.append(largest.view("Largest", largest.filled(largest.columns), most=3))
        assert views[0] == views[1]
        assert len(views[0].rows) == 3


def test_a_column_that_one_small_row_fills_is_filled(path):
    frame = read_rows(path, TABLE).assign(low_bits=None)
    smallest = frame["jsd_contribution_bits"].idxmin()
    frame.loc[smallest, "low_bits"] = 0.25
    results.write_rows(path, frame, TABLE)
    leading = Held.read_leading(path, TABLE)
    rows = Rows.of(leading.frame, ContributionRow, "", leading.others)
    for rank in ("genus", "family"):
        of_rank = rows.holding(lambda row: row.rank, [rank])
        assert ("low_bits" in of_rank.filled(rows.columns)) == (rank == frame["rank"][smallest])


def test_all_rows_are_seen_by_their_first_columns_and_never_by_those_not_held(held, whole):
    assert list(held.seen_as(CarriedRow)) == list(whole.seen_as(CarriedRow))
    with pytest.raises(KeyError):
        list(held)


def test_the_first_of_each_subject_over_blocks(held, whole):
    first = held.first_of_each(lambda row: (row.arm, row.subject)).places
    assert first.tolist() == (~whole.whole.duplicated(["arm", "subject"])).to_numpy().nonzero()[0].tolist()
    assert len(first) > 2


@pytest.mark.parametrize(
    ("column", "value", "fault"),
    [
        ("share", "", "share is missing in 2 rows"),
        ("share", "much", "could not convert string to float: 'much'"),
        ("jsd_contribution_bits", "x", "could not convert string to float: 'x'"),
    ],
)
def test_damage_in_a_column_that_is_not_held_is_refused_too(path, column, value, fault):
    header, *lines = path.read_text().splitlines()
    place = header.split("\t").index(column)
    for i in (-1, -1 - 2 * AT_ONCE):
        fields = lines[i].split("\t")
        fields[place] = value
        lines[i] = "\t".join(fields)
    path.write_text("\n".join([header, *lines]) + "\n")
    with pytest.raises(InputError) as caught:
        Held.read_leading(path, TABLE)
    assert fault in str(caught.value)
    with pytest.raises(InputError) as at_once:
        read_rows(path, TABLE)
    assert str(caught.value) == str(at_once.value)


def test_a_table_without_rows_has_its_columns(path):
    path.write_text(path.read_text().splitlines()[0] + "\n")
    held = Held.read_leading(path, TABLE)
    assert (len(held.frame), len(held.others)) == (0, 0)
    assert Rows.of(held.frame, ContributionRow, "", held.others).columns == list(TABLE.names)
