"""A folder of result tables is one thing: all of one run, or said not to be."""

from __future__ import annotations

import hashlib
from collections.abc import Container, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from errno import EIO
from pathlib import Path
from typing import TYPE_CHECKING

from klbio.errors import Fault, InputError, StrPath, listed
from klbio.io.drafts import folder_beside
from klbio.io.files import read_sums, write_sums
from klbio.io.pages import PAGE, take_away_page
from klbio.io.results import write_pieces, write_rows
from klbio.io.writable import require_writable
from klbio.schema import DROPPED, Pieces, Table
from klbio.strictness import STRICT

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["LONG", "SUMS", "check_place", "gone_faults", "run_faults", "table_path", "write_tables"]

SUMS = "tables.sha256"  # as `sha256sum --check` reads it
TABLES = "tables"
LONG = 50_000  # rows, above which a table is gzipped where that is wanted
ENDINGS = (".tsv", ".tsv.gz")


def table_path(folder: StrPath, name: str) -> Path:
    """Give the path of a table as it stands in a folder, gzipped or not; as ``NAME.tsv`` where it does not."""
    paths = [Path(folder) / f"{name}{ending}" for ending in ENDINGS]
    return next((path for path in paths if path.is_file()), paths[0])


def check_place(folder: StrPath) -> None:
    """Refuse a folder that cannot be made or written, before hours are spent on what should go there.

    Raises
    ------
    InputError
        If it is a file, stands below one, or cannot be written.
    """
    if Path(folder).is_file():
        raise InputError.one(folder, "a file", "a folder for the result tables", "Name another folder.")
    require_writable(folder)


def write_tables(
    folder: StrPath,
    frames: Mapping[str, pd.DataFrame | Pieces],
    tables: Mapping[str, Table],
    *,
    gzip: bool = False,
) -> None:
    """Write the tables of a run: all of them aside, then what they should be, then each to its place.

    Stopped at any moment, the folder holds what it held; or `run_faults` says that it holds two runs.  The page of an
    earlier run and those of its tables that this one does not write go: the folder holds one run.

    Parameters
    ----------
    folder : path-like
        Made if it is not there.
    frames : mapping of str to DataFrame, or to Pieces
        By name; each becomes a ``.tsv``.
    tables : mapping of str to Table
        What the rows of each should be.
    gzip : bool, default False
        Write those of more than 50,000 rows as ``.tsv.gz``; never the list of what was left out.
    """
    STRICT.raise_any()
    target = Path(folder)
    target.mkdir(parents=True, exist_ok=True)
    with folder_beside(target, TABLES) as aside:
        drafts = {name: Path(aside, _file(name, frame, gzip)) for name, frame in frames.items()}
        for name, frame in frames.items():
            with _named(target / drafts[name].name):
                if isinstance(frame, Pieces):
                    write_pieces(drafts[name], frame, tables[name])
                else:
                    write_rows(drafts[name], frame, tables[name])
        sums = {draft.name: _sum(draft) for draft in drafts.values()}
        others = _others(target, sums)
        write_sums(target / SUMS, sums)
        take_away_page(target / PAGE)
        for table in others:
            table.unlink()
        for name, draft in drafts.items():
            for ending in ENDINGS:  # what an earlier run wrote under the other
                if draft.name != f"{name}{ending}":
                    (target / f"{name}{ending}").unlink(missing_ok=True)
            with _named(target / draft.name):
                draft.replace(target / draft.name)


def _others(folder: Path, names: Container[str]) -> list[Path]:
    """Give the tables of an earlier run of other names that stand as it wrote them: nobody's work is in them."""
    sums: Mapping[str, str] = {}
    with suppress(InputError, FileNotFoundError):  # no such list
        sums = read_sums(folder / SUMS)
    named = {
        folder / name: sum_ for name, sum_ in sums.items() if name.endswith(ENDINGS) and name not in names
    }
    return [path for path, sum_ in named.items() if path.parent == folder and _sum(path) == sum_]


@contextmanager
def _named(path: Path) -> Iterator[None]:
    """Name what is written in words of the machine: not the draft of it, which nobody knows."""
    try:
        yield
    except OSError as error:
        raise OSError(error.errno or EIO, error.strerror or str(error), str(path)) from error


def _file(name: str, frame: pd.DataFrame | Pieces, gzip: bool) -> str:
    return f"{name}{ENDINGS[gzip and len(frame) > LONG and name != DROPPED.name]}"


def run_faults(folder: StrPath) -> list[Fault]:
    """Say whether the tables of a folder are not all of one run; nothing where it does not say what they should be."""
    sums = Path(folder) / SUMS
    if not sums.is_file():
        return []
    try:
        wanted = read_sums(sums)
    except InputError as error:
        return list(error.faults)
    others = [name for name, digest in wanted.items() if _sum(Path(folder) / name) != digest]
    if not others:
        return []
    remedy = f"Run its step again; to show them as they are, delete {SUMS}."
    gone = [name for name in others if not Path(folder, name).is_file()]
    changed = [name for name in others if name not in gone]
    words = {
        "tables that its last run did not write so": changed,
        "tables gone that its last run wrote": gone,
    }
    found = "; ".join(f"{what}: {listed(of)}" for what, of in words.items() if of)
    return [Fault(folder, found, "the tables of one run, to its end", remedy)]


def gone_faults(folder: StrPath, tables: Iterable[str]) -> list[Fault]:
    """Say which tables are not there, where others are that one step writes with them.

    A list of what was left out says nothing of the others: a step that had nothing to measure may write it alone.
    """
    names = [name for name in tables if name != DROPPED.name]
    gone = [name for name in names if not table_path(folder, name).is_file()]
    if len(gone) in (0, len(names)):
        return []
    found = f"no {listed([f'{name}.tsv' for name in gone])}, beside other tables of the run"
    return [Fault(folder, found, "every table that a run writes", "Run its step again.")]


def _sum(path: Path) -> str:
    """Give the checksum of a file; nothing where there is none."""
    if not path.is_file():
        return ""
    with path.open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()
