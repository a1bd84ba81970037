"""Tables of taxa from amplicons: reads at every step, and what each feature was called."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated

from klbio.schema.columns import Count, Flag, Number, Text
from klbio.schema.table import Row
from klbio.schema.terms import OfRank, Pooled

__all__ = [
    "AmpliconReadsRow",
    "CallCutoffRow",
    "CallRangeRow",
    "CallRow",
    "Cause",
    "ConfidenceRow",
    "SketchRow",
]


class Cause(StrEnum):
    """Why reads were lost."""

    FORWARD = "forward primer from the other strand"
    REVERSE = "reverse primer from the other strand"
    BOTH = "primers from the other strand"
    NO_PRIMER = "no primer"
    ONE_PRIMER = "one primer"
    NO_OVERLAP = "no overlap"
    DIFFERENCES = "differences"


@dataclass(frozen=True, kw_only=True, slots=True)
class AmpliconReadsRow(Row):
    """How many reads of a sample, or pairs of them, came through each step: a row per sample."""

    sample: Annotated[str, Text("the sample")]
    reads: Annotated[int, Count("pairs of reads, or single ones, in its files", of="reads")]
    with_primers: Annotated[int | None, Count("with both primers; empty where none were named", of="reads")]
    merged: Annotated[int | None, Count("whose mates overlap; empty for single reads", of="reads")]
    kept: Annotated[int, Count("with at most one expected error, and no N", of="reads")]
    unique: Annotated[int, Count("different sequences among those kept", of="sequences")]
    chimeric: Annotated[int, Count("that match a chimera", of="reads")] = 0
    excluded: Annotated[int, Count("of taxa that were to be left out", of="reads")] = 0
    counted: Annotated[int, Count("in the table: those that match a feature", of="reads")] = 0
    assigned: Annotated[int, Count("of features with a name at any rank", of="reads")] = 0
    turned: Annotated[
        int | None,
        Count("of those with primers, pairs that began with the reverse one: mates exchanged", of="reads"),
    ] = None
    cause: Annotated[
        str,
        Text("why most were lost, where a look at the first reads tells", tuple(Cause)),
    ] = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class CallRow(Row):
    """What a feature was called at a rank: a row per feature and rank."""

    feature: Annotated[str, Text("the feature, named by the checksum of its sequence")]
    reads: Annotated[int, Count("reads of all samples in it", of="reads")]
    rank: Annotated[str, Text("rank of the name")]
    taxon: Annotated[str, Text("name of the best reference sequence at that rank; empty where it has none")]
    bootstrap: Annotated[float, Number("share", "draws of the classifier that agree with it")]
    called: Annotated[bool, Flag("whether that is at least `cutoff`, so that the feature has this name")]
    cutoff: Annotated[float, Number("share", "the least share of draws that makes a name")]
    reference: Annotated[str, Text("name and release of the reference")]
    reference_sha256: Annotated[str, Text("its checksum; names of two references are not compared")]


@dataclass(frozen=True, kw_only=True, slots=True)
class CallRangeRow(OfRank):
    """How far a pooled shift hangs on what features are called: a row per subject, contrast and rank."""

    cutoff: Annotated[float, Number("share", "the least share of the classifier's draws that makes a name")]
    jsd_plugin_bits: Annotated[
        float,
        Number(
            "bits",
            "Jensen-Shannon divergence between summed counts, as observed",
            heading="JSD, as observed (bits)",
        ),
    ]
    jsd_low_bits: Annotated[
        float, Number("bits", "lower end of the 95 % interval over reads of the corrected divergence")
    ]
    jsd_high_bits: Annotated[float, Number("bits", "upper end")]
    calls_low_bits: Annotated[
        float,
        Number(
            "bits",
            "2.5 % point of the divergence as observed over draws in which each feature keeps its name down to where "
            "the classifier's own draws agree, alike on both sides; a range, and no interval",
        ),
    ]
    calls_high_bits: Annotated[float, Number("bits", "97.5 % point")]
    calls_mean_bits: Annotated[float, Number("bits", "mean of these draws")]
    features_bits: Annotated[
        float,
        Number("bits", "divergence between the features themselves: that of any names is never more"),
    ]
    wider_than_reads: Annotated[
        bool, Flag("whether the range over calls is wider than the interval over reads")
    ]
    n_draws: Annotated[int, Count("draws of the calls", of="draws")]
    reference: Annotated[str, Text("name, release and checksum of the reference")]
    estimand: Pooled = "pooled"


@dataclass(frozen=True, kw_only=True, slots=True)
class CallCutoffRow(OfRank):
    """The pooled shift as observed under each cutoff of the calls: a row per subject, contrast, rank and cutoff."""

    cutoff: Annotated[float, Number("share", "the least share of the classifier's draws that makes a name")]
    n_categories: Annotated[int, Count("categories, those without a name at the rank too", of="categories")]
    named_share_before: Annotated[float, Number("share", "reads before that have a name at the rank")]
    named_share_after: Annotated[float, Number("share", "reads after that have one")]
    jsd_plugin_bits: Annotated[
        float,
        Number("bits", "Jensen-Shannon divergence as observed", heading="JSD, as observed (bits)"),
    ]
    estimand: Pooled = "pooled"


@dataclass(frozen=True, kw_only=True, slots=True)
class ConfidenceRow(Row):
    """What a sample's shotgun reads are called at two confidences of the classifier: a row per sample and rank."""

    sample: Annotated[str, Text("the sample")]
    rank: Annotated[str, Text("rank at which reads were summed")]
    reads: Annotated[int, Count("pairs of reads, or single ones", of="reads")]
    confidence: Annotated[
        float,
        Number("share", "share of a read's k-mers that must agree, in the table a shift is measured on"),
    ]
    other_confidence: Annotated[float, Number("share", "the same in the table beside it")]
    assigned: Annotated[int, Count("reads with a name at this rank at `confidence`", of="reads")]
    other_assigned: Annotated[int, Count("the same at `other_confidence`", of="reads")]
    jensen_shannon_divergence_bits: Annotated[
        float, Number("bits", "between the two: what hangs on the choice; shifts below it say nothing")
    ]
    reference: Annotated[str, Text("name of the database")]
    reference_sha256: Annotated[
        str, Text("its checksum, over options, taxonomy and size; names of two databases are not compared")
    ]


@dataclass(frozen=True, kw_only=True, slots=True)
class SketchRow(Row):
    """What a sample's sketch holds, and how much of it has a name: a row per sample and rank."""

    sample: Annotated[str, Text("the sample")]
    rank: Annotated[str, Text("rank of the names")]
    kmers: Annotated[
        int,
        Count(
            "of its reads that the sketch holds, each as often as it was read, and none with a doubtful base",
            of="k-mers",
        ),
    ]
    assigned: Annotated[int, Count("those that a genome with a name at this rank covers", of="k-mers")]
    assigned_share: Annotated[float, Number("share", "the same of all; of k-mers, and not of reads")]
    n_genomes: Annotated[int, Count("genomes that cover any", of="genomes")]
    ksize: Annotated[int, Count("letters of a k-mer", of="bases")]
    scaled: Annotated[int, Count("one in so many different k-mers is in a sketch", of="k-mers")]
    reference: Annotated[str, Text("name of the database")]
    reference_sha256: Annotated[
        str,
        Text(
            "its checksum, over names and checksums of its sketches and over lineages; names of two databases are "
            "not compared"
        ),
    ]
