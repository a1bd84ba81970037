"""Two databases of profiles, entry by entry."""

from dataclasses import replace

import numpy as np
import pytest

from klbio.alphabets import AMINO, DNA
from klbio.errors import InputError
from klbio.models.comparison import Comparison
from klbio.models.comparison.changes import ProfileChanges
from klbio.models.profiles.profile_pair import ProfilePair
from tests.models.test_align import mutated, random_profile

KEPT = replace(random_profile(1, 30, AMINO, 0.2), name="kept", accession="PF1.3")
CUT = replace(random_profile(2, 40, AMINO, 0.2), name="cut", accession="PF2.9")
SHORTER = replace(mutated(CUT, list(range(10, 40)), "cut"), accession="PF2.10")
GONE = replace(random_profile(3, 12, AMINO), name="gone", accession="PF3")
NEW = replace(random_profile(4, 13, AMINO), name="new", accession="PF4.1")
PRINTED = replace(KEPT, accession="PF1.4", match_emissions=KEPT.match_emissions * (1 + 1e-6))
OLD, YOUNG = {"a": KEPT, "b": CUT, "c": GONE}, {"d": PRINTED, "e": SHORTER, "f": NEW}


def test_each_entry_once_the_changed_first():
    rows = ProfileChanges(OLD, YOUNG, "accession").rows
    assert [(row.entry, row.change) for row in rows] == [
        ("PF2", "changed"), ("PF3", "gone"), ("PF4", "new"), ("PF1", "same"),
    ]  # fmt: skip
    changed, gone, new, same = rows
    assert (changed.accession_p, changed.accession_q) == ("PF2.9", "PF2.10")
    assert (changed.n_match_p, changed.n_match_q, changed.n_columns, changed.coverage_q) == (40, 30, 30, 1.0)
    assert changed.score_bits == ProfilePair(CUT, SHORTER).align().score_bits
    assert changed.distance_bits_per_column == pytest.approx(5 / 35, abs=1e-12)
    assert (gone.name_p, gone.name_q, gone.n_match_q) == ("gone", "", None)
    assert (new.name_p, new.name_q, new.n_match_p) == ("", "new", None)
    assert (same.distance_bits_per_column, same.n_columns, same.coverage_p) == (0.0, 30, 1.0)


def test_by_name_and_by_any_number_of_threads():
    one, two = (ProfileChanges(OLD, YOUNG, "name", threads).rows for threads in (1, 3))
    assert one == two
    assert [row.entry for row in one] == ["cut", "gone", "new", "kept"]
    assert ProfileChanges(OLD, YOUNG, None).rows == []


def test_what_cannot_be_matched_is_named():
    again = {
        "x": replace(KEPT, accession="PF1.9"),
        "y": replace(NEW, accession=""),
        "z": random_profile(1, 4, DNA),
    }
    again["z"] = replace(again["z"], accession="PF2.1")
    changes = ProfileChanges(OLD | {"kept again": KEPT}, again, "accession")
    reasons = {row.name: row.reason for row in changes.dropped()}
    assert reasons["kept again"] == "PF1 is 'kept' in the same database: one profile an entry"
    assert reasons["y"].startswith("no accession")
    assert reasons["PF2"].startswith("different alphabets")
    row = next(row for row in changes.rows if row.entry == "PF2")
    assert (row.change, row.distance_bits_per_column) == ("changed", None)


def test_a_comparison_of_two_sides_from_python():
    across = Comparison(OLD, against=YOUNG)
    assert {*zip(across.alignments["model_p"], across.alignments["model_q"], strict=True)} == {
        (p, q) for p in OLD for q in YOUNG
    }
    assert across.alignments["n_pairs"].tolist() == [9] * 9
    assert len(across.changes) == 0
    entries = Comparison(OLD, against=YOUNG, by="accession")
    assert (len(entries.changes), len(entries.alignments), len(entries.models)) == (4, 0, 6)
    assert np.isnan(entries.changes["score_bits"].iloc[-1])


@pytest.mark.parametrize(
    ("sides", "found"),
    [
        ({"by": "name"}, "'name'"),
        ({"by": "size", "against": {"b": CUT}}, "'size'"),
        ({"against": {"a": KEPT}}, "'a' on both sides"),
    ],
)
def test_sides_that_cannot_be_held_against_each_other(sides, found):
    with pytest.raises(InputError) as refused:
        Comparison({"a": KEPT}, **sides)
    assert refused.value.faults[0].found == found
