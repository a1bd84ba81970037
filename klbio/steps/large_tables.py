"""Result tables that are large, once more as Parquet: typed, a third of the size, and readable by columns."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from klbio.errors import InputError, StrPath, listed, notify
from klbio.io.files import checksum, write_sums
from klbio.io.parquet import PARQUET, has_pyarrow, write_parquet
from klbio.io.result_folder import SUMS
from klbio.io.results import GZIPPED, header_of, read_pieces
from klbio.phrases.numbers import count
from klbio.schema import MODEL_TABLES, NEAREST, SHIFT_TABLES, TRAINING_TABLES, Table
from klbio.steps.ending import Ending

__all__ = ["convert_result", "large_tables_planned", "write_large_tables"]

LARGE_MB = 100.0  # of text: some 500,000 rows
LARGE_STUDY = 500  # samples: fewer can hardly have as many rows
AT_ONCE = 50_000  # rows of a row group: 30 MB in memory
ALL, NONE = "all", "none"
REMEDY = "Install it (python -m pip install pyarrow) and delete the folder; or set `tables: {parquet: none}`."
KNOWN = SHIFT_TABLES, MODEL_TABLES, TRAINING_TABLES
TABLES = (*(table for tables in KNOWN for table in tables.values()), NEAREST)


def large_tables_planned(asked: str, n_samples: int) -> bool:
    """Say whether a study may have large tables, as far as its sheet tells.

    Parameters
    ----------
    asked : {'large', 'all', 'none'}
    n_samples : int

    Examples
    --------
    >>> large_tables_planned("large", 60), large_tables_planned("large", 6_000), large_tables_planned("all", 60)
    (False, True, True)
    """
    return asked == ALL or (asked != NONE and n_samples >= LARGE_STUDY)


def write_large_tables(*, tables: Sequence[StrPath], out: StrPath, least_mb: float = LARGE_MB) -> None:
    """Write result tables once more as Parquet, those that are large, and a list of their checksums.

    Without pyarrow none is written, which is said.

    Parameters
    ----------
    tables : sequence of path-like
        As klbio wrote them; files of other kinds among them are passed over.
    out : path-like
        Folder; ``tables.sha256`` in it lists what was written, and is there even if nothing was.
    least_mb : float, default 100
        Megabytes of text from which on a table is large.

    Raises
    ------
    InputError
        If a table is not as klbio writes it.

    Warns
    -----
    InputWarning
        Naming the large tables, where pyarrow is not installed.
    """
    large = [
        path for path in map(Path, tables) if path.stat().st_size >= least_mb * 1e6 and path.name != SUMS
    ]
    folder, sums = Path(out), dict[str, str]()
    folder.mkdir(parents=True, exist_ok=True)
    if large and not has_pyarrow():
        found = f"{listed([path.name for path in large])} of {least_mb:g} MB or more, and no pyarrow"
        notify(folder, found, "not written as Parquet", REMEDY)
    for path in large if has_pyarrow() else ():
        target = folder / f"{_stem(path)}{PARQUET}"
        write_parquet(target, read_pieces(path, _table(path), at_once=AT_ONCE), _table(path))
        sums[target.name] = checksum(target)
    write_sums(folder / SUMS, sums)


def convert_result(table: StrPath, out: StrPath) -> Ending:
    """Write one result table as Parquet.

    Raises
    ------
    InputError
        If it is no table of klbio's, by its name and columns; without pyarrow.
    """
    if not has_pyarrow():
        remedy = "Install it: python -m pip install pyarrow."
        raise InputError.one(out, "Parquet, which pyarrow writes", "pyarrow, which is not installed", remedy)
    known = _table(Path(table))
    n_rows = write_parquet(out, read_pieces(table, known, at_once=AT_ONCE), known)
    return Ending(
        f"{count(n_rows, 'row')} of {known.name} written as Parquet.", "Nothing was left out.", str(out)
    )


def _stem(path: Path) -> str:
    return path.name.removesuffix(GZIPPED).removesuffix(".tsv")


def _table(path: Path) -> Table:
    """Give the table that a file is named after; `klbio.io.results.read_pieces` says where it is no such."""
    found = [table for table in TABLES if table.name == _stem(path)]
    if not found:
        names = listed([f"{table.name}.tsv" for table in TABLES])
        raise InputError.one(
            path, "no result table by its name", f"a table that klbio wrote, as {names}",
            "Parquet is written of result tables alone; taxa tables become BIOM.",
        )  # fmt: skip
    return _of_header(path, found)


def _of_header(path: Path, tables: Sequence[Table]) -> Table:
    """Choose between tables of one name, as `pairs` of taxa and of models, by the columns."""
    names = set(header_of(path)) if len(tables) > 1 else set()
    return max(tables, key=lambda table: len(names & set(table.names)))
