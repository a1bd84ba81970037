"""What a row of a sheet of samples is of: somebody's sample, a negative control, or a mock community."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from klbio.columns import PHASE, SAMPLE, SUBJECT, plain
from klbio.design.columns import KIND
from klbio.design.missing import is_missing
from klbio.errors import Fault, listed, note
from klbio.sheet import Row, Sheet
from klbio.spelling import misspelt

__all__ = ["Kind", "Kinds"]

Kind = Literal["sample", "negative", "mock"]
KINDS: tuple[Kind, ...] = ("sample", "negative", "mock")
OF_WORDS: dict[str, Kind] = {
    **dict.fromkeys(("sample", "true sample", "biological sample", "biological"), "sample"),
    **dict.fromkeys((
        "negative", "negative control", "neg", "neg control", "nc", "ntc", "blank", "extraction blank", "pcr blank",
        "extraction control", "no template control", "no template", "pcr negative", "control", "control sample",
        "kit blank", "water",
    ), "negative"),
    **dict.fromkeys(("mock", "mock community", "positive", "positive control", "pos control"), "mock"),
}  # fmt: skip
OF_PEOPLE = ("control", "positive")  # words for somebody in a group, where there is somebody
IN_DOUBT = (*OF_PEOPLE, "control sample", "water", "nc", "neg")  # may be of something else
UNDOUBTED = {word for word, kind in OF_WORDS.items() if kind != "sample"} - set(IN_DOUBT)
SHORT = 6  # letters, of words that are near to too many


@dataclass(frozen=True)
class Kinds:
    """The column `kind` of a sheet; or, where there is none, what the phase says of rows without a subject.

    Examples
    --------
    >>> rows = [Row(2, {"sample": "a", "kind": ""}), Row(3, {"sample": "NTC", "kind": "Blank"})]
    >>> kinds = Kinds(Sheet("s.tsv", ("sample", "kind"), tuple(rows)))
    >>> [kinds.of(row) for row in rows]
    ['sample', 'negative']
    """

    sheet: Sheet

    @cached_property
    def _is_ours(self) -> bool:
        """Whether the column speaks of controls: all of its words do, or some do without a doubt, or all but."""
        words = {plain(row[KIND]) for row in self.sheet if row[KIND].strip()}
        long = [word for word in UNDOUBTED if len(word) >= SHORT]
        meant = bool(words & UNDOUBTED) or any(misspelt(word, long) for word in words)
        return bool(words) and (words <= set(OF_WORDS) or meant)

    def of(self, row: Row) -> Kind:
        """Say what a row is of; a sample's where nothing else is said."""
        nobody = not row[SUBJECT].strip() or is_missing(row[SUBJECT], nobody=True)
        if KIND not in self.sheet.columns:
            return OF_WORDS.get(plain(row[PHASE]), "sample") if nobody else "sample"
        word = plain(row[KIND])
        meant = self._is_ours and (nobody or word not in OF_PEOPLE)
        return OF_WORDS.get(word, "sample") if meant else "sample"

    def faults(self) -> list[Fault]:
        """Name the words of the column that say nothing."""
        rows = [row for row in self.sheet if row[KIND].strip() and plain(row[KIND]) not in OF_WORDS]
        if not (rows and self._is_ours):
            return []
        found = f"column {self.sheet.called(KIND)} holds {listed(dict.fromkeys(row[KIND] for row in rows))}"
        return self.sheet.together(rows, found, f"one of {listed(KINDS)}", "Leave it empty for a sample.")

    def notify(self, controls: Sequence[Row]) -> None:
        """Say which rows were taken for controls."""
        if controls:
            names = listed(dict.fromkeys(row[SAMPLE] for row in controls))
            note(self.sheet.path, f"controls: {names}", "no part of a shift")
