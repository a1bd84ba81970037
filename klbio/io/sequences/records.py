"""Records of a FASTA or FASTQ file, and why it has none."""

from __future__ import annotations

import io
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import islice
from lzma import LZMAError
from typing import BinaryIO, cast

from dnaio import FastaReader, FastqReader, FileFormatError, SequenceRecord

from klbio.errors import InputError, StrPath, shorten
from klbio.io.sequences.packing import WholeLines, packing_of, refuse_others, unpacked
from klbio.io.source import HEAD, Source
from klbio.io.unreadable import AGAIN, damaged_gzip, readable

try:  # what xopen decompresses with, where there is a build of it
    from isal.isal_zlib import error as IsalError  # noqa: N812
except ImportError:
    IsalError = zlib.error  # type: ignore[assignment]

__all__ = ["Metered", "records_of"]

BUFFER = 1 << 17  # bytes read at a time
TAR = 512  # bytes from which an archive is known
OF_MACS = "Write newlines: tr '\\r' '\\n' < FILE > NEW."
RECORD_WITHIN = "\r+"  # the third line of a record, within a line
MAX_REASON = 200  # letters of what dnaio says, which may show whole records
MAX_RECORD = 1 << 30  # bytes; a gzip bomb ends here


def records_of(path: StrPath) -> Iterator[SequenceRecord]:
    """Give the records of a file, each checked; at the first fault refuse it."""
    source = Source.of(path)
    with _refusals(source), unpacked(source) as stream:
        metered = Metered(cast(BinaryIO, io.BufferedReader(WholeLines(stream), BUFFER)))
        for record in _not_again(path, _reader(path, io.BufferedReader(metered, BUFFER))):
            metered.since_record = 0
            if RECORD_WITHIN in record.name:
                raise _of_two_line_ends(path, record)
            yield record


def _of_two_line_ends(path: StrPath, record: SequenceRecord) -> InputError:
    """Refuse records that would pass for a header: FASTQ of old Macs, with other FASTQ behind it."""
    found = f"records within the header {shorten(record.name)}: line ends of old Macs (CR alone) among others"
    return InputError.one(path, found, "one kind of line end", OF_MACS)


def _not_again(path: StrPath, records: Iterable[SequenceRecord]) -> Iterator[SequenceRecord]:
    """Refuse a file that begins again: copied behind itself it would count twice."""
    whole = iter(records)
    head = list(islice(whole, 2))
    yield from head
    for number, record in enumerate(whole, start=3):
        first, second = head
        if record.name == first.name and record.sequence == first.sequence and first.name != second.name:
            raise InputError.one(
                path, f"record {number} is the first one again ({shorten(record.id)})", "each read once",
                "The file was written twice behind itself: make it anew.",
            )  # fmt: skip
        yield record


def _reader(path: StrPath, stream: io.BufferedReader) -> Iterable[SequenceRecord]:
    start = stream.peek(TAR)[:TAR]
    refuse_others(path, start)
    reader: Iterable[SequenceRecord] = (FastqReader if start[:1] == b"@" else FastaReader)(stream)
    return reader


class Metered(io.RawIOBase):
    """A stream that counts the bytes since the last record, and refuses a record without end."""

    def __init__(self, stream: BinaryIO) -> None:
        self.stream = stream
        self.since_record = 0

    def readable(self) -> bool:
        """Always."""
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        """Read on, unless the record has become too long."""
        count = self.stream.readinto(buffer)  # type: ignore[attr-defined]
        self.since_record += count
        if self.since_record > MAX_RECORD:
            raise FileFormatError(f"a record of more than {MAX_RECORD:,} bytes", None)
        return count  # type: ignore[no-any-return]


@contextmanager
def _refusals(source: Source) -> Iterator[None]:
    """Say every failure of reading a file in klbio's words."""
    path = source.path
    try:
        with readable(path), _damages(source):
            yield
    except FileFormatError as error:
        line = None if error.line is None else error.line + 1
        if _ends_by_cr_alone(source):
            found = "line ends of old Macs (CR alone)"
            raise InputError.one(path, found, f"whole {error.format} records", OF_MACS, 1) from error
        reason = " ".join(error.message.split()).rstrip(".")
        found = f"a broken record ({reason if len(reason) <= MAX_REASON else reason[:MAX_REASON] + '...'})"
        raise InputError.one(path, found, f"whole {error.format} records", AGAIN, line) from error
    except IsalError as error:  # type: ignore[misc]
        raise damaged_gzip(path, error) from error


def _ends_by_cr_alone(source: Source) -> bool:
    """Whether its text has the line ends of old Macs; the bytes that pack it may be any."""
    with unpacked(source) as stream:
        start = stream.read(HEAD)
    return b"\r" in start and b"\n" not in start


@contextmanager
def _damages(source: Source) -> Iterator[None]:
    """Name the packing of a file that is cut short or damaged."""
    try:
        yield
    except (EOFError, OSError, LZMAError) as error:
        packing = packing_of(source)
        if packing == "none" or getattr(error, "errno", None) is not None:
            raise
        state = "truncated" if isinstance(error, EOFError) else "damaged"
        why = "" if state == "truncated" else f" ({error})"
        raise InputError.one(source.path, f"a {state} {packing} file{why}", "a whole one", AGAIN) from error
