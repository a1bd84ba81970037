"""From the tables of the routes to what is said of reads, on disk and on the page."""

import re

import pytest

from klbio.errors import InputWarning
from klbio.io.results import read_rows, write_rows
from klbio.report.page import render
from klbio.report.tables import read_results
from klbio.schema import (
    AMPLICON_READS,
    CONFIDENCES,
    LIBRARIES,
    QUALITY,
    QUALITY_DIFFERENCES,
    AmpliconReadsRow,
    ConfidenceRow,
    LibraryRow,
)
from klbio.steps.quality import compare_quality

PHASES = ("before", "after")


def library(sample, kind="sample", **other):
    return LibraryRow(
        sample=sample, kind=kind, n_lanes=1, n_fragments=1000, n_reads=2000, n_bases=300_000,
        shortest_bases=150, longest_bases=150, copies_share=0.1, gc_share=0.5, ambiguous_share=0.0,
        **({"layout": "pairs", "packing": "gzip", "encoding": "Phred+33"} | other),
    )  # fmt: skip


@pytest.fixture
def run(tmp_path):
    """Six subjects, whose reads merge worse after; a blank with nothing in it."""
    lines, libraries, passed, named = ["sample\tsubject\tphase\tkind"], [], [], []
    for k in range(6):
        for phase in PHASES:
            name, merged = f"{k}{phase}", 900 - 5 * k - 400 * (phase == "after")
            lines.append(f"{name}\tS{k}\t{phase}\t")
            libraries.append(library(name, layout="single" if name == "0after" else "pairs"))
            passed.append(
                AmpliconReadsRow(
                    sample=name, reads=1000, with_primers=None, merged=merged, kept=merged, unique=90 + k,
                    counted=merged, assigned=merged,
                )
            )  # fmt: skip
            named += [
                ConfidenceRow(
                    sample=name, rank=rank, reads=1000, confidence=0.1, other_confidence=0.0, assigned=n,
                    other_assigned=n, jensen_shannon_divergence_bits=0.0, reference="db", reference_sha256="0",
                )
                for rank, n in (("species", 500), ("genus", 700))
            ]  # fmt: skip
    lines.append("NTC\t\t\tnegative")
    blank = {"n_fragments": 0, "n_reads": 0, "n_bases": 0}
    libraries.append(library("NTC", "negative").__class__(**{
        name: blank.get(name, getattr(library("NTC", "negative"), name)) for name in LibraryRow.__slots__
    } | {"sample": "NTC", "kind": "negative"}))  # fmt: skip
    (tmp_path / "s.tsv").write_text("\n".join(lines) + "\n")
    folder = tmp_path / "results/composition"
    write_rows(folder / "reads.quality.tsv", libraries, LIBRARIES)
    write_rows(folder / "amplicons.reads.tsv", passed, AMPLICON_READS)
    write_rows(folder / "shotgun.confidences.tsv", named, CONFIDENCES)
    paths = {
        "samples": tmp_path / "s.tsv", "out": folder / "quality.tsv",
        "differences": folder / "quality_differences.tsv", "reads": folder / "reads.quality.tsv",
        "amplicons": folder / "amplicons.reads.tsv", "shotgun": folder / "shotgun.confidences.tsv",
    }  # fmt: skip
    with pytest.warns(InputWarning) as said:
        compare_quality(**paths)
    return tmp_path / "results", [str(one.message) for one in said]


def test_every_library_has_its_numbers(run):
    rows = read_rows(run[0] / "composition/quality.tsv", QUALITY)
    assert rows["route"].unique().tolist() == ["reads", "amplicons", "shotgun"]
    merged = rows[rows["quantity"] == "merged"].set_index("sample")["value"]
    assert (merged["0before"], merged["0after"]) == (0.9, 0.5)
    species = rows[rows["route"].eq("shotgun") & rows["unit"].eq("share")]
    assert species["quantity"].unique().tolist() == ["with a species"]
    assert species["value"].tolist() == [0.5] * 12
    blank = rows[rows["sample"].eq("NTC") & rows["quantity"].eq("mean length")]
    assert blank["value"].isna().all()
    assert blank["kind"].tolist() == ["negative"]


def test_what_differs_is_flagged_and_said(run):
    rows = read_rows(run[0] / "composition/quality_differences.tsv", QUALITY_DIFFERENCES)
    flagged = rows[rows["severity"] == "flag"]
    assert flagged["quantity"].tolist() == ["layout", "merged", "different", "in the table"]
    assert len([one for one in run[1] if "flagged on the page" in one]) == 2
    assert any("s.tsv: reads differ. Merged, medians: before 88.8 %, after 48.8 %." in one for one in run[1])


def test_the_page_shows_it(run):
    page = render(read_results(run[0]))
    text = re.sub(r"<[^>]+>", " ", page.html.partition('id="reads-libraries"')[2])
    words = " ".join(text.split())
    assert "4 differences" in words
    assert "As taxa, by sequence, before → after, between phases. Merged, medians: before 88.8 %" in words
    assert "Layout: before pairs (6); after single (1), pairs (5)" in words
    assert {drawing.name for drawing in page.drawings} >= {
        "quality-reads",
        "quality-amplicons",
        "quality-shotgun",
    }
    assert "Reads of each sample at every step" in words
    assert "Every library as it was read" in words


def test_without_differences_that_is_said(run, tmp_path):
    folder = tmp_path / "others/composition"
    for table in (QUALITY, QUALITY_DIFFERENCES):
        rows = read_rows(run[0] / f"composition/{table.name}.tsv", table)
        write_rows(folder / f"{table.name}.tsv", rows[rows["quantity"] == "fragments"], table)
    words = " ".join(re.sub(r"<[^>]+>", " ", render(read_results(tmp_path / "others")).html).split())
    assert "No difference was found in 1 of 1 comparisons." in words
