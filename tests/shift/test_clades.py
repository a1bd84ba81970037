"""Where in the tree of life: clades of a taxonomy and of a tree."""

import numpy as np
import pandas as pd
import pytest

from klbio.distributions import Counts
from klbio.divergences import jensen_shannon_divergence
from klbio.divergences.hierarchy import node_terms
from klbio.errors import InputError
from klbio.io import read_table
from klbio.io.tables.taxonomy import read_taxonomy
from klbio.io.tables.tree import read_tree
from klbio.shift.subject.clades import clade_rows, clade_terms_of, mean_clades, rank_split
from klbio.shift.subject.hierarchy import from_taxonomy, from_tree
from klbio.taxonomy import Taxonomy, clade_terms, collapse
from klbio.transport import Tree
from tests.shift.test_divergence import AFTER, BEFORE, measured, pair_of

LABELS = [f"t{k}" for k in range(5)]
TAXONOMY = Taxonomy(
    ("phylum", "family"),
    {"t0": ("P", "F"), "t1": ("P", "F"), "t2": ("P", ""), "t3": ("", ""), "t4": ("R", "H")},
)
TREE = Tree(
    [-1, 0, 1, 2, 2, 1, 0, 6, 6],
    [0, 0.4, 0.1, 0.3, 0.2, 0.7, 0.2, 0.5, 0.1],
    ["", "0.98", "", "t0", "t1", "t2", "R", "t3", "t4"],
)


def terms_of(hierarchy):
    return clade_terms_of(pair_of(BEFORE, AFTER), hierarchy)


@pytest.fixture(params=["taxonomy", "tree"])
def terms(request):
    return terms_of(
        from_taxonomy(LABELS, TAXONOMY) if request.param == "taxonomy" else from_tree(LABELS, TREE, TAXONOMY)
    )


def test_clades_sum_to_the_shift_in_all_three_measures(terms):
    rows, pooled = clade_rows(terms), measured(BEFORE, AFTER)["pooled"]
    for ours, whole in (
        ("contribution_bits", "jsd_plugin_bits"),
        ("relative_entropy_after_before_contribution_bits", "relative_entropy_after_before_plugin_bits"),
        ("relative_entropy_before_after_contribution_bits", "relative_entropy_before_after_plugin_bits"),
    ):
        assert rows[ours].sum() == pytest.approx(pooled[whole], abs=1e-12)
    assert rows["share"].sum() == pytest.approx(1)
    assert (
        (rows["low_bits"] <= rows["contribution_bits"]) & (rows["contribution_bits"] <= rows["high_bits"])
    ).all()


def test_the_parent_of_every_clade_is_there(terms):
    rows = clade_rows(terms)
    assert set(rows["parent"]) - {""} <= set(rows["clade"])
    assert rows.loc[rows["parent"] == "", "clade"].tolist() == ["root"]


def test_nodes_of_a_tree_are_named_by_their_tips_not_by_support_values():
    hierarchy = from_tree(LABELS, TREE, TAXONOMY)
    assert hierarchy.names == ["root", "t0 and 2 more", "t0 and 1 more", "t0", "t1", "t2", "R", "t3", "t4"]
    assert hierarchy.lineages[:3] == ["", "P", "P;F"]
    assert hierarchy.n_tips.tolist() == [5, 3, 2, 1, 1, 1, 2, 1, 1]


def test_unassigned_taxa_are_a_group_of_their_own():
    names = from_taxonomy(LABELS, TAXONOMY).names
    assert "P;P_unclassified" in names
    assert "unclassified;unclassified" in names


def test_each_rank_adds_up_to_the_divergence_at_that_rank(terms):
    if terms.hierarchy.source == "tree":
        terms = terms_of(from_taxonomy(LABELS, TAXONOMY))
    split = rank_split(terms)
    counts = Counts(["p", "q"], LABELS, np.vstack([np.sum(AFTER, axis=0), np.sum(BEFORE, axis=0)])[:, :5])
    for rank, bits in zip(split["rank"], split["cumulative_bits"], strict=True):
        p, q = collapse(counts, TAXONOMY, rank, "lineage").dense()
        assert bits == pytest.approx(float(jensen_shannon_divergence(p / p.sum(), q / q.sum())), abs=1e-12)


