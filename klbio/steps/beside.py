"""The list of what was left out, which stands beside a result."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from klbio.errors import StrPath, note
from klbio.io.files import is_written_through
from klbio.io.results import write_rows
from klbio.schema import DROPPED, DroppedRow

__all__ = ["list_beside", "write_list"]

ENDING = "dropped.tsv"


def list_beside(out: StrPath) -> Path | None:
    """Give the place of the list; None beside a device or a pipe, which have none.

    Examples
    --------
    >>> list_beside("counts/words.tsv"), list_beside("phyloseq/"), list_beside("."), list_beside("/dev/null")
    (PosixPath('counts/words.tsv.dropped.tsv'), PosixPath('phyloseq.dropped.tsv'), PosixPath('dropped.tsv'), None)
    """
    target = Path(out)
    if is_written_through(target) and not target.is_dir():
        return None
    if target.name in ("", ".."):
        return target / ENDING
    return target.with_name(f"{target.name}.{ENDING}")


def write_list(rows: Sequence[DroppedRow], place: StrPath | None) -> list[str]:
    """Write the list, and give its name; where it has no place, say each of its rows instead, and give none."""
    if place is not None:
        write_rows(place, rows, DROPPED)
        return [str(place)]
    for row in rows:
        note(row.source, f"{row.kind} {row.name!r}: {row.reason}", "left out")
    return []
