"""Discrete hidden Markov models as JSON (a table of rows each) or TSV (one probability per line)."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np

from klbio.errors import Fault, InputError, StrPath, shorten
from klbio.io.files import write_text
from klbio.io.source import Source
from klbio.models import Finding, HiddenMarkovModel

__all__ = ["FILES", "TITLE", "read", "sniff", "write"]

TITLE, FILES = "hidden Markov model", ".json, .tsv"
HEADER = ["kind", "state", "to", "probability"]
KEYS = ("symbols", "transitions", "emissions")
KINDS = ("start", "transition", "emission")
MAX_BYTES = 64 * 1024**2
MOST_FAULTS = 20
REMEDY = "docs/gene-models.md shows the format."


def sniff(path: StrPath) -> bool:
    """Recognise the header of the TSV, or a JSON object with symbols, transitions and emissions."""
    source = Source.of(path)
    line = next(iter(source.first_lines(1)), "")
    if line.split("\t") == HEADER:
        return True
    if not line.lstrip().startswith("{") or source.size > MAX_BYTES:
        return False
    return all(f'"{key}"'.encode() in source.data for key in KEYS)


def read(path: StrPath) -> list[HiddenMarkovModel]:
    """Read one model; without a start law it starts from its stationary one.

    Raises
    ------
    InputError
        Text that is not JSON, missing keys, lines that are no probabilities, and whatever
        `klbio.models.HiddenMarkovModel` refuses.
    """
    source = Source.of(path)
    if source.size > MAX_BYTES:
        raise InputError.one(path, f"{source.size} bytes", f"at most {MAX_BYTES}", REMEDY)
    path, lines = source.path, source.lines
    parts = _from_tsv(path, lines) if lines and lines[0].split("\t") == HEADER else _from_json(path, lines)
    try:
        return [_model(parts)]
    except InputError as error:
        faults = [Fault(path, f"{one.path}: {one.found}", one.expected, REMEDY) for one in error.faults]
        raise InputError(faults) from error


def _model(parts: dict[str, Any]) -> HiddenMarkovModel:
    n_states = len(parts["states"])
    fields = {key: parts[key] for key in ("name", "symbols", "states", "transitions", "emissions")}
    if parts["start"] is not None:
        return HiddenMarkovModel(**fields, start=parts["start"], format="hidden")
    findings = (Finding("note", "start", "no start law: the stationary law is taken"),)
    even = HiddenMarkovModel(**fields, start=np.full(n_states, 1 / n_states))
    return HiddenMarkovModel(**fields, start=even.stationary_states, format="hidden", findings=findings)


def _row_faults(path: Path, key: str, rows: list[Any]) -> list[Fault]:
    """Name each row that is no list of numbers, or of another length than the first."""
    width = len(rows[0]) if rows and isinstance(rows[0], list) else 1
    return [
        Fault(path, f"{key}, row {n}: {shorten(row, 60)}", f"a list of {width} probabilities", REMEDY)
        for n, row in enumerate(rows, 1)
        if not isinstance(row, list)
        or len(row) != width
        or not all(isinstance(value, int | float) for value in row)
    ][:MOST_FAULTS]


def _from_json(path: Path, lines: list[str]) -> dict[str, Any]:
    try:
        found = json.loads("\n".join(lines))
    except (ValueError, RecursionError) as error:
        line = getattr(error, "lineno", None)
        expected = f"a JSON object, or a table with the columns {', '.join(HEADER)}"
        raise InputError.one(path, f"not JSON ({error})", expected, REMEDY, line) from error
    missing = [key for key in KEYS if not isinstance(found, dict) or not isinstance(found.get(key), list)]
    InputError.raise_any([Fault(path, f"no list {key!r}", "a list", REMEDY) for key in missing])
    InputError.raise_any(
        [fault for key in ("transitions", "emissions") for fault in _row_faults(path, key, found[key])]
    )
    try:
        tables = {key: np.array(found[key], dtype=float) for key in ("transitions", "emissions")}
        start = np.array(found["start"], dtype=float) if found.get("start") is not None else None
    except (ValueError, TypeError) as error:
        raise InputError.one(path, str(error), "rows of numbers, all of one length", REMEDY) from error
    states = found.get("states") or [str(i) for i in range(1, len(found["transitions"]) + 1)]
    return tables | {
        "name": str(found.get("name") or path.stem), "start": start,
        "states": tuple(map(str, states)), "symbols": tuple(map(str, found["symbols"])),
    }  # fmt: skip


def _from_tsv(path: Path, lines: list[str]) -> dict[str, Any]:
    rows = [(n, line.split("\t")) for n, line in enumerate(lines[1:], 2) if line.strip()]
    faults = [fault for n, fields in rows if (fault := _fault(path, n, fields))]
    seen: set[tuple[str, ...]] = set()
    for n, fields in rows:
        if tuple(fields[:3]) in seen:
            faults.append(Fault(path, f"{fields[:3]!r} again", "each line once", REMEDY, n))
        seen.add(tuple(fields[:3]))
    InputError.raise_any(faults[:MOST_FAULTS])
    cells = [(kind, state, to, float(value)) for _, (kind, state, to, value) in rows]
    states = tuple(dict.fromkeys(x for k, a, b, _ in cells for x in ([a, b] if k == "transition" else [a])))
    symbols = tuple(dict.fromkeys(to for kind, _, to, _ in cells if kind == "emission"))
    tables = {
        "transitions": np.zeros((len(states), len(states))), "emissions": np.zeros((len(states), len(symbols))),
        "start": np.zeros(len(states)),
    }  # fmt: skip
    for kind, state, to, value in cells:
        i = states.index(state)
        if kind == "start":
            tables["start"][i] = value
        elif kind == "transition":
            tables["transitions"][i, states.index(to)] = value
        else:
            tables["emissions"][i, symbols.index(to)] = value
    start = tables.pop("start") if any(kind == "start" for kind, *_ in cells) else None
    return tables | {"name": path.stem, "states": states, "symbols": symbols, "start": start}


def _fault(path: Path, n: int, fields: list[str]) -> Fault | None:
    if len(fields) != len(HEADER) or fields[0] not in KINDS:
        return Fault(path, shorten("\t".join(fields)), f"one of {KINDS}, state, to, probability", REMEDY, n)
    try:
        fine = 0 <= float(fields[3]) <= 1
    except ValueError:
        fine = False
    return None if fine else Fault(path, shorten(fields[3]), "a probability", REMEDY, n)


def write(model: HiddenMarkovModel, path: Path) -> None:
    """Write as TSV where the name ends in ``.tsv``, as JSON otherwise; probabilities in full."""
    write_text(path, _as_tsv(model) if path.suffix == ".tsv" else _as_json(model))


def _as_json(model: HiddenMarkovModel) -> str:
    parts = {
        "name": model.name, "symbols": model.symbols, "states": model.states, "start": model.start.tolist(),
        "transitions": model.transitions.tolist(), "emissions": model.emissions.tolist(),
    }  # fmt: skip
    return json.dumps(parts, indent=1) + "\n"


def _as_tsv(model: HiddenMarkovModel) -> str:
    lines = [HEADER]
    for i, state in enumerate(model.states):
        lines.append(["start", state, "", repr(float(model.start[i]))])
        for kind, names, row in (
            ("transition", model.states, model.transitions[i]), ("emission", model.symbols, model.emissions[i]),
        ):  # fmt: skip
            lines += [[kind, state, to, repr(float(x))] for to, x in zip(names, row, strict=True)]
    return "\n".join("\t".join(line) for line in lines) + "\n"
