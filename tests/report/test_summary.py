"""What stands above the sections: what was left out or flagged, and several comparisons side by side."""

import dataclasses

import pandas as pd
import pytest

from klbio.report.caveats import caveats
from klbio.report.overview import overview
from klbio.report.sections.closing import closing_sections
from klbio.report.sections.flags import FlagsPart
from klbio.report.sections.section import Chapter
from klbio.report.sections.when import RecoveryPart
from klbio.report.tables import Route


@pytest.fixture
def twice(results):
    """The same study with a second comparison, in which no subject had a baseline."""
    tables = dict(results.shift.tables)
    for name in ("arms", "taxa", "flags", "recovery"):
        later = tables[name].assign(after="washout")
        tables[name] = pd.concat([tables[name], later], ignore_index=True)
    late = tables["arms"]["after"] == "washout"
    tables["arms"] = tables["arms"].assign(n_with_baseline=tables["arms"]["n_with_baseline"].mask(late, 0))
    return dataclasses.replace(results, shift=Route("shift", tables))


def test_one_comparison_needs_no_table(results):
    assert overview(results) is None


def test_each_comparison_has_a_row_with_both_controls_and_its_taxon(twice):
    table = overview(twice)
    rows = [dict(zip([column.words for column in table.columns], row, strict=True)) for row in table.rows]
    assert [row["comparison"] for row in rows] == ["before → after"] * 2 + ["before → washout"] * 2
    western = next(row for row in rows if row["arm"] == "western")
    assert (western["shift"], western["median (bits)"]) == ("pooled", "0.32")
    assert western["above the floor (pooled)"] == "3 of 3"
    assert western["carried most by"] == "g__Bacteroides (3↑ 0↓)"
    assert rows[-1]["p, beyond own days"] == "cannot tell"


def test_what_was_left_out_and_what_was_flagged_stand_on_top(results):
    assert caveats(results) == [
        ("Left out: 1 subject and 1 sample", "left-out"),
        ("1 check raised a flag", "shift-flags"),
        ("1 check of the reads raised a flag", "reads-flags"),
    ]
    assert caveats(dataclasses.replace(results, dropped=results.dropped.head(0)))[0][0] == "Left out: nothing"
    assert caveats(dataclasses.replace(results, dropped=None))[0][0] == "No list of what was left out"


def test_a_check_that_is_the_same_in_two_comparisons_is_given_once(twice):
    (section,) = FlagsPart(Chapter(twice.shift, "Taxa", "taxon")).sections()
    (flag,) = section.context["flag"]
    assert flag.also == "before → after; the same in 1 other comparison"


def test_a_verdict_is_given_once_with_all_whom_it_concerns(results):
    (section,) = RecoveryPart(Chapter(results.shift, "Taxa", "taxon")).sections()
    ((_, verdicts, n),) = section.context["groups"]
    ((verdict, names),) = verdicts
    assert n == 1
    assert verdict.startswith("did not come back")
    assert names.startswith("C01 (control), C02 (control)")


def test_a_reason_is_given_once_with_how_many_were_left_out_for_it(results):
    rows = [
        {"source": "t", "kind": "sample", "name": f"s{i}", "reason": "not in the sheet"} for i in range(40)
    ]
    first = closing_sections(dataclasses.replace(results, dropped=pd.DataFrame(rows)))[0]
    assert first.context["reasons"] == [
        ("40 samples", "not in the sheet", "s0, s1, s2, s3, s4, s5 and 34 more")
    ]
