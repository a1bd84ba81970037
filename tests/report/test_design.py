"""Who was compared: samples and reads of each subject, and who stands alone or in two arms."""

import dataclasses

from klbio.report.page import render
from klbio.report.sections.cohort import CohortPart
from klbio.report.sections.how_far import DesignPart, HowFarPart
from klbio.report.sections.section import Chapter
from klbio.report.tables import Route


def section(route, **changes):
    pairs = route.tables["pairs"].copy()
    for column, (subject, value) in changes.items():
        pairs.loc[pairs["subject"] == subject, column] = value
    (found,) = sections(route, pairs)
    return found.context


def sections(route, pairs):
    route = Route("shift", dict(route.tables) | {"pairs": pairs})
    return list(DesignPart(Chapter(route, "Taxa", "taxon")).sections())


def test_each_subject_has_a_row_with_samples_and_reads(results):
    context = section(results.shift)
    pairs = results.shift.tables["pairs"]
    heads = [column.words for column in context["table"].columns]
    assert {"subject", "arm", "n before", "n after", "depth before", "depth after"} <= set(heads)
    assert len(context["table"].rows) == pairs["subject"].nunique()
    assert (context["alone"], context["crossed"]) == ("", "")


def test_one_sample_on_a_side_is_named(results):
    subject = results.shift.tables["pairs"]["subject"].iloc[0]
    assert section(results.shift, n_before=(subject, 1))["alone"] == subject


def test_a_subject_in_two_arms_is_named(results):
    first, *_, last = results.shift.tables["pairs"]["subject"].unique()
    assert section(results.shift, subject=(last, first))["crossed"] == first


def test_nothing_measured_has_no_section(results):
    none = results.shift.tables["pairs"].head(0)
    assert not sections(results.shift, none)


def test_a_flag_stands_beside_shifts_and_tests(results, undrawn):
    """Not in the section of flags alone: whoever reads a shift, or a p, has read what may have made it."""
    flags = (
        results.shift.tables["flags"]
        .head(1)
        .assign(severity="flag", check="order of phases", meaning="Swapped?")
    )
    tables = dict(results.shift.tables) | {"flags": flags}
    chapter = Chapter(Route("shift", tables), "Taxa", "taxon")
    (how_far,) = HowFarPart(chapter).sections()
    (cohort,) = CohortPart(chapter).sections()
    assert how_far.context["warnings"] == ["Swapped?"]
    assert all(warnings == ["Swapped?"] for _, warnings, _ in cohort.context["groups"])
    page = render(dataclasses.replace(results, shift=chapter.route)).html
    assert page.count("Swapped?") >= 4  # headline, shifts, tests, flags


def test_columns_that_no_row_fills_are_not_shown(results):
    """Without batches nothing is said of them."""
    (how_far,) = HowFarPart(Chapter(results.shift, "Taxa", "taxon")).sections()
    shown = {column.name for view in ("arms", "pairs") for column in how_far.context[view].columns}
    assert not {name for name in shown if "batch" in name}
    assert {"median_bits", "jensen_shannon_divergence_bits", "note"} <= shown
