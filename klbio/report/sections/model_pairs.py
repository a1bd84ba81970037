"""The pairs of gene models, and which of them are shown: the closest, of different tools where there are several."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from klbio.report.rows import OfModels, Rows
from klbio.report.tables import Route
from klbio.schema import ModelPairRow, ModelRow

__all__ = ["ModelPairs", "Pair"]

Pair = tuple[str, str]
MAX_PAIRS = 50


@dataclass(frozen=True)
class ModelPairs:
    """Ordered pairs of the gene models of a route, a model against itself left out."""

    route: Route

    @cached_property
    def tools(self) -> dict[str, str]:
        """Model -> format of its file."""
        return {row.model: row.format for row in self.route.rows(ModelRow)}

    def of_component(self, component: str) -> Rows[ModelPairRow]:
        """Give the pairs of one component."""
        pairs = self.route.rows(ModelPairRow)
        return pairs.where(lambda row: row.component == component and row.model_p != row.model_q)

    @cached_property
    def coding(self) -> Rows[ModelPairRow]:
        """Give the pairs of coding models."""
        return self.of_component("coding")

    @cached_property
    def across_tools(self) -> Rows[ModelPairRow]:
        """Give the coding pairs of models of different tools; none where all are of one."""
        return self.coding.where(lambda row: self.tools.get(row.model_p) != self.tools.get(row.model_q))

    def closest(self, most: int) -> Rows[ModelPairRow]:
        """Give the closest coding pairs in their shorter direction, each pair once."""
        ranked = self.across_tools if len(self.across_tools) else self.coding
        ranked = ranked.ordered(lambda row: (row.relative_entropy_bits, row.model_p))
        return ranked.once(lambda row: frozenset((row.model_p, row.model_q))).head(most)

    def closest_of(self, rows: Iterable[OfModels], most: int) -> list[Pair]:
        """Name the closest pairs that a table holds."""
        there = {(row.model_p, row.model_q) for row in rows}
        pairs = ((row.model_p, row.model_q) for row in self.closest(MAX_PAIRS))
        return [pair for pair in pairs if pair in there][:most]

    def in_leaf_order(self, pairs: Iterable[OfModels]) -> list[str]:
        """Models of some pairs by their place in the dendrogram; those without a place come last."""
        present = list(dict.fromkeys(row.model_p for row in pairs))
        models = self.route.rows(ModelRow).where(lambda row: row.model in set(present))
        placed = models.ordered(lambda row: (row.leaf is None, row.leaf or 0))
        return list(dict.fromkeys([*(row.model for row in placed), *present]))
