"""Tables of proportions through the steps: to BIOM and back, to the tables of a study, to the page."""

import re
import shutil
from html import unescape

import numpy as np
import pandas as pd
import pytest

from klbio.io import read_table
from klbio.report.page import render
from klbio.report.tables import read_results
from klbio.steps.shift import measure_shift
from klbio.steps.taxa import compose_taxa

pytestmark = pytest.mark.filterwarnings("ignore::klbio.errors.InputWarning")
NAMES = [f"{subject}{phase}{i}" for subject in "ABCD" for phase in "ba" for i in range(3)]
PHASES = {"b": "before", "a": "after"}
OF_COUNTS = (
    "cover reads", "covers reads", "cover the reads", "all reads", "thinned", " equal depths", "grey band",
    "sequencing depth alone explains", "above the floor", "summed counts", "JSD, corrected", "bias of finite",
    "dealing", "Counts of taxa", "depth below", "Smoothing and support", "Fewer reads", "before correction",
    "Samples and reads",
)  # fmt: skip


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    """A table in thousandths of a percent, whole numbers all of them, and its sheet."""
    folder, rng = tmp_path_factory.mktemp("proportions"), np.random.default_rng(1)
    shares = rng.dirichlet(np.full(12, 0.8), len(NAMES))
    frame = pd.DataFrame(np.round(shares.T * 1e5).astype(int), [f"taxon {k}" for k in range(12)], NAMES)
    frame.to_csv(folder / "table.tsv", sep="\t", index_label="taxon")
    sheet = [(name, name[0], PHASES[name[1]], i) for i, name in enumerate(NAMES)]
    pd.DataFrame(sheet, columns=["sample", "subject", "phase", "time"]).to_csv(
        folder / "sheet.tsv", sep="\t", index=False
    )
    return folder


@pytest.fixture(scope="module")
def results(files):
    """What the workflow does with them."""
    compose_taxa(table=files / "table.tsv", samples=files / "sheet.tsv", out=files / "taxa.biom")
    measure_shift(table=files / "taxa.biom", samples=files / "sheet.tsv", out=files / "results" / "shift")
    shutil.copy(files / "results" / "shift" / "dropped.tsv", files / "results")
    return files / "results"


def test_biom_carries_proportions(files, results):
    counts = read_table(files / "taxa.biom")
    assert counts.unit == "proportions"
    np.testing.assert_allclose(counts.depth, 1)


def test_by_way_of_biom_or_not(files, results):
    measure_shift(table=files / "table.tsv", samples=files / "sheet.tsv", out=files / "direct")
    direct, by_biom = (
        pd.read_csv(folder / "pairs.tsv", sep="\t") for folder in (files / "direct", results / "shift")
    )
    pd.testing.assert_frame_equal(direct, by_biom, rtol=1e-9)
    assert set(direct["unit"]) == {"proportions"}


def test_the_page_says_nothing_of_reads_that_is_not_true(results):
    page = render(read_results(results))
    text = re.sub(r"<style.*?</style>|<svg.*?</svg>", " ", page.html, flags=re.DOTALL)
    words = re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", text)))
    assert "The table holds proportions" in words
    assert words.index("The table holds proportions") < words.index("Which taxa carried it")
    assert [phrase for phrase in OF_COUNTS if phrase in words] == []
    assert "95% interval of an excess covers days" in words
