"""A matrix of all pairs in parts, each of some rows and a file of its own, and put together from them.

Of a symmetric measure a part holds its rows from their own first column on: what stands left of it is the mirror
image of parts before.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np

from klbio.errors import Fault, InputError, StrPath
from klbio.io.files import write_text
from klbio.io.tables.matrix import Blocks
from klbio.io.tables.mirror import Mirror
from klbio.io.tables.squares import KINDS, Numbers, Precision, npy_plane

__all__ = ["Tile", "put_together", "write_tile"]

PIECE = 2**26  # bytes that are copied at a time
BYTES = 2**27  # that are mirrored at a time: of 100,000 samples some 160 rows
REMEDY = "Name the parts of one matrix, all that it was cut into."


def write_tile(
    path: StrPath, names: Sequence[str], rows: slice, blocks: Blocks, column: str, *, symmetric: bool,
    dtype: Precision = "float64",
) -> None:  # fmt: skip
    """Write some rows of a matrix as ``.npy``, and whose they are as ``.json`` beside it.

    Parameters
    ----------
    path : path-like
    names : sequence of str of length n_samples
        Of all rows.
    rows : slice
        Those that are written.
    blocks, column, symmetric, dtype
        As `klbio.io.tables.matrix.write_square` takes them, of these rows alone.
    """
    target, first = Path(path), rows.start if symmetric else 0
    shape = rows.stop - rows.start, len(names) - first
    with npy_plane(target, shape, dtype) as plane, Mirror(plane) as mirror:
        for of, block in blocks:
            numbers = block.astype(dtype, copy=False)
            plane.put(of.start - rows.start, of.start - first if symmetric else 0, numbers)
            if symmetric:
                beside = numbers[:, len(block) : rows.stop - of.start]
                mirror.put(of.stop - rows.start, of.start - first, beside)
    record = {
        "values": column,
        "symmetric": symmetric,
        "rows": [rows.start, rows.stop],
        "samples": list(names),
    }
    write_text(target.with_suffix(".json"), json.dumps(record, ensure_ascii=False, indent=1) + "\n")


@dataclass(frozen=True)
class Tile:
    """A part of a matrix, read from its file when it is asked for.

    Attributes
    ----------
    path : Path
    rows : slice
    names : list of str
        Of the whole matrix.
    column : str
    symmetric : bool
    """

    path: Path
    rows: slice
    names: list[str]
    column: str
    symmetric: bool

    @classmethod
    def of(cls, path: StrPath) -> Tile:
        """Read what stands beside a part.

        Raises
        ------
        InputError
            If the two do not fit.
        """
        target = Path(path)
        try:
            about = json.loads(target.with_suffix(".json").read_text(encoding="utf-8"))
            tile = cls(target, slice(*about["rows"]), about["samples"], about["values"], about["symmetric"])
            numbers = np.load(target, mmap_mode="r")
        except (OSError, ValueError, KeyError, TypeError) as error:
            reason = str(error).splitlines()[0] if str(error) else type(error).__name__
            raise InputError.one(
                path, f"no part of a matrix ({reason})", "what klbio matrix --tile wrote"
            ) from error
        shape = (tile.rows.stop - tile.rows.start, len(tile.names) - tile.left)
        if numbers.shape != shape or not numbers.flags.c_contiguous:
            by_column = "" if numbers.flags.c_contiguous else ", column by column"
            found, expected = f"an array of shape {numbers.shape}{by_column}", f"{shape}, as its .json says"
            raise InputError.one(path, found, f"{expected}, row by row", "Make it again.")
        return tile

    @property
    def left(self) -> int:
        """Its first column."""
        return self.rows.start if self.symmetric else 0

    @property
    def dtype(self) -> str:
        """Of its numbers."""
        return str(np.load(self.path, mmap_mode="r").dtype)

    def pieces(self) -> Iterator[tuple[int, int, Numbers]]:
        """Give it in pieces of bounded size, each with the place of its first element."""
        numbers = np.load(self.path, mmap_mode="r")
        (n_rows, width), dtype, origin = numbers.shape, numbers.dtype, numbers.offset
        height = max(1, PIECE // max(1, numbers[:1].nbytes))
        del numbers  # what is read of a mapping counts as memory
        with self.path.open("rb") as file:
            file.seek(origin)
            for start in range(0, n_rows, height):
                stop = min(start + height, n_rows)
                piece = np.fromfile(file, dtype, (stop - start) * width).reshape(-1, width)
                yield self.rows.start + start, self.left, piece


def put_together(paths: Sequence[StrPath], out: StrPath) -> Tile:
    """Write the matrix whose parts are given: the same bytes as of one that was never cut.

    Parameters
    ----------
    paths : sequence of path-like
        In any order.
    out : path-like
        ``.npy``, ``.h5`` or ``.zarr``.

    Returns
    -------
    Tile
        The first, which says what all are.

    Raises
    ------
    InputError
        For parts of different matrices, rows that are missing, and rows that are there twice.
    """
    tiles = sorted((Tile.of(path) for path in paths), key=lambda tile: (tile.rows.start, tile.rows.stop))
    InputError.raise_any(list(_faults(tiles)))
    first, target = tiles[0], Path(out)
    record = {"values": first.column, "element": "[i, j] compares sample i with sample j"}
    dtype: Precision = "float32" if first.dtype == "float32" else "float64"
    with KINDS[target.suffix](target, first.names, record, dtype) as square, Mirror(square, BYTES) as mirror:
        for tile in tiles:
            for top, left, piece in tile.pieces():
                square.put(top, left, piece)
                if tile.symmetric:
                    mirror.put(tile.rows.stop, top, piece[:, tile.rows.stop - left :])
    return first


def _faults(tiles: Sequence[Tile]) -> Iterator[Fault]:
    first = tiles[0]
    for tile in tiles[1:]:
        if (tile.names, tile.column, tile.dtype) != (first.names, first.column, first.dtype):
            yield Fault(
                tile.path, f"a part of another matrix than {first.path}", "parts of one matrix", REMEDY
            )
    ends = [0, *(end for tile in tiles for end in (tile.rows.start, tile.rows.stop)), len(first.names)]
    for end, start in list(pairwise(ends))[::2]:
        if start != end:
            what = (
                f"rows {end} to {start - 1} in none" if start > end else f"rows {start} to {end - 1} in two"
            )
            yield Fault(first.path, f"{len(tiles)} parts with {what}", "every row in one", REMEDY)
