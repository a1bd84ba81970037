from concurrent.futures import ThreadPoolExecutor

import pandas as pd
import pytest

from klbio.errors import InputError
from klbio.schema import SHIFT_TABLES
from klbio.steps.shift import measure_shift
from klbio.steps.taxa import compose_taxa
from tests.written import shift_table

MOUSE = "examples/mouse-diet"


@pytest.fixture(scope="session")
def measured(root, tmp_path_factory):
    """Measure the bundled study at genus level into a new folder."""

    def run(threads):
        out = tmp_path_factory.mktemp("mouse")
        measure_shift(
            table=root / MOUSE / "table.tsv", samples=root / "config/samples.tsv",
            taxonomy=root / MOUSE / "taxonomy.tsv", ranks=["genus"], out=out, threads=threads,
        )  # fmt: skip
        return out

    return run


@pytest.fixture(scope="session")
def folder(measured):
    """Its tables, by one thread."""
    return measured(1)


@pytest.fixture(scope="session")
def mouse(folder):
    """The same, read."""
    return {name: shift_table(folder, name) for name in SHIFT_TABLES}


def test_every_western_mouse_lies_above_its_floor(mouse):
    pairs = mouse["pairs"]
    western = pairs[(pairs["arm"] == "western") & (pairs["estimand"] == "pooled")]
    assert len(western) == 6
    assert (western["jsd_plugin_bits"] > western["floor_high_bits"]).all()
    assert (western["floor_p"] <= 0.001).all()


def test_the_western_arm_moved_further_by_the_exact_test(mouse):
    tests = mouse["cohort"].query("test == 'two-arm permutation' and estimand == 'pooled'")
    (row,) = tests.to_dict("records")
    assert (row["arm_a"], row["exact"], row["n_permutations"]) == ("western", True, 924)
    assert row["p_value"] == pytest.approx(2 / 924)
    assert "p = 0.0022" in row["meaning"]


@pytest.mark.parametrize("name", [name for name, table in SHIFT_TABLES.items() if "estimand" in table.names])
def test_every_row_names_its_estimand(mouse, name):
    assert mouse[name]["estimand"].isin(["excess", "pooled", "pairs"]).all()


def test_pooled_shift_agrees_with_the_published_table(mouse, shared):
    expected = pd.read_csv(shared / "turnbaugh2009" / "expected.tsv", sep="\t").query("level == 'genus'")
    pooled = mouse["pairs"].query("estimand == 'pooled'")
    both = expected.merge(pooled, on="subject")
    assert len(both) == 12
    assert (both["jsd_pooled_bits"] - both["jsd_plugin_bits"]).abs().max() < 1e-9
    assert (both["n_categories_union"] == both["n_categories"]).all()


def test_antibiotic_study_agrees_with_its_table(shared, tmp_path):
    """From files to files at one rank; tests/shift/test_real_data.py asks for every row and column."""
    level = "Phylum"
    folder = shared / "dethlefsen2011"
    sheet = pd.read_csv(folder / "metadata.tsv", sep="\t")
    names = {sheet.columns[0]: "sample", "order_in_subject": "time"}
    sheet.rename(columns=names).to_csv(tmp_path / "samples.tsv", sep="\t", index=False)
    contrasts = [{"before": "baseline", "after": phase} for phase in ("during1", "recovery")]
    measure_shift(
        table=folder / "table.biom", samples=tmp_path / "samples.tsv", taxonomy=folder / "taxonomy.tsv",
        ranks=[level], contrasts=contrasts, n_resamples=19, out=tmp_path, unassigned="parent",
    )  # fmt: skip
    pairs = pd.read_csv(tmp_path / "pairs.tsv", sep="\t")
    expected = pd.read_csv(folder / "expected.tsv", sep="\t").query("level == @level")
    for estimand, column in (("pooled", "jsd_pooled_bits"), ("pairs", "jsd_pairs_mean_bits")):
        both = expected.merge(
            pairs.query("estimand == @estimand"),
            left_on=["subject", "comparison"],
            right_on=["subject", "after"],
        )
        assert len(both) == 6
        assert (both[column] - both["jsd_plugin_bits"]).abs().max() < 1.5e-6  # the table holds six decimals
        if estimand == "pooled":
            directed = both["kl_cmp_from_ref_bits_a05"] - both["relative_entropy_after_before_plugin_bits"]
            assert directed.abs().max() < 1.5e-6


