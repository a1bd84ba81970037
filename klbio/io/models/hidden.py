"""Discrete hidden Markov models as JSON (a table of rows each) or TSV (one probability per line)."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from pathlib import Path
from typing import NamedTuple

import numpy as np

from klbio.distributions import FloatArray
from klbio.errors import Fault, InputError, StrPath, shorten
from klbio.io.files import write_text
from klbio.io.json_data import Json, each_once
from klbio.io.models.text import Diagnostics
from klbio.io.numbers import finite_number
from klbio.io.source import Source
from klbio.models import Finding, HiddenMarkovModel

__all__ = ["FILES", "TITLE", "read", "sniff", "write"]

TITLE, FILES = "hidden Markov model", ".json, .tsv"
HEADER = ["kind", "state", "to", "probability"]
TABLES = ("transitions", "emissions")
KEYS = ("symbols", *TABLES)
# attributes of hmmlearn's CategoricalHMM, as people put them into JSON
HMMLEARN = (("transmat_", "emissionprob_"), ("transmat", "emissionprob"))
OF_HMMLEARN = {"startprob": "start", "transmat": "transitions", "emissionprob": "emissions"}
NUMBERED = "symbols are numbers, as hmmlearn has them: they have to mean the same in every model"
KINDS = START, TRANSITION, EMISSION = ("start", "transition", "emission")
MAX_BYTES = 64 * 1024**2
REMEDY = "docs/gene-models.md shows the format."


def sniff(path: StrPath) -> bool:
    """Recognise the header of the TSV, or a JSON object with symbols, transitions and emissions."""
    source = Source.of(path)
    line = next(iter(source.first_lines(1)), "")
    if line.split("\t") == HEADER:
        return True
    if not line.lstrip().startswith("{") or source.size > MAX_BYTES:
        return False
    return any(all(f'"{key}"'.encode() in source.data for key in keys) for keys in (KEYS, *HMMLEARN))


def read(path: StrPath) -> list[HiddenMarkovModel]:
    """Read one model; without a start it starts from its stationary distribution.

    Raises
    ------
    InputError
        Text that is not JSON, missing keys, lines that are no probabilities, and whatever
        `klbio.models.HiddenMarkovModel` refuses.
    """
    source = Source.of(path)
    if source.size > MAX_BYTES:
        raise InputError.one(path, f"{source.size} bytes", f"at most {MAX_BYTES}", REMEDY)
    lines = source.lines
    header = lines[0].split("\t") if lines else []
    diagnostics = Diagnostics(source.path, REMEDY)
    parts = (_Table if header == HEADER else _Json)(lines, diagnostics).parts()
    try:
        model = parts.model(source.path.stem)
        return [replace(model, findings=(*diagnostics.findings, *model.findings))]
    except InputError as error:
        faults = [
            Fault(source, f"{fault.path}: {fault.found}", fault.expected, REMEDY) for fault in error.faults
        ]
        raise InputError(faults) from error


@dataclass(frozen=True)
class _Parts:
    """What a file holds; without `start` where it gives none, without `name` where it is the file's."""

    states: tuple[str, ...]
    symbols: tuple[str, ...]
    transitions: FloatArray
    emissions: FloatArray
    start: FloatArray | None = None
    name: str = ""

    def model(self, name: str) -> HiddenMarkovModel:
        """Make the model; without a start it starts from its stationary distribution."""
        if self.start is not None:
            return self._with(name, self.start)
        even = self._with(name, np.full(len(self.states), 1 / len(self.states)))
        findings = (Finding.note(START, "no start law: the stationary law is taken"),)
        return replace(even, start=even.stationary_states, findings=findings)

    def _with(self, name: str, start: FloatArray) -> HiddenMarkovModel:
        return HiddenMarkovModel(
            name=self.name or name, symbols=self.symbols, states=self.states, transitions=self.transitions,
            emissions=self.emissions, start=start, format="hidden",
        )  # fmt: skip


class _Document(NamedTuple):
    """The JSON form, its lists checked to be such; a start is None where there is none."""

    symbols: list[Json]
    transitions: list[list[float]]
    emissions: list[list[float]]
    states: list[Json]
    start: list[float] | None
    name: str


