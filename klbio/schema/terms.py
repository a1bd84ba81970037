"""Columns that stand in many tables, each declared once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from klbio.schema.columns import Count, Flag, Number, PValue, Text
from klbio.schema.table import Row

__all__ = [
    "After",
    "Arm",
    "Before",
    "Component",
    "Direction",
    "Exact",
    "ModelP",
    "ModelQ",
    "NPermutations",
    "NSubjects",
    "OfContrast",
    "OfPair",
    "OfRank",
    "OfShift",
    "OfSubject",
    "OptionalExact",
    "OptionalPermutations",
    "OptionalSmallestP",
    "Per",
    "Pooled",
    "Rank",
    "SmallestP",
    "Subject",
    "Support",
    "Time",
]

Subject = Annotated[str, Text("who was sampled")]
Arm = Annotated[str, Text("treatment arm; empty where the sheet names none")]
Before = Annotated[str, Text("the earlier phase of the comparison, as the sheet calls it")]
After = Annotated[str, Text("the later phase")]
Rank = Annotated[str, Text("rank of the taxonomy at which counts were summed; `feature` where they were not")]
Direction = Annotated[
    str, Text("whether its proportion rose or fell from before to after", values=("up", "down", "none"))
]
Support = Annotated[
    str,
    Text(
        "over which categories distributions are compared: those seen in the pair, or in the whole study",
        values=("pair union", "study"),
    ),
]
Pooled = Annotated[
    str, Text("what the numbers rest on: counts summed over a phase's samples", values=("pooled",))
]
Time = Annotated[float | None, Number("sheet's unit of time", "when the sample was taken")]
NSubjects = Annotated[int, Count("subjects in the arm", of="subjects")]

SmallestP = Annotated[float, PValue("the smallest p that this design can give")]
NPermutations = Annotated[int, Count("arrangements behind the p", of="arrangements")]
Exact = Annotated[bool, Flag("whether these are all the arrangements there are, so that nothing was drawn")]
OptionalExact = Annotated[bool | None, Flag("whether these are all the arrangements there are")]
OptionalPermutations = Annotated[int | None, Count("arrangements behind the p", of="arrangements")]
OptionalSmallestP = Annotated[float | None, PValue("the smallest p that this design can give")]

ModelP = Annotated[str, Text("the model taken as true, p", heading="p")]
ModelQ = Annotated[str, Text("the model held against it, q", heading="q")]
Component = Annotated[
    str, Text("part of the model: `coding`, `intron`, `intergenic`, `durations`, a site ...")
]
Per = Annotated[str, Text("what the bits are counted by: base, codon, segment, transition or site")]


@dataclass(frozen=True, kw_only=True, slots=True)
class OfSubject(Row):
    """Head of a row about one subject in one arm."""

    subject: Subject
    arm: Arm


@dataclass(frozen=True, kw_only=True, slots=True)
class OfShift(OfSubject):
    """Head of a row about one subject's two phases."""

    before: Before
    after: After


@dataclass(frozen=True, kw_only=True, slots=True)
class OfRank(OfShift):
    """Head of a row about one subject's two phases at one rank."""

    rank: Rank


@dataclass(frozen=True, kw_only=True, slots=True)
class OfContrast(Row):
    """Head of a row about two phases at one rank, over subjects."""

    before: Before
    after: After
    rank: Rank


@dataclass(frozen=True, kw_only=True, slots=True)
class OfPair(Row):
    """Head of a row about an ordered pair of models."""

    model_p: ModelP
    model_q: ModelQ