TABLE = "taxon\ts1\ts2\ts3\ts4\ts5\nA\t90\t10\t80\t20\t0\nB\t10\t90\t20\t80\t1\n"
SHEET = "sample\tsubject\tphase\ns1\tX\tbefore\ns2\tX\tafter\ns3\tY\tbefore\ns5\tY\tafter\ns9\tZ\tbefore\n"


@pytest.fixture
def small(tmp_path):
    (tmp_path / "t.tsv").write_text(TABLE)
    (tmp_path / "s.tsv").write_text(SHEET)
    return {
        "table": tmp_path / "t.tsv",
        "samples": tmp_path / "s.tsv",
        "out": tmp_path / "out",
        "n_resamples": 19,
    }


def test_whatever_is_left_out_is_listed_with_its_reason(small):
    measure_shift(**small)
    dropped = pd.read_csv(small["out"] / "dropped.tsv", sep="\t").set_index("name")["reason"].to_dict()
    assert dropped["s4"] == "in the table, not in the sample sheet"
    assert dropped["s9"] == "in the sample sheet, not in the table"
    assert dropped["s5"] == "1 read, fewer than min_depth (100)"
    assert dropped["Y"] == "no usable sample in phase 'after'"
    assert dropped["Z"] == "no usable sample in phases 'before' and 'after'"


def test_same_seed_same_bytes(small, tmp_path):
    for name in ("a", "b"):
        measure_shift(**{**small, "out": tmp_path / name})
    for table in SHIFT_TABLES:
        assert (tmp_path / "a" / f"{table}.tsv").read_bytes() == (
            tmp_path / "b" / f"{table}.tsv"
        ).read_bytes()


def test_a_table_with_samples_as_rows_is_turned(small, tmp_path):
    lines = [line.split("\t") for line in TABLE.splitlines()]
    (tmp_path / "turned.tsv").write_text(
        "\n".join("\t".join(column) for column in zip(*lines, strict=True)) + "\n"
    )
    measure_shift(**{**small, "table": tmp_path / "turned.tsv", "out": tmp_path / "turned"})
    measure_shift(**small)
    assert (tmp_path / "turned/pairs.tsv").read_bytes() == (small["out"] / "pairs.tsv").read_bytes()


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"contrasts": [{"before": "baseline", "after": "after"}]}, "no sample of phase 'baseline'"),
        ({"min_depth": 1000}, "no subject left to measure"),
        ({"ranks": ["genus"]}, "--taxonomy"),
        ({"smoothing": "wishful"}, "wishful"),
    ],
)
def test_refusals_leave_no_result(small, change, words):
    with pytest.raises(InputError, match=words):
        measure_shift(**small | change)
    assert not small["out"].exists()


def test_names_that_do_not_meet(small, tmp_path):
    (tmp_path / "s.tsv").write_text(SHEET.replace("\ns", "\nS"))
    with pytest.raises(InputError) as caught:
        measure_shift(**small)
    assert "'s1'" in str(caught.value)
    assert "'S1'" in str(caught.value)


def test_compose_writes_biom(small, tmp_path):
    compose_taxa(table=small["table"], samples=small["samples"], out=tmp_path / "c.biom")
    measure_shift(**{**small, "table": tmp_path / "c.biom"})
    assert (small["out"] / "pairs.tsv").exists()


def test_bytes_do_not_depend_on_the_number_of_cores(folder, measured, monkeypatch):
    pools = []

    def pool(n):
        pools.append(n)
        return ThreadPoolExecutor(n)

    monkeypatch.setattr("klbio.threads.ThreadPoolExecutor", pool)
    many = measured(3)
    assert 3 in pools
    for name in SHIFT_TABLES:
        assert (folder / f"{name}.tsv").read_bytes() == (many / f"{name}.tsv").read_bytes()


def test_no_core_is_refused(root, tmp_path):
    with pytest.raises(InputError, match="threads"):
        measure_shift(
            table=root / MOUSE / "table.tsv", samples=root / "config/samples.tsv", out=tmp_path, threads=0
        )
