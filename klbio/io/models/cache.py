"""Gene models kept as they were read, so that the same files need not be parsed again.

An entry is one ``.npz`` file without pickles: a description in JSON and the bytes of all
arrays.  Its name says what it was read from: a checksum of the files' bytes and names, of
the format asked for, and of the code that read them.  So nothing has to be renewed by hand.
The name stands within too: an entry under the name of another counts as none.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, fields, is_dataclass
from pathlib import Path
from typing import TypeAlias, cast
from zipfile import BadZipFile

import numpy as np
from numpy.lib.npyio import NpzFile

import klbio.models
from klbio.errors import InputError, StrPath
from klbio.io import read_models
from klbio.io.files import replacing
from klbio.io.source import Source
from klbio.models import GeneModel, Model

__all__ = ["KINDS", "ModelCache", "Packer", "unpacked"]

KINDS: dict[str, type] = {
    name: kind for name, kind in vars(klbio.models).items() if isinstance(kind, type) and is_dataclass(kind)
}
PREFIX, SUFFIX = "klbio-", ".npz"
MAX_SOURCE = 256 * 1024**2  # bytes: larger files are no gene models
MAX_BYTES = 1024**3  # of all entries; all species folders of AUGUSTUS take 25 MB
NO_ARCHIVE = (OSError, ValueError, EOFError, KeyError, NotImplementedError, BadZipFile, MemoryError)
NO_MODELS = (
    ValueError,
    LookupError,
    TypeError,
    RecursionError,
    InputError,
)  # of a description that is not ours
Json: TypeAlias = "str | int | float | bool | list[Json] | dict[str, Json] | None"
Array: TypeAlias = np.ndarray[tuple[int, ...], np.dtype[np.generic]]


@dataclass(frozen=True)
class ModelCache:
    """A folder of parsed gene models.

    Parameters
    ----------
    folder : Path
        Made when the first entry is written.
    version : str
        State of the code that reads models: entries of another are not found.
    max_bytes : int
        Of all entries together; the ones not used for longest are removed.
    """

    folder: Path
    version: str
    max_bytes: int = MAX_BYTES

    def read(self, path: StrPath, format: str | None = None) -> list[Model]:
        """Do what `klbio.io.read_models` does, once for each content; only gene models are kept."""
        source = Source.of(path)
        entry = self._entry(source, format)
        if entry is None:
            return read_models(source, format)
        kept = entry.load()
        if kept is not None:
            return list(kept)
        models = read_models(source, format)
        genes = [model for model in models if isinstance(model, GeneModel)]
        if genes and len(genes) == len(models):
            entry.store(genes)
            self._forget(entry.path)
        return models

    def _entry(self, source: Source, format: str | None) -> _Entry | None:
        """Name the entry of a file or a folder; None where there is nothing to keep."""
        files = [source] if source.is_file else list(source.files.values())
        if not source.path.exists() or sum(file.size for file in files) > MAX_SOURCE:
            return None
        digest = hashlib.sha256()
        for text in (self.version, format or "", source.path.name, source.path.resolve().name):
            digest.update(text.encode() + b"\0")
        for file in files:
            digest.update(file.path.name.encode() + b"\0" + hashlib.sha256(file.data).digest())
        return _Entry(self.folder / f"{PREFIX}{digest.hexdigest()}{SUFFIX}")

    def _forget(self, newest: Path) -> None:
        """Remove entries until they fit, the one not used for longest first."""
        entries = [(entry.stat(), entry) for entry in self.folder.glob(f"{PREFIX}*{SUFFIX}")]
        total = sum(status.st_size for status, _ in entries)
        for status, entry in sorted(entries, key=lambda pair: (pair[0].st_mtime_ns, pair[1])):
            if total > self.max_bytes and entry != newest:
                entry.unlink(missing_ok=True)
                total -= status.st_size


@dataclass(frozen=True)
class _Entry:
    """A file of kept models, there or not."""

    path: Path

    def store(self, models: Sequence[GeneModel]) -> None:
        """Write the models, whole or not at all."""
        packer = Packer()
        described = json.dumps({"entry": self.path.name, "models": packer.describe(tuple(models))}).encode()
        if self.path.is_symlink():  # what somebody else laid there leads to no place of ours
            self.path.unlink(missing_ok=True)
        with replacing(self.path) as draft, draft.open("wb") as handle:
            np.savez(
                handle,
                description=np.frombuffer(described, np.uint8),
                data=np.frombuffer(packer.data, np.uint8),
            )

    def load(self) -> tuple[GeneModel, ...] | None:
        """Read the models; None where there is no entry, or where anything is wrong with it."""
        parts = self._parts()
        if parts is None:
            return None
        description, data = parts
        try:
            described = json.loads(description)
            if described["entry"] != self.path.name:  # moved here: made of other files
                return None
            with np.errstate(all="ignore"):  # bytes that are no numbers of ours are refused as such
                models = unpacked(described["models"], data)
        except NO_MODELS:
            return None
        if not isinstance(models, tuple) or not all(isinstance(model, GeneModel) for model in models):
            return None
        with suppress(OSError):  # a folder that others own: their entries age
            os.utime(self.path)
        return models

    def _parts(self) -> tuple[bytes, bytes] | None:
        """Give description and data as they lie in the archive."""
        try:
            stored = np.load(self.path, allow_pickle=False)
            if not isinstance(stored, NpzFile):
                return None
            with stored:
                members = stored.zip.infolist() if stored.zip else []
                if sum(member.file_size for member in members) > self.path.stat().st_size:
                    return None  # compressed: none of ours
                return stored["description"].tobytes(), stored["data"].tobytes()
        except NO_ARCHIVE:
            return None


class Packer:
    """Describes values in JSON and keeps their arrays beside."""

    def __init__(self) -> None:
        self._arrays: list[Array] = []
        self._n_bytes = 0

    @property
    def data(self) -> bytes:
        """All arrays, one after the other."""
        return b"".join(array.tobytes() for array in self._arrays)

    def describe(self, value: object) -> Json:
        """Describe a value; `unpacked` makes it again.

        Parameters
        ----------
        value : object
            A dataclass of `klbio.models`, an array of numbers, a mapping by names, a tuple, a
            string, a number or None, at any depth.

        Raises
        ------
        TypeError
            For any other kind of value: a field that a cache would lose.
        """
        if value is None or type(value) in (str, int, float, bool):
            return cast(Json, value)
        if isinstance(value, np.ndarray) and value.dtype.kind in "biuf":
            return {"array": [value.dtype.str, list(value.shape), self._keep(value)]}
        if isinstance(value, tuple):
            return {"tuple": [self.describe(item) for item in value]}
        if isinstance(value, Mapping):
            return {"mapping": [[str(name), self.describe(item)] for name, item in value.items()]}
        name = type(value).__name__
        if is_dataclass(value) and KINDS.get(name) is type(value):
            return {name: {part.name: self.describe(getattr(value, part.name)) for part in fields(value)}}
        raise TypeError(f"the cache of models cannot keep a value of type {name}")

    def _keep(self, array: Array) -> int:
        """Put an array behind the others, and say where it begins."""
        offset = self._n_bytes
        self._arrays.append(array)
        self._n_bytes += array.nbytes
        return offset


def unpacked(described: object, data: bytes) -> object:
    """Make what `Packer.describe` described; every dataclass checks its fields again."""
    if not isinstance(described, dict):
        return described
    ((kind, inner),) = described.items()
    if kind == "array":
        dtype, shape, offset = inner
        return np.frombuffer(data, np.dtype(dtype), int(np.prod(shape)), offset).reshape(shape)
    if kind == "tuple":
        return tuple(unpacked(item, data) for item in inner)
    if kind == "mapping":
        return {name: unpacked(item, data) for name, item in inner}
    return KINDS[kind](**{name: unpacked(item, data) for name, item in inner.items()})
