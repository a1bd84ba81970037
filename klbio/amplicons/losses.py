"""Where the reads of a sample were lost."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from klbio.schema import AmpliconReadsRow

__all__ = ["Losses", "Step"]

Step = Literal["primers", "merge", "filter", "features", "chimeras"]


@dataclass(frozen=True)
class Losses:
    """The way of a sample's reads through the steps.

    Examples
    --------
    >>> row = AmpliconReadsRow(sample="s", reads=90, with_primers=None, merged=0, kept=0, unique=0)
    >>> Losses(row).emptied
    ('merge', 90)
    """

    row: AmpliconReadsRow

    @property
    def emptied(self) -> tuple[Step, int] | None:
        """The step that left nothing, and how many reads went in; None where some came through."""
        before = self.row.reads
        for step, left in self._steps():
            if left is None:
                continue
            if not left:
                return step, before
            before = left
        return None

    def _steps(self) -> Iterator[tuple[Step, int | None]]:
        row = self.row
        yield "primers", row.with_primers
        yield "merge", row.merged
        yield "filter", row.kept
        yield "features", row.counted + row.chimeric
        yield "chimeras", row.counted
