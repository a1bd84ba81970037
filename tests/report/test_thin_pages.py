"""Pages of thin designs: nothing miscounts, no panel is silent, no choice concludes what none can."""

import re

import pytest

from klbio.io.results import write_rows
from klbio.report.page import render
from klbio.report.tables import read_results
from klbio.schema import SHIFT_TABLES
from tests.phrases.test_numbers import WRONG
from tests.shift.test_thin_designs import study_of

TAG = re.compile(r"<(?:style|script)>.*?</(?:style|script)>|<[^>]+>", re.DOTALL)
DESIGNS = {
    "an arm without an excess": {"x": [(2, 2)] * 3, "y": [(1, 1)] * 2},
    "one subject": {"": [(1, 1)]},
    "one subject with days": {"": [(3, 3)]},
    "one against one": {"x": [(2, 1)], "y": [(2, 2)]},
    "an emptied arm": {"x": [(2, 2)], "y": []},
}


@pytest.fixture(scope="module")
def pages(tmp_path_factory):
    made = {}
    for name, design in DESIGNS.items():
        folder = tmp_path_factory.mktemp("thin")
        for table, frame in study_of(design).tables.items():
            write_rows(folder / f"shift/{table}.tsv", frame, SHIFT_TABLES[table])
        made[name] = " ".join(TAG.sub(" ", render(read_results(folder)).html).split())
    return made


@pytest.mark.parametrize("name", DESIGNS)
def test_no_page_miscounts(pages, name):
    found = {match.group(0) for match in WRONG.finditer(pages[name])}
    assert found <= {"1 of 1"}  # a headline's number stands without a noun
    assert "1 of 1 subject" not in pages[name]


def test_a_panel_without_points_says_why(pages):
    assert "none has two samples in both phases" in pages["an arm without an excess"]
    assert "none has two samples in both phases" not in pages["one subject with days"]


def test_choices_that_cannot_tell_are_no_conclusion(pages):
    text = pages["an arm without an excess"]
    assert "With so few subjects p cannot reach 0.05, whatever the choice" in text
    assert "lead to the conclusion reported" not in text


def test_the_page_says_what_each_test_shuffles(pages):
    assert (
        "Tests of arms shuffle whole subjects; those of a shift above its baseline deal the samples"
        in (pages["an arm without an excess"])
    )
