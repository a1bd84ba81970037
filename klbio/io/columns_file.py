"""Columns of many tables in one file: a ZIP archive of arrays and JSON, nothing compressed, and no pickle."""

from __future__ import annotations

import json
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from zipfile import BadZipFile, ZipFile, ZipInfo

import numpy as np
from numpy.typing import NDArray

from klbio.errors import InputError, StrPath
from klbio.io.files import replacing
from klbio.io.json_data import JsonObject
from klbio.io.unreadable import readable

__all__ = ["ColumnsFile", "write_columns"]

FORMAT = "klbio columns, 1"
INDEX, NUMBERS = "index.json", "npy"
VALUES, LISTED, WORDS = "json", "listed.json", "words.json"  # a list, one of words, an array of words
DATE = (1980, 1, 1, 0, 0, 0)  # the same bytes whenever it is written
WRONG = (
    BadZipFile,
    ValueError,
    KeyError,
    TypeError,
    IndexError,
    EOFError,
    NotImplementedError,
    OverflowError,
)
REMEDY = "Delete it, and run its step again."

Column = NDArray[np.generic] | list[object]


def write_columns(
    path: StrPath, head: JsonObject, blocks: Iterable[tuple[JsonObject, Mapping[str, Column]]]
) -> None:
    """Write columns, whole or not at all; numbers come back as they are, to the last bit.

    Parameters
    ----------
    path : path-like
    head : JsonObject
        What is said of all.
    blocks : iterable of (JsonObject, mapping of str to Column)
        Each with what is said of it; one at a time in memory.  A column is an array of numbers, or one of objects that
        are words, or a list of what JSON knows.
    """
    index: list[JsonObject] = []
    with replacing(path) as draft, ZipFile(draft, "w") as archive:
        for number, (about, columns) in enumerate(blocks):
            for place, column in enumerate(columns.values()):
                _write(archive, f"{number}.{place}", column)
            index.append({"about": about, "columns": list(columns)})
        content = {"format": FORMAT, "head": head, "blocks": index}
        archive.writestr(ZipInfo(INDEX, DATE), json.dumps(content))


def _write(archive: ZipFile, name: str, column: Column) -> None:
    """Write values as JSON, numbers of an array as they are, words each once and then its places."""
    if isinstance(column, list):
        if not column or any(type(value) is not str for value in column):
            archive.writestr(ZipInfo(f"{name}.{VALUES}", DATE), json.dumps(column, default=_plain))
            return
        ending = LISTED
    elif column.dtype == object:
        ending = WORDS
    else:
        _write_numbers(archive, name, column)
        return
    words = column if isinstance(column, list) else column.tolist()
    places = {word: i for i, word in enumerate(dict.fromkeys(words))}
    if not all(type(word) is str for word in places):
        raise TypeError(f"{name}: other objects than words")
    archive.writestr(ZipInfo(f"{name}.{ending}", DATE), json.dumps(list(places)))
    width = np.min_scalar_type(max(len(places) - 1, 0))
    _write_numbers(archive, name, np.fromiter((places[word] for word in words), width, len(words)))


def _write_numbers(archive: ZipFile, name: str, numbers: NDArray[np.generic]) -> None:
    with archive.open(ZipInfo(f"{name}.{NUMBERS}", DATE), "w", force_zip64=True) as file:
        np.lib.format.write_array(file, np.ascontiguousarray(numbers), allow_pickle=False)


def _plain(value: object) -> object:
    """Give a number of numpy as one of Python."""
    if isinstance(value, np.generic):
        return value.item()
    raise TypeError(f"{type(value).__name__} in a column")


@dataclass(frozen=True)
class ColumnsFile:
    """A file of columns, each of which is read when it is asked for.

    Attributes
    ----------
    path : path-like
    head : JsonObject
    abouts : sequence of JsonObject
        What is said of each block.
    columns : sequence of sequence of str
        Names of the columns of each block.
    """

    path: StrPath
    head: JsonObject
    abouts: Sequence[JsonObject]
    columns: Sequence[Sequence[str]]

    @classmethod
    def of(cls, path: StrPath) -> ColumnsFile:
        """Look what is in it.

        Raises
        ------
        InputError
            If the file is none that klbio wrote, to its end.
        """
        try:
            with readable(path), ZipFile(path) as archive:
                index = json.loads(archive.read(INDEX))
            if index["format"] != FORMAT:
                raise ValueError(f"format {index['format']!r}")
            blocks = index["blocks"]
            return cls(
                path,
                dict(index["head"]),
                [dict(of["about"]) for of in blocks],
                [list(map(str, of["columns"])) for of in blocks],
            )
        except WRONG as error:
            raise _damaged(path, error) from error

    def read(self, block: int, names: Sequence[str] = ()) -> dict[str, Column]:
        """Give columns of a block by name; by default all.

        Raises
        ------
        InputError
            If they are damaged.
        """
        own = list(self.columns[block])
        try:
            with ZipFile(
                self.path
            ) as archive:  # opened once: its list of contents takes milliseconds to read
                entries = set(archive.namelist())
                return {name: _read(archive, entries, f"{block}.{own.index(name)}") for name in names or own}
        except WRONG as error:
            raise _damaged(self.path, error) from error


def _read(archive: ZipFile, names: Container[str], entry: str) -> Column:
    if f"{entry}.{VALUES}" in names:
        return _list(archive, f"{entry}.{VALUES}")
    content = BytesIO(archive.read(f"{entry}.{NUMBERS}"))
    numbers: NDArray[np.generic] = np.lib.format.read_array(content, allow_pickle=False)
    if f"{entry}.{LISTED}" in names:
        listed = _list(archive, f"{entry}.{LISTED}")
        return [listed[place] for place in numbers.tolist()]
    if f"{entry}.{WORDS}" not in names:
        return numbers
    words: NDArray[np.generic] = np.array(_list(archive, f"{entry}.{WORDS}"), dtype=object)[numbers]
    return words


def _list(archive: ZipFile, name: str) -> list[object]:
    values = json.loads(archive.read(name))
    if not isinstance(values, list):
        raise TypeError("no list")
    return values


def _damaged(path: StrPath, error: Exception) -> InputError:
    found = f"no file of columns, or a damaged one ({str(error) or type(error).__name__})"
    return InputError.one(path, found, "what klbio writes", REMEDY)
