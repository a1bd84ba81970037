"""The section of the query: which known model is closest to it, and by how much."""

from __future__ import annotations

from collections.abc import Iterator

from klbio.phrases.numbers import count
from klbio.report.figures.nearest import MAX_RANKED, Ranking
from klbio.report.sections.section import Part, Section
from klbio.schema import NearestRow, named

__all__ = ["NearestPart"]

COLUMNS = named(
    NearestRow,
    lambda row: (
        row.rank,
        row.rank_gc_matched,
        row.model,
        row.format,
        row.excess_bits_per_base,
        row.excess_low_bits_per_base,
        row.excess_high_bits_per_base,
        row.above_best_bits_per_base,
        row.above_best_low_bits_per_base,
        row.above_best_high_bits_per_base,
        row.gc_matched_bits_per_base,
        row.gc_only_bits_per_base,
        row.bases_to_tell_from_best_stein,
        row.bases_to_tell_from_best_chernoff,
    ),
)
MAX_ROWS, MAX_MODELS = 10, 200


class NearestPart(Part):
    """The ranked models of ``nearest.tsv``, where there is one."""

    def sections(self) -> Iterator[Section]:
        """Give the section."""
        rows = self.route.rows(NearestRow)
        if not len(rows):
            return
        first = rows[0]
        known = f"the closest, {first.model}, was {first.training_note}" if first.training_note else ""
        context = {
            "query": first.query,
            "of_genes": first.query_kind != "model",
            "n_genes": "" if first.n_genes is None else count(first.n_genes, "gene"),
            "close": not first.warning,
            "warning": "; ".join(filter(None, (known, first.genetic_code_note, first.warning))),
            "n_shown": min(len(rows), MAX_RANKED),
            "n_models": len(rows),
            "figure": Ranking("models-nearest", rows).draw(),
            "table": rows.view("The closest models", rows.filled(COLUMNS), most=MAX_ROWS),
            "whole": rows.view("Every model and every column", most=MAX_MODELS),
        }
        yield self.section("nearest", "Which model is closest to the query", context)
