"""Tables that stand beside a trained gene model."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from klbio.schema.columns import Count, Number, Text
from klbio.schema.table import Row

__all__ = ["CodonUsageRow", "FindingRow"]


@dataclass(frozen=True, kw_only=True, slots=True)
class CodonUsageRow(Row):
    """Codon usage as counted in the genes trained on: a row per codon that is no stop."""

    codon: Annotated[str, Text("the codon")]
    amino_acid: Annotated[str, Text("what it codes for")]
    count: Annotated[int, Count("how often it was counted", of="codons")]
    per_thousand: Annotated[float, Number("codons per thousand", "the same per thousand codons")]
    share_of_amino_acid: Annotated[
        float | None, Number("share", "its share of the codons of its amino acid; empty where that has none")
    ]


@dataclass(frozen=True, kw_only=True, slots=True)
class FindingRow(Row):
    """What to know about a trained model: a row per finding."""

    model: Annotated[str, Text("name of the model")]
    severity: Annotated[str, Text("how grave it is", values=("note", "warning"))]
    component: Annotated[str, Text("part of the model that it concerns")]
    finding: Annotated[str, Text("what was found", prose=True)]
