"""Tables of a training: how codons are used, and which order predicts genes best."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from klbio.schema.columns import Count, Flag, Number, Text
from klbio.schema.table import Row

__all__ = ["CodonUsageRow", "OrderRow"]


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
class OrderRow(Row):
    """Orders that a coding model could have: a row per order that was tried on genes it was not learnt from."""

    order: Annotated[int, Count("bases before that a base depends on", of="bases")]
    n_genes: Annotated[int, Count("genes that were held out in turn", of="genes")]
    n_bases: Annotated[int, Count("bases of theirs that were coded, the same for every order", of="bases")]
    n_free_parameters: Annotated[int, Count("free parameters of the contexts that occur", of="parameters")]
    cross_entropy_bits_per_base: Annotated[
        float, Number("bits per base", "what a base of a gene costs under a model learnt from other genes")
    ]
    above_best_bits_per_base: Annotated[
        float, Number("bits per base", "the same less that of the best order")
    ]
    above_best_standard_error: Annotated[
        float, Number("bits per base", "its standard error, by the jackknife over genes")
    ]
    aic_bits_per_base: Annotated[
        float, Number("bits per base", "Akaike's criterion, over twice the number of bases")
    ]
    bic_bits_per_base: Annotated[
        float, Number("bits per base", "Schwarz's criterion, over twice the number of bases")
    ]
    best: Annotated[bool, Flag("whether it costs unseen genes the fewest bits")]
    recommended: Annotated[
        bool, Flag("whether it is the lowest within one standard error of the best: what `auto` takes")
    ]
    used: Annotated[bool, Flag("whether the model has this order")]
