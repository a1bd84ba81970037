"""FASTA and FASTQ files, packed or not, as blocks of checked sequences in bounded memory.

Format and compression are recognised from content, never from the name.  Every
record is checked on the way: most command-line tools end well on a truncated or
shuffled file, and the numbers that follow are wrong.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import NamedTuple

from dnaio import SequenceRecord

from klbio.errors import InputError, StrPath, shorten
from klbio.io.sequences.lanes import LaneFacts
from klbio.io.sequences.mates import in_step, in_turn, pairs_in_turn
from klbio.io.sequences.packing import packing_of
from klbio.io.sequences.records import records_of
from klbio.io.source import Source
from klbio.io.unreadable import AGAIN

__all__ = ["ALPHABET_NAMES", "LEAST_QUALITY", "NUCLEOTIDES", "RESIDUES", "look_at", "read_blocks", "read_headed",
           "read_named", "read_records"]  # fmt: skip

NUCLEOTIDES = b"ACGTUNRYSWKMBDHVacgtunryswkmbdhv"
RESIDUES = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz*"
ALPHABET_NAMES = {
    NUCLEOTIDES: "the letters of DNA or RNA (ACGTU, N, RYSWKMBDHV)",
    RESIDUES: "letters and '*'",
}

BLOCK = 1 << 18  # symbols in a block
COLOUR = 2  # position of the first colour: a base stands before it
LEAST_QUALITY = 33  # the byte of the lowest quality in any encoding


def read_blocks(
    *paths: StrPath, symbols: bytes = NUCLEOTIDES, facts: LaneFacts | None = None
) -> Iterator[tuple[bytes, ...]]:
    r"""Read a file, or two files of mates in step, a block at a time.

    A file in which mates stand in turn is read as two.

    Parameters
    ----------
    *paths : path-like
        One FASTA or FASTQ file, or the files of first and second mates.  Gzipped or not.
    symbols : bytes
        What a sequence may hold: `NUCLEOTIDES` or `RESIDUES`.
    facts : LaneFacts, optional
        To be filled with what the files are beside their sequences.

    Yields
    ------
    tuple of bytes, one for each end of the fragments
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
    facts = facts if facts is not None else LaneFacts()
    found = _opened(paths, facts)
    n_before = 0
    for batch in _batches(found.rows, len(found.streams)):
        for stream, reads in zip(found.streams, batch, strict=True):
            if reads.qualities and facts.see_qualities(reads.qualities) < LEAST_QUALITY:
                raise _quality_error(stream, reads.qualities, n_before)
        yield tuple(
            _joined(stream, reads, n_before, symbols)
            for stream, reads in zip(found.streams, batch, strict=True)
        )
        n_before += len(batch[0].sequences)


def look_at(paths: Sequence[StrPath], facts: LaneFacts) -> None:
    """Look at the first records of a file, or of two files of mates.

    Raises
    ------
    InputError
        As `read_blocks`, for what these tell.
    """
    next(_opened(paths, facts).rows, None)


class _Stream(NamedTuple):
    """Records of a file: all, or every second one from the first or second on, where mates stand in turn."""

    path: StrPath
    first: int = 1
    every: int = 1


class _Opened(NamedTuple):
    """Reads of fragments, a stream for each end."""

    streams: list[_Stream]
    rows: Iterator[tuple[SequenceRecord, ...]]


class _Reads(NamedTuple):
    """What was read of a stream at once; FASTA has no qualities."""

    sequences: list[str]
    qualities: list[str]


def _opened(paths: Sequence[StrPath], facts: LaneFacts) -> _Opened:
    """Open one file or two; one in which mates stand in turn is taken for two."""
    sources = [Source.of(path) for path in paths]
    files = [records_of(source) for source in sources]
    facts.packing = [packing_of(source) for source in sources]
    if len(files) > 1:
        facts.layout = "pairs"
        return _Opened([_Stream(path) for path in paths], in_step(paths, files))
    are_pairs, records = in_turn(files[0])
    if are_pairs:
        (path,), facts.layout = paths, "interleaved"
        return _Opened([_Stream(path, 1, 2), _Stream(path, 2, 2)], pairs_in_turn(path, records))
    return _Opened([_Stream(paths[0])], ((record,) for record in records))


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
    for number, record in enumerate(records_of(path)):
        (sequence,) = _joined(_Stream(path), _Reads([record.sequence], []), number, symbols).splitlines() or (
            b"",
        )
        yield record.name, sequence


