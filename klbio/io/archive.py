"""Zip archives, read straight: nothing is unpacked to the disk, and nothing that was not asked for."""

from __future__ import annotations

import re
import zlib
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from stat import S_IFMT, S_ISLNK
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from klbio.errors import Fault, InputError, first_faults, shorten
from klbio.io.source import Source
from klbio.io.unreadable import AGAIN

__all__ = ["MAGIC", "Archive"]

MAGIC = b"PK\x03\x04"
MAX_FILES = 10_000
MAX_RATIO = 1100  # of a file to its packed size: DEFLATE packs 1032 : 1 at best
OUTSIDE = re.compile(r"[/\\]|[A-Za-z]:|(.*[/\\])?\.\.([/\\].*)?$|.*[\\\0]", re.DOTALL)
METHODS = {12: "bzip2", 14: "LZMA", 93: "Zstandard", 9: "Deflate64"}


@dataclass(frozen=True)
class Archive:
    """The files of a zip archive by name, checked by what it says of them."""

    source: Source
    files: dict[str, ZipInfo]

    @classmethod
    def of(cls, source: Source) -> Archive:
        """Read the list of files.

        Raises
        ------
        InputError
            If it is damaged, or holds too many files, names that lead out of it, names given twice, links, and what is
            encrypted, packed in another way than DEFLATE, or unpacks to more than DEFLATE can hold.
        """
        with _damage(source), source.stream() as stream, ZipFile(stream) as archive:
            files = archive.infolist()
        if len(files) > MAX_FILES:
            raise InputError.one(
                source, f"an archive of {len(files):,} files", f"at most {MAX_FILES:,}", AGAIN
            )
        InputError.raise_any(first_faults(_faults(source, files)))
        return cls(source, {file.filename: file for file in files})

    def read(self, name: str, most: int) -> bytes:
        """Unpack a file.

        Parameters
        ----------
        name : str
        most : int
            Bytes beyond which it is refused.

        Raises
        ------
        InputError
            If it is not there, is larger, or its bytes are not those that were packed.
        """
        file = self.files.get(name)
        if file is None:
            raise InputError.one(self.source, f"an archive without {name}", "a whole one", AGAIN)
        if file.file_size > most:
            found = f"{name}: {file.file_size:,} bytes"
            raise InputError.one(
                self.source, found, f"at most {most:,}", "Give the file within in another format."
            )
        with _damage(self.source), self.source.stream() as stream, ZipFile(stream) as archive:
            data = archive.read(file)
        if len(data) != file.file_size:
            found = f"{name}: {len(data):,} bytes where {file.file_size:,} are declared"
            raise InputError.one(self.source, found, "a sound archive", AGAIN)
        return data


@contextmanager
def _damage(source: Source) -> Iterator[None]:
    try:
        yield
    except MemoryError:
        raise
    except (
        BadZipFile,
        zlib.error,
        EOFError,
        OSError,
        ValueError,
        NotImplementedError,
        RuntimeError,
    ) as error:
        raise InputError.one(source, f"a damaged zip archive ({error})", "a sound one", AGAIN) from error


def _faults(source: Source, files: Sequence[ZipInfo]) -> Iterator[Fault]:
    times = Counter(file.filename for file in files)
    for name, n in times.items():
        if n > 1:
            yield Fault(source, f"{shorten(name)}: {n} times in the archive", "each file once", AGAIN)
    for file in files:
        found = _found(file)
        if found:
            yield Fault(
                source, f"{shorten(file.orig_filename)}: {found}", "plain files within the archive", AGAIN
            )


def _found(file: ZipInfo) -> str:
    """Say what is wrong with a file by what the archive says of it; nothing where all is well."""
    mode = file.external_attr >> 16
    if OUTSIDE.match(file.orig_filename):
        return "a name that leads out of the archive"
    if S_IFMT(mode) and S_ISLNK(mode):
        return "a link"
    if file.flag_bits & 0x1:
        return "encrypted"
    if file.compress_type not in (ZIP_STORED, ZIP_DEFLATED):
        return f"packed by {METHODS.get(file.compress_type, f'method {file.compress_type}')}"
    if file.file_size > MAX_RATIO * (file.compress_size + 1):
        return f"{file.file_size:,} bytes packed into {file.compress_size:,}"
    return ""
