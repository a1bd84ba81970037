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
        row.gc_matched_bits_per_base,
    ),
)
MAX_ROWS, MAX_MODELS, MAX_NAMED = 10, 200, 5


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
            "genes_from": first.genes_from,
            "on_query": any(row.background == "query" for row in rows),
            "warning": "; ".join(filter(None, (known, first.warning))),
            "code_note": first.genetic_code_note,
            "deep": [(row.model, row.deep_models) for row in rows.head(MAX_NAMED) if row.deep_models],
            "n_shown": min(len(rows), MAX_RANKED),
            "n_models": len(rows),
            "figure": Ranking("models-nearest", rows).draw(),
            "table": rows.view("The closest models", rows.filled(COLUMNS), most=MAX_ROWS),
            "whole": rows.view("Every model and every column", most=MAX_MODELS),
        }
        context["options"] = [
            (row.model, options) for row in rows.head(MAX_NAMED) if (options := _options(row))
        ]
        yield self.section("nearest", "Which model is closest to the query", context)


def _options(row: NearestRow) -> list[tuple[str, str]]:
    """Give the programs that can run with a model, each with what it takes on its command line."""
    every = [
        ("AUGUSTUS", row.augustus), ("BRAKER", row.braker), ("funannotate, BUSCO", row.funannotate),
        ("SNAP", row.snap), ("geneid", row.geneid), ("GeneMark", row.genemark), ("Prodigal", row.prodigal),
    ]  # fmt: skip
    return [(program, option) for program, option in every if option]
