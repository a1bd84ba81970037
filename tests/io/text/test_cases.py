"""Tables that people brought, where they stand beside the repository, and what is right for them."""

import pytest
from scipy.spatial.distance import jensenshannon

from klbio import InputWarning, Study, read_taxa
from klbio.divergences import jensen_shannon_divergence
from klbio.io.sheets.sheet import read_samples

BEFORE, AFTER = ("P1_B1", "P1_B2"), ("P1_A1", "P1_A2")
RIGHT = {
    "plain.tsv": 0.1392, "biomtsv_tax.tsv": 0.1392, "comma_decimal.tsv": 0.1392, "direct_prefix.tsv": None,
    "combine_mpa.txt": 0.1391, "m.plain.tsv": 0.1392,
}  # fmt: skip
PROPORTIONS = ("pct_x1000.tsv", "mpa4_merged.txt")


@pytest.fixture
def cases(root):
    folder = root.parent / "shared" / "cases" / "tables"
    if not folder.is_dir():
        pytest.skip("the tables of ../shared are not on this machine")
    return folder


def pooled(counts, samples):
    sums = counts.rows(samples).dense().sum(axis=0)
    return sums / sums.sum()


@pytest.mark.filterwarnings("ignore::klbio.errors.InputWarning")
@pytest.mark.parametrize("name", RIGHT)
def test_tables_of_reads(cases, name):
    counts = read_taxa(cases / name).turned(read_samples(cases / "sheet.tsv")).counts
    shift = jensen_shannon_divergence(pooled(counts, AFTER), pooled(counts, BEFORE))
    assert counts.unit == "reads"
    assert RIGHT[name] is None or shift == pytest.approx(RIGHT[name], abs=5e-5)


@pytest.mark.parametrize("name", PROPORTIONS)
def test_proportions_are_called_so(cases, name):
    with pytest.warns(InputWarning):
        counts = read_taxa(cases / name).counts
    assert counts.unit == "proportions"


@pytest.mark.filterwarnings("ignore::klbio.errors.InputWarning")
@pytest.mark.parametrize("name", PROPORTIONS)
def test_proportions_are_measured_as_they_are(cases, name):
    table, design = read_taxa(cases / name), read_samples(cases / "sheet.tsv")
    shares = table.turned(design).counts.proportions()
    after, before = (shares.rows(side).dense().mean(axis=0) for side in (AFTER, BEFORE))
    pairs = Study(table, design).pairs.set_index(["subject", "estimand"])
    pooled_bits = pairs.loc[("P1", "pooled"), "jensen_shannon_divergence_bits"]
    assert pooled_bits == pytest.approx(jensenshannon(after, before, 2) ** 2, rel=1e-9)
    assert set(pairs["interval_covers"]) <= {"", "days"}


def test_the_genera_of_a_taxonomy_within(cases):
    table = read_taxa(cases / "biomtsv_tax.tsv")
    assert len(set(table.taxonomy.labels(table.counts.labels, "genus"))) == 9


def test_numbers_on_both_sides(cases):
    with pytest.warns(InputWarning, match="taken for samples"):
        counts = read_taxa(cases / "t_num_T.tsv").turned(read_samples(cases / "s_num.tsv")).counts
    assert len(counts.samples) == 24
