"""Gzipped files of models, as databases hand them out: read under their name without ``.gz``."""

from __future__ import annotations

import zlib
from dataclasses import replace

from klbio.errors import InputError
from klbio.io.source import GZIP_MAGIC, Source

__all__ = ["faults_of", "unpacked", "unpacked_start"]

START = 1 << 20  # bytes in which every format shows itself
MOST = {"hmmer": 2 * 1024**3}  # bytes, unpacked: Pfam-A has 1.5 GB
MOST_OF_OTHERS = 256 * 1024**2


def _is_packed(source: Source) -> bool:
    return source.is_file and source.peek(2) == GZIP_MAGIC


def _name(source: Source) -> str:
    return str(source.path.with_suffix("") if source.path.suffix.lower() == ".gz" else source.path)


def unpacked_start(source: Source) -> Source:
    """Give the first megabyte of what a gzipped file holds; the file itself where it is none, or damaged."""
    if not _is_packed(source):
        return source
    try:
        start = zlib.decompressobj(wbits=31).decompress(source.peek(START), START)
    except zlib.error:
        return source
    return Source.within(_name(source), start)


def unpacked(source: Source, format: str) -> Source:
    """Give what a gzipped file holds, the file itself where it is none.

    Raises
    ------
    InputError
        If it is damaged or cut off, or holds more than models can be.
    """
    if not _is_packed(source):
        return source
    most = MOST.get(format, MOST_OF_OTHERS)
    return Source.within(_name(source), source.unpacked_bytes(most, "models", "Unpack it with gunzip."))


def faults_of(error: InputError, within: Source, packed: Source) -> InputError:
    """Name the packed file in faults of what it holds."""
    return InputError([
        replace(fault, path=packed) if str(fault.path) == str(within) else fault for fault in error.faults
    ])  # fmt: skip
