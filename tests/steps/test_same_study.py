"""One small study, its table in each format: the same bytes in every table of the result."""

import numpy as np
import pytest

from klbio import read_taxa, write_table
from klbio.distributions import Counts
from klbio.io import TABLE_WRITERS
from klbio.steps.shift import measure_shift
from klbio.steps.taxa import compose_taxa
from klbio.taxa_table import TaxaTable
from klbio.taxonomy import Taxonomy

SAMPLES = [f"P{i}_{phase}" for i in (1, 2, 3) for phase in ("before", "after")]
TAXA = [f"ASV{i}" for i in range(12)]
SHEET = "sample\tsubject\tphase\n" + "".join(f"{name}\t{name[:2]}\t{name[3:]}\n" for name in SAMPLES)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("study")


@pytest.fixture(scope="module")
def result(folder):
    """Measure the study with its table in one format."""
    counts = Counts(SAMPLES, TAXA, np.random.default_rng(1).poisson(20, (len(SAMPLES), len(TAXA))))
    lineages = Taxonomy(
        ("domain", "genus"), {taxon: ("Bacteria", f"G{i % 4}") for i, taxon in enumerate(TAXA)}
    )
    (folder / "sheet.tsv").write_text(SHEET)

    def run(format):
        name = "table" if format == "phyloseq" else "table.txt"
        path = folder / format / name
        path.parent.mkdir()
        write_table(TaxaTable(counts, lineages, samples_known=True), path, format)
        out = folder / format / "out"
        measure_shift(
            table=path, samples=folder / "sheet.tsv", ranks=["feature", "genus"], out=out, n_resamples=19
        )
        return {file.name: file.read_bytes() for file in sorted(out.glob("*.tsv"))}

    return run


@pytest.fixture(scope="module")
def plain(result):
    return result("tsv")


@pytest.mark.parametrize("format", [name for name in TABLE_WRITERS if name != "tsv"])
def test_every_table_of_the_result_is_the_same(result, plain, format):
    assert len(plain) > 5
    assert result(format) == plain


def test_a_composition_says_all_that_is_known(root, tmp_path):
    mouse = root / "examples/mouse-diet"
    compose_taxa(
        table=mouse / "table.tsv", samples=root / "config/samples.tsv", taxonomy=mouse / "taxonomy.tsv",
        out=tmp_path / "taxa.biom",
    )  # fmt: skip
    found = read_taxa(tmp_path / "taxa.biom")
    assert found.taxonomy.ranks[-1] == "genus"
    assert {row["subject"] for row in found.metadata} >= {"PM1"}
