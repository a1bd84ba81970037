"""The icicle of the taxonomy, read back from its SVG."""

import re

from klbio.report.figures.clades import Icicle, RankBars
from klbio.report.figures.phylogeny import MAX_NODES, Phylogeny
from klbio.schema import CladeMeanRow, RankSplitRow
from tests.report.tables import made
from tests.report.test_figures import texts, titles


def clade(name, parent, depth, mass, contribution, rank="phylum"):
    return {
        "before": "b", "after": "a", "arm": "x", "source": "taxonomy", "clade": name, "parent": parent, "rank": rank,
        "depth": depth, "mean_mass": mass, "mean_mass_before": mass, "mean_mass_after": mass + 0.01,
        "mean_contribution_bits": contribution,
    }  # fmt: skip


def test_the_icicle_names_what_is_large_and_counts_what_is_small():
    small = [clade(f"tiny{i}", "root", 1, 0.001, 0.0) for i in range(40)]
    rows = [clade("root", "", 0, 1.0, 0.1, "root"), clade("<b>Big</b>", "root", 1, 0.96, 0.3), *small]
    drawing = Icicle("clades", made(CladeMeanRow, rows)).draw()
    assert {"all", "phylum", "<b>Big</b>", "40 small"} <= set(texts(drawing.wide))
    assert "tiny0" not in texts(drawing.wide)
    assert any(title.startswith("<b>Big</b>: 0.30 bits among its members") for title in titles(drawing.wide))


def test_each_of_many_ranks_has_a_colour_of_its_own():
    ranks = [f"rank{i}" for i in range(9)]
    rows = [
        {"subject": "S", "arm": "x", "before": "b", "after": "a", "rank": rank, "added_bits": 0.1,
         "cumulative_bits": 0.1 * i} for i, rank in enumerate(ranks, 1)
    ]  # fmt: skip
    svg = RankBars("ranks", made(RankSplitRow, rows)).draw().wide
    bars = re.findall(r'<path[^>]*fill="(#[0-9a-f]{6})"[^>]*><title>S, rank', svg)
    assert len(bars) == len(set(bars)) == 9


def node(name, parent, contribution, distance, tips=9, lineage="Bacteria;Firmicutes"):
    own = {"source": "tree", "root_distance": distance, "n_tips": tips, "lineage": lineage}
    return clade(name, parent, 1, 0.5, contribution) | own


def test_the_tree_shows_the_leading_nodes_below_one_another_and_where_they_part():
    """Two of the leading nodes hang on a fork that carries nothing; what is only passed through is left out."""
    rows = [
        node("root", "", 0.0, 0.0, 99, "Bacteria"), node("passed", "root", 0.0, 0.1),
        node("fork", "passed", 0.0, 0.2), node("a", "fork", 0.3, 0.5, 7, "x;Clostridia & <i>"),
        node("b", "fork", 0.2, 0.4, 5), node("tip", "a", 0.1, 0.9, 1, ""),
        *(node(f"n{i}", "fork", 0.01, 0.3, 2) for i in range(MAX_NODES)),
    ]  # fmt: skip
    drawing = Phylogeny("tree", made(CladeMeanRow, rows)).draw()
    shown = [text for text in texts(drawing.wide) if "tip" in text]
    assert shown[0] == "Clostridia & <i> (7 tips) 0.30"
    assert "tip 0.10" in shown
    assert len(shown) == MAX_NODES
    assert len(titles(drawing.wide)) == MAX_NODES + 2  # and root and fork, which have no name
    assert any(
        title.startswith("a: 0.30 bits among its children; 50.0% before") for title in titles(drawing.wide)
    )


def test_a_tree_of_one_node_is_drawn():
    assert Phylogeny("tree", made(CladeMeanRow, [node("root", "", 0.2, 0.0)])).draw().wide
