"""Packed files of models, as databases hand them out: gzip, bzip2, xz; read under their name without the ending."""

from __future__ import annotations

import bz2
import lzma
import zlib
from dataclasses import replace

from klbio.errors import InputError
from klbio.io.source import GZIP_MAGIC, Source
from klbio.io.unreadable import AGAIN

__all__ = ["faults_of", "unpacked", "unpacked_start"]

START = 1 << 20  # bytes in which every format shows itself
PIECE = 1 << 22  # bytes unpacked at a time
MOST = {"hmmer": 2 * 1024**3}  # bytes, unpacked: Pfam-A has 1.5 GB
MOST_OF_OTHERS = 256 * 1024**2
MEMORY = 256 * 1024**2  # bytes that unpacking xz may set aside: its strongest preset takes 65 MB
ENDINGS = (".gz", ".bz2", ".xz")
BZIP2_MAGIC, XZ_MAGIC = b"BZh", b"\xfd7zXZ\x00"


def _unpacker(start: bytes) -> bz2.BZ2Decompressor | lzma.LZMADecompressor | None:
    """Give what unpacks a file that begins like this; None for gzip and what is not packed."""
    if start.startswith(BZIP2_MAGIC):
        return bz2.BZ2Decompressor()
    return lzma.LZMADecompressor(memlimit=MEMORY) if start.startswith(XZ_MAGIC) else None


def _is_packed(source: Source) -> bool:
    start = source.peek(6) if source.is_file or source.kept else b""
    return start.startswith((GZIP_MAGIC, BZIP2_MAGIC, XZ_MAGIC))


def _name(source: Source) -> str:
    return str(source.path.with_suffix("") if source.path.suffix.lower() in ENDINGS else source.path)


def unpacked_start(source: Source) -> Source:
    """Give the first megabyte of what a packed file holds; the file itself where it is none, or damaged."""
    if not _is_packed(source):
        return source
    packed = source.peek(START)
    try:
        unpacker = _unpacker(packed) or zlib.decompressobj(wbits=31)
        start = unpacker.decompress(packed, START)
    except (zlib.error, OSError, EOFError, lzma.LZMAError):
        return source
    return Source.within(_name(source), start)


def unpacked(source: Source, format: str) -> Source:
    """Give what a packed file holds, the file itself where it is none.

    Raises
    ------
    InputError
        If it is damaged or cut off, or holds more than models can be.
    """
    if not _is_packed(source):
        return source
    most = MOST.get(format, MOST_OF_OTHERS)
    if source.peek(2) == GZIP_MAGIC:
        data = source.unpacked_bytes(most, "models", "Unpack it with gunzip.")
    else:
        data = _all_of(source, most)
    return Source.within(_name(source), data)


def _all_of(source: Source, most: int) -> bytes:
    """Unpack bzip2 or xz, which may be several streams one after the other."""
    packed, data = source.data, bytearray()
    while unpacker := _unpacker(packed):
        try:
            while not unpacker.eof:
                data += unpacker.decompress(packed, min(PIECE, most + 1 - len(data)))
                packed = b""
                if len(data) > most:
                    found = f"more than {most:,} bytes once unpacked"
                    raise InputError.one(source, found, "models of less", "Unpack it first.")
                if unpacker.needs_input and not unpacker.eof:
                    raise InputError.one(source, "a packed file that is cut off", "a whole one", AGAIN)
        except (OSError, EOFError, lzma.LZMAError) as error:
            raise InputError.one(source, f"a damaged packed file ({error})", "a sound one", AGAIN) from error
        packed = unpacker.unused_data.lstrip(b"\0")
    return bytes(data)


def faults_of(error: InputError, within: Source, packed: Source) -> InputError:
    """Name the packed file in faults of what it holds."""
    return InputError([
        replace(fault, path=packed) if str(fault.path) == str(within) else fault for fault in error.faults
    ])  # fmt: skip
