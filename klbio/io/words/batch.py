"""A batch of samples in one file: a ZIP archive of their records, in order, none of them compressed."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache, partial
from pathlib import Path
from threading import Lock
from zipfile import BadZipFile, ZipFile, ZipInfo

from klbio.errors import Fault, Faults, InputError, StrPath, listed
from klbio.io.files import replacing
from klbio.io.unreadable import readable
from klbio.io.words.record import DamagedError, Record

__all__ = ["Batch", "Batches", "is_batch", "table_of_contents", "write_batch"]

INDEX = "samples.json"
FORMAT = "klbio counts of words, 2"
MAGIC = b"PK\x03\x04"
DATE = (1980, 1, 1, 0, 0, 0)  # the same bytes whenever it is written
MAX_OPEN = 8  # archives, whose lists of contents take milliseconds to read
ONE_BY_ONE = Lock()  # an archive that is open is for one thread at a time
WRONG = (BadZipFile, DamagedError, ValueError, KeyError, TypeError, EOFError, NotImplementedError)


def is_batch(path: StrPath) -> bool:
    """Whether a file may be a batch."""
    try:
        with Path(path).open("rb") as handle:
            return handle.read(len(MAGIC)) == MAGIC
    except OSError:  # said where it is read
        return False


def table_of_contents(path: StrPath) -> str:
    """Give a checksum of what a batch says is in it, with the checksum of each record: it is another if any of them is.

    Raises
    ------
    InputError
        If the file is none that klbio wrote, to its end.
    """
    try:
        with readable(path), ZipFile(path) as archive:
            entries = [(of.filename, of.CRC, of.file_size) for of in archive.infolist()]
    except WRONG as error:
        raise _damaged(path, error) from error
    return hashlib.sha256(json.dumps(entries).encode()).hexdigest()


def write_batch(path: StrPath, records: Iterable[tuple[str, bytes]]) -> None:
    """Write the records of samples, whole or not at all.

    Parameters
    ----------
    path : path-like
    records : iterable of (str, bytes)
        Each sample's name, and its encoded `Record`; one at a time in memory.
    """
    names: list[str] = []
    with replacing(path) as draft, ZipFile(draft, "w") as archive:
        for name, record in records:
            archive.writestr(ZipInfo(str(len(names)), DATE), record)
            names.append(name)
        index = {"format": FORMAT, "samples": names}
        archive.writestr(ZipInfo(INDEX, DATE), json.dumps(index, ensure_ascii=False))


@dataclass(frozen=True)
class Batch:
    """A batch file, read a sample at a time.

    Attributes
    ----------
    path : path-like
    names : tuple of str
        Its samples, in order.
    """

    path: StrPath
    names: tuple[str, ...]

    @classmethod
    def of(cls, path: StrPath) -> Batch:
        """Look who is in it.

        Raises
        ------
        InputError
            If the file is none that klbio wrote, to its end.
        """
        try:
            with readable(path):
                index = json.loads(_content(path, INDEX))
            if index["format"] != FORMAT:
                raise ValueError(f"format {index['format']!r}")
            return cls(path, tuple(map(str, index["samples"])))
        except WRONG as error:
            raise _damaged(path, error) from error

    def record(self, place: int) -> Record:
        """Give what was counted in one of the samples.

        Raises
        ------
        InputError
            If it is damaged.
        """
        try:
            return Record.decoded(_content(self.path, str(place)))
        except WRONG as error:
            raise _damaged(self.path, error, f"sample {self.names[place]!r}: ") from error


@dataclass(frozen=True)
class Batches:
    """The samples of some batch files.

    Attributes
    ----------
    places : mapping of str to (Batch, int)
        Where each sample is.
    """

    places: Mapping[str, tuple[Batch, int]]

    @classmethod
    def of(cls, paths: Iterable[StrPath]) -> Batches:
        """Look who is in which.

        Raises
        ------
        InputError
            Every file that is no batch; a sample in two of them.
        """
        faults, places = Faults(), dict[str, tuple[Batch, int]]()
        for batch in filter(None, [faults.gather(partial(Batch.of, path)) for path in paths]):
            twice = [name for name in batch.names if name in places]
            if twice:
                found = f"sample {listed(twice)}, which is in {places[twice[0]][0].path} too"
                faults.found.append(
                    Fault(batch.path, found, "each sample in one batch", "Count the reads again.")
                )
            places |= {name: (batch, place) for place, name in enumerate(batch.names)}
        faults.raise_any()
        return cls(places)

    def record(self, name: str) -> Record:
        """Give what was counted in a sample that is there; the errors are those of `Batch.record`."""
        batch, place = self.places[name]
        return batch.record(place)


def _damaged(path: StrPath, error: Exception, where: str = "") -> InputError:
    found = f"{where}no batch of counted words, or a damaged one ({str(error) or type(error).__name__})"
    return InputError.one(path, found, "what count_kmers writes", "Delete it, and count the reads again.")


def _content(path: StrPath, name: str) -> bytes:
    """Read one of the entries of an archive, whose checksum is looked at."""
    about = Path(path).stat()
    with ONE_BY_ONE:
        archive = _opened(str(path), about.st_ino, about.st_mtime_ns, about.st_size)
        inside = archive.getinfo(name)
        if inside.compress_size != inside.file_size:
            raise ValueError("compressed")
        return archive.read(inside)


@lru_cache(maxsize=MAX_OPEN)
def _opened(path: str, *_version: int) -> ZipFile:
    """Open an archive, or take it as it stands open; it is another once it was written again."""
    return ZipFile(path)
