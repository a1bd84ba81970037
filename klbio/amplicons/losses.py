"""Where the reads of a sample were lost."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, get_args

from klbio.schema import AmpliconReadsRow

__all__ = ["STEPS", "Losses", "Step"]

Step = Literal["primers", "merge", "filter", "features", "chimeras", "excluded"]
STEPS: tuple[Step, ...] = get_args(Step)


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

    def share_left(self, step: Step) -> float:
        """Share of the reads that a step left; 1 where it was not taken, or nothing came to it.

        >>> row = AmpliconReadsRow(sample="s", reads=90, with_primers=None, merged=45, kept=40, unique=9)
        >>> Losses(row).share_left("merge"), Losses(row).share_left("primers")
        (0.5, 1.0)
        """
        before = self.row.reads
        for name, left in self._steps():
            if name == step:
                return left / before if left is not None and before else 1.0
            before = before if left is None else left
        return 1.0

    def _steps(self) -> Iterator[tuple[Step, int | None]]:
        row = self.row
        yield "primers", row.with_primers
        yield "merge", row.merged
        yield "filter", row.kept
        yield "features", row.counted + row.excluded + row.chimeric
        yield "chimeras", row.counted + row.excluded
        yield "excluded", row.counted
