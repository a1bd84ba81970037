"""FASTA and FASTQ files, gzipped or not, as blocks of checked sequences in bounded memory.

Format and compression are recognised from content, never from the name.  Every
record is checked on the way: most command-line tools end well on a truncated or
shuffled file, and the numbers that follow are wrong.
"""

from __future__ import annotations

import io
import re
import zlib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import islice, zip_longest
from typing import BinaryIO

from dnaio import FastaReader, FastqReader, FileFormatError, SequenceRecord
from xopen import xopen

from klbio.errors import InputError, StrPath, shorten
from klbio.io.source import Source
from klbio.io.unreadable import AGAIN, damaged_gzip, readable

try:  # what xopen decompresses with, where there is a build of it
    from isal.isal_zlib import error as IsalError  # noqa: N812
except ImportError:
    IsalError = zlib.error  # type: ignore[assignment]

__all__ = ["NUCLEOTIDES", "RESIDUES", "Metered", "read_blocks", "read_headed", "read_named", "read_records"]

NUCLEOTIDES = b"ACGTUNRYSWKMBDHVacgtunryswkmbdhv"
RESIDUES = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz*"
ALPHABET_NAMES = {
    NUCLEOTIDES: "the letters of DNA or RNA (ACGTU, N, RYSWKMBDHV)",
    RESIDUES: "letters and '*'",
}

BLOCK = 1 << 18  # symbols in a block
BUFFER = 1 << 17  # bytes read at a time
MAX_RECORD = 1 << 30  # bytes; a gzip bomb ends here


def read_blocks(*paths: StrPath, symbols: bytes = NUCLEOTIDES) -> Iterator[tuple[bytes, ...]]:
    r"""Read a file, or two files of mates in step, a block at a time.

    Parameters
    ----------
    *paths : path-like
        One FASTA or FASTQ file, or the files of first and second mates.  Gzipped or not.
    symbols : bytes
        What a sequence may hold: `NUCLEOTIDES` or `RESIDUES`.

    Yields
    ------
    tuple of bytes, one per path
        About 260,000 symbols each: every sequence followed by one newline, no
        names, no qualities.  Memory is bounded by a block and the longest record.

    Raises
    ------
    InputError
        At the first fault of a file, naming file and record or line: no file, not FASTA or
        FASTQ, empty, truncated, bases and qualities of different number, a foreign symbol, mates
        that do not match or run out.

    Examples
    --------
    >>> from klbio.io.files import write_text
    >>> write_text("/tmp/klbio-example.fasta", ">contig 1\nACG\nT\n>contig 2\nGGN\n")
    >>> list(read_blocks("/tmp/klbio-example.fasta"))
    [(b'ACGT\nGGN\n',)]
    """
    n_records = 0
    for batch in _batches(_mates(paths), len(paths)):
        yield tuple(
            _joined(path, sequences, n_records, symbols) for path, sequences in zip(paths, batch, strict=True)
        )
        n_records += len(batch[0])


def read_named(path: StrPath, symbols: bytes = NUCLEOTIDES) -> Iterator[tuple[str, bytes]]:
    r"""Read a file record by record, with names; in the memory of the longest record.

    Yields
    ------
    name : str
        The first word of the header.
    sequence : bytes

    Raises
    ------
    InputError
        As `read_blocks`.

    Examples
    --------
    >>> from klbio.io.files import write_text
    >>> write_text("/tmp/klbio-example.fasta", ">contig 1\nACG\nT\n>other\nGGN\n")
    >>> list(read_named("/tmp/klbio-example.fasta"))
    [('contig', b'ACGT'), ('other', b'GGN')]
    """
    for header, sequence in read_headed(path, symbols):
        yield header.split(maxsplit=1)[0] if header.strip() else "", sequence


def read_headed(path: StrPath, symbols: bytes = NUCLEOTIDES) -> Iterator[tuple[str, bytes]]:
    """Read a file as `read_named`, with whole headers."""
    for number, record in enumerate(_records(path)):
        (sequence,) = _joined(path, [record.sequence], number, symbols).splitlines() or (b"",)
        yield record.name, sequence


def read_records(*paths: StrPath) -> Iterator[tuple[SequenceRecord, ...]]:
    """Read whole records of a file, or of two files of mates in step: names, sequences and qualities.

    Raises
    ------
    InputError
        As `read_blocks`, but for foreign symbols.
    """
    yield from _mates(paths)


