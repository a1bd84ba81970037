"""Tables of controls: what negative ones explain of each sample, the shifts without it, and what mocks come out as."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from klbio.schema.columns import Count, Number, Text
from klbio.schema.table import Row
from klbio.schema.terms import Arm, OfRank, Rank, Subject

__all__ = ["ControlRow", "ControlShiftRow", "MockRow"]

Share = Annotated[float | None, Number("share", "mean share of its samples that negative controls explain")]


@dataclass(frozen=True, kw_only=True, slots=True)
class ControlRow(Row):
    """What part of each sample the negative controls explain: a row per sample, where the sheet has controls."""

    sample: Annotated[str, Text("the sample")]
    subject: Subject
    arm: Arm
    phase: Annotated[str, Text("its phase")]
    controls_share: Annotated[
        float | None,
        Number("share", "share of its reads that the controls explain; empty where `note` says why not"),
    ]
    controls_share_low: Annotated[float | None, Number("share", "lower end of the 95 % interval")]
    controls_share_high: Annotated[
        float | None, Number("share", "upper end: over reads, and over taxa that disagree")
    ]
    own_share: Annotated[
        float, Number("share", "part of the controls' reads in taxa of their own, which alone tell")
    ]
    effective_own_taxa: Annotated[float, Number("taxa", "effective number of these: ten of one size are 10")]
    common_share: Annotated[
        float, Number("share", "part of the controls that the other samples seem to hold")
    ]
    n_controls: Annotated[int, Count("negative controls with reads", of="controls")]
    note: Annotated[str, Text("why it cannot be told", prose=True)] = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class ControlShiftRow(OfRank):
    """The pooled shift beside the one without what the controls explain: a row per subject, contrast and rank."""

    controls_share_before: Share = None
    controls_share_after: Share = None
    jsd_plugin_bits: Annotated[float, Number("bits", "pooled divergence as observed")]
    jsd_without_controls_bits: Annotated[
        float | None,
        Number("bits", "the same with the controls' share of each sample taken off, as observed"),
    ] = None
    jsd_without_controls_lowest_bits: Annotated[
        float | None,
        Number("bits", "the smallest of three: with the share, its lower and its upper end taken off"),
    ] = None
    jsd_without_controls_highest_bits: Annotated[float | None, Number("bits", "the largest of them")] = None
    note: Annotated[str, Text("why it cannot be told", prose=True)] = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class MockRow(Row):
    """How far a mock community comes out from what it is made of: a row per mock, where its content is given."""

    sample: Annotated[str, Text("the mock")]
    rank: Rank
    jensen_shannon_divergence_bits: Annotated[
        float, Number("bits", "between what was read and what is in it, as observed")
    ]
    wrong_share: Annotated[float, Number("share", "reads with a name that is none of its taxa")]
    unnamed_share: Annotated[float, Number("share", "reads without a name at the rank")]
    n_known: Annotated[int, Count("taxa in it", of="taxa")]
    n_missing: Annotated[int, Count("of these without a read", of="taxa")]
    missing: Annotated[str, Text("which")]
