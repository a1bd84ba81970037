"""How good the reads of each library are, as numbers, and which of these differ between phases or arms."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from klbio.schema.columns import Count, Number, PValue, Text
from klbio.schema.table import Row
from klbio.schema.terms import After, Before, OptionalExact, OptionalPermutations, OptionalSmallestP

__all__ = ["QualityDifferenceRow", "QualityRow"]

Route = Annotated[
    str, Text("what the reads were counted as: words, taxa by sequence, taxa by database",
              ("reads", "amplicons", "shotgun"))
]  # fmt: skip
Quantity = Annotated[str, Text("what was measured of a library", heading="measured")]
Unit = Annotated[str, Text("unit of the value: a number of things, `share`, or `kind` where it is a word")]


@dataclass(frozen=True, kw_only=True, slots=True)
class QualityRow(Row):
    """One number, or word, about the reads of a library: a row per route, quantity and library."""

    route: Route
    quantity: Quantity
    unit: Unit
    sample: Annotated[str, Text("name of the sample or control")]
    kind: Annotated[str, Text("what it is", ("sample", "negative", "mock"))]
    subject: Annotated[str, Text("of whom; empty of controls")]
    arm: Annotated[str, Text("treatment arm; empty where the sheet has none")]
    phase: Annotated[str, Text("phase; empty of controls")]
    value: Annotated[
        float | None,
        Number("as `unit` says", "the number; empty of words, and where nothing is left to count"),
    ]
    word: Annotated[str, Text("the word")] = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class QualityDifferenceRow(Row):
    """Whether reads of phases or of arms differ in a quantity: a row per route, contrast, two sides and quantity."""

    route: Route
    before: Before
    after: After
    between: Annotated[str, Text("what is compared", ("phases", "arms"))]
    side_a: Annotated[str, Text("first phase or arm")]
    side_b: Annotated[str, Text("second")]
    quantity: Quantity
    unit: Unit
    severity: Annotated[
        str,
        Text(
            "`flag`: adjusted p <= 0.05 and a difference that matters, or words that one side has alone; `apart`: no "
            "p of 0.05 can be had, and all of one side lie beyond the other by more than either is wide; "
            "`cannot tell`; `ok`",
            ("flag", "apart", "cannot tell", "ok"),
        ),
    ]
    median_a: Annotated[float | None, Number("as `unit` says", "median of side a")] = None
    lowest_a: Annotated[float | None, Number("as `unit` says", "its smallest")] = None
    highest_a: Annotated[float | None, Number("as `unit` says", "its largest")] = None
    median_b: Annotated[float | None, Number("as `unit` says", "median of side b")] = None
    lowest_b: Annotated[float | None, Number("as `unit` says", "its smallest")] = None
    highest_b: Annotated[float | None, Number("as `unit` says", "its largest")] = None
    words_a: Annotated[str, Text("words of side a, how many libraries have each")] = ""
    words_b: Annotated[str, Text("words of side b")] = ""
    n_a: Annotated[int, Count("of side a: samples of a phase, subjects of an arm", of="samples or subjects")]
    n_b: Annotated[int, Count("of side b", of="samples or subjects")]
    p_value: Annotated[
        float | None,
        PValue("p by permutation, two-sided: of phases within subjects, of arms between subjects"),
    ] = None
    p_adjusted: Annotated[
        float | None, PValue("the same for the largest of all quantities compared (Westfall & Young)")
    ] = None
    smallest_p: OptionalSmallestP = None
    n_permutations: OptionalPermutations = None
    exact: OptionalExact = None
    meaning: Annotated[str, Text("the finding in words", prose=True)]