def _batches(rows: Iterable[tuple[SequenceRecord, ...]], n_files: int) -> Iterator[list[list[str]]]:
    """Collect the sequences of each file; without the records, which the garbage collector would go through."""
    batch: list[list[str]] = [[] for _ in range(n_files)]
    held = 0
    for row in rows:
        for sequences, record in zip(batch, row, strict=False):
            sequences.append(record.sequence)
        held += len(row[0])
        if held >= BLOCK:
            yield batch
            batch, held = [[] for _ in range(n_files)], 0
    if batch[0]:
        yield batch


def _joined(path: StrPath, sequences: Sequence[str], n_before: int, symbols: bytes) -> bytes:
    """Join sequences, refusing foreign symbols; `n_before` records of the file went before."""
    block = ("\n".join(sequences) + "\n").encode("ascii")
    if block.translate(None, symbols + b"\n"):
        raise _symbol_error(path, sequences, n_before, symbols)
    return block


def _symbol_error(path: StrPath, sequences: Sequence[str], n_before: int, symbols: bytes) -> InputError:
    foreign = re.compile(f"[^{re.escape(symbols.decode())}]")
    index, match = next((i, hit) for i, text in enumerate(sequences) if (hit := foreign.search(text)))
    number, position = n_before + index + 1, match.start() + 1
    record = next(islice(_records(path), number - 1, None))
    return InputError.one(
        path,
        f"record {number} ({shorten(record.id)}) holds {match[0]!r} at position {position}",
        ALPHABET_NAMES[symbols],
        "Remove the gaps of aligned sequences; count proteins as residues.",
        line=None if record.qualities is None else 4 * number - 2,
    )


def _mates(paths: Sequence[StrPath]) -> Iterator[tuple[SequenceRecord, ...]]:
    files = [_records(path) for path in paths]
    if len(files) == 1:
        yield from zip(*files, strict=True)
        return
    for number, (first, second) in enumerate(zip_longest(*files), start=1):
        if first is None or second is None or not first.is_mate(second):
            raise _mate_error(paths, number, first, second)
        yield first, second


def _mate_error(
    paths: Sequence[StrPath], number: int, first: SequenceRecord | None, second: SequenceRecord | None
) -> InputError:
    if first is None or second is None:
        short, long = (paths[0], paths[1]) if first is None else (paths[1], paths[0])
        found = f"ends after record {number - 1}, but its mate {long} goes on"
        return InputError.one(short, found, "as many records in both files", "Copy or download both again.")
    return InputError.one(
        paths[1],
        f"record {number} is {shorten(second.id)}, but in {paths[0]} it is {shorten(first.id)}",
        "mates in the same order, under the same names",
        "Sort or filter both files together; give unrelated files as two samples.",
    )


def _records(path: StrPath) -> Iterator[SequenceRecord]:
    with _refusals(path), _unpacked(Source.of(path)) as stream:
        metered = Metered(stream)
        for record in _reader(path, io.BufferedReader(metered, BUFFER)):
            metered.since_record = 0
            yield record


@contextmanager
def _unpacked(source: Source) -> Iterator[BinaryIO]:
    """Unpack with what is fastest here."""
    gzipped = source.gzipped
    with source.stream() as handle:
        yield xopen(handle, "rb", threads=0, format="gz") if gzipped else handle


def _reader(path: StrPath, stream: io.BufferedReader) -> Iterable[SequenceRecord]:
    start = stream.peek(1)[:1]
    if start not in (b">", b"@"):
        found = f"a file that begins with {start!r}" if start else "an empty file"
        raise InputError.one(
            path,
            found,
            "FASTA ('>') or FASTQ ('@'), gzipped or not",
            "Decompress other archives; leave empty samples out.",
        )
    reader: Iterable[SequenceRecord] = (FastqReader if start == b"@" else FastaReader)(stream)
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
def _refusals(path: StrPath) -> Iterator[None]:
    """Say every failure of reading `path` in klbio's words."""
    try:
        with readable(path):
            yield
    except FileFormatError as error:
        line = None if error.line is None else error.line + 1
        found = f"a broken record ({error.message.strip().rstrip('.')})"
        raise InputError.one(path, found, f"whole {error.format} records", AGAIN, line) from error
    except IsalError as error:  # type: ignore[misc]
        raise damaged_gzip(path, error) from error
