"""Rows of a table are chosen by their columns without one being made."""

import numpy as np
import pandas as pd
import pytest

from klbio.report.rows import Rows
from klbio.schema import ContributionRow, Table

BITS = [0.1, 0.3, 0.3, 0.2, 0.05]


@pytest.fixture
def rows():
    of_shift = {"arm": "", "before": "before", "after": "after", "rank": "genus", "direction": "up"}
    held = {"subject": list("SSTTT"), "taxon": list("abbac"), "jsd_contribution_bits": BITS}
    numbers = {
        column.name: 0.0 for column in Table("", ContributionRow).columns if column.name.endswith("bits")
    }
    frame = pd.DataFrame(numbers | of_shift | held)
    frame["share"] = frame["proportion_before"] = frame["proportion_after"] = 0.5
    whole = Table("", ContributionRow).arranged(frame).assign(note_of_others="")
    return Rows.of(whole, ContributionRow, "shift/contributions.tsv")


def test_rows_that_hold_one_of_some_values(rows):
    assert [row.taxon for row in rows.holding(lambda row: row.taxon, {"a", "c"})] == ["a", "a", "c"]
    assert len(rows.holding(lambda row: row.subject, ["U"])) == 0


def test_the_largest_stand_first_and_equals_in_their_order(rows):
    largest = rows.largest_first(lambda row: row.jsd_contribution_bits)
    assert largest.places.tolist() == [1, 2, 3, 0, 4]
    assert [row.jsd_contribution_bits for row in largest] == sorted(BITS, reverse=True)


def test_the_first_of_each_combination(rows):
    largest = rows.largest_first(lambda row: row.jsd_contribution_bits)
    assert largest.first_of_each(lambda row: (row.taxon,)).places.tolist() == [1, 3, 4]
    assert rows.first_of_each(lambda row: (row.subject, row.taxon)).places.tolist() == [0, 1, 2, 3, 4]
    assert rows.first_of_each(lambda row: (row.subject, row.rank)).places.tolist() == [0, 2]


def test_rows_that_are_made_are_those_that_were_chosen(rows):
    kept = rows.where(lambda row: row.subject == "T").holding(lambda row: row.taxon, ["b", "c"])
    assert [(row.subject, row.taxon) for row in kept] == [("T", "b"), ("T", "c")]
    assert (kept.frame["jsd_contribution_bits"] == np.array(BITS)[kept.places]).all()


def test_a_view_counts_the_rows_that_it_does_not_show(rows):
    shown = rows.largest_first(lambda row: row.jsd_contribution_bits).view("Largest", ["taxon"], most=2)
    assert (shown.rows, shown.n_rows) == ((("b",), ("b",)), 5)


def test_columns_without_a_value_are_empty_and_those_of_others_are_kept(rows):
    assert rows.filled(["taxon", "arm", "note_of_others"]) == ["taxon", "note_of_others"]
