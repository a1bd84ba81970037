"""Samples that are counted before their batch is: a file each, so that whoever is stopped goes on from there."""

from __future__ import annotations

import hashlib
import shutil
from dataclasses import dataclass
from pathlib import Path

from klbio.io.files import replacing
from klbio.io.words.record import DamagedError, Record

__all__ = ["Parts"]

SUM = 64  # hexadecimal digits of a SHA-256, before the record
SHELF, NAME = (
    2,
    32,
)  # digits of a key that are its part's folder, so that no folder holds many, and its whole name


@dataclass(frozen=True)
class Parts:
    """Records of single samples in a folder.

    A part is believed if its own checksum is right and its key is what is asked for: the same files, settings and code.

    Attributes
    ----------
    folder : Path
    """

    folder: Path

    def _path(self, key: str) -> Path:
        return self.folder / key[:SHELF] / key[SHELF:NAME]

    def keep(self, key: str, record: bytes) -> None:
        """Keep the record of a sample, whole or not at all."""
        with replacing(self._path(key)) as draft, draft.open("wb") as file:
            file.write(_digest(record).encode())
            file.write(record)

    def found(self, key: str) -> bytes | None:
        """Give the record of a sample, if it was kept and is sound."""
        try:
            content = self._path(key).read_bytes()
        except OSError:
            return None
        record = content[SUM:]
        if _digest(record).encode() != content[:SUM]:
            return None
        try:
            return record if Record.decoded(record).key == key else None
        except DamagedError:
            return None

    def clear(self) -> None:
        """Delete them all, those of settings and files that are others now, too."""
        shutil.rmtree(self.folder, ignore_errors=True)  # gone already, or somebody keeps another just now


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
