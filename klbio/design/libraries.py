"""The libraries of a sheet: rows that share a name are lanes or runs of one sample."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from klbio.columns import ARM, PHASE, SAMPLE, SUBJECT, TIME
from klbio.design.columns import DIRECTION, FASTA, KIND, READS
from klbio.design.kinds import Kinds
from klbio.errors import Fault
from klbio.sheet import Row, Sheet

__all__ = ["Lane", "Libraries", "with_files"]

Lane = tuple[str, ...]  # a file, or those of first and second mates
SAME = (SUBJECT, PHASE, ARM, TIME, "replicate", KIND)  # in all rows of a sample
TURNED = {"forward": 0, "reverse": 1}


def with_files(sheet: Sheet) -> Sheet:
    """Give the sheet with a file in `fastq_1` where it stands in `fasta`, and ampliseq's `run` as the batch."""
    renamed = {"run": "batch"} if _is_ampliseq(sheet) else {}
    columns = tuple(renamed.get(column, column) for column in sheet.columns)
    return replace(sheet, columns=columns, rows=tuple(_with_file(row, renamed) for row in sheet))


def _is_ampliseq(sheet: Sheet) -> bool:
    named = any(name.strip().casefold() == "forwardreads" for name in sheet.header)
    return named and "run" in sheet.columns and "batch" not in sheet.columns


def _with_file(row: Row, renamed: dict[str, str]) -> Row:
    moved = {FASTA: READS[0]} if row[FASTA] and not row[READS[0]] else {}
    if not (moved or renamed):
        return row
    return replace(
        row,
        fields={
            (moved | renamed).get(column, column): text
            for column, text in row.fields.items()
            if not (moved and column == READS[0])
        },
    )


@dataclass(frozen=True)
class Libraries:
    """Rows of a sheet by sample.

    Examples
    --------
    >>> rows = [Row(line, {"sample": "a", "fastq_1": f"L{line}.fq"}) for line in (2, 3)]
    >>> libraries = Libraries(Sheet("s.tsv", ("sample", "fastq_1"), tuple(rows)))
    >>> [libraries.lanes(rows) for rows in libraries.rows]
    [(('L2.fq',), ('L3.fq',))]
    """

    sheet: Sheet

    @cached_property
    def kinds(self) -> Kinds:
        """What the rows are of."""
        return Kinds(self.sheet)

    @cached_property
    def rows(self) -> list[list[Row]]:
        """The rows of each sample, in order of first appearance; a row without a file of its own stands alone."""
        found: dict[object, list[Row]] = {}
        for i, row in enumerate(self.sheet):
            found.setdefault(row[SAMPLE] if row[READS[0]] and row[SAMPLE] else i, []).append(row)
        return list(found.values())

    def of_subjects(self) -> Sheet:
        """Give the sheet with a row a sample, without controls."""
        rows = tuple(_as_row(rows) for rows in self.rows if self.kinds.of(rows[0]) == "sample")
        return replace(self.sheet, rows=rows)

    def controls(self) -> list[list[Row]]:
        """Give the rows of each control."""
        return [rows for rows in self.rows if self.kinds.of(rows[0]) != "sample"]

    def lanes(self, rows: Sequence[Row]) -> tuple[Lane, ...]:
        """Give the files of one sample; of an older manifest of QIIME 2, those of both directions together."""
        if not _is_turned(rows):
            lanes = (tuple(row[column] for column in READS if row[column]) for row in rows)
            return tuple(lane for lane in lanes if lane)
        first, second = _turned(rows)
        return tuple(zip(first, second, strict=True)) if second else tuple((file,) for file in first)

    @cached_property
    def lanes_by_name(self) -> dict[str, tuple[Lane, ...]]:
        """Give the files of every sample."""
        return {rows[0][SAMPLE]: self.lanes(rows) for rows in self.rows}

    def faults(self) -> list[Fault]:
        """List rows of one sample that are no lanes of it."""
        named = replace(self.sheet, rows=tuple(rows[0] for rows in self.rows))
        differing = (self._differing(rows) for rows in self.rows if len(rows) > 1)
        return (
            named.repeated(SAMPLE)
            + [fault for faults in differing for fault in faults]
            + [fault for rows in self.rows for fault in self._unpaired(rows)]
            + self._two_kinds()
        )

    def _differing(self, rows: Sequence[Row]) -> Iterator[Fault]:
        """Point at rows that say something else of a sample than its first."""
        first = rows[0]
        for row in rows[1:]:
            for column in SAME:
                if row[column] != first[column]:
                    yield self.sheet.fault(
                        row, f"sample {row[SAMPLE]!r} with {column} {row[column]!r}, but {first[column]!r} in "
                        f"{first.place}", "one subject, phase, arm, time and replicate in all lanes of a sample",
                        "Give what are two samples two names.",
                    )  # fmt: skip

    def _unpaired(self, rows: Sequence[Row]) -> Iterator[Fault]:
        if _is_turned(rows) and len({len(files) for files in _turned(rows) if files}) > 1:
            first, second = map(len, _turned(rows))
            found = f"sample {rows[0][SAMPLE]!r} with {first} forward files and {second} reverse"
            yield self.sheet.fault(rows[0], found, "as many of both, or forward ones alone")

    def _two_kinds(self) -> list[Fault]:
        both = [row for row in self.sheet if row[FASTA] and row[READS[0]] and row[FASTA] != row[READS[0]]]
        return self.sheet.together(both, f"files in {FASTA} and in {READS[0]}", "one of the two")


def _is_turned(rows: Sequence[Row]) -> bool:
    return all(row[DIRECTION].casefold() in TURNED and not row[READS[1]] for row in rows)


def _turned(rows: Sequence[Row]) -> tuple[list[str], list[str]]:
    """Give the files of each direction."""
    first, second = (
        [row[READS[0]] for row in rows if TURNED[row[DIRECTION].casefold()] == way] for way in (0, 1)
    )
    return (first, second) if first else (second, [])


def _as_row(rows: Sequence[Row]) -> Row:
    """Make one row of the lanes of a sample; a sample of several batches is of all of them."""
    batches = list(dict.fromkeys(row["batch"] for row in rows))
    if len(batches) == 1:
        return rows[0]
    return replace(rows[0], fields={**rows[0].fields, "batch": " + ".join(filter(None, batches))})
