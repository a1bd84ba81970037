"""A folder of result tables is one thing: all of one run, or said not to be."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from klbio.errors import Fault, InputError, StrPath, listed
from klbio.io.files import write_text
from klbio.io.results import write_rows
from klbio.schema import Table
from klbio.strictness import STRICT

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["SUMS", "check_place", "run_faults", "write_tables"]

SUMS = "tables.sha256"  # as `sha256sum --check` reads it


def check_place(folder: StrPath) -> None:
    """Refuse a folder that cannot be made, before hours are spent on what should go there.

    Raises
    ------
    InputError
        If it is a file, or stands below one.
    """
    for place in (Path(folder), *Path(folder).parents):
        if place.is_dir():
            return
        if place.exists():
            raise InputError.one(place, "a file", "a folder for the result tables", "Name another folder.")


def write_tables(folder: StrPath, frames: Mapping[str, pd.DataFrame], tables: Mapping[str, Table]) -> None:
    """Write the tables of a run: all of them aside, then what they should be, then each to its place.

    Stopped at any moment, the folder holds what it held; or `run_faults` says that it holds two runs.

    Parameters
    ----------
    folder : path-like
        Made if it is not there.
    frames : mapping of str to DataFrame
        By name; each becomes a ``.tsv``.
    tables : mapping of str to Table
        What the rows of each should be.
    """
    STRICT.raise_any()
    target = Path(folder)
    target.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=target, prefix=".tables.", suffix=".part") as aside:
        drafts = {f"{name}.tsv": Path(aside, f"{name}.tsv") for name in frames}
        for name, frame in frames.items():
            write_rows(drafts[f"{name}.tsv"], frame, tables[name])
        write_text(target / SUMS, "".join(f"{_sum(draft)}  {name}\n" for name, draft in drafts.items()))
        for name, draft in drafts.items():
            draft.replace(target / name)


def run_faults(folder: StrPath) -> list[Fault]:
    """Say whether the tables of a folder are not all of one run; nothing where it does not say what they should be."""
    sums = Path(folder) / SUMS
    if not sums.is_file():
        return []
    try:
        lines = [line.split("  ", 1) for line in sums.read_text(encoding="utf-8").splitlines()]
        wanted = {name: digest for digest, name in lines}
    except ValueError:
        return [Fault(sums, "no list of checksums", "what klbio writes", "Run its step again.")]
    others = [name for name, digest in wanted.items() if _sum(Path(folder) / name) != digest]
    if not others:
        return []
    remedy = f"Run its step again; to show them as they are, delete {SUMS}."
    found = f"tables that its last run did not write so: {listed(others)}"
    return [Fault(folder, found, "the tables of one run, to its end", remedy)]


def _sum(path: Path) -> str:
    """Give the checksum of a file; nothing where there is none."""
    if not path.is_file():
        return ""
    with path.open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()
