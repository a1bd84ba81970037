import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from klbio.phrases.numbers import count, of_all
from klbio.report.formatting import bits, cell, listing, p_value, short_names, span


@pytest.mark.parametrize(
    ("value", "said"),
    [
        pytest.param(0.0, "0.00", id="nothing"),
        pytest.param(0.996, "1.0", id="rounds-up-to-one"),
        pytest.param(12.345, "12.35", id="more-than-one"),
        pytest.param(-0.06, "−0.060", id="a-minus-is-no-hyphen"),
        pytest.param(1.5e-7, "1.5 × 10⁻⁷", id="powers-of-ten"),
        pytest.param(math.inf, "∞", id="infinite"),
        pytest.param(math.nan, "—", id="missing"),
    ],
)
def test_bits(value, said):
    assert bits(value) == said


@given(st.floats(1e-12, 1e6))
def test_bits_keep_two_digits(value):
    said = bits(value).replace("⁻", "-").translate(str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789"))
    assert float(said.replace(" × 10", "e")) == pytest.approx(value, rel=0.06)


@pytest.mark.parametrize(
    ("column", "value", "said"),
    [
        pytest.param("floor_bits", 0.03014, "0.0301", id="bits"),
        pytest.param("floor_bits", 0.000034, "3.4 × 10⁻⁵", id="few-bits"),
        pytest.param("floor_bits", 1.0, "1.0000", id="whole-bits-are-still-bits"),
        pytest.param("depth_before", 107968.0, "107,968", id="counts"),
        pytest.param("share", 0.5146, "51.5%", id="shares"),
        pytest.param("baseline_bits", math.nan, "—", id="missing-number"),
        pytest.param("note", "", "—", id="missing-text"),
        pytest.param("subject", "007", "007", id="names-stay-verbatim"),
    ],
)
def test_cell(column, value, said):
    assert cell(column, value) == said


def test_sentence_parts():
    assert span(0.281, 0.514) == "0.28 to 0.51"
    assert (count(1, "taxon"), count(2, "taxon")) == ("1 taxon", "2 taxa")
    assert of_all(2, 2, "subject") == "Both subjects"
    assert listing([]) == ""
    assert p_value(math.nan) == "p not given"


def test_a_p_is_a_bound_only_below_one_in_ten_thousand():
    assert p_value(0.0001) == "p = 0.0001"
    assert p_value(0.0000999) == "p < 0.0001"
    assert p_value(0.0009) == "p = 0.0009"


@given(st.lists(st.text(min_size=1), unique=True, max_size=30), st.integers(8, 30))
def test_short_names_stay_apart_and_fit(names, width):
    short = short_names(names, width)
    assert list(short) == names
    assert len(set(short.values())) == len(names)
    assert all(len(label) <= width for label in short.values())


def test_a_lineage_keeps_as_much_as_tells_it_apart():
    names = ["Bacteria;Lachnospiraceae;uncultured", "Bacteria;Ruminococcaceae;uncultured", "Bacteria;Blautia"]
    assert list(short_names(names, 40).values()) == [
        "Lachnospiraceae; uncultured",
        "Ruminococcaceae; uncultured",
        "Blautia",
    ]
