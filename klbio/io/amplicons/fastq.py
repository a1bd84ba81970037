"""The reads of a sample, lane after lane, checked and written as vsearch and cutadapt take them."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from dnaio import SequenceRecord

from klbio.errors import InputError, StrPath, shorten
from klbio.io.sequences.lanes import LaneFacts
from klbio.io.sequences.reads import ALPHABET_NAMES, NUCLEOTIDES, read_records

__all__ = ["PlainReads", "write_plain"]

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
        As `klbio.io.sequences.reads.read_blocks`; for FASTA; for lanes of pairs beside single ones, or of
        different encodings of qualities.
    """
    offsets = {_offset(lane): lane for lane in lanes}
    if len(offsets) > 1:
        remedy = "Convert one: vsearch --fastq_convert."
        raise InputError.one(
            lanes[-1][0], "qualities of Phred+33 and Phred+64 in one sample", "one encoding", remedy
        )
    files: tuple[Path, ...] = ()
    n_written = 0
    with ExitStack() as stack:
        for lane in lanes:
            for number, record in enumerate(read_records(*lane), n_written + 1):
                if not files:
                    files = tuple(folder / f"R{mate}.fastq" for mate in range(1, len(record) + 1))
                    handles = [stack.enter_context(file.open("w", encoding="ascii")) for file in files]
                _check(lane, record, len(files))
                for handle, read in zip(handles, record, strict=True):
                    handle.write(f"@{number}\n{_bases(lane, read)}\n+\n{read.qualities}\n")
                n_written = number
    return PlainReads(files, n_written, next(iter(offsets), 33))


def _check(lane: Sequence[StrPath], record: tuple[SequenceRecord, ...], width: int) -> None:
    if record[0].qualities is None:
        raise InputError.one(
            lane[0], "FASTA, which has no qualities", "FASTQ", "Taxa need the reads as sequenced."
        )
    if len(record) != width:
        raise InputError.one(lane[0], "pairs and single reads in one sample", "all lanes alike")


def _bases(lane: Sequence[StrPath], read: SequenceRecord) -> str:
    """Bases in capitals; whatever is none is N, and letters that are no code are refused."""
    bases: str = read.sequence.upper().replace("U", "T").replace(".", "N")
    foreign = bases.translate(CODES)
    if foreign:
        found = f"record {shorten(read.id)} holds {foreign[0]!r}"
        raise InputError.one(lane[0], found, ALPHABET_NAMES[NUCLEOTIDES])
    return bases.translate(TO_N)


def _offset(lane: Sequence[StrPath]) -> int:
    """Offset of the qualities: 64 where those of the first thousand reads are what 33 hardly gives."""
    facts = LaneFacts()
    for pair in islice(read_records(*lane), LOOK):
        facts.see_qualities(read.qualities or "" for read in pair)
    return 64 if facts.encoding == "Phred+64" else 33
