"""Tables of gene models: what each is, and how far every ordered pair is apart."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from klbio.schema.columns import Count, Flag, Number, PValue, Text
from klbio.schema.table import Row
from klbio.schema.terms import (
    Component,
    ModelP,
    ModelQ,
    OfPair,
    OptionalExact,
    OptionalPermutations,
    OptionalSmallestP,
    Per,
)

__all__ = [
    "CodonRow",
    "DendrogramRow",
    "GCClassRow",
    "ModelPairRow",
    "ModelRow",
    "SiteLetterRow",
    "SiteRow",
    "StateRow",
]

Bits = Annotated[
    float, Number("bits", "relative entropy D(p ‖ q), per what `per` says", heading="D(p ‖ q) (bits)")
]
Probability = Annotated[float, Number("probability", "probability of the letter, not smoothed")]


@dataclass(frozen=True, kw_only=True, slots=True)
class ModelRow(Row):
    """What was read: a row per model."""

    model: Annotated[str, Text("name of the model")]
    kind: Annotated[str, Text("what it is", values=("gene model", "profile HMM", "hidden Markov model"))]
    format: Annotated[str, Text("format of its file")]
    path: Annotated[str, Text("the file or folder")] = ""
    group: Annotated[str, Text("group in the model sheet; empty where it names none")] = ""
    alphabet: Annotated[str, Text("its alphabet, or its symbols")]
    components: Annotated[str, Text("parts that it has, separated by spaces")] = ""
    n_gc_classes: Annotated[int | None, Count("GC classes of a gene model", of="classes")] = None
    gc_class: Annotated[
        int | None, Number("", "class that stands for the model where one does, counted from 0")
    ] = None
    coding_order: Annotated[
        int | None, Count("bases before that a base of its coding sequence depends on", of="bases")
    ] = None
    genetic_code: Annotated[
        int | None,
        Number("", "NCBI's number of the genetic code of its coding sequence, 1 where none is named"),
    ] = None
    stop_mass_per_codon: Annotated[
        float | None, Number("probability", "in-frame stop codons per codon of coding sequence, as stated")
    ] = None
    last_order_bits_per_base: Annotated[
        float | None,
        Number(
            "bits per base", "relative entropy to its own projection on one order less; large: over-fitted"
        ),
    ] = None
    n_match: Annotated[int | None, Count("match states of a profile HMM", of="states")] = None
    n_states: Annotated[int | None, Count("states of a hidden Markov model", of="states")] = None
    leaf: Annotated[int | None, Number("", "place among the leaves of the dendrogram, counted from 0")] = None


@dataclass(frozen=True, kw_only=True, slots=True)
class ModelPairRow(OfPair):
    """How far q is from p: a row per ordered pair of gene models and component that both have."""

    component: Component
    order: Annotated[int | None, Count("bases before that were taken into account", of="bases")] = None
    smoothing: Annotated[str, Text("how zeros were treated")]
    relative_entropy_bits: Bits
    per: Per
    frame1_bits: Annotated[float | None, Number("bits per base", "relative entropy at codon position 1")] = (
        None
    )
    frame2_bits: Annotated[float | None, Number("bits per base", "at codon position 2")] = None
    frame3_bits: Annotated[float | None, Number("bits per base", "at codon position 3")] = None
    codon_bits_per_codon: Annotated[
        float | None, Number("bits per codon", "relative entropy of codon usage; the sum of the next two")
    ] = None
    amino_acid_bits_per_codon: Annotated[
        float | None, Number("bits per codon", "relative entropy of which amino acid comes")
    ] = None
    synonymous_bits_per_codon: Annotated[
        float | None, Number("bits per codon", "relative entropy of which of its codons")
    ] = None
    bases_to_tell_apart_stein: Annotated[
        float | None,
        Number(
            "bases",
            "log2(100) / D, the corrected D where there is one: sequence of p after which q is still accepted with "
            "probability 1 % (Stein); empty where the models cannot be told apart",
            heading="bases to tell apart",
        ),
    ] = None
    jensen_shannon_increment_bits_per_base: Annotated[
        float | None, Number("bits per base", "what one base more tells of which model is at work; symmetric")
    ] = None
    gc_matched_relative_entropy_bits: Annotated[
        float | None, Number("bits per base", "mean over GC classes of p, each against its like in q")
    ] = None
    n_gc_class_pairs: Annotated[int | None, Count("pairs of classes behind it", of="pairs")] = None
    gc_matching: Annotated[str, Text("by what the classes were matched")] = ""
    relative_entropy_corrected_bits: Annotated[
        float | None,
        Number("bits per base", "D less what chance in the training sets adds, where their size is known"),
    ] = None
    relative_entropy_low_bits: Annotated[
        float | None,
        Number(
            "bits per base",
            "lower end of the 95 % interval of D over training sets of this size, where it is known",
        ),
    ] = None
    relative_entropy_high_bits: Annotated[float | None, Number("bits per base", "upper end")] = None
    noise_floor_bits: Annotated[
        float | None, Number("bits per base", "mean of D if both models were trained on one source")
    ] = None
    distinguishable: Annotated[
        bool | None,
        Flag(
            "whether 0 lies outside the intervals of both directions; no: the models cannot be told apart; empty "
            "where the training size of either is unknown"
        ),
    ] = None
    genetic_codes: Annotated[
        str, Text("NCBI's numbers of the genetic codes of p and q where these are unlike; empty else")
    ] = ""
    note: Annotated[str, Text("what to beware of, in words", prose=True)] = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class ModelGroupRow(Row):
    """How far groups of the model sheet are apart: a row per pair of groups and component of gene models."""

    group_a: Annotated[str, Text("group in the model sheet")]
    group_b: Annotated[str, Text("the other group")]
    component: Component
    n_a: Annotated[int, Count("models of group a that have the component", of="models")]
    n_b: Annotated[int, Count("models of group b that have it", of="models")]
    between_bits: Annotated[
        float,
        Number(
            "bits per base",
            "mean D over pairs of models of different groups, both directions",
        ),
    ]
    within_bits: Annotated[
        float | None, Number("bits per base", "the same over pairs of one group; empty where neither has two")
    ] = None
    excess_bits: Annotated[
        float | None, Number("bits per base", "between less within: what the groups differ by as groups")
    ] = None
    per: Per
    p_value: Annotated[
        float | None,
        PValue("one-sided: share of the ways to deal the models to two groups that give as much"),
    ] = None
    smallest_p: OptionalSmallestP = None
    n_permutations: OptionalPermutations = None
    exact: OptionalExact = None
    corrected: Annotated[
        bool,
        Flag(
            "whether D is less what chance in the training sets adds, in all pairs of the two groups; no: in none, "
            "because some training size is unknown"
        ),
    ]
    note: Annotated[str, Text("what chance there is in the bits, or why there is no p", prose=True)] = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class GCClassRow(Row):
    """Matched GC classes: a row per ordered pair of models, component and pair of classes."""

    model_p: ModelP
    class_p: Annotated[int, Number("", "GC class of p, counted from 0")]
    gc_low_p: Annotated[
        float | None, Number("GC content", "least that the class is made for; empty where not said")
    ]
    gc_high_p: Annotated[float | None, Number("GC content", "greatest; the same where a centre is given")]
    model_q: ModelQ
    class_q: Annotated[int, Number("", "GC class of q, counted from 0")]
    gc_low_q: Annotated[float | None, Number("GC content", "least that it is made for")]
    gc_high_q: Annotated[float | None, Number("GC content", "greatest")]
    component: Component
    matching: Annotated[str, Text("by what the classes were matched")]
    weight: Annotated[float, Number("share", "weight of the pair of classes in the mean")]
    relative_entropy_bits: Bits
    per: Per


@dataclass(frozen=True, kw_only=True, slots=True)
class StateRow(OfPair):
    """Where two models differ: a row per ordered pair and codon position, site position or segment."""

    component: Component
    state: Annotated[
        str, Text("codon position, position in the site (0: first base of the signal), or kind of segment")
    ]
    relative_entropy_bits: Annotated[
        float,
        Number(
            "bits",
            "D(p ‖ q) there: per base, per segment in `durations`, per transition in `transitions`",
            heading="D(p ‖ q) (bits)",
        ),
    ]


@dataclass(frozen=True, kw_only=True, slots=True)
class CodonRow(OfPair):
    """Which codons carry the difference: a row per ordered pair of coding models and codon."""

    codon: Annotated[str, Text("the codon")]
    amino_acid: Annotated[str, Text("what it codes for; `*` a stop")]
    per_thousand_p: Annotated[float, Number("codons per thousand", "usage in p")]
    per_thousand_q: Annotated[float, Number("codons per thousand", "usage in q")]
    term_bits: Annotated[
        float, Number("bits per codon", "its term of the relative entropy of codon usage; may be negative")
    ]
    contribution_bits: Annotated[
        float, Number("bits per codon", "the same sum split so that no part is negative")
    ]
    per: Per


@dataclass(frozen=True, kw_only=True, slots=True)
class SiteRow(OfPair):
    """How far two models' sites are apart: a row per ordered pair and site that both have."""

    site: Annotated[str, Text("the site: donor, acceptor, start or stop, with its signal")]
    first_position: Annotated[int, Number("bases from the signal", "first position that both describe")]
    last_position: Annotated[int, Number("bases from the signal", "last position that both describe")]
    relative_entropy_bits: Bits
    per: Per


@dataclass(frozen=True, kw_only=True, slots=True)
class SiteLetterRow(Row):
    """Letters of a site's logo: a row per model, site, position and base."""

    model: Annotated[str, Text("name of the model")]
    site: Annotated[str, Text("the site")]
    position: Annotated[int, Number("bases from the signal", "position; 0 is the first base of the signal")]
    letter: Annotated[str, Text("the base")]
    probability: Probability
    height_bits: Annotated[float, Number("bits", "its height in a logo, against a uniform background")]


@dataclass(frozen=True, kw_only=True, slots=True)
class DendrogramRow(Row):
    """Line segments of the dendrograms, average linkage: a row per segment."""

    component: Annotated[str, Text("component that was clustered; `match`: related profile HMMs")]
    x1: Annotated[float, Number("leaves", "start, across the leaves")]
    y1: Annotated[float, Number("bits", "start, in the unit of what was clustered")]
    x2: Annotated[float, Number("leaves", "end, across the leaves")]
    y2: Annotated[float, Number("bits", "end, in the unit of what was clustered")]
