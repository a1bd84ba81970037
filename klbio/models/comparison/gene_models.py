"""Rows of the model tables: what the maths says, under the names of columns."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict
from functools import cached_property
from itertools import combinations, permutations
from typing import Any

import numpy as np

from klbio.distributions import FloatArray
from klbio.models import ContentModel, Finding, GeneModel, ProfileHMM, SiteModel
from klbio.models.cluster import average_linkage
from klbio.models.comparison.gc_classes import COMPONENTS, Classes
from klbio.models.genes.sites import site_relative_entropies
from klbio.models.markov.codons import CodonDivergence, codon_relative_entropies
from klbio.models.markov.content import smoothing_name, stop_mass_per_codon
from klbio.models.markov.increment import jensen_shannon_increments
from klbio.models.markov.rate_interval import rate_interval
from klbio.models.markov.rates import (
    bases_to_tell_apart,
    common_order,
    relative_entropy_rates,
    truncation_cost,
)
from klbio.models.profiles.hmmstat import summarize_profiles

__all__ = [
    "DENDROGRAM_COLUMNS",
    "PAIR_COLUMNS",
    "PROFILE_COLUMNS",
    "SITE_COLUMNS",
    "STATE_COLUMNS",
    "GeneModels",
    "dendrogram_rows",
    "gene_model_columns",
    "lint_findings",
    "pair_rows",
    "profile_rows",
    "site_rows",
    "state_rows",
]

PAIR_COLUMNS = (
    "model_p", "model_q", "component", "order", "smoothing", "relative_entropy_bits", "per", "frame1_bits",
    "frame2_bits", "frame3_bits", "codon_bits_per_codon", "amino_acid_bits_per_codon",
    "synonymous_bits_per_codon", "bases_to_tell_apart_stein",
    "jensen_shannon_increment_bits_per_base", "gc_matched_relative_entropy_bits", "n_gc_class_pairs",
    "gc_matching", "relative_entropy_low_bits", "relative_entropy_high_bits", "noise_floor_bits", "note",
)  # fmt: skip
STATE_COLUMNS = ("model_p", "model_q", "component", "state", "relative_entropy_bits")
SITE_COLUMNS = (
    "model_p",
    "model_q",
    "site",
    "first_position",
    "last_position",
    "relative_entropy_bits",
    "per",
)
PROFILE_COLUMNS = (
    "name", "accession", "n_match", "mean_relative_entropy_bits", "information_bits",
    "positional_relative_entropy_bits", "composition_relative_entropy_bits",
)  # fmt: skip
DENDROGRAM_COLUMNS = ("component", "x1", "y1", "x2", "y2")
MUCH_STOP_MASS = 1e-2  # a stop in every hundred codons: no model of coding sequence
OVERFITTED = 0.05  # bits per base learnt by the last order alone; sound models have .004 to .013
Row = dict[str, Any]


class GeneModels:
    """Gene models by name, and what was computed of them, each once.

    Parameters
    ----------
    models : mapping of str to GeneModel
    epsilon : float
        Smoothing of every rate.
    """

    def __init__(self, models: Mapping[str, GeneModel], epsilon: float) -> None:
        self.models = models
        self.epsilon = epsilon
        self.smoothing = smoothing_name(epsilon)

    def having(self, component: str) -> dict[str, ContentModel]:
        """Give the models that have a component."""
        return {name: m.components[component] for name, m in self.models.items() if component in m.components}

    @cached_property
    def rates(self) -> dict[str, FloatArray]:
        """Bits per base, ``[i, j, f]`` = D_f(i || j), for each component."""
        found = {component: list(self.having(component).values()) for component in COMPONENTS}
        return {name: relative_entropy_rates(m, epsilon=self.epsilon) for name, m in found.items() if m}

    @cached_property
    def increments(self) -> dict[str, FloatArray]:
        """Jensen-Shannon increment in bits per base, ``[i, j]``, for each component."""
        return {
            component: jensen_shannon_increments(list(self.having(component).values()), epsilon=self.epsilon)
            for component in self.rates
        }

    @cached_property
    def codons(self) -> CodonDivergence:
        """Codon usage, the models in order."""
        return codon_relative_entropies(list(self.having("coding").values()), epsilon=self.epsilon)

    @cached_property
    def sites(self) -> list[tuple[str, str, str, dict[int, float]]]:
        """Each ordered pair, each site both have: bits by position."""
        return [
            (p, q, site, bits)
            for p, q in permutations(self.models, 2)
            for site in self.models[p].sites
            if site in self.models[q].sites
            if (
                bits := site_relative_entropies(
                    self._site(p, site), self._site(q, site), epsilon=self.epsilon
                )
            )
        ]

    def _site(self, model: str, site: str) -> SiteModel:
        return self.models[model].sites[site]


def pair_rows(comparison: GeneModels, classes: Classes) -> Iterator[Row]:
    """Give each ordered pair of models, for each content model both have."""
    for component, rates in comparison.rates.items():
        models = comparison.having(component)
        for (i, p), (j, q) in permutations(enumerate(models), 2):
            bits = float(rates[i, j].mean())
            row = {
                "model_p": p, "model_q": q, "component": component, "smoothing": comparison.smoothing,
                "order": common_order([models[p], models[q]]), "relative_entropy_bits": bits, "per": "base",
                "bases_to_tell_apart_stein": bases_to_tell_apart(bits), "note": _note(models[p], models[q]),
                "jensen_shannon_increment_bits_per_base": float(comparison.increments[component][i, j]),
            }  # fmt: skip
            yield (
                row
                | classes.columns(component, p, q)
                | _interval(models[p], models[q], comparison.epsilon)
                | (_coding_columns(rates[i, j], comparison.codons, i, j) if component == "coding" else {})
            )


def _interval(p: ContentModel, q: ContentModel, epsilon: float) -> Row:
    found = rate_interval(p, q, epsilon=epsilon)
    if found is None:
        return {}
    return {
        "relative_entropy_low_bits": found.low, "relative_entropy_high_bits": found.high,
        "noise_floor_bits": found.noise_floor,
    }  # fmt: skip


def _note(p: ContentModel, q: ContentModel) -> str:
    if p.order == q.order:
        return ""
    return f"orders {p.order} and {q.order}: the lower one is lifted, which is exact"


def _coding_columns(frames: FloatArray, codons: CodonDivergence, i: int, j: int) -> Row:
    columns = {f"frame{f}_bits": float(bits) for f, bits in enumerate(frames, 1)}
    parts = {f"{part}_bits_per_codon": float(values[i, j]) for part, values in vars(codons).items()}
    return columns | parts


def state_rows(comparison: GeneModels) -> Iterator[Row]:
    """Give each codon position of coding sequence and each position of a site."""
    rates = comparison.rates.get("coding", np.empty((0, 0, 3)))
    for (i, p), (j, q) in permutations(enumerate(comparison.having("coding")), 2):
        for f, bits in enumerate(rates[i, j], 1):
            yield _state(p, q, "coding", f"codon position {f}", float(bits))
    for p, q, site, positions in comparison.sites:
        for position, bits in positions.items():
            yield _state(p, q, site, f"{position:+d}", bits)


def _state(p: str, q: str, component: str, state: str, bits: float) -> Row:
    return {"model_p": p, "model_q": q, "component": component, "state": state, "relative_entropy_bits": bits}


def site_rows(comparison: GeneModels) -> Iterator[Row]:
    """Give each site both models of a pair have, all shared positions together."""
    for p, q, site, positions in comparison.sites:
        yield {
            "model_p": p, "model_q": q, "site": site, "first_position": min(positions),
            "last_position": max(positions), "relative_entropy_bits": sum(positions.values()), "per": "site",
        }  # fmt: skip


def dendrogram_rows(comparison: GeneModels) -> tuple[list[Row], dict[str, int]]:
    """Give the segments of each component's dendrogram, and each model's place among the coding leaves."""
    rows: list[Row] = []
    leaves: dict[str, int] = {}
    for component, rates in comparison.rates.items():
        tree = average_linkage(rates.mean(axis=-1))
        rows += [
            dict(zip(DENDROGRAM_COLUMNS, (component, *segment), strict=True))
            for segment in tree.segments.tolist()
        ]
        if component == "coding":
            names = list(comparison.having(component))
            leaves = {names[leaf]: place for place, leaf in enumerate(tree.leaves)}
    return rows, leaves


def gene_model_columns(model: GeneModel) -> Row:
    """Describe a gene model in one row."""
    components = [*model.components, *["sites"] * bool(model.sites)]
    return {
        "alphabet": "DNA",
        "components": " ".join(components),
        "n_gc_classes": len(model.classes),
        "gc_class": model.default_class,
        "coding_order": model.coding.order,
        "stop_mass_per_codon": stop_mass_per_codon(model.coding),
        "last_order_bits_per_base": truncation_cost(model.coding),
    }


def profile_rows(profiles: Mapping[str, ProfileHMM]) -> Iterator[Row]:
    """Describe each profile HMM in one row."""
    summaries = summarize_profiles(list(profiles.values()))
    for (name, profile), summary in zip(profiles.items(), summaries, strict=True):
        yield {"name": name, "accession": profile.accession, "n_match": profile.n_match} | asdict(summary)


def lint_findings(comparison: GeneModels) -> dict[str, list[Finding]]:
    """Give what only the maths can see: stops, over-fitting, one model under two names."""
    found: dict[str, list[Finding]] = {name: [] for name in comparison.models}
    for name, model in comparison.models.items():
        stops, last = stop_mass_per_codon(model.coding), truncation_cost(model.coding)
        if stops > MUCH_STOP_MASS:
            found[name].append(Finding("warning", "coding", f"{stops:.3g} in-frame stops per codon"))
        if last > OVERFITTED:
            text = f"order {model.coding.order} alone adds {last:.3g} bits per base: trained on too little?"
            found[name].append(Finding("warning", "coding", text))
    for component in comparison.rates:
        for (p, one), (q, other) in combinations(comparison.having(component).items(), 2):
            if np.array_equal(one.probabilities, other.probabilities):
                found[q].append(Finding("note", component, f"the same table as {p!r}"))
    return found
