"""What a figure draws, read back from its SVG."""

import re
from xml.etree import ElementTree

import altair as alt
import pandas as pd
import pytest

from klbio.report.figures.codons import MAX_CODONS, CodonUsage
from klbio.report.figures.layout import Key, panel, stack
from klbio.report.figures.logos import Letter, Logo, Logos, Side
from klbio.report.figures.models import MapOfModels
from klbio.report.figures.models_many import LINE, MapOfMany
from klbio.report.figures.nearest import Ranking
from klbio.report.figures.shift import MAX_DRAWN, HowFar
from klbio.report.figures.taxa import TaxaByArm
from klbio.report.figures.time import Trajectories, chosen
from klbio.report.rows import Rows
from klbio.schema import (
    CodonRow,
    DendrogramRow,
    ModelPairRow,
    NearestRow,
    PairRow,
    RecoveryCurveRow,
    SiteLetterRow,
    TaxonRow,
    TrajectoryRow,
)
from tests.report.tables import HOSTILE, LONG_TAXON, made

SVG = "{http://www.w3.org/2000/svg}"


def texts(svg: str) -> list[str]:
    """Every text drawn."""
    return [element.text or "" for element in ElementTree.fromstring(svg).iter(f"{SVG}text")]  # noqa: S314 - our own


def titles(svg: str) -> list[str]:
    """Every title that a resting pointer shows."""
    return [element.text or "" for element in ElementTree.fromstring(svg).iter(f"{SVG}title")]  # noqa: S314


@pytest.fixture(scope="module")
def shifts(results):
    return how_far(results).draw()


def how_far(results):
    return HowFar("how-far", results.shift.rows(PairRow).where(lambda row: row.rank == "genus"))


def of_genera(results):
    taxa = results.shift.rows(TaxonRow).where(lambda row: row.rank == "genus")
    return TaxaByArm("which", taxa).draw()


def test_every_subject_has_its_row_and_its_numbers(shifts):
    assert {"W01", "W03", "C01", "C02", "C03"} <= set(texts(shifts.wide))
    assert "W01: 0.31 bits (0.26 to 0.37); floor 0.030 to 0.040; own baseline 0.12, largest 0.19" in titles(
        shifts.wide
    )
    assert "W03: 0.33 bits (0.28 to 0.40); floor 0.030 to 0.040" in titles(
        shifts.wide
    )  # one sample before: no baseline


def test_the_furthest_stands_on_top(shifts):
    drawn = texts(shifts.wide)
    assert drawn.index("W03") < drawn.index("W01")


def test_a_hostile_name_is_drawn_as_text(shifts):
    assert "<script" not in shifts.wide + shifts.narrow
    assert any(text.startswith("<script>") for text in texts(shifts.wide))
    assert HOSTILE in titles(shifts.wide)


def test_long_names_are_cut_and_stand_whole_in_a_title(results):
    drawing = of_genera(results)
    assert LONG_TAXON not in texts(drawing.wide)
    assert LONG_TAXON in titles(drawing.wide)
    assert max(len(text) for text in texts(drawing.narrow)) <= 28


def test_bars_count_the_subjects_behind_them(results):
    drawing = of_genera(results)
    assert {"3↑", "3↓"} <= set(texts(drawing.wide))


def test_the_map_has_both_directions_and_no_diagonal(results):
    coding = results.models.rows(ModelPairRow).where(lambda row: row.component == "coding")
    no_tree = results.models.rows(DendrogramRow).head(0)
    drawing = MapOfModels("map", coding, ["human", "fly"], no_tree).draw()
    squares = [title for title in titles(drawing.wide) if title.startswith("D(")]
    assert squares == ["D(human ‖ fly) = 0.0022 bits per base", "D(fly ‖ human) = 0.0020 bits per base"]


def test_the_key_sets_its_entries_in_lines():
    entries = [("dot", "black", f"meaning number {i}") for i in range(6)]
    narrow, wide = Key(entries, 200).spec(), Key(entries, 2000).spec()
    assert narrow["height"] > wide["height"]


def test_ids_are_named_after_the_figure_and_start_afresh(shifts, results):
    assert how_far(results).draw() == shifts
    assert all(name.startswith("how-far-wide-") for name in re.findall(r' id="([^"]*)"', shifts.wide))


