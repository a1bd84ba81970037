"""Ways to damage a file that keep its structure, as faults of programs and hands do, and some that do not."""

from __future__ import annotations

import gzip
import json
import random
import re
from collections.abc import Callable
from io import BytesIO

__all__ = ["MUTATIONS", "Mutation"]

Mutation = Callable[[bytes, random.Random], bytes]

ODD = (
    "", "0", "-1", "-0", "1e308", "1e-320", "nan", "NaN", "inf", "-inf", "NA", "1_000", "+5", " 7 ", "٣", "0x10", "1,5",
    "2024-02-31", "9" * 30, "9" * 400, "x" * 300, "'", '"', "=1+1", "\x00", "\x07", "\ufeff", "\u202e", "null", "{}",
    "[", "../..", "a b", "#", "%s", "\\N",
)  # fmt: skip
FIELDS = re.compile(r"([\t ,;:|=]+)")


def cell(data: bytes, chance: random.Random) -> bytes:
    """Another word for one of a line."""
    lines = _lines(data)
    at = chance.randrange(len(lines))
    words = FIELDS.split(lines[at])
    words[2 * chance.randrange((len(words) + 1) // 2)] = chance.choice(ODD)
    lines[at] = "".join(words)
    return _joined(lines)


def row(data: bytes, chance: random.Random) -> bytes:
    """A line gone, twice, elsewhere, cut, or joined with the next."""
    lines = _lines(data)
    at, to = chance.randrange(len(lines)), chance.randrange(len(lines))
    kind = chance.randrange(5)
    if kind == 0:
        del lines[at]
    elif kind == 1:
        lines.insert(to, lines[at])
    elif kind == 2:
        lines[at], lines[to] = lines[to], lines[at]
    elif kind == 3:
        lines[at] = lines[at][: chance.randrange(len(lines[at]) + 1)]
    else:
        lines[at : at + 2] = ["".join(lines[at : at + 2])]
    return _joined(lines)


def column(data: bytes, chance: random.Random) -> bytes:
    """A column of every line gone, twice, or at another place."""
    rows = [line.split("\t") for line in _lines(data)]
    at, kind = chance.randrange(max(map(len, rows))), chance.randrange(3)
    for fields in rows:
        if at < len(fields):
            kept = fields.pop(at) if kind != 1 else fields[at]
            if kind:
                fields.insert(0 if kind == 2 else at, kept)
    return _joined(["\t".join(fields) for fields in rows])


def separator(data: bytes, chance: random.Random) -> bytes:
    """Other separators, line ends or letters, everywhere."""
    old, new = chance.choice(
        [("\t", ","), ("\t", "  "), ("\n", "\r\n"), ("\n", "\r"), (",", ";"), (".", ","), (" ", "\u00a0"),
         ("\n", "\n\n")]
    )  # fmt: skip
    return data.decode(errors="surrogateescape").replace(old, new).encode(errors="surrogateescape")


def encoding(data: bytes, chance: random.Random) -> bytes:
    """As another program saves a text."""
    text = data.decode(errors="replace")
    return text.encode(chance.choice(["utf-16", "utf-8-sig", "utf-32", "utf-16-be"]))


def cut(data: bytes, chance: random.Random) -> bytes:
    """The end, the beginning or the middle is missing."""
    a, b = sorted(chance.randrange(len(data) + 1) for _ in range(2))
    return chance.choice([data[:a], data[b:], data[:a] + data[b:]])


def bits(data: bytes, chance: random.Random) -> bytes:
    """Some bytes are others."""
    changed = bytearray(data)
    for _ in range(chance.randint(1, 8)):
        changed[chance.randrange(len(changed))] = chance.randrange(256)
    return bytes(changed)


def packed(data: bytes, chance: random.Random) -> bytes:
    """Gzipped, sound or damaged."""
    whole = gzip.compress(data, mtime=0)
    return chance.choice([whole, whole[: len(whole) // 2], bits(whole, chance), whole + b"x", whole + whole])


def tree(data: bytes, chance: random.Random) -> bytes:
    """Another value at a node of JSON, or none, or one more."""
    root = json.loads(data)
    nodes = list(_nodes(root))
    holder, key = chance.choice(nodes)
    kind = chance.randrange(3)
    if kind == 0:
        del holder[key]
    elif kind == 1:
        holder[key] = chance.choice([None, -1, 1e308, "x", [], {}, True, [[]], 10**30, "٣"])
    else:
        other, place = chance.choice(nodes)
        holder[key] = other[place]
    return json.dumps(root, default=str).encode()


def hdf5(data: bytes, chance: random.Random) -> bytes:
    """Another dataset or attribute of HDF5."""
    import h5py
    import numpy as np

    buffer = BytesIO(data)
    with h5py.File(buffer, "r+") as file:
        names: list[str] = []
        file.visit(names.append)
        name = chance.choice(names)
        node, kind = file[name], chance.randrange(5)
        if kind == 0:
            del file[name]
        elif kind == 1 and file.attrs:
            key = chance.choice(list(file.attrs))
            file.attrs[key] = chance.choice([-1, "x", 2**40, np.array([0, 0]), 1.5])
        elif isinstance(node, h5py.Dataset) and node.size:
            values = node[...]
            if kind == 2 and values.dtype.kind in "if":
                values.flat[chance.randrange(values.size)] = chance.choice([-1, 0, 77, 2**31 - 1])
            elif kind == 3:
                values = values[: chance.randrange(values.size)] if values.ndim else values
            else:
                values = np.concatenate([np.atleast_1d(values), np.atleast_1d(values)[:1]])
            del file[name]
            file[name] = values
    return buffer.getvalue()


TEXT = (cell, cell, cell, row, row, column, separator, encoding, cut, bits, packed)
MUTATIONS: dict[str, tuple[Mutation, ...]] = {
    "text": TEXT,
    "json": (tree, tree, tree, cell, cut, bits, packed),
    "hdf5": (hdf5, hdf5, hdf5, bits, cut),
    "bytes": (bits, cut, packed),
}


def _lines(data: bytes) -> list[str]:
    return data.decode(errors="surrogateescape").split("\n")


def _joined(lines: list[str]) -> bytes:
    return "\n".join(lines).encode(errors="surrogateescape")


def _nodes(value: object) -> list[tuple[dict[str, object] | list[object], str | int]]:
    """Every place of a tree that holds a value."""
    pairs = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    found = []
    for key, inner in pairs:
        found += [(value, key), *_nodes(inner)]
    return found  # type: ignore[return-value]
