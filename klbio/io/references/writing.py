"""References written with the headers that sintax reads: ``>name;tax=d:Bacteria,p:Bacillota,g:Blautia;``."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from gzip import GzipFile
from types import MappingProxyType

from klbio.errors import InputError, StrPath
from klbio.io.files import replacing

__all__ = ["LETTERS", "Record", "write_reference"]

LETTERS = MappingProxyType(
    {"domain": "d", "kingdom": "k", "phylum": "p", "division": "p", "class": "c", "order": "o", "family": "f",
     "genus": "g", "species": "s"}
)  # fmt: skip
UNSAFE = re.compile(r"[\s,;:()=]+")  # would end a name, or the whole header
Record = tuple[str, tuple[str, ...], bytes]


def write_reference(path: StrPath, records: Iterable[Record], ranks: tuple[str, ...]) -> int:
    """Write sequences with their lineages; gzipped where the path ends in ``.gz``, the same bytes each time.

    Returns
    -------
    int
        How many were written.

    Raises
    ------
    InputError
        If there is none.
    """
    n_written = 0
    with replacing(path) as draft, draft.open("wb") as raw:
        handle = GzipFile("", "wb", 9, raw, mtime=0) if str(path).endswith(".gz") else raw
        for line in _lines(records, ranks):
            handle.write(line)
            n_written += 1
        if handle is not raw:
            handle.close()
        if not n_written:
            raise InputError.one(path, "no sequence that is left", "at least one", "Look at the primers.")
    return n_written


def _lines(records: Iterable[Record], ranks: tuple[str, ...]) -> Iterator[bytes]:
    for name, lineage, sequence in records:
        names = [
            f"{LETTERS[rank]}:{_safe(taxon)}"
            for rank, taxon in zip(ranks, lineage, strict=True)
            if taxon and rank in LETTERS
        ]
        if names:
            yield f">{_safe(name)};tax={','.join(names)};\n".encode() + sequence + b"\n"


def _safe(name: str) -> str:
    return UNSAFE.sub("_", name).strip("_") or "_"