def test_splitting_a_taxon_in_two_alike_adds_nothing():
    p, q = np.array([0.5, 0.3, 0.2]), np.array([0.2, 0.3, 0.5])
    lineages = {"a": ("F",), "b": ("F",), "c": ("G",)}
    whole = _by_name(p, q, lineages)
    split = _by_name(
        np.array([0.25, 0.25, 0.3, 0.2]), np.array([0.1, 0.1, 0.3, 0.5]),
        {"a1": ("F",), "a2": ("F",), "b": ("F",), "c": ("G",)},
    )  # fmt: skip
    assert split["root"] == pytest.approx(whole["root"], abs=1e-15)
    assert split["F"] == pytest.approx(whole["F"], abs=1e-15)


def test_names_of_taxa_and_order_of_columns_do_not_matter():
    p, q = np.array([0.5, 0.3, 0.2]), np.array([0.2, 0.3, 0.5])
    here = _by_name(p, q, {"a": ("F",), "b": ("F",), "c": ("G",)})
    there = _by_name(p[::-1], q[::-1], {"x": ("G",), "y": ("F",), "z": ("F",)})
    assert {k: v for k, v in here.items() if v} == pytest.approx({k: v for k, v in there.items() if v})


def _by_name(p, q, lineages):
    hierarchy = from_taxonomy(list(lineages), Taxonomy(("family",), lineages))
    leaves = [hierarchy.leaves[label] for label in lineages]
    return dict(zip(hierarchy.names, node_terms(p, q, leaves, hierarchy.parents).jensen_shannon, strict=True))


def test_assigned_taxa_split_as_by_hand():
    taxonomy = Taxonomy(("family",), {"a": ("F",), "b": ("F",), "c": ("G",), "d": ("G",)})
    p, q = np.array([0.4, 0.2, 0.3, 0.1]), np.array([0.1, 0.3, 0.2, 0.4])
    known = clade_terms(p, q, list("abcd"), taxonomy)
    ours = _by_name(p, q, taxonomy.lineages)
    assert [ours[name] for name in known.names] == pytest.approx(known.contribution.tolist(), abs=1e-15)


def test_a_tree_that_lacks_taxa_is_refused():
    with pytest.raises(InputError, match="2 of 3 categories are no tip of the tree") as caught:
        from_tree(["t0", "x", "y"], TREE)
    assert "'x', 'y'" in str(caught.value)


def test_means_count_a_missing_node_as_nothing():
    frame = clade_rows(terms_of(from_tree(LABELS, TREE)))
    both = pd.concat([frame.assign(subject="A"), frame[frame["clade"] == "root"].assign(subject="B")])
    means = mean_clades(both.assign(before="b", after="a", arm="x")).set_index("clade")
    alone = frame.set_index("clade")["contribution_bits"]
    assert means.loc["root", "mean_contribution_bits"] == pytest.approx(alone["root"])
    assert means.loc["R", "mean_contribution_bits"] == pytest.approx(alone["R"] / 2)
    assert means["cumulative_share"].iloc[-1] == pytest.approx(1)


def test_means_leave_a_single_line_of_descent_out_and_stand_by_name_where_they_are_alike():
    tree = Tree([-1, 0, 1, 2, 2, 0], [0, 1, 1, 1, 1, 1.0], ["", "stem", "fork", "t1", "t0", "t2"])
    pair = pair_of([[50, 30, 20]], [[20, 30, 50]])
    frame = clade_rows(clade_terms_of(pair, from_tree(["t0", "t1", "t2"], tree)))
    assert "stem" in set(frame["clade"])
    means = mean_clades(frame.assign(subject="A", before="b", after="a", arm="x"))
    assert set(means["clade"]) == {"root", "fork", "t0", "t1", "t2"}
    assert means["clade"].tolist()[-3:] == ["t0", "t1", "t2"]


@pytest.mark.parametrize("study", ["dethlefsen2011", "ecam2016", "movingpictures2011"])
def test_published_trees_and_taxonomies(shared, study):
    folder = shared / study
    counts = read_table(folder / "table.tsv")
    x, y = (np.asarray(counts.dense()[i], float) for i in (0, -1))
    seen = (x + y) > 0
    labels = [label for label, kept in zip(counts.labels, seen, strict=True) if kept]
    p, q = x[seen] / x.sum(), y[seen] / y.sum()
    taxonomy = read_taxonomy(folder / "taxonomy.tsv")
    whole = float(jensen_shannon_divergence(p, q))
    for hierarchy in (
        from_taxonomy(labels, taxonomy),
        from_tree(labels, read_tree(folder / "tree.nwk"), taxonomy),
    ):
        nodes = [hierarchy.leaves[label] for label in labels]
        assert node_terms(p, q, nodes, hierarchy.parents).jensen_shannon.sum() == pytest.approx(
            whole, abs=1e-12
        )
