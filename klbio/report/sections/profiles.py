"""Sections of the profile HMMs against each other, and of whole hidden Markov models."""

from __future__ import annotations

from collections.abc import Iterator

from klbio.report.figures.logos import Logo, logos
from klbio.report.figures.profiles import MOST_PAIRS, aligned_columns
from klbio.report.figures.svg import draw
from klbio.report.sections.section import Section
from klbio.report.table_views import view
from klbio.report.tables import Route

__all__ = ["aligned_profiles", "hidden_models"]

COLUMNS = (
    *("model_p", "model_q", "score_bits", "null_max_bits", "expected_by_chance", "n_columns", "coverage_p"),
    *("coverage_q", "relative_entropy_p_q_bits_per_column", "relative_entropy_q_p_bits_per_column"),
    *("jensen_shannon_bits_per_column", "near_duplicate"),
)
RATES = (
    *("model_p", "model_q", "relative_entropy_rate_bits_per_symbol", "standard_error_bits"),
    *("block_increment_bits_per_symbol", "block_length", "n_symbols", "symbols_to_tell_apart_stein"),
)
MOST_LOGOS = 2


def aligned_profiles(route: Route) -> Iterator[Section]:
    """Put together the alignments: the columns of the best related pairs, and every pair with its null."""
    rows = route.tables["alignments"]
    if rows.empty:
        return
    related = rows[rows["related"]]
    best = related.head(MOST_PAIRS)
    pairs = list(zip(best["model_p"], best["model_q"], strict=True))
    columns = route.tables["aligned_columns"]
    drawn = pairs and len(columns)
    letters = [logo for pair in pairs[:MOST_LOGOS] if (logo := _logo(route, pair)) is not None]
    says = "Logos of the aligned columns of related profile HMMs, p above q, with their divergence between."
    holds = {
        "figure": draw(aligned_columns(pairs, columns, "models-alignments")) if drawn else None,
        "logos": draw(logos(letters, "models-aligned-logos", says)) if letters else None,
        "n_related": len(related),
        "n_pairs": rows["n_pairs"].iloc[0],
        "n_drawn": len(pairs),
        "table": view(rows, route.path("alignments"), "Pairs of profile HMMs, the best first", COLUMNS),
    }
    yield Section(
        "models-alignments", "Gene models", "Profile HMMs against each other", "models_alignments", holds
    )


def _logo(route: Route, pair: tuple[str, str]) -> Logo | None:
    """Set the letters of both profiles over their aligned columns; None where no letters were written."""
    letters, columns = (
        rows[(rows["model_p"] == pair[0]) & (rows["model_q"] == pair[1])]
        for rows in (route.tables["aligned_letters"], route.tables["aligned_columns"])
    )
    if letters.empty or "column" not in columns:
        return None
    letters = letters.rename(columns={"column": "place"})
    p, q = (letters[letters["side"] == side] for side in "pq")
    between = columns.rename(columns={"column": "place", "jensen_shannon_bits": "bits"})[["place", "bits"]]
    residues = not set(letters["letter"]) <= set("ACGTU")
    return Logo(
        "Aligned columns", p, q, between, pair, "Jensen-Shannon divergence of each column", residues=residues
    )


def hidden_models(route: Route) -> Iterator[Section]:
    """Put together the rates of whole hidden Markov models."""
    rows = route.tables["hidden"]
    if len(rows):
        table = view(rows, route.path("hidden"), "Every ordered pair of hidden Markov models", RATES)
        yield Section(
            "models-hidden", "Gene models", "Hidden Markov models", "models_hidden", {"table": table}
        )