def test_a_name_that_looks_like_markup_of_the_drawing_stays_as_it_is(results):
    odd = ' role="graphics-symbol" d="1.23456" opacity="1"'
    frame = how_far(results).pairs.head(2).frame.assign(subject=odd)
    drawing = HowFar("odd", Rows.of(frame, PairRow)).draw()
    assert odd in titles(drawing.wide)


def test_the_figure_says_what_it_shows_to_those_who_cannot_see_it(shifts):
    root = ElementTree.fromstring(shifts.wide)  # noqa: S314
    assert root.get("role") == "img"
    text = "Shift of each subject in bits, with interval, floor and baseline: 6 subjects."
    assert root.get("aria-label") == text


def test_what_a_figure_says_is_escaped():
    p, q = (Side(name, [Letter(1, 1.0, "A")]) for name in "pq")
    drawing = Logos("f", [Logo("title", p, q, {1: 0.5}, "D")], '"><script>').draw()
    assert "<script>" not in drawing.wide
    assert ElementTree.fromstring(drawing.wide).get("aria-label") == '"><script>'  # noqa: S314


def test_panels_keep_their_data_when_joined(results):
    parts = [panel(alt.Chart(pd.DataFrame({"x": [i]})).mark_point().encode(x="x:Q")) for i in range(2)]
    joined = stack(*parts)
    assert [part["data"] for part in joined["vconcat"]] == [{"values": [{"x": i}]} for i in range(2)]


def test_rows_that_layers_share_stand_once_and_no_number_is_endless():
    shared, own = pd.DataFrame({"x": [0.5, float("inf")]}), pd.DataFrame({"x": [0]})
    marks = [alt.Chart(rows).mark_point().encode(x=alt.X("x:Q")) for rows in (own, shared, shared)]
    drawn = panel(*marks, width=100)
    assert drawn["data"] == {"values": [{"x": 0.5}, {"x": None}]}
    assert [layer.get("data") for layer in drawn["layer"]] == [{"values": [{"x": 0}]}, None, None]


def test_a_large_cohort_is_drawn_whole_without_names(results):
    first = how_far(results).pairs.where(lambda row: row.estimand == "pooled").head(1).frame
    many = pd.concat([first.assign(subject=f"S{i:03d}") for i in range(60)], ignore_index=True)
    drawing = HowFar("many", Rows.of(many, PairRow)).draw()
    assert "S000" not in texts(drawing.wide)
    resting = [title for title in titles(drawing.wide) if title.startswith("S0")]
    assert len({title.partition(":")[0] for title in resting if ": " in title}) == 60


def test_a_subject_of_a_crossover_study_has_a_panel_per_arm():
    rows = [
        {"subject": "S1", "arm": arm, "sample": f"{arm}{i}"} for i in range(2) for arm in ("diet", "placebo")
    ]
    units = chosen(made(TrajectoryRow, rows))
    assert list(units) == [("S1", "diet"), ("S1", "placebo")]
    assert units["S1", "placebo"].distinct(lambda row: row.sample) == ["placebo0", "placebo1"]


def test_a_time_course_draws_baseline_samples_open(results):
    trajectory = results.shift.rows(TrajectoryRow)
    subject = trajectory.where(lambda row: row.subject == "W01" and row.rank == "genus")
    curves = results.shift.rows(RecoveryCurveRow)
    drawing = Trajectories("when", subject, curves, "before").draw()
    root = ElementTree.fromstring(drawing.wide)  # noqa: S314
    points = [mark for mark in root.iter(f"{SVG}path") if mark.find(f"{SVG}title") is not None]
    fills = [(mark.findtext(f"{SVG}title").split("(")[1].split(",")[0], mark.get("fill")) for mark in points]
    assert {fill for phase, fill in fills if phase == "before"} == {"white"}
    assert "white" not in {fill for phase, fill in fills if phase == "after"}
    assert len(fills) == 10


def letters(svg: str) -> list[tuple[str, float, float]]:
    """Every letter of a logo: which, its size, and the width it is stretched to."""
    marks = ElementTree.fromstring(svg).iter(f"{SVG}text")  # noqa: S314
    sized = [(m.text or "", m.get("font-size", ""), m.get("textLength")) for m in marks]
    return [(text, float(size.removesuffix("px")), float(width)) for text, size, width in sized if width]