def read_records(*paths: StrPath) -> Iterator[tuple[SequenceRecord, ...]]:
    """Read whole records of a file, or of two files of mates in step: names, sequences and qualities.

    A file in which mates stand in turn is read as two.

    Raises
    ------
    InputError
        As `read_blocks`, but for foreign symbols.
    """
    yield from _opened(paths, LaneFacts()).rows


def _batches(rows: Iterable[tuple[SequenceRecord, ...]], n_streams: int) -> Iterator[list[_Reads]]:
    """Collect what was read; without the records, which the garbage collector would go through."""
    batch = [_Reads([], []) for _ in range(n_streams)]
    held = 0
    for row in rows:
        for reads, record in zip(batch, row, strict=False):
            reads.sequences.append(record.sequence)
            if record.qualities is not None:
                reads.qualities.append(record.qualities)
        held += len(row[0])
        if held >= BLOCK:
            yield batch
            batch, held = [_Reads([], []) for _ in range(n_streams)], 0
    if batch[0].sequences:
        yield batch


def _joined(stream: _Stream, reads: _Reads, n_before: int, symbols: bytes) -> bytes:
    """Join sequences, refusing foreign symbols; `n_before` records of the stream went before."""
    block = ("\n".join(reads.sequences) + "\n").encode("ascii")
    foreign = block.translate(None, symbols + b"\n")
    if (
        foreign and reads.qualities and symbols == NUCLEOTIDES
    ):  # no alignment: what stands for N in older files
        block, foreign = block.replace(b".", b"N"), foreign.replace(b".", b"")
    if foreign:
        raise _symbol_error(stream, reads, n_before, symbols)
    return block


def _symbol_error(stream: _Stream, reads: _Reads, n_before: int, symbols: bytes) -> InputError:
    allowed = symbols + b"." if reads.qualities and symbols == NUCLEOTIDES else symbols
    foreign = re.compile(f"[^{re.escape(allowed.decode())}]")
    index, match = next((i, hit) for i, text in enumerate(reads.sequences) if (hit := foreign.search(text)))
    number, position = stream.first + stream.every * (n_before + index), match.start() + 1
    record = next(islice(records_of(stream.path), number - 1, None))
    return InputError.one(
        stream.path,
        f"record {number} ({shorten(record.id)}) holds {match[0]!r} at position {position}",
        ALPHABET_NAMES[symbols],
        _remedy(match[0], position),
        line=None if record.qualities is None else 4 * number - 2,
    )


def _remedy(symbol: str, position: int) -> str:
    """Say what to do about a symbol that is none; of reads in colour space the first is a base."""
    if symbol in " \t":
        return "Take the blanks out of the sequences."
    if symbol in "0123" and position == COLOUR:
        return "Reads in colour space (SOLiD) are to be translated into bases first."
    if symbol.isdigit():
        return "Take the numbers out of the sequences."
    if symbol.isalpha() or symbol in "-.*":
        return "Remove the gaps of aligned sequences; count proteins as residues."
    return AGAIN


def _quality_error(stream: _Stream, qualities: Sequence[str], n_before: int) -> InputError:
    index = next(i for i, text in enumerate(qualities) if text and ord(min(text)) < LEAST_QUALITY)
    number = stream.first + stream.every * (n_before + index)
    return InputError.one(
        stream.path, f"record {number} has the byte {ord(min(qualities[index]))} for a quality",
        f"bytes from {LEAST_QUALITY} ('!') on", AGAIN, 4 * number,
    )  # fmt: skip
