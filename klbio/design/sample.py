"""`Sample`: what a sheet says of one sample."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from klbio.columns import ARM, PHASE, SAMPLE, SUBJECT
from klbio.design.columns import READS, ROLES
from klbio.design.kinds import Kind
from klbio.design.libraries import Lane
from klbio.design.rows import SampleRows
from klbio.sheet import Row

__all__ = ["Sample"]


@dataclass(frozen=True)
class Sample:
    """A sample of a sheet; names are kept verbatim.

    Parameters
    ----------
    name, subject, phase : str
        Which sample, of whom, in which phase of the study.
    time : float, optional
        When, in the sheet's own unit.
    arm, batch : str
        Treatment arm and sequencing batch; empty where the sheet has none.
    lanes : tuple of tuple of str
        Paths of its read files, where given: for each row of the sheet that names the sample one file, or those of
        first and second mates.
    line : int
        Line of the sheet, counted from 1.
    kind : {"sample", "negative", "mock"}
        Somebody's sample, or a control, which is nobody's.
    """

    name: str
    subject: str
    phase: str
    time: float | None = None
    arm: str = ""
    batch: str = ""
    lanes: tuple[Lane, ...] = ()
    line: int = 0
    kind: Kind = "sample"
    extra: Mapping[str, str] = field(default_factory=dict, hash=False, compare=False)

    @classmethod
    def of_subjects(cls, rows: SampleRows) -> list[Sample]:
        """Make the samples of somebody."""
        lanes = rows.libraries.lanes_by_name
        return [cls.of(row, rows.times.at(row), lanes[row[SAMPLE]]) for row in rows.samples]

    @classmethod
    def controls(cls, rows: SampleRows) -> list[Sample]:
        """Make the samples of nobody."""
        lanes, kinds = rows.libraries.lanes_by_name, rows.libraries.kinds
        return [
            replace(cls.of(row, None, lanes[row[SAMPLE]]), kind=kinds.of(row))
            for row, *_ in rows.libraries.controls()
        ]

    @classmethod
    def of(cls, row: Row, time: float | None = None, lanes: tuple[Lane, ...] = ()) -> Sample:
        """Make the sample of a row of a sheet."""
        known = (*ROLES[:-1], *READS)  # all that have a field
        return cls(
            name=row[SAMPLE],
            subject=row[SUBJECT],
            phase=row[PHASE],
            time=time,
            arm=row[ARM],
            batch=row["batch"],
            lanes=lanes,
            line=row.line or 0,
            extra={column: value for column, value in row.fields.items() if column not in known},
        )