class _Json:
    """An object with symbols, transitions and emissions, and perhaps a name, states and a start."""

    def __init__(self, lines: list[str], diagnostics: Diagnostics) -> None:
        self.lines = lines
        self.diagnostics = diagnostics

    def parts(self) -> _Parts:
        """Check and give what the file holds, or raise every fault."""
        found = self._parsed()
        return _Parts(
            states=tuple(map(str, found.states or range(1, len(found.transitions) + 1))),
            symbols=tuple(map(str, found.symbols)),
            transitions=self._array(found.transitions),
            emissions=self._array(found.emissions),
            start=None if found.start is None else self._array(found.start),
            name=found.name,
        )

    def _parsed(self) -> _Document:
        try:
            found = json.loads("\n".join(self.lines), object_pairs_hook=each_once(self.diagnostics.path))
        except (ValueError, RecursionError) as error:
            line = getattr(error, "lineno", None)
            expected = f"a JSON object, or a table with the columns {', '.join(HEADER)}"
            raise self.diagnostics.refusal(f"not JSON ({error})", expected, line) from error
        if isinstance(found, dict):
            found = self._of_hmmlearn(found)
        for key in KEYS:
            if not isinstance(found, dict) or not isinstance(found.get(key), list):
                self.diagnostics.fault(f"no list {key!r}", "a list")
        self.diagnostics.raise_any()
        for key in TABLES:
            self._check_rows(key, found[key])
        for key in ("states", START):
            if not isinstance(found.get(key) or [], list):
                self.diagnostics.fault(f"{key!r} is {shorten(found[key], 60)}", "a list, or nothing")
        self.diagnostics.raise_any()
        lists = (found["symbols"], found["transitions"], found["emissions"], found.get("states") or [])
        return _Document(*lists, found.get(START), str(found.get("name") or ""))

    def _of_hmmlearn(self, found: dict[str, Json]) -> dict[str, Json]:
        """Give the attributes of hmmlearn's model klbio's names; symbols are counted from 0."""
        named = {OF_HMMLEARN.get(key.removesuffix("_"), key): value for key, value in found.items()}
        rows = named.get("emissions")
        if "symbols" not in named and isinstance(rows, list) and rows and isinstance(rows[0], list):
            self.diagnostics.note("emissions", NUMBERED)
            named["symbols"] = [str(number) for number in range(len(rows[0]))]
        return named

    def _check_rows(self, key: str, rows: list[Json]) -> None:
        """Name each row that is no list of numbers, or of another length than the first."""
        width = len(rows[0]) if rows and isinstance(rows[0], list) else 1
        for n, row in enumerate(rows, 1):
            good = isinstance(row, list) and len(row) == width
            if not isinstance(row, list) or not good or not all(isinstance(x, int | float) for x in row):
                found = f"{key}, row {n}: {shorten(row, 60)}"
                self.diagnostics.fault(found, f"a list of {width} probabilities")

    def _array(self, numbers: list[float] | list[list[float]]) -> FloatArray:
        try:
            return np.array(numbers, dtype=float)
        except (ValueError, TypeError) as error:
            expected = "rows of numbers, all of one length"
            raise self.diagnostics.refusal(str(error), expected) from error


class _Table:
    """A probability a line."""

    def __init__(self, lines: list[str], diagnostics: Diagnostics) -> None:
        self.rows = [(n, line.split("\t")) for n, line in enumerate(lines[1:], 2) if line.strip()]
        self.diagnostics = diagnostics

    def parts(self) -> _Parts:
        """Check and give what the file holds, or raise every fault."""
        self._check()
        if not self.rows:
            raise self.diagnostics.refusal("a header without rows", "a probability a line")
        cells = [(kind, state, to, float(value)) for _, (kind, state, to, value) in self.rows]
        named = (name for kind, a, b, _ in cells for name in ([a, b] if kind == TRANSITION else [a]))
        states = tuple(dict.fromkeys(named))
        symbols = tuple(dict.fromkeys(to for kind, _, to, _ in cells if kind == EMISSION))
        columns = {TRANSITION: states, EMISSION: symbols, START: ("",)}
        tables = {kind: np.zeros((len(states), len(names))) for kind, names in columns.items()}
        for kind, state, to, value in cells:
            column = 0 if kind == START else columns[kind].index(to)
            tables[kind][states.index(state), column] = value
        start = tables[START][:, 0] if any(kind == START for kind, *_ in cells) else None
        return _Parts(states, symbols, tables[TRANSITION], tables[EMISSION], start)

    def _check(self) -> None:
        """Name the lines that are none, then those that were given before."""
        for n, fields in self.rows:
            self._check_fields(n, fields)
        seen: set[tuple[str, ...]] = set()
        for n, fields in self.rows:
            key = fields[:3]
            if tuple(key) in seen:
                self.diagnostics.fault(f"{key!r} again", "each line once", n)
            seen.add(tuple(key))
        self.diagnostics.raise_any()

    def _check_fields(self, n: int, fields: list[str]) -> None:
        if len(fields) != len(HEADER) or fields[0] not in KINDS:
            expected = f"one of {KINDS}, state, to, probability"
            self.diagnostics.fault(shorten("\t".join(fields)), expected, n)
            return
        value = finite_number(fields[3])
        if value is None or not 0 <= value <= 1:
            self.diagnostics.fault(shorten(fields[3]), "a probability", n)


def write(model: HiddenMarkovModel, path: Path) -> None:
    """Write as TSV where the name ends in ``.tsv``, as JSON otherwise; probabilities in full."""
    write_text(path, _as_tsv(model) if path.suffix == ".tsv" else _as_json(model))


def _as_json(model: HiddenMarkovModel) -> str:
    parts = {
        "name": model.name, "symbols": model.symbols, "states": model.states, START: model.start.tolist(),
        "transitions": model.transitions.tolist(), "emissions": model.emissions.tolist(),
    }  # fmt: skip
    return json.dumps(parts, indent=1) + "\n"


def _as_tsv(model: HiddenMarkovModel) -> str:
    lines = [HEADER]
    for i, state in enumerate(model.states):
        lines.append([START, state, "", repr(float(model.start[i]))])
        for kind, names, row in (
            (TRANSITION, model.states, model.transitions[i]), (EMISSION, model.symbols, model.emissions[i]),
        ):  # fmt: skip
            lines += [[kind, state, to, repr(float(x))] for to, x in zip(names, row, strict=True)]
    return "\n".join("\t".join(line) for line in lines) + "\n"
