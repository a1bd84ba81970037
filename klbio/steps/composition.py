"""What was counted in samples, put together: a table of counts, and what was not counted."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import chain
from typing import NamedTuple

from klbio.errors import InputError, StrPath
from klbio.io.results import write_rows
from klbio.io.tables.row_by_row import SampleRow, write_row_by_row
from klbio.reads.tally import Tally
from klbio.schema import DROPPED, DroppedRow
from klbio.steps.read_units import Lanes
from klbio.strictness import STRICT

__all__ = ["Composition", "OfSample"]

EMPTY_REMEDY = "Choose a smaller k, or look at the reads: they are too short or all ambiguous."


class OfSample(NamedTuple):
    """What was counted in a sample, and in which files."""

    name: str
    lanes: Lanes
    tally: Tally


@dataclass
class Composition:
    """Samples as they come, one at a time in memory, and what is said of them.

    Attributes
    ----------
    name : str
        What messages call the whole.
    unit : str
        What is counted.
    dropped : list of DroppedRow
        What was not counted.
    n_samples, n_counted : int
        Samples with anything counted, and how much that is.
    """

    name: str
    unit: str
    dropped: list[DroppedRow] = field(default_factory=list)
    n_samples: int = 0
    n_counted: int = 0

    def write(self, samples: Iterable[OfSample], table: StrPath, dropped: StrPath) -> None:
        """Write the table of counts, and what was not counted.

        Parameters
        ----------
        samples : iterable of OfSample
            At least one; all over the same words.
        table, dropped : path-like

        Raises
        ------
        InputError
            If no sample has anything to count.
        """
        self.write_table(samples, table)
        write_rows(dropped, self.dropped, DROPPED)

    def write_table(self, samples: Iterable[OfSample], table: StrPath) -> None:
        """Write the table, and take note of what was not counted; parameters and errors are those of `write`."""
        stream = iter(samples)
        first = next(stream)
        write_row_by_row(table, first.tally.labels, self._rows(chain([first], stream)), self.name)

    def _rows(self, samples: Iterable[OfSample]) -> Iterator[SampleRow]:
        """Give a row of each sample that has one; take note of what has none."""
        for sample in samples:
            self.dropped += self._dropped(sample)
            values = sample.tally.values
            if values.any():
                self.n_samples += 1
                self.n_counted += int(values.sum())
                yield SampleRow.of(sample.name, values)
        if not self.n_samples:
            found = f"no sample with a countable {self.unit}"
            raise InputError.one(self.name, found, "at least one", EMPTY_REMEDY)
        STRICT.raise_any()  # before the table takes its place

    def _dropped(self, sample: OfSample) -> Iterator[DroppedRow]:
        source = " + ".join(str(path) for lane in sample.lanes for path in lane) or self.name
        for what, n in sample.tally.skipped.items():
            if n:
                yield DroppedRow(source=source, kind=self.unit, name=sample.name, reason=f"{what}: {n:,}")
        if not sample.tally.values.any():
            yield DroppedRow.sample(source=source, name=sample.name, reason=f"no countable {self.unit}")
