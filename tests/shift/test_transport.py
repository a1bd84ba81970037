"""Distance along a tree beside the bits."""

from itertools import product

import numpy as np
import pandas as pd
import pytest

from klbio import cli
from klbio.design import Contrast
from klbio.errors import InputError
from klbio.io import read_table
from klbio.io.sheets.sheet import read_samples
from klbio.io.tables.tree import read_tree
from klbio.shift.phase_pair import PhasePair
from klbio.shift.samples import SampleCounts
from klbio.shift.settings import ShiftSettings
from klbio.shift.subject.divergence import ESTIMANDS
from klbio.shift.subject.transport import compare_order, transport_of
from klbio.steps.shift import measure_shift
from klbio.transport import Tree
from tests.shift.test_divergence import AFTER, BEFORE, pair_of

WORK, NORMALIZED = "tree_wasserstein_branch_length_units", "tree_wasserstein_normalized"
SISTERS = Tree([-1, 0, 1, 1, 0], [0, 2, 1, 1, 3], ["", "AB", "t0", "t1", "t2"])
TABLE = "taxon\ts1\ts2\ts3\nA\t90\t10\t0\nB\t10\t90\t0\nC\t0\t0\t50\n"
WITH_C = TABLE.replace("C\t0\t0", "C\t0\t9")  # in a sample of the sheet
SHEET = "sample\tsubject\tphase\ns1\tX\tbefore\ns2\tX\tafter\n"


