"""A table to the matrix of all its pairs of samples, whole or in parts."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from os import PathLike
from pathlib import Path
from typing import get_args

from klbio.distributions import Counts
from klbio.errors import Fault, InputError, StrPath
from klbio.io import read_taxa
from klbio.io.tables.matrix import write_lsmat, write_square, write_tsv
from klbio.io.tables.squares import KINDS, Precision
from klbio.io.tables.tiles import put_together, write_tile
from klbio.pairwise import AllPairs, Measure, measure_named
from klbio.phrases.numbers import count
from klbio.progress import shown
from klbio.steps.beside import list_beside, write_list
from klbio.steps.ending import Ending, left_out
from klbio.steps.step import takes
from klbio.taxa_table import TaxaTable

__all__ = ["AllPairsOf", "gather_matrix", "write_matrix"]

SUFFIXES = (".tsv", ".lsmat", *KINDS)
TILE = re.compile(r"([1-9]\d*)/([1-9]\d*)")


@dataclass(frozen=True, kw_only=True)
class AllPairsOf:
    """What `write_matrix` is given, which says what each is."""

    table: StrPath | Sequence[StrPath]
    out: StrPath
    measure: str = "jensen-shannon-divergence"
    alpha: float | None = None
    threads: int = 1
    exclude: Sequence[str] = ()
    keep: Sequence[str] = ()
    dtype: Precision = "float64"
    tile: str = ""
    names: StrPath | None = None

    @property
    def chosen(self) -> Measure:
        """The measure by name."""
        return measure_named(self.measure)

    @property
    def parts(self) -> list[StrPath]:
        """The parts of a matrix, where there is no table."""
        return [] if isinstance(self.table, str | PathLike) or len(self.table) < 2 else list(self.table)

    def read(self) -> TaxaTable:
        """Read the table."""
        table = self.table if isinstance(self.table, str | PathLike) else self.table[0]
        return read_taxa(table).community(exclude=self.exclude, keep=self.keep)

    @property
    def path(self) -> Path:
        """Where the matrix goes."""
        return Path(self.out)

    def check(self) -> None:
        """Refuse what the format named by `out` cannot hold.

        Raises
        ------
        InputError
            With all that is wrong.
        """
        faults = []
        if self.path.suffix not in SUFFIXES:
            expected = f"one of {', '.join(SUFFIXES)}"
            faults.append(Fault(self.path, f"suffix {self.path.suffix!r}", expected, "It names the format."))
        elif self.path.suffix in (".lsmat", ".h5") and not self.fits:
            faults.append(Fault(
                self.path, f"{self.chosen.name}, which is no distance", "a distance",
                "Ask for jensen-shannon-distance, which obeys the triangle inequality, or write .tsv.",
            ))  # fmt: skip
        if self.dtype not in get_args(Precision):
            faults.append(Fault("dtype", repr(self.dtype), "float64 or float32"))
        elif self.dtype == "float32" and self.path.suffix not in KINDS:
            remedy = "Text has twelve digits, whatever they take in memory."
            faults.append(Fault(self.path, "float32", f"one of {', '.join(KINDS)}", remedy))
        faults += [*_names_faults(self.path, self.names), *self._tile_faults()]
        InputError.raise_any(faults)

    @property
    def fits(self) -> bool:
        """Whether scikit-bio takes it for a matrix of distances: .h5 has to be symmetric, .lsmat a distance."""
        return self.chosen.symmetric if self.path.suffix == ".h5" else self.chosen.metric

    def _tile_faults(self) -> list[Fault]:
        if not self.tile:
            return []
        numbers = TILE.fullmatch(self.tile)
        if numbers is None or int(numbers[1]) > int(numbers[2]):
            return [Fault("tile", repr(self.tile), "which part of how many, such as 3/8")]
        if self.path.suffix != ".npy":
            remedy = "klbio matrix PART ... --out FILE writes the others from all parts."
            return [Fault(self.path, "a part of a matrix", ".npy", remedy)]
        return []

    def write(self, counts: Counts) -> None:
        """Compute the matrix, or a part, and write it."""
        names, column, symmetric = counts.samples, self.chosen.column, self.chosen.symmetric
        # in which order taxa stand is no information, but a sum's last digit tells it
        pairs = AllPairs(counts.by_label(), measure=self.measure, alpha=self.alpha)
        del counts
        if self.path.suffix not in KINDS:
            write = write_lsmat if self.path.suffix == ".lsmat" else write_tsv
            write(self.path, names, pairs.matrix(self.threads, progress=shown()), column)
            return
        rows = pairs.tile(*map(int, self.tile.split("/"))) if self.tile else slice(0, len(names))
        blocks = pairs.blocks(self.threads, progress=shown(), within=rows)
        del pairs  # as large as what was made of it
        if self.tile:
            write_tile(self.path, names, rows, blocks, column, symmetric=symmetric, dtype=self.dtype)
        else:
            write_square(self.path, names, blocks, column, symmetric=symmetric, dtype=self.dtype)


@takes(AllPairsOf)
def write_matrix(given: AllPairsOf) -> Ending:
    """Compare all samples of a table with each other.

    Parameters
    ----------
    table : path-like, or sequence of path-like
        Table of counts, in any format of `klbio.io.TABLE_FORMATS`; or all parts of a matrix, as of `gather_matrix`.
    out : path-like
        ``.tsv``; ``.lsmat`` for scikit-bio and QIIME 2 (distances only).  For matrices larger than memory, written
        block by block and read in part: ``.npy``, with the names in a ``.json`` beside it; ``.h5``, scikit-bio's
        and unifrac's binary_dm; ``.zarr``.  What was left out of the table stands in a file beside it with
        ``.dropped.tsv`` at the end of its name.
    measure : str, default "jensen-shannon-divergence"
        A name of `klbio.pairwise.MEASURES`.
    alpha : float, optional
        Added to each count, per category, over all categories of the table; for the measures
        that need it.
    threads : int, default 1
        The result is the same for any number.
    exclude : sequence of str
        Taxa, or clades with all that is in them, to leave out.
    keep : sequence of str
        Those that are meant to be counted, whatever they look like.
    dtype : {"float64", "float32"}
        Of ``.npy``, ``.h5`` and ``.zarr``: every bit, or seven digits in half the room.
    tile : str, optional
        ``3/8``: the third of eight parts, of some rows each that take about as long, as ``.npy``; `gather_matrix`
        puts them together.
    names : path-like, optional
        The ``.json`` beside a ``.npy``, for rules, which name all that they make.

    Raises
    ------
    InputError
        For a faulty table, a sample without counts, a suffix or a measure klbio does not know,
        or a measure that is no distance where the format wants one.
    """
    if given.parts:
        return gather_matrix(tiles=given.parts, out=given.out)
    given.check()
    read = [given.read()]
    dropped_rows, n_samples = read[0].dropped, len(read[0].counts.samples)
    given.write(read.pop().counts)  # in memory no longer than it is needed
    part = f", part {given.tile}" if given.tile else ""
    answer = f"{count(n_samples, 'sample')} compared with each other by {given.measure}{part}."
    place = list_beside(given.out)
    lists = write_list(dropped_rows, place) if dropped_rows else []
    if place is not None and not dropped_rows:  # what an earlier run left out of another table
        place.unlink(missing_ok=True)
    return Ending(answer, left_out(dropped_rows, *lists), str(given.out))


def _names_faults(out: Path, names: StrPath | None) -> list[Fault]:
    if names is None or Path(names) == out.with_suffix(".json"):
        return []
    return [Fault(out, f"names in {names}", f"in {out.with_suffix('.json')}")]


def gather_matrix(*, tiles: Sequence[StrPath], out: StrPath, names: StrPath | None = None) -> Ending:
    """Put the parts of a matrix together, as if it had never been cut.

    Parameters
    ----------
    tiles : sequence of path-like
        All parts that `write_matrix` made of one table, in any order.
    out : path-like
        ``.npy``, ``.h5`` or ``.zarr``.
    names : path-like, optional
        As of `write_matrix`.

    Raises
    ------
    InputError
        For parts of several matrices, missing ones, and another suffix.
    """
    if Path(out).suffix not in KINDS:
        raise InputError.one(
            out, f"suffix {Path(out).suffix!r}", f"one of {', '.join(KINDS)}", "It names the format."
        )
    InputError.raise_any(_names_faults(Path(out), names))
    whole = put_together(tiles, out)
    answer = f"{count(len(whole.names), 'sample')} compared with each other: {count(len(tiles), 'part')} put together."
    return Ending(answer, left_out(()), str(out))
