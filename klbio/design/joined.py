"""A sheet of read files and one that says who the samples are of, joined by the names of the samples.

So the users of nf-core/ampliseq (samplesheet and metadata) and of QIIME 2 (manifest and metadata) have them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from klbio.columns import SAMPLE
from klbio.design.columns import DIRECTION, FASTA, KIND, READS, ROLES
from klbio.design.kinds import Kinds
from klbio.design.libraries import Libraries, with_files
from klbio.errors import Fault, InputError, listed, note
from klbio.sheet import Row, Sheet
from klbio.spelling import NearNames

__all__ = ["joined"]

OF_FILES = (*READS, FASTA, DIRECTION)  # columns that only the sheet of files is asked for
REMEDY = (
    "Names are compared letter by letter; a control needs `negative` or `mock` in column `kind` of the sheet."
)


def joined(sheet: Sheet, metadata: Sheet) -> Sheet:
    """Give each row of a sheet of files what the metadata say of its sample.

    Parameters
    ----------
    sheet : Sheet
        With the column `sample`; several rows of one may be its lanes.
    metadata : Sheet
        A row a sample.

    Returns
    -------
    Sheet
        Rows in the order of `sheet`, with the lines of `metadata`, so that faults point to where they can be mended;
        rows of controls that the metadata do not name keep their own.

    Warns
    -----
    InputNote
        For samples that only the metadata name.

    Raises
    ------
    InputError
        For samples that the metadata do not name, or twice; for rows of one sample that are no lanes; where both say
        something of a sample, and not the same.
    """
    pair = _Pair(with_files(_without_comments(sheet)), _without_comments(metadata))
    InputError.raise_any(pair.faults())
    pair.say_others()
    return pair.joined()


def _without_comments(sheet: Sheet) -> Sheet:
    return replace(sheet, rows=tuple(row for row in sheet if not row[SAMPLE].startswith("#")))


@dataclass(frozen=True)
class _Pair:
    """Both sheets, their columns under klbio's names."""

    sheet: Sheet
    metadata: Sheet

    def faults(self) -> list[Fault]:
        """List what is wrong with either that the whole could not say, and with the two together."""
        names = [SAMPLE]
        own = self.sheet.blank(names) + self.sheet.padded(names) + Libraries(self.sheet).faults()
        other = self.metadata.blank(names) + self.metadata.padded(names) + self.metadata.repeated(SAMPLE)
        return own + other or [*self._unknown(), *self._contradictions()]

    def _by_name(self) -> dict[str, Row]:
        return {row[SAMPLE]: row for row in self.metadata}

    def _unknown(self) -> list[Fault]:
        """Name the samples of the sheet that the metadata lack, and what they may be called there."""
        there, kinds = self._by_name(), Kinds(self.sheet)
        rows = [row for row in self.sheet if row[SAMPLE] not in there and kinds.of(row) == "sample"]
        missing = list(dict.fromkeys(row[SAMPLE] for row in rows))
        if not missing:
            return []
        here = {row[SAMPLE] for row in self.sheet}
        others = [name for name in there if name not in here]
        near = NearNames(missing, others).pairs
        likely = next((f"Did you mean {b!r} for {a!r}? " for a, b in near.items()), "")
        found = f"{listed(missing)} {'are' if len(missing) > 1 else 'is'} not in {self.metadata.path}"
        alone = f", which has {listed(others)} besides" if others else ""
        return [self.sheet.fault(rows[0], found + alone, "a row for each sample", likely + REMEDY)]

    def _contradictions(self) -> Iterator[Fault]:
        """Point at what both say of a sample, and not alike."""
        there = self._by_name()
        both = [column for column in (*ROLES[1:], KIND) if self._have(column)]
        for row in self.sheet:
            other = there.get(row[SAMPLE])
            for column in both if other else ():
                if other and row[column] and other[column] and row[column] != other[column]:
                    found = f"{column} {row[column]!r} of sample {row[SAMPLE]!r}"
                    wanted = f"{other[column]!r}, as in {self.metadata.path}, {other.place}"
                    yield self.sheet.fault(row, found, wanted, "Say it in one of the two.")

    def _have(self, column: str) -> bool:
        return column in self.sheet.columns and column in self.metadata.columns

    def say_others(self) -> None:
        """Say which samples have no files."""
        here = {row[SAMPLE] for row in self.sheet}
        others = [row[SAMPLE] for row in self.metadata if row[SAMPLE] not in here]
        if others:
            which = f"{len(others)} sample{'s' * (len(others) > 1)} ({listed(others)})"
            note(self.metadata.path, f"{which} that {self.sheet.path} does not name", "left out")

    def joined(self) -> Sheet:
        """Put the two together."""
        there = self._by_name()
        more = [column for column in self.metadata.columns if column not in (*self.sheet.columns, *OF_FILES)]
        rows = tuple(_row(row, there.get(row[SAMPLE])) for row in self.sheet)
        called = dict(zip(self.metadata.columns, self.metadata.header, strict=False))
        header = (self.sheet.header or self.sheet.columns) + tuple(called.get(name, name) for name in more)
        return Sheet(self.metadata.path, (*self.sheet.columns, *more), rows, header)


def _row(row: Row, other: Row | None) -> Row:
    """Add to a row what the metadata say; what both have is the sheet's where it says anything."""
    if other is None:
        return row
    more = {column: text for column, text in other.fields.items() if column not in OF_FILES}
    own = {column: text for column, text in row.fields.items() if text or column not in more}
    return Row(other.line, {**more, **own})
