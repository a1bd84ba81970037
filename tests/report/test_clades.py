"""The icicle of the taxonomy, read back from its SVG."""

import re

import pandas as pd

from klbio.report.figures.clades import icicle, rank_bars
from klbio.report.figures.svg import draw
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
    drawing = draw(icicle(pd.DataFrame(rows), "clades"))
    assert {"all", "phylum", "<b>Big</b>", "40 small"} <= set(texts(drawing.wide))
    assert "tiny0" not in texts(drawing.wide)
    assert any(title.startswith("<b>Big</b>: 0.30 bits among its members") for title in titles(drawing.wide))


def test_each_of_many_ranks_has_a_colour_of_its_own():
    ranks = [f"rank{i}" for i in range(9)]
    rows = [
        {"subject": "S", "arm": "x", "before": "b", "after": "a", "rank": rank, "added_bits": 0.1,
         "cumulative_bits": 0.1 * i} for i, rank in enumerate(ranks, 1)
    ]  # fmt: skip
    svg = draw(rank_bars(pd.DataFrame(rows), "ranks")).wide
    bars = re.findall(r'<path[^>]*fill="(#[0-9a-f]{6})"[^>]*><title>S, rank', svg)
    assert len(bars) == len(set(bars)) == 9
