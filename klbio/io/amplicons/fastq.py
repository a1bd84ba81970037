"""The reads of a sample, lane after lane, checked and written as vsearch and cutadapt take them."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from dnaio import SequenceRecord

from klbio.errors import InputError, StrPath, shorten
from klbio.io.sequences.lanes import LaneFacts
from klbio.io.sequences.reads import ALPHABET_NAMES, LEAST_QUALITY, NUCLEOTIDES, read_records
from klbio.io.unreadable import AGAIN

__all__ = ["PlainReads", "look_at_lanes", "n_records", "plain_bases", "write_plain"]

LOOK = 1_000  # records that tell the encoding of qualities
CODES = str.maketrans("", "", "ACGTNRYSWKMBDHV")
TO_N = str.maketrans("RYSWKMBDHV", "NNNNNNNNNN")


@dataclass(frozen=True)
class PlainReads:
    """Files of reads, plain FASTQ; two of pairs.

    Parameters
    ----------
    files : tuple of Path
    n : int
        Reads, or pairs.
    offset : int
        Of the qualities: 33 or 64.
    """

    files: tuple[Path, ...]
    n: int
    offset: int = 33


def write_plain(lanes: Sequence[Sequence[StrPath]], folder: Path) -> PlainReads:
    """Write all reads of a sample as plain FASTQ, `.` as N, every record checked on the way.

    Raises
    ------
    InputError
        As `klbio.io.sequences.reads.read_blocks` and `look_at_lanes`.
    """
    offset = look_at_lanes(lanes)
    files: tuple[Path, ...] = ()
    n_written = 0
    with ExitStack() as stack:
        for lane in lanes:
            n_before = n_written
            for number, record in enumerate(read_records(*lane), n_written + 1):
                _check_qualities(lane, number - n_before, record)
                if not files:
                    files = tuple(folder / f"R{mate}.fastq" for mate in range(1, len(record) + 1))
                    handles = [stack.enter_context(file.open("w", encoding="ascii")) for file in files]
                for handle, read in zip(handles, record, strict=True):
                    handle.write(f"@{number}\n{plain_bases(lane, read)}\n+\n{read.qualities}\n")
                n_written = number
    return PlainReads(files, n_written, offset)


def n_records(path: Path) -> int:
    """Count the records of four lines of a FASTQ file."""
    with path.open("rb") as handle:
        return sum(1 for _ in handle) // 4


def _check_qualities(lane: Sequence[StrPath], number: int, record: tuple[SequenceRecord, ...]) -> None:
    """Refuse what no encoding has: programs read it as anything."""
    for path, read in zip(_files(lane, len(record)), record, strict=True):
        if read.qualities and not (read.qualities.isprintable() and " " not in read.qualities):
            found = f"record {number} has the byte {ord(min(read.qualities))} for a quality"
            raise InputError.one(path, found, f"bytes from {LEAST_QUALITY} ('!') on", AGAIN)


def _files(lane: Sequence[StrPath], width: int) -> Sequence[StrPath]:
    """Give the file of each mate: one of both, where they stand in turn."""
    return lane if len(lane) == width else [lane[0]] * width


def plain_bases(lane: Sequence[StrPath], read: SequenceRecord) -> str:
    """Bases in capitals; whatever is none is N, and letters that are no code are refused."""
    bases: str = read.sequence.upper().replace("U", "T").replace(".", "N")
    foreign = bases.translate(CODES)
    if foreign:
        found = f"record {shorten(read.id)} holds {foreign[0]!r}"
        raise InputError.one(lane[0], found, ALPHABET_NAMES[NUCLEOTIDES])
    return bases.translate(TO_N)


class _Look(NamedTuple):
    """What the first records of a lane tell."""

    lane: Sequence[StrPath]
    width: int
    offset: int


def look_at_lanes(lanes: Sequence[Sequence[StrPath]]) -> int:
    """Give the offset of a sample's qualities, as its first thousand records tell: 64 where 33 hardly gives them.

    Raises
    ------
    InputError
        For FASTA; for lanes of pairs beside single ones, or of different encodings of qualities.
    """
    looks = list(map(_look, lanes))
    for look in looks[1:]:
        if look.width != looks[0].width:
            raise InputError.one(look.lane[0], "pairs and single reads in one sample", "all lanes alike")
        if look.offset != looks[0].offset:
            remedy = "Convert one: vsearch --fastq_convert."
            found = "qualities of Phred+33 and Phred+64 in one sample"
            raise InputError.one(look.lane[0], found, "one encoding", remedy)
    return looks[0].offset if looks else 33


def _look(lane: Sequence[StrPath]) -> _Look:
    facts, width = LaneFacts(), 0
    for record in islice(read_records(*lane), LOOK):
        if record[0].qualities is None:
            remedy = "Taxa need the reads as sequenced."
            raise InputError.one(lane[0], "FASTA, which has no qualities", "FASTQ", remedy)
        width = len(record)
        facts.see_qualities(read.qualities or "" for read in record)
    return _Look(lane, width, 64 if facts.encoding == "Phred+64" else 33)
