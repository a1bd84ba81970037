"""The checksum of every column of every table, so that a failure names what moved."""

import csv
import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from io import StringIO
from pathlib import Path

HEADER = ("table", "column", "n_rows", "sha256")
WIDEST = 60  # columns; a wider table (a square matrix), or one without columns, has one checksum
MASKED = ("klbio", "packages")  # of provenance: versions


@dataclass(frozen=True)
class Checksum:
    """One column of one table."""

    table: str
    column: str
    n_rows: int
    sha256: str


def checksums(folder: Path) -> list[Checksum]:
    """Every table under a folder by name, its columns as they stand."""
    paths = sorted(path for path in folder.rglob("*") if path.suffix in (".tsv", ".lsmat", ".json"))
    return [one for path in paths for one in _of_file(path, folder)]


def _of_file(path: Path, folder: Path) -> Iterator[Checksum]:
    text = path.read_text(encoding="utf-8").replace(str(folder), "OUT")
    if path.name == "provenance.json":
        record = json.loads(text)
        columns = [[key, json.dumps(value)] for key, value in record.items() if key not in MASKED]
    elif path.suffix == ".json":
        columns = [["*", *text.splitlines()]]
    else:
        columns = _columns(text)
    for column, *fields in columns:
        yield Checksum(path.relative_to(folder).as_posix(), column, len(fields), _digest(fields))


def _columns(text: str) -> list[list[str]]:
    """Header and fields of each column."""
    rows = list(csv.reader(StringIO(text, newline=""), delimiter="\t"))
    if len(rows[0]) > WIDEST or len({len(row) for row in rows}) > 1:
        return [["*", *("\t".join(row) for row in rows)]]
    return [list(column) for column in zip(*rows, strict=True)]


def _digest(fields: list[str]) -> str:
    return hashlib.sha256("\n".join(fields).encode()).hexdigest()[:12]


def read(path: Path) -> list[Checksum]:
    """Read what `write` wrote."""
    with path.open(encoding="utf-8", newline="") as file:
        return [
            Checksum(row["table"], row["column"], int(row["n_rows"]), row["sha256"])
            for row in csv.DictReader(file, delimiter="\t")
        ]


def write(path: Path, sums: list[Checksum]) -> None:
    """Write a line a column."""
    rows = [HEADER, *((one.table, one.column, str(one.n_rows), one.sha256) for one in sums)]
    path.write_text("".join("\t".join(row) + "\n" for row in rows), encoding="utf-8")


def moved(kept: list[Checksum], now: list[Checksum]) -> list[str]:
    """Each table and column that is not as it was, in words."""
    before, after = _by_table(kept), _by_table(now)
    lines = [f"{table}: gone" for table in before if table not in after]
    lines += [f"{table}: new" for table in after if table not in before]
    for table in before:
        if table in after:
            lines += [f"{table}: {what}" for what in _moved_in(before[table], after[table])]
    return lines


def _by_table(sums: list[Checksum]) -> dict[str, dict[str, Checksum]]:
    tables: dict[str, dict[str, Checksum]] = {}
    for one in sums:
        tables.setdefault(one.table, {})[one.column] = one
    return tables


def _moved_in(before: dict[str, Checksum], after: dict[str, Checksum]) -> Iterator[str]:
    yield from (f"column {name!r} gone" for name in before if name not in after)
    yield from (f"column {name!r} new" for name in after if name not in before)
    both = [name for name in before if name in after]
    if both != [name for name in after if name in before]:
        yield "columns in another order"
    had, has = ({one.n_rows for one in columns.values()} for columns in (before, after))
    if had != has:
        yield f"{max(has)} rows, had {max(had)}"
    else:
        yield from (f"column {name!r} has other values" for name in both if before[name] != after[name])
