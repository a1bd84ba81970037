"""What a command says when it has ended: the answer, what was left out, where the files are."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from klbio.errors import StrPath
from klbio.phrases.dropped import counted
from klbio.phrases.numbers import agreed
from klbio.schema import DroppedRow

if TYPE_CHECKING:
    from klbio.report.places import Places
    from klbio.report.tables import Results

__all__ = ["Ending", "left_out"]


@dataclass(frozen=True)
class Ending:
    """Three sentences, of nearest models a fourth; printed in this order, a line each.

    Parameters
    ----------
    answer : str
        What was found.
    left_out : str
        What was not measured, how much of it, and the file that says why.
    files : str
        What was written, and where.
    methods : str
        How it was found, to be pasted into a paper; empty where that takes more than a sentence or two.

    Examples
    --------
    >>> rows = [DroppedRow(source="gut.tsv", kind="sample", name=name, reason="shallow") for name in "AB"]
    >>> print(Ending("B is closest.", left_out(rows, "out/dropped.tsv"), "out/nearest.tsv"))
    B is closest.
    Left out: 2 samples; out/dropped.tsv says why.
    Files: out/nearest.tsv
    """

    answer: str
    left_out: str
    files: str
    methods: str = ""

    def __str__(self) -> str:
        methods = f"\nFor the methods: {self.methods}" if self.methods else ""
        return f"{self.answer}\n{self.left_out}\nFiles: {self.files}{methods}"

    @classmethod
    def of_results(cls, results: Results, places: Places, files: str) -> Ending:
        """Give the first finding of a page as the answer.

        Parameters
        ----------
        results : Results
        places : Places
            Where they were read.
        files : str
        """
        from klbio.report.findings import every_finding
        from klbio.report.nearest_methods import nearest_methods
        from klbio.report.rows import Rows

        first = next(
            (finding.sentence for finding in every_finding(results)), "No shift and no pair was measured."
        )
        rows = () if results.dropped is None else Rows.of(results.dropped, DroppedRow, "dropped.tsv")
        methods = "" if places.of_workflow else " ".join(nearest_methods(results))
        return cls(first, left_out(rows, *places.dropped), files, methods)


def left_out(rows: Iterable[DroppedRow], *lists: StrPath) -> str:
    """Say how many of which kind were left out, and where it says why.

    >>> left_out([], "dropped.tsv")
    'Nothing was left out.'
    """
    things = counted(row.thing for row in rows)
    if not things:
        return "Nothing was left out."
    where = f"; {' and '.join(map(str, lists))} {agreed(len(lists), 'says', 'say')} why" if lists else ""
    return f"Left out: {', '.join(things)}{where}."
