"""Sections of the gene models and profile HMMs."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cached_property

from klbio.report.figures.models import MAX_MODELS, ClosePairs, MapOfModels
from klbio.report.figures.models_many import MAX_LINES, MapOfMany
from klbio.report.figures.svg import Drawing
from klbio.report.formatting import tool
from klbio.report.sections.letters import CodonsPart, LogosPart
from klbio.report.sections.model_pairs import ModelPairs
from klbio.report.sections.nearest import NearestPart
from klbio.report.sections.profiles import AlignmentsPart, ChangesPart, HiddenPart, ProfilesPart
from klbio.report.sections.section import Chapter, Part, Section
from klbio.report.table_views import TableView, view
from klbio.schema import (
    DendrogramRow,
    LintRow,
    ModelGroupRow,
    ModelPairRow,
    ModelRow,
    SiteRow,
    StateRow,
    named,
)

__all__ = ["model_sections"]

MAX_CLOSE, MAX_SITES, MAX_FINDINGS = 10, 4, 100
NOUNS = {"durations": "duration", "transitions": "transition"}
TOOL_P, TOOL_Q, BACK = "tool_p", "tool_q", "D(q ‖ p) (bits)"
NEAREST = named(ModelPairRow, lambda row: (
    row.model_p, TOOL_P, row.model_q, TOOL_Q, row.relative_entropy_bits, BACK, row.relative_entropy_corrected_bits,
    row.relative_entropy_low_bits, row.relative_entropy_high_bits, row.noise_floor_bits, row.distinguishable,
    row.bases_to_tell_apart_stein,
))  # fmt: skip
SAMPLING = named(ModelPairRow, lambda row: (
    row.relative_entropy_corrected_bits, row.relative_entropy_low_bits, row.relative_entropy_high_bits,
    row.noise_floor_bits, row.distinguishable,
))  # fmt: skip
LINT = named(LintRow, lambda row: (row.model, row.severity, row.component, row.finding))


def model_sections(chapter: Chapter) -> list[Section]:
    """Put together the sections that the tables of the models can fill."""
    parts = (
        NearestPart, MapPart, ClosePart, CodonsPart, OthersPart, LogosPart, AlignmentsPart, ChangesPart, ProfilesPart,
        HiddenPart, LintPart,
    )  # fmt: skip
    return [section for part in parts for section in part(chapter).sections()]


class MapPart(Part):
    """Which coding models are alike."""

    @cached_property
    def _pairs(self) -> ModelPairs:
        return ModelPairs(self.route)

    def sections(self) -> Iterator[Section]:
        """Give the section."""
        coding = self._pairs.coding
        if not len(coding):
            return
        n = len(coding.distinct(lambda row: row.model_p))
        closest_first = coding.ordered(lambda row: row.relative_entropy_bits)
        context = {
            "figure": self._figure(),
            "n_models": n,
            "most": MAX_LINES if n > MAX_MODELS else MAX_MODELS,
            "many": n > MAX_MODELS,
            "orders": coding.distinct(lambda row: row.order),
            "nearest": self._nearest(),
            "groups": self.route.rows(ModelGroupRow).view_if_any(
                "Groups of the model sheet: between and within"
            ),
            "sizes_known": any(row.distinguishable is not None for row in coding),
            "alike": len(coding.where(lambda row: row.distinguishable is False)) // 2,
            "pairs": closest_first.view("Every ordered pair, the closest first"),
            "models": self.route.rows(ModelRow).view("The models"),
        }
        yield self.section("map", "Which models are alike", context)

    def _figure(self) -> Drawing:
        coding = self._pairs.coding
        order = self._pairs.in_leaf_order(coding)
        tree = self.route.rows(DendrogramRow).where(lambda row: row.component == "coding")
        if len(order) > MAX_MODELS:
            return MapOfMany("models-coding", coding, order, tree).draw()
        return MapOfModels("models-coding", coding, order, tree, f"bits per {coding[0].per}").draw()

    def _nearest(self) -> TableView:
        """Show the closest other model of each model, with the way back beside it."""
        coding, tools = self._pairs.coding, self._pairs.tools
        back = {(row.model_q, row.model_p): row.relative_entropy_bits for row in coding}
        closest = coding.ordered(lambda row: (row.relative_entropy_bits, row.model_q))
        closest = closest.once(lambda row: row.model_p)
        beside: dict[str, list[str] | list[float]] = {
            TOOL_P: [tool(tools[row.model_p]) for row in closest],
            TOOL_Q: [tool(tools[row.model_q]) for row in closest],
            BACK: [back.get((row.model_p, row.model_q), float("nan")) for row in closest],
        }
        shown, caption = closest.frame.assign(**beside), "The nearest other model of each model"
        columns = [name for name in NEAREST if name not in SAMPLING or shown[name].notna().any()]
        return view(shown, coding.table, caption, columns, most=MAX_MODELS)


class ClosePart(Part):
    """Where close models differ: in which frame, and in which part of the codon."""

    def sections(self) -> Iterator[Section]:
        """Give the section."""
        pairs = ModelPairs(self.route)
        if not ClosePairs.can_show(pairs.coding):
            return
        chosen = pairs.closest(MAX_CLOSE)
        context = {
            "figure": ClosePairs("models-close", chosen).draw(),
            "across": len(pairs.across_tools) > 0,
            "n": len(chosen),
        }
        yield self.section("close", "Where close models differ", context)


class OthersPart(Part):
    """What is not coding: introns, intergenic sequence, lengths, transitions, and sites."""

    @cached_property
    def _pairs(self) -> ModelPairs:
        return ModelPairs(self.route)

    def sections(self) -> Iterator[Section]:
        """Give the section."""
        components = self.route.rows(ModelPairRow).distinct(lambda row: row.component)
        drawn = [self._component(name) for name in components if len(self._others(name))]
        drawn += self._sites()
        states, sites = self.route.rows(StateRow), self.route.rows(SiteRow)
        if not drawn and not len(states):
            return
        ordered = states.ordered(lambda row: -row.relative_entropy_bits)
        largest = sites.ordered(lambda row: -row.relative_entropy_bits)
        context = {
            "drawn": drawn,
            "states": ordered.view_if_any("Every state, the largest first"),
            "sites": largest.view_if_any("Every site, the largest first"),
        }
        yield self.section("others", "What is not coding, and sites", context)

    def _others(self, component: str) -> list[ModelPairRow]:
        return [] if component == "coding" else list(self._pairs.of_component(component))

    def _component(self, component: str) -> tuple[str, Drawing]:
        pairs = self._pairs.of_component(component)
        stem, unit = re.sub("[^a-z0-9]+", "-", component.lower()), f"bits per {pairs[0].per}"
        order, no_tree = self._pairs.in_leaf_order(pairs), self.route.rows(DendrogramRow).head(0)
        figure = MapOfModels(f"models-{stem}", pairs, order, no_tree, unit)
        return f"{NOUNS.get(component, component)} models, {unit}", figure.draw()

    def _sites(self) -> list[tuple[str, Drawing]]:
        rows = self.route.rows(SiteRow).where(lambda row: row.model_p != row.model_q)
        sites = list(rows.by(lambda row: row.site).items())[:MAX_SITES]
        unit, no_tree = "bits per site", self.route.rows(DendrogramRow).head(0)
        drawn = []
        for i, (site, pairs) in enumerate(sites, 1):
            order = self._pairs.in_leaf_order(pairs)
            figure = MapOfModels(f"models-site-{i}", pairs, order, no_tree, unit)
            drawn.append((f"models of the {site} site, {unit}", figure.draw()))
        return drawn


class LintPart(Part):
    """What the files revealed, or that they revealed nothing."""

    def sections(self) -> Iterator[Section]:
        """Give the section; none where models were only ranked, and their files not looked through."""
        if not len(self.route.rows(ModelRow)):
            return
        rows = self.route.rows(LintRow)
        table = rows.view("What the reader noticed", LINT, most=MAX_FINDINGS) if len(rows) else None
        yield self.section("lint", "What the files revealed", {"table": table})
