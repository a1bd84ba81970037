"""Checks of a study's design: what else went with phase or arm."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated

from klbio.schema.columns import Count, Number, PValue, Text
from klbio.schema.table import Row
from klbio.schema.terms import After, Before, OptionalExact, OptionalPermutations, OptionalSmallestP

__all__ = ["Concern", "FlagRow"]


class Concern(StrEnum):
    """What the finding of a check would be mistaken for."""

    PHASE = "phase"
    ARM = "arm"
    PHASE_AND_ARM = "phase and arm"
    ARMS = "arms"  # a difference between them
    SUBJECT = "subject"


@dataclass(frozen=True, kw_only=True, slots=True)
class FlagRow(Row):
    """What else went with phase or arm: a row per contrast and check of depth, batch or time."""

    before: Before
    after: After
    check: Annotated[str, Text("what was checked")]
    concerns: Annotated[
        str,
        Text(
            "what it would be mistaken for",
            values=tuple(Concern),
        ),
    ]
    arm_a: Annotated[str, Text("first of the arms compared; empty where none are")] = ""
    arm_b: Annotated[str, Text("second of them")] = ""
    rank: Annotated[str, Text("rank at which bits were measured; empty where none were")] = ""
    severity: Annotated[
        str,
        Text(
            "`flag` at p <= 0.05 and a difference that matters; `cannot tell` where the design cannot give 0.05",
            values=("flag", "cannot tell", "ok"),
        ),
    ]
    statistic: Annotated[str, Text("what the value is")] = ""
    value: Annotated[float | None, Number("as `statistic` says", "the statistic")] = None
    p_value: Annotated[float | None, PValue("p by permutation, two-sided")] = None
    smallest_p: OptionalSmallestP = None
    n_subjects: Annotated[int, Count("subjects that were compared", of="subjects")]
    n_permutations: OptionalPermutations = None
    exact: OptionalExact = None
    meaning: Annotated[str, Text("the finding in words, and what follows from it", prose=True)]
