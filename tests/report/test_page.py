"""The page as a reader, a browser and an attacker meet it."""

import os
import re
import subprocess
import sys
from html.parser import HTMLParser

import pytest

from klbio.io.results import write_rows
from klbio.report.page import render
from klbio.report.tables import read_results
from klbio.schema import DROPPED, MODEL_TABLES, SHIFT_TABLES
from tests.report.tables import HOSTILE, HOSTILE_TAXON, save, write_results

VOID = {"meta", "br", "hr", "img", "input", "link"}
LOADING = {"src", "srcset", "data", "poster", "action", "formaction", "background", "ping", "xlink:href"}


class Elements(HTMLParser):
    """Every tag with its attributes, every word of text, and what was left open."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []
        self.open: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        assert self.open, f"</{tag}> closes nothing"
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.words.append(data)

    @property
    def text(self) -> str:
        return " ".join("".join(self.words).split())


@pytest.fixture(scope="module")
def elements(page):
    return Elements(page.html)


def anchors(elements) -> list[str]:
    return [attrs["id"] for _, attrs in elements.tags if "id" in attrs]


def test_every_element_is_closed(elements):
    assert elements.open == []


def test_nothing_is_fetched(page, elements):
    for tag, attrs in elements.tags:
        assert not LOADING & set(attrs), f"<{tag}> loads something"
        assert tag not in {
            "script",
            "link",
            "iframe",
            "object",
            "embed",
            "img",
            "image",
            "use",
            "base",
            "form",
        }
    links = [attrs["href"] for _, attrs in elements.tags if "href" in attrs]
    assert links
    assert all(link.startswith(("#", "figures/")) for link in links)
    without_namespaces = page.html.replace("http://www.w3.org/2000/svg", "")
    assert "http://" not in without_namespaces
    assert "https://" not in without_namespaces
    assert not re.search(r"@import|url\((?!#)", page.html)


def test_hostile_names_come_out_as_text(elements):
    assert HOSTILE in elements.text
    assert HOSTILE_TAXON in elements.text
    for tag, attrs in elements.tags:
        assert not [name for name in attrs if name.startswith("on")], f"<{tag}> has a handler"


def test_a_hostile_title_is_text(tmp_path):
    html = render(read_results(tmp_path), title="</title><script>alert(4)</script>").html
    assert "<script" not in html
    assert "&lt;script&gt;alert(4)" in html


def test_links_lead_somewhere_and_anchors_are_unique(elements, page):
    names = anchors(elements)
    assert len(names) == len(set(names))
    inside = {attrs["href"][1:] for _, attrs in elements.tags if attrs.get("href", "").startswith("#")}
    assert inside <= set(names)
    files = {attrs["href"] for _, attrs in elements.tags if attrs.get("href", "").startswith("figures/")}
    assert files == {f"figures/{drawing.name}.svg" for drawing in page.drawings}


def test_every_section_is_there(elements):
    expected = {f"shift-{name}" for name in ("how-far", "flags", "which", "when", "choices", "cohort")}
    expected |= {f"reads-{name}" for name in ("how-far", "flags", "which", "cohort")}
    expected |= {
        f"models-{name}" for name in ("map", "close", "others", "profiles", "alignments", "hidden", "lint")
    }
    expected |= {f"models-{name}" for name in ("nearest", "codons", "logos")}
    assert expected | {"left-out", "reading", "methods", "versions"} <= set(anchors(elements))


@pytest.mark.parametrize(
    "words",
    [
        "never comparable across k",
        "not a change of load",
        "P9",
        "depth 12 is below the limit of 1000",
        "depth goes with phase",
        "western subjects moved further than control subjects (0.26 bits); p = 0.029.",
        "4 rows do not sum to 1",
        "No known model is close.",
        "Sites of A.thaliana (p) and arabidopsis (q), the closest pair.",
        "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
        "Infinite without smoothing, and so not drawn there: relative entropy at these depths, D(after ‖ before)",
        "The first 30 of 66 rows; all are in shift/contributions.tsv",
    ],
)
def test_the_page_says(elements, words):
    assert words in elements.text.replace(" .", ".")


def test_no_missing_value_shows_its_inside(elements):
    assert not re.search(r"\b(nan|NaN|None|NaT|undefined|inf)\b", elements.text)


def test_the_same_results_give_the_same_bytes_in_another_process(tmp_path):
    results, out = write_results(tmp_path / "results", 2, ("shift",), ("genus",)), tmp_path / "report.html"
    command = "from klbio.steps.report import write_report as w; from sys import argv; w(results=argv[1], out=argv[2])"
    elsewhere = os.environ | {"PYTHONHASHSEED": "7"}
    subprocess.run([sys.executable, "-c", command, results, out], check=True, env=elsewhere)
    assert render(read_results(results)).html.encode() == out.read_bytes()


def test_a_route_that_was_not_run_is_left_out_and_named(tmp_path):
    elements = Elements(render(read_results(write_results(tmp_path, 2, routes=("models",)))).html)
    assert not [name for name in anchors(elements) if name.startswith(("shift-", "reads-"))]
    assert "Where do these gene models disagree?" in elements.text
    assert "Not run: taxa" in elements.text
    assert "Not run: reads" in elements.text
    assert "Not run: gene models" not in elements.text


def test_an_empty_folder_still_makes_an_honest_page(tmp_path):
    elements = Elements(render(read_results(tmp_path)).html)
    assert "Nothing was measured" in elements.text
    assert "hold no list of what was left out" in elements.text
    assert "provenance.json" in elements.text


def test_tables_without_rows_leave_their_sections_out(tmp_path):
    folder = write_results(tmp_path, 2, ("shift",), ("genus",))
    for name in (
        "taxa",
        "contributions",
        "clades",
        "trajectory",
        "recovery",
        "sensitivity",
        "cohort",
        "flags",
    ):
        path = folder / "shift" / f"{name}.tsv"
        path.write_text(path.read_text().splitlines()[0] + "\n")
    save(folder, DROPPED, [])
    elements = Elements(render(read_results(folder)).html)
    assert [name for name in anchors(elements) if name.startswith("shift-")] == [
        "shift-how-far",
        "shift-design",
    ]
    assert "Nothing: every sample and every subject given was measured." in elements.text


def test_a_study_without_arms_or_times(tmp_path):
    folder = write_results(tmp_path, 2, ("shift",), ("genus",))
    for path in (folder / "shift").glob("*.tsv"):
        path.write_text(path.read_text().replace("\tcontrol\t", "\t\t").replace("\twestern\t", "\t\t"))
    trajectory = folder / "shift" / "trajectory.tsv"
    rows = [line.split("\t") for line in trajectory.read_text().splitlines()]
    trajectory.write_text(
        "\n".join("\t".join([*row[:3], "time" if not i else "", *row[4:]]) for i, row in enumerate(rows))
    )
    elements = Elements(render(read_results(folder)).html)
    assert "shift-when" not in anchors(elements)
    assert "all subjects, phases pooled" in elements.text


def test_five_hundred_subjects(tmp_path):
    page = render(read_results(write_results(tmp_path, 250, ("shift",), ("genus",))))
    text = Elements(page.html).text
    assert "60 of 500 subjects are drawn" in text
    assert "12 of 500 subjects are drawn" in text
    assert "The first 30 of 1,000 rows; all are in shift/pairs.tsv" in text
    captions = re.findall("<figcaption>(.*?)</figcaption>", page.html, re.DOTALL)
    assert not [words for words in captions if re.search(r"[.;][0-9A-Z]", re.sub(r"<[^>]+>", "", words))]
    assert len(page.html) < 12_000_000


def test_flags_stand_by_how_grave_they_are(elements):
    assert elements.text.count("1 flag ") >= 2  # taxa and reads
    assert f"Batch {HOSTILE!r} holds all 'before' samples." in elements.text
    assert "cannot tell Batch and arm. Too few subjects" in elements.text
    assert "Floor between arms, western, control. No more than chance gives." in elements.text


def test_the_conclusion_names_the_choices_that_lead_elsewhere(elements):
    assert "Of 5 other choices of rank" in elements.text
    assert "2 lead elsewhere:" in elements.text
    assert "a point is the mean of 20 draws" in elements.text
    assert "figure-shift-rarefaction" in anchors(elements)


# one page of a study and of models that are each unusual in several tables


@pytest.fixture(scope="module")
def unusual(tmp_path_factory):
    folder = write_results(tmp_path_factory.mktemp("unusual"), 2, ("shift", "models"), ("genus",))
    for change in (_two_taxa_over_the_cohort, _no_flags, _one_arm, _related_profiles, _lengths_of_exons):
        change(folder)
    return render(read_results(folder))


@pytest.fixture(scope="module")
def unusual_text(unusual):
    return Elements(unusual.html).text


def _two_taxa_over_the_cohort(folder):
    who = {"before": "before", "after": "after", "rank": "genus", "arm_a": "western"}
    taxa = [
        {**who, "taxon": "Zuletzta", "mean_change_of_proportion": 0.01, "p_value": 0.5, "q_value": 0.9},
        {**who, "taxon": "<b>first</b>", "mean_change_of_proportion": 0.2, "p_value": 0.125, "q_value": 0.25},
    ]
    save(folder / "shift", SHIFT_TABLES["differential"], taxa)


def _no_flags(folder):
    path = folder / "shift" / "flags.tsv"
    path.write_text("".join(line for line in path.open() if "\tflag\t" not in line))


def _one_arm(folder):
    path = folder / "shift" / "headline.tsv"
    rows = [line.split("\t")[:-1] for line in path.read_text().splitlines()]
    path.write_text(
        "\n".join(["\t".join([*rows[0], "agrees"]), *("\t".join([*row, ""]) for row in rows[1:])])
    )
    empty = SHIFT_TABLES["rarefaction"]
    write_rows(folder / "shift" / "rarefaction.tsv", empty.frame([]), empty)


def _related_profiles(folder):
    aligned = read_results(folder).models.tables["aligned_columns"]
    best = aligned.head(1)
    rows = [
        {
            "model_p": best["model_p"].iloc[0], "model_q": best["model_q"].iloc[0], "side": side,
            "column": 1, "node": 1,
            "letter": letter, "probability": 0.5, "height_bits": 1.5,
        }
        for side in "pq" for letter in "WK"
    ]  # fmt: skip
    save(folder / "models", MODEL_TABLES["aligned_letters"], rows)
    numbered = aligned.assign(column=range(1, len(aligned) + 1))
    save(folder / "models", MODEL_TABLES["aligned_columns"], numbered.to_dict("records"))


def _lengths_of_exons(folder):
    path = folder / "models" / "pairs.tsv"
    path.write_text(
        path.read_text().replace("\tintergenic\t", "\texon duration\t").replace("\tbase\t", "\tsegment\t")
    )


def test_tests_over_the_cohort_stand_with_their_names_as_text(unusual, unusual_text):
    assert "Each taxon across the cohort, the smallest q first" in unusual_text
    assert unusual_text.index("<b>first</b>") < unusual_text.index("Zuletzta")
    assert "<b>first</b>" not in unusual.html
    assert "Variation between samples" not in unusual_text  # no such table here


def test_that_there_are_no_flags_is_said(unusual_text):
    assert "No flags. 1 check found nothing, 1 cannot tell." in unusual_text


def test_a_study_of_one_arm_has_no_conclusion_to_turn(unusual_text):
    assert "Without two arms there is no difference to test" in unusual_text
    assert "Fewer reads" not in unusual_text


def test_related_profiles_are_shown_letter_by_letter(unusual, unusual_text):
    assert "The letters behind it." in unusual_text
    assert "models-aligned-logos" in {drawing.name for drawing in unusual.drawings}


def test_components_without_a_name_of_their_own_stand_in_their_own_unit(unusual_text):
    assert "Relative entropy between exon duration models, bits per segment." in unusual_text
