"""How a file of reads is packed, and what else may lie under its name."""

from __future__ import annotations

import bz2
import io
import lzma
from codecs import BOM_UTF8, BOM_UTF16_BE, BOM_UTF16_LE
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib import import_module
from typing import BinaryIO, cast

from xopen import xopen

from klbio.errors import InputError, StrPath
from klbio.io.source import Source

__all__ = ["WholeLines", "packing_of", "refuse_others", "unpacked"]

PACKED = {b"\x1f\x8b": "gzip", b"BZh": "bzip2", b"\xfd7zXZ\x00": "xz", b"\x28\xb5\x2f\xfd": "zstd"}
UNPACK = "Unpack it: zstd -d FILE; or give klbio the library: pip install zstandard."
# first bytes, at which place, of what else there is; and how to get reads out of it
OTHERS = (
    (b"ustar", 257, "a tar archive", "Unpack it (tar -xf FILE) and name the files within."),
    (b"PK\x03\x04", 0, "a zip archive", "Unpack it (unzip FILE) and name the files within."),
    (b"7z\xbc\xaf", 0, "a 7z archive", "Unpack it (7z x FILE) and name the files within."),
    (b"BAM\x01", 0, "a BAM file", "Take the reads out: samtools fastq FILE."),
    (b"CRAM", 0, "a CRAM file", "Take the reads out: samtools fastq FILE."),
    (b"@HD\t", 0, "a SAM file", "Take the reads out: samtools fastq FILE."),
    (b"@SQ\t", 0, "a SAM file", "Take the reads out: samtools fastq FILE."),
    (b"NCBI.sra", 0, "a file of the SRA", "Take the reads out: fasterq-dump FILE."),
    (b"\x89HDF", 0, "an HDF5 file (fast5)", "Call the bases first."),
    (b"version https://git-lfs", 0, "a pointer of Git LFS, which stands for the file", "Fetch it: git lfs pull."),
    (b"<", 0, "a page of the web", "Download the file itself."),
)  # fmt: skip
MARKS = (BOM_UTF8, BOM_UTF16_LE, BOM_UTF16_BE)
PIECE = 1 << 16  # bytes read at a time
HELD = 1 << 20  # bytes of line ends that may be the last
UNKNOWN = bytes([*range(128), *[26] * 128])  # what is no ASCII: allowed in names, no base and no quality


def packing_of(source: Source) -> str:
    """Give the kind of packing by the first bytes; ``none`` where there is none."""
    head = source.peek(6)
    return next((name for magic, name in PACKED.items() if head.startswith(magic)), "none")


@contextmanager
def unpacked(source: Source) -> Iterator[BinaryIO]:
    """Unpack with what is fastest here."""
    packing = packing_of(source)
    with source.stream() as handle:
        yield _OPENERS[packing](handle, source) if packing in _OPENERS else handle


def _gzip(handle: BinaryIO, source: Source) -> BinaryIO:
    return xopen(handle, "rb", threads=0, format="gz")


def _bzip2(handle: BinaryIO, source: Source) -> BinaryIO:
    return cast(BinaryIO, bz2.BZ2File(handle))


def _xz(handle: BinaryIO, source: Source) -> BinaryIO:
    return cast(BinaryIO, lzma.LZMAFile(handle))


def _zstd(handle: BinaryIO, source: Source) -> BinaryIO:
    try:
        library = import_module("zstandard")
    except ImportError as error:
        expected = "gzip, bzip2, xz or plain text"
        raise InputError.one(source.path, "a file packed by zstd", expected, UNPACK) from error
    return cast(BinaryIO, library.ZstdDecompressor().stream_reader(handle, read_across_frames=True))


_OPENERS: dict[str, Callable[[BinaryIO, Source], BinaryIO]] = {
    "gzip": _gzip, "bzip2": _bzip2, "xz": _xz, "zstd": _zstd,
}  # fmt: skip


def refuse_others(path: StrPath, start: bytes) -> None:
    """Name what begins otherwise than FASTA or FASTQ.

    Raises
    ------
    InputError
        With how to get reads out of it, where that is known.
    """
    known = next(((name, remedy) for magic, at, name, remedy in OTHERS if start[at:].startswith(magic)), None)
    if known or start[:1] not in (b">", b"@"):
        shown = (
            start[:1].decode("ascii", "replace")
            if start[:1].isascii()
            else f"byte {start[0]}"
            if start
            else ""
        )
        found = f"a file that begins with {shown!r}" if start else "an empty file"
        remedy = "Decompress other archives; leave empty samples out."
        if start.startswith(MARKS):
            found, remedy = (
                "a text behind a byte order mark",
                "Save it as plain text (ASCII), without the mark.",
            )
        raise InputError.one(
            path, *((known[0],) if known else (found,)), "FASTA ('>') or FASTQ ('@'), packed or not",
            known[1] if known else remedy,
        )  # fmt: skip


class WholeLines(io.RawIOBase):
    """A stream of text without the blank lines at its end; of FASTQ with a mark in place of what is no ASCII."""

    def __init__(self, stream: BinaryIO) -> None:
        self.stream = stream
        self._pieces = self._whole_pieces()
        self._ready = b""

    def readable(self) -> bool:
        """Always."""
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        """Read on."""
        self._ready = self._ready or next(self._pieces, b"")
        given, self._ready = self._ready[: len(buffer)], self._ready[len(buffer) :]
        buffer[: len(given)] = given
        return len(given)

    def _whole_pieces(self) -> Iterator[bytes]:
        """Hold line ends back that may be the last; at the end give one, or two after an empty read."""
        held = tail = b""
        is_fastq = False
        while piece := self.stream.read(PIECE):
            is_fastq = is_fastq or (not tail and piece[:1] == b"@")
            whole = held + piece
            kept = whole.rstrip(b"\r\n")
            kept, held = (kept, whole[len(kept) :]) if len(whole) - len(kept) < HELD else (whole, b"")
            tail = (tail + kept)[-5:]
            yield kept.translate(UNKNOWN) if is_fastq and not kept.isascii() else kept
        yield held.replace(b"\r\n", b"\n")[: 2 if tail.replace(b"\r", b"").endswith(b"\n\n+") else 1]