@pytest.fixture
def study(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name, text in (("t.tsv", TABLE), ("s.tsv", SHEET), ("t.nwk", "((A:1,B:1):2,C:3);\n")):
        (tmp_path / name).write_text(text)
    return {"table": "t.tsv", "samples": "s.tsv", "out": "out", "n_resamples": 19}


# worked by hand


def test_work_is_mass_times_way():
    pooled, pairs = transport_of(pair_of([[3, 1, 0], [3, 1, 0]], [[0, 4, 0]]), SISTERS)
    assert pooled == pairs
    assert pooled.in_branch_lengths == pytest.approx(3 / 4 * (1 + 1))
    assert pooled.normalized == pytest.approx(3 / 4 * (1 + 1) / (3 + 3))


def test_samples_that_cancel_out_move_in_pairs_only():
    pooled, pairs = transport_of(pair_of([[4, 0, 0], [0, 4, 0]], [[2, 2, 0]]), SISTERS)
    assert (pooled.in_branch_lengths, pairs.in_branch_lengths) == (0, pytest.approx(1 / 2 * 2))


# reference


def test_both_estimands_against_scikit_bio():
    skbio = pytest.importorskip("skbio.diversity")
    from skbio import TreeNode

    tree = TreeNode.read(["(((t0:0.3,t1:0.2):0.1,t2:0.7):0.4,(t3:0.5,t4:0.1):0.2);"])
    labels = [f"t{k}" for k in range(5)]
    ours = Tree(
        [-1, 0, 1, 2, 2, 1, 0, 6, 6], [0, 0.4, 0.1, 0.3, 0.2, 0.7, 0.2, 0.5, 0.1],
        ["", "", "", "t0", "t1", "t2", "", "t3", "t4"],
    )  # fmt: skip
    found = dict(zip(ESTIMANDS, transport_of(pair_of(BEFORE, AFTER), ours), strict=True))

    def unifrac(x, y, normalized):
        return skbio.beta_diversity(
            "weighted_unifrac", np.array([x, y]), ["x", "y"], taxa=labels, tree=tree, normalized=normalized
        )[0, 1]

    for column, normalized in (("in_branch_lengths", False), ("normalized", True)):
        pooled = unifrac(np.sum(AFTER, axis=0), np.sum(BEFORE, axis=0), normalized)
        pairs = np.mean([unifrac(x, y, normalized) for x, y in product(AFTER, BEFORE)])
        assert getattr(found["pooled"], column) == pytest.approx(pooled, abs=1e-12)
        assert getattr(found["pairs"], column) == pytest.approx(pairs, abs=1e-12)


def test_a_published_study_with_its_tree(shared, tmp_path):
    folder = shared / "dethlefsen2011"
    sheet = pd.read_csv(folder / "metadata.tsv", sep="\t")
    sheet.rename(columns={sheet.columns[0]: "sample"}).to_csv(tmp_path / "s.tsv", sep="\t", index=False)
    counts, tree = SampleCounts(read_table(folder / "table.biom")), read_tree(folder / "tree.nwk")
    contrast = Contrast("baseline", "recovery")
    units = read_samples(tmp_path / "s.tsv").complete(contrast)
    assert len(units) == 3
    for unit in units:
        pooled, pairs = transport_of(PhasePair(counts.of(unit), contrast, ShiftSettings()), tree)
        assert 0.01 < pooled.normalized < 0.99
        assert 0.01 < pairs.normalized < 0.99
        assert pooled.in_branch_lengths < pairs.in_branch_lengths


# laws


def test_a_tree_changes_its_own_columns_only(study):
    measure_shift(**study)
    measure_shift(**study | {"out": "tree", "tree": "t.nwk"})
    without, with_tree = (pd.read_csv(f"{folder}/pairs.tsv", sep="\t") for folder in ("out", "tree"))
    assert without[[WORK, NORMALIZED]].isna().all(axis=None)
    assert with_tree[WORK].to_list() == pytest.approx([0.8 * 2, 0.8 * 2])
    pd.testing.assert_frame_equal(
        without.drop(columns=[WORK, NORMALIZED]), with_tree.drop(columns=[WORK, NORMALIZED])
    )


# refusals


def test_taxa_that_are_no_tip_are_refused(study, tmp_path):
    (tmp_path / "t.tsv").write_text(WITH_C)
    (tmp_path / "t.nwk").write_text("((A:1,Z:1):2,Y:3);\n")
    with pytest.raises(InputError, match="2 of 3 categories are no tip of the tree") as caught:
        measure_shift(**study, tree="t.nwk")
    assert "'B'" in str(caught.value)
    assert not (tmp_path / "out").exists()


def test_a_taxon_that_no_sample_of_the_sheet_has_needs_no_tip(study, tmp_path):
    (tmp_path / "t.nwk").write_text("(A:1,B:1);\n")
    measure_shift(**study, tree="t.nwk")
    assert (tmp_path / "out/pairs.tsv").exists()


def test_check_finds_the_faults_of_tree_and_taxonomy_at_once(study, tmp_path, capsys):
    (tmp_path / "t.nwk").write_text("(A:1,B:1);\n")
    (tmp_path / "t.tsv").write_text(WITH_C)
    (tmp_path / "tax.tsv").write_text("id\tgenus\nA\tG\nC\tH\n")
    (tmp_path / "c.yaml").write_text(
        "taxa: {table: t.tsv, samples: s.tsv, taxonomy: tax.tsv, ranks: [genus], tree: t.nwk}\n"
    )
    with pytest.raises(SystemExit):
        cli.main(["check", "c.yaml"])
    message = capsys.readouterr().err
    for words in ("no tip of the tree", "'C'", "only the ranks", "--rank feature", "tax.tsv"):
        assert words in message


@pytest.mark.parametrize(
    ("text", "words"), [("((A,B),C);", "no length"), ("(A:1,A:1);", "more than once"), ("A,B", "tree")]
)
def test_check_finds_a_tree_that_cannot_be_used(study, tmp_path, capsys, text, words):
    (tmp_path / "t.nwk").write_text(f"{text}\n")
    (tmp_path / "c.yaml").write_text("taxa: {table: t.tsv, samples: s.tsv, tree: t.nwk}\n")
    with pytest.raises(SystemExit):
        cli.main(["check", "c.yaml"])
    message = capsys.readouterr().err
    assert "t.nwk" in message
    assert words in message


def test_the_command_takes_a_tree(study):
    cli.main(
        [
            "shift",
            "t.tsv",
            "--no-report",
            "--samples",
            "s.tsv",
            "--tree",
            "t.nwk",
            "--resamples",
            "19",
            "--out",
            "out",
        ]
    )
    assert pd.read_csv("out/pairs.tsv", sep="\t")[WORK].notna().all()


def test_places_by_either_measure():
    pairs = pd.DataFrame(
        {
            "subject": list("ABC"), "arm": "x", "before": "b", "after": "a", "estimand": "pooled",
            "jsd_plugin_bits": [0.3, 0.2, 0.1], NORMALIZED: [0.1, 0.2, 0.3],
        }
    )  # fmt: skip
    table = compare_order(pairs).set_index("subject")
    assert table.loc["A", ["place_by_bits", "place_by_tree", "places_apart"]].tolist() == [1, 3, 2]
    assert table.loc["B", "places_apart"] == 0
    assert compare_order(pairs.drop(columns=NORMALIZED)).empty
