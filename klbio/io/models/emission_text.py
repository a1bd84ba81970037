"""Models -> the text of an emission table."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from klbio.alphabets import Alphabet, kmers
from klbio.io.models.emission_rows import MATCH, NULL
from klbio.models import GeneModel, Model, ProfileHMM
from klbio.models.markov.design_effect import INDEPENDENT
from klbio.models.markov.genetic_code import STANDARD

__all__ = ["BASES", "CODE", "DESIGN", "KEYS", "MARK", "WARNINGS", "EmissionText"]

KEYS = ("model", "component", "state", "context")
MARK = "klbio-emissions"
BASES = "training_bases"
DESIGN = "design_effects"
CODE = "genetic_code"
WARNINGS = "warnings"
Written = tuple[str, str, str, str, list[float]]


@dataclass(frozen=True)
class EmissionText:
    """Models of one alphabet on the way to their file."""

    alphabet: Alphabet
    models: Sequence[Model]

    @property
    def bases(self) -> dict[str, dict[str, int]]:
        """How many bases each content model was estimated from, where that is known."""
        contents = {model.name: model.components for model in self.models if isinstance(model, GeneModel)}
        known = {
            name: {part: model.n_counts for part, model in parts.items() if model.n_counts is not None}
            for name, parts in contents.items()
        }
        return {name: counts for name, counts in known.items() if counts}

    @property
    def designs(self) -> dict[str, dict[str, list[float]]]:
        """How much more than independent bases those vary, where they do."""
        contents = {model.name: model.components for model in self.models if isinstance(model, GeneModel)}
        known = {
            name: {
                part: [model.design.mean, model.design.unevenness, *filter(None, [model.design.repeats])]
                for part, model in parts.items()
                if model.design != INDEPENDENT
            }
            for name, parts in contents.items()
        }
        return {name: designs for name, designs in known.items() if designs}

    @property
    def codes(self) -> dict[str, int]:
        """Genetic codes other than the standard one."""
        coding = {model.name: model.coding for model in self.models if isinstance(model, GeneModel)}
        return {name: model.genetic_code for name, model in coding.items() if model.genetic_code != STANDARD}

    @property
    def warnings(self) -> dict[str, list[list[str]]]:
        """What is to be known of each model, as component and text."""
        known = {
            model.name: [
                [finding.component, finding.text]
                for finding in model.findings
                if finding.severity == "warning"
            ]
            for model in self.models
        }
        return {name: warnings for name, warnings in known.items() if warnings}

    def rows(self) -> Iterator[Written]:
        """Give model, component, state, context and probabilities of each row."""
        for model in self.models:
            if isinstance(model, ProfileHMM):
                yield model.name, NULL, "", "", model.background.tolist()
                for number, values in enumerate(model.match_emissions.tolist(), 1):
                    yield model.name, MATCH, str(number), "", values
            elif isinstance(model, GeneModel):
                yield from self._gene_rows(model)

    def _gene_rows(self, model: GeneModel) -> Iterator[Written]:
        for component, content in model.components.items():
            words = kmers(content.order)
            for position, table in enumerate(content.probabilities.tolist(), 1):
                for context, values in zip(words, table, strict=True):
                    yield model.name, component, str(position), context, values
        for name, site in model.sites.items():
            for position, values in zip(site.positions, site.probabilities.tolist(), strict=True):
                yield model.name, name, str(position), "", values

    def tsv(self) -> str:
        """Give the text of the TSV form."""
        lines = ["\t".join((*KEYS, *self.alphabet.symbols))]
        counts = ((name, part, n) for name, parts in self.bases.items() for part, n in parts.items())
        lines += [f"#{BASES}\t{name}\t{part}\t{n}" for name, part, n in counts]
        lines += [
            "\t".join([f"#{DESIGN}", name, part, *map(repr, numbers)])
            for name, parts in self.designs.items()
            for part, numbers in parts.items()
        ]
        lines += [f"#{CODE}\t{name}\t{number}" for name, number in self.codes.items()]
        lines += [
            f"#{WARNINGS}\t{name}\t{component}\t{text}"
            for name, warnings in self.warnings.items()
            for component, text in warnings
        ]
        lines += ["\t".join((*keys, *map(repr, values))) for *keys, values in self.rows()]
        return "\n".join(lines) + "\n"

    def json(self) -> str:
        """Give the text of the JSON form."""
        named = (
            (BASES, self.bases), (DESIGN, self.designs), (CODE, self.codes), (WARNINGS, self.warnings),
        )  # fmt: skip
        known = {key: by_model for key, by_model in named if by_model}
        rows = [
            dict(zip(KEYS, keys, strict=True)) | {"probabilities": values} for *keys, values in self.rows()
        ]
        whole = {"format": MARK, "symbols": self.alphabet.symbols, **known, "rows": rows}
        return json.dumps(whole, indent=1) + "\n"
