"""Gene models kept as they were read, so that the same files need not be parsed again.

An entry is one ``.npz`` file without pickles: a description in JSON and the bytes of all
arrays.  Its name says what it was read from: a checksum of the files' bytes and names, of
the format asked for, and of the code that read them.  So nothing has to be renewed by hand.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, fields, is_dataclass
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np

import klbio.models
from klbio.errors import InputError, StrPath
from klbio.io import read_models
from klbio.io.files import replacing
from klbio.io.source import Source
from klbio.models import GeneModel, Model

__all__ = ["KINDS", "ModelCache", "decoded", "encoded"]

KINDS: dict[str, type[Any]] = {
    name: kind for name, kind in vars(klbio.models).items() if isinstance(kind, type) and is_dataclass(kind)
}
PREFIX, SUFFIX = "klbio-", ".npz"
MAX_SOURCE = 256 * 1024**2  # bytes: larger files are no gene models
MAX_BYTES = 1024**3  # of all entries; all species folders of AUGUSTUS take 25 MB
DAMAGE = (
    OSError,
    ValueError,
    LookupError,
    TypeError,
    AttributeError,
    EOFError,
    RecursionError,
    BadZipFile,
    InputError,
)


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
        kept = _load(entry)
        if kept is not None:
            return list(kept)
        models = read_models(source, format)
        genes = [model for model in models if isinstance(model, GeneModel)]
        if genes and len(genes) == len(models):
            _store(entry, genes)
            self._forget(entry)
        return models

    def _entry(self, source: Source, format: str | None) -> Path | None:
        """Name the entry of a file or a folder; None where there is nothing to keep."""
        files = [source] if source.is_file else list(source.files.values())
        if not source.path.exists() or sum(file.size for file in files) > MAX_SOURCE:
            return None
        digest = hashlib.sha256()
        for text in (self.version, format or "", source.path.name, source.path.resolve().name):
            digest.update(text.encode() + b"\0")
        for file in files:
            digest.update(file.path.name.encode() + b"\0" + hashlib.sha256(file.data).digest())
        return self.folder / f"{PREFIX}{digest.hexdigest()}{SUFFIX}"

    def _forget(self, newest: Path) -> None:
        """Remove entries until they fit, the one not used for longest first."""
        entries = [(entry.stat(), entry) for entry in self.folder.glob(f"{PREFIX}*{SUFFIX}")]
        total = sum(status.st_size for status, _ in entries)
        for status, entry in sorted(entries, key=lambda one: (one[0].st_mtime_ns, one[1])):
            if total > self.max_bytes and entry != newest:
                entry.unlink(missing_ok=True)
                total -= status.st_size


def _store(entry: Path, models: Sequence[GeneModel]) -> None:
    arrays: list[np.ndarray[Any, Any]] = []
    described = {"models": encoded(tuple(models), arrays)}
    with replacing(entry) as draft, draft.open("wb") as handle:
        np.savez(
            handle,
            description=np.frombuffer(json.dumps(described).encode(), np.uint8),
            data=np.frombuffer(b"".join(array.tobytes() for array in arrays), np.uint8),
        )


def _load(entry: Path) -> tuple[GeneModel, ...] | None:
    """Read an entry; None where there is none, or where anything is wrong with it."""
    try:
        with np.load(entry, allow_pickle=False) as stored:
            if sum(member.file_size for member in stored.zip.infolist()) > entry.stat().st_size:
                return None  # compressed: none of ours
            models = decoded(json.loads(stored["description"].tobytes())["models"], stored["data"])
    except DAMAGE:
        return None
    if not isinstance(models, tuple) or not all(isinstance(model, GeneModel) for model in models):
        return None
    with suppress(OSError):  # a folder that others own: their entries age
        os.utime(entry)
    return models


def encoded(value: Any, arrays: list[np.ndarray[Any, Any]]) -> Any:
    """Describe a value in JSON, and put its arrays on a list.

    Parameters
    ----------
    value : object
        A dataclass of `klbio.models`, an array of numbers, a mapping by names, a tuple, a
        string, a number or None, at any depth.
    arrays : list of ndarray

    Raises
    ------
    TypeError
        For any other kind of value: a field that a cache would lose.
    """
    if value is None or type(value) in (str, int, float, bool):
        return value
    if isinstance(value, np.ndarray) and value.dtype.kind in "biuf":
        offset = sum(array.nbytes for array in arrays)
        arrays.append(value)
        return {"array": [value.dtype.str, list(value.shape), offset]}
    if isinstance(value, tuple):
        return {"tuple": [encoded(one, arrays) for one in value]}
    if isinstance(value, Mapping):
        return {"mapping": [[str(name), encoded(one, arrays)] for name, one in value.items()]}
    name = type(value).__name__
    if KINDS.get(name) is type(value):
        return {name: {field.name: encoded(getattr(value, field.name), arrays) for field in fields(value)}}
    raise TypeError(f"the cache of models cannot keep a value of type {name}")


def decoded(value: Any, data: np.ndarray[Any, Any]) -> Any:
    """Make what `encoded` described; every dataclass checks its fields again."""
    if not isinstance(value, dict):
        return value
    ((kind, inner),) = value.items()
    if kind == "array":
        dtype, shape, offset = inner
        array = np.frombuffer(data, np.dtype(dtype), int(np.prod(shape)), offset)
        return array.reshape(shape)
    if kind == "tuple":
        return tuple(decoded(one, data) for one in inner)
    if kind == "mapping":
        return {name: decoded(one, data) for name, one in inner}
    return KINDS[kind](**{name: decoded(one, data) for name, one in inner.items()})
