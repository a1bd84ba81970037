"""The checksum of every column of every table, so that a failure names what moved.

Another processor adds in another order: one number in a thousand differs in its twelfth digit, or is 1e-15, not 0;
where a fit leaves out what is next to nothing, a number of bits differs by up to 1e-8.  So columns of numbers have two
more checksums, of the numbers on a scale with steps of 1e-5 of a number (of 1e-7 below 0.01), and of the same moved by
half a step: a number on the border of one is far from that of the other.
"""

import csv
import hashlib
import json
import math
import re
from collections.abc import Iterator
from dataclasses import astuple, dataclass
from io import StringIO
from pathlib import Path

HEADER = ("table", "column", "n_rows", "sha256", "rounded", "rounded_otherwise")
WIDEST = 64  # columns; a wider table (a square matrix), or one without columns, has one checksum
STEP, NEAR_ZERO = 1e-5, 1e-2  # of the scale
NUMBER = re.compile(r"-?\d+\.\d+(e[-+]\d+)?|-?\de[-+]\d+")
MASKED = ("klbio", "packages")  # of provenance: versions


@dataclass(frozen=True)
class Checksum:
    """One column of one table."""

    table: str
    column: str
    n_rows: int
    sha256: str
    rounded: str = ""
    rounded_otherwise: str = ""

    @classmethod
    def of(cls, table: str, column: str, fields: list[str]) -> "Checksum":
        """Take the checksums of a column."""
        cells = [cell for field in fields for cell in field.split("\t")]
        scales = _scales(cells) if any(map(NUMBER.fullmatch, cells)) else ()
        return cls(table, column, len(fields), _digest(fields), *map(_digest, scales))

    def agrees(self, other: "Checksum") -> bool:
        """Whether the numbers are the same but for their last digits."""
        rounded = (self.rounded, other.rounded), (self.rounded_otherwise, other.rounded_otherwise)
        return self == other or any(one == two != "" for one, two in rounded)


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
        yield Checksum.of(path.relative_to(folder).as_posix(), column, fields)


def _columns(text: str) -> list[list[str]]:
    """Header and fields of each column."""
    rows = list(csv.reader(StringIO(text, newline=""), delimiter="\t"))
    if len(rows[0]) > WIDEST or len({len(row) for row in rows}) > 1:
        return [["*", *("\t".join(row) for row in rows)]]
    return [list(column) for column in zip(*rows, strict=True)]


def _digest(fields: list[str]) -> str:
    return hashlib.sha256("\n".join(fields).encode()).hexdigest()[:12]


def _scales(cells: list[str]) -> Iterator[list[str]]:
    """Steps of the scale that the numbers stand on, and on the scale moved by half a step."""
    places = [_place(cell) for cell in cells]
    for half in (0.0, 0.5):
        yield [place if isinstance(place, str) else str(math.floor(place + half)) for place in places]


def _place(cell: str) -> float | str:
    """Steps from zero; words, nothing and infinity as they are."""
    try:
        steps = math.asinh(float(cell) / NEAR_ZERO) / STEP
    except ValueError:
        return cell
    return steps if math.isfinite(steps) else cell


def read(path: Path) -> list[Checksum]:
    """Read what `write` wrote."""
    with path.open(encoding="utf-8", newline="") as file:
        return [
            Checksum(table, column, int(n_rows), *digests)
            for table, column, n_rows, *digests in list(csv.reader(file, delimiter="\t"))[1:]
        ]


def write(path: Path, sums: list[Checksum]) -> None:
    """Write a line a column."""
    rows = [HEADER, *map(astuple, sums)]
    path.write_text("".join("\t".join(map(str, row)) + "\n" for row in rows), encoding="utf-8")


def moved(kept: list[Checksum], now: list[Checksum]) -> list[str]:
    """Each table and column that is not as it was, in words."""
    before, after = _by_table(kept), _by_table(now)
    lines = [f"{table}: gone" for table in before if table not in after]
    lines += [f"{table}: new" for table in after if table not in before]
    for table in before:
        if table in after:
            lines += [f"{table}: {what}" for what in _moved_in(before[table], after[table])]
    return lines


def in_last_digits(kept: list[Checksum], now: list[Checksum]) -> list[str]:
    """Columns that agree and are not the same to the last digit."""
    after = {(one.table, one.column): one for one in now}
    pairs = [(one, after.get((one.table, one.column))) for one in kept]
    return [
        f"{one.table}: {one.column}" for one, other in pairs if other and one != other and one.agrees(other)
    ]


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
        yield from (
            f"column {name!r} has other values" for name in both if not before[name].agrees(after[name])
        )
