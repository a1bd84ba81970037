"""What BIOM 1.0 (JSON) has to hold before a reader trusts it: a cell for each number, a name for each row."""

from __future__ import annotations

from collections.abc import Iterator

from klbio.errors import Fault, InputError, StrPath, first_faults, listed, shorten
from klbio.io.json_data import Json, JsonObject
from klbio.io.unreadable import AGAIN
from klbio.tidy import MOST_READS

__all__ = ["check_document"]


def check_document(document: Json, path: StrPath) -> JsonObject:
    """Give a BIOM 1.0 table as it was parsed, if it is one.

    Raises
    ------
    InputError
        For lists that are missing, a shape unlike the numbers of names, and each cell outside the shape, given
        twice, or without a number; of one kind the first twenty.
    """
    if not isinstance(document, dict):
        raise InputError.one(path, shorten(document), "a BIOM table: a JSON object")
    lists = {name: document.get(name) for name in ("rows", "columns", "data", "shape")}
    absent = [name for name, value in lists.items() if not isinstance(value, list)]
    if len(absent) == len(lists):
        found = f"JSON that is no BIOM table (keys {listed(document, 5)})"
        raise InputError.one(path, found, "rows, columns, data and shape", "Give the table as text or BIOM.")
    InputError.raise_any([Fault(path, f"no list {name!r}", "a BIOM table", AGAIN) for name in absent])
    names = (document["rows"], document["columns"])
    InputError.raise_any(first_faults(_name_faults(names, path)))
    shape = [len(rows) for rows in names]
    if document["shape"] != shape:
        found = f"shape {shorten(document['shape'], 60)} with {shape[0]} rows and {shape[1]} columns"
        raise InputError.one(path, found, "as many rows and columns as the shape says", AGAIN)
    faults = _dense_faults if document.get("matrix_type") == "dense" else _sparse_faults
    InputError.raise_any(first_faults(faults(document["data"], shape, path)))
    return document


def _name_faults(names: tuple[list[Json], ...], path: StrPath) -> Iterator[Fault]:
    for kind, entries in zip(("rows", "columns"), names, strict=True):
        first: dict[str, int] = {}
        for i, entry in enumerate(entries):
            if not isinstance(entry, dict) or type(entry.get("id")) not in (str, int):
                yield Fault(path, f"{kind}[{i}]: {shorten(entry, 60)}", "an object with a text `id`", AGAIN)
            elif (before := first.setdefault(str(entry["id"]), i)) != i:
                found = f"{kind}[{i}]: {shorten(entry['id'], 60)} again, as in {kind}[{before}]"
                yield Fault(path, found, "each name once", "Rename or merge them.")


def _dense_faults(data: list[Json], shape: list[int], path: StrPath) -> Iterator[Fault]:
    expected = f"{shape[0]} lists of {shape[1]} numbers"
    if len(data) != shape[0]:
        yield Fault(path, f"data of {len(data)} rows", expected, AGAIN)
    for i, row in enumerate(data):
        if not isinstance(row, list) or len(row) != shape[1]:
            yield Fault(path, f"data[{i}]: {shorten(row, 60)}", expected, AGAIN)
        else:
            cells = ((j, value) for j, value in enumerate(row) if not _is_count(value))
            yield from (_cell_fault(path, f"data[{i}][{j}]", value) for j, value in cells)


def _sparse_faults(data: list[Json], shape: list[int], path: StrPath) -> Iterator[Fault]:
    seen: set[tuple[int, int]] = set()
    for i, triple in enumerate(data):
        if not isinstance(triple, list) or len(triple) != 3 or not all(map(_is_index, triple[:2], shape)):
            expected = f"[row, column, number] within {shape[0]} x {shape[1]}"
            yield Fault(path, f"data[{i}]: {shorten(triple, 60)}", expected, AGAIN)
        elif (cell := (triple[0], triple[1])) in seen:
            yield Fault(path, f"data[{i}]: row {cell[0]}, column {cell[1]} again", "each cell once", AGAIN)
        elif not _is_count(triple[2]):
            yield _cell_fault(path, f"data[{i}]", triple[2])
        else:
            seen.add(cell)


def _is_index(value: Json, n: int) -> bool:
    return type(value) is int and 0 <= value < n


def _is_count(value: Json) -> bool:
    return type(value) in (int, float) and abs(value) <= MOST_READS  # type: ignore[arg-type]


def _cell_fault(path: StrPath, place: str, value: Json) -> Fault:
    return Fault(
        path, f"{place} holds {shorten(value, 60)}", f"a number of reads, at most {MOST_READS:,.0f}", AGAIN
    )