def test_letters_of_a_logo_are_as_high_as_their_bits(results):
    rows = results.models.rows(SiteLetterRow).by(lambda row: row.model)
    p, q = (
        Side(name, [Letter(row.position, row.height_bits, row.letter) for row in rows[model]])
        for name, model in (("first", "A.thaliana"), ("<second>", "arabidopsis"))
    )
    drawing = Logos("logo", [Logo("donor", p, q, {0: 0.1, 1: 0.3}, "D")], "Two donors.").draw()
    found = letters(drawing.wide)
    sizes = {text: {size for letter, size, _ in found if letter == text} for text in "ACGT"}
    assert max(sizes["G"]) / min(sizes["G"]) == pytest.approx(7, rel=1e-3)  # 1.4 bits and 0.2 bits
    assert len({width for _, _, width in found}) == 1
    assert "q: <second>" in texts(drawing.wide)
    assert {"0: 0.10 bits", "1: 0.30 bits"} <= set(titles(drawing.wide))


def test_codons_stand_in_the_order_of_their_contributions(results):
    by_pair = results.models.rows(CodonRow).by(lambda row: (row.model_p, row.model_q))
    pair = ("A.thaliana", "arabidopsis")
    drawing = CodonUsage("codons", {pair: by_pair[pair]}).draw()
    drawn = [text for text in texts(drawing.wide) if text.endswith((" K", " F"))]
    assert drawn == [f"{a}{b}A K" for a in "ACGT" for b in "ACGT"][:MAX_CODONS]


def test_the_ranking_gives_interval_and_what_gc_alone_would_cost(results):
    drawing = Ranking("nearest", results.models.rows(NearestRow)).draw()
    assert "fly: 0.060 extra bits per base (0.058 to 0.062)" in titles(drawing.wide)
    assert {"with GC content matched", "GC content alone"} <= set(texts(drawing.wide))
    assert "<script" not in drawing.wide


def test_many_models_have_a_line_each_and_both_directions(results):
    """Three models: D(a ‖ b) is the largest, D(b ‖ a) a hundredth of it; the diagonal stays white."""
    names = ["a", HOSTILE, '"]+alert(1)+["']
    bits = {(0, 1): 1.0, (1, 0): 0.01, (0, 2): 0.3, (2, 0): 0.3, (1, 2): 0.3, (2, 1): 0.3}
    pairs = [
        {"model_p": names[i], "model_q": names[j], "relative_entropy_bits": b} for (i, j), b in bits.items()
    ]
    tree = made(DendrogramRow, [{"component": "coding", "y2": 0.2}])
    figure = MapOfMany("many", made(ModelPairRow, pairs), names, tree)
    drawing = figure.draw()
    assert {"a  1", '"]+alert(1)+["  3'} <= {text.replace("\xa0", " ") for text in texts(drawing.wide)}
    assert "<script" not in drawing.wide
    heat = figure.wide["vconcat"][1]["concat"][0]
    runs = {(row["p"], row["start"]): row["colour"] for row in heat["data"]["values"]}
    assert runs[0, 1] == "#0a2a3c"
    assert runs[1, 0] == "#f4f7f6"
    assert not {(i, i) for i in range(3)} & set(runs)
    assert heat["height"] == 3 * LINE


def test_of_very_many_subjects_some_are_drawn_from_the_furthest_to_the_nearest(results):
    (row,) = (
        how_far(results).pairs.where(lambda row: row.estimand == "pooled").head(1).frame.to_dict("records")
    )
    bits = [i / 1000 for i in range(1000)]
    alone = {**row, "n_before": 1, "n_after": 1}
    frame = pd.DataFrame(
        {**alone, "estimand": estimand, "subject": f"S{i}", "jensen_shannon_divergence_bits": shift}
        for i, shift in enumerate(bits)
        for estimand in ("pooled", "pairs")
    )
    figure = HowFar("many", Rows.of(frame, PairRow))
    assert figure.leaves_out
    assert figure.estimands == ["pooled"]  # of one sample a side, the mean over pairs is that
    order = figure._order(figure.pairs)
    assert (len(order), order[0], order[-1]) == (MAX_DRAWN, "S999", "S0")
