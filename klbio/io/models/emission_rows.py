"""Rows of an emission table -> models, every row checked by model, component and state."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from klbio.alphabets import DNA, Alphabet, kmers
from klbio.distributions import FloatArray
from klbio.errors import InputError, listed, shorten
from klbio.io.models.text import ROUNDING, Remarks, finite_number
from klbio.models import ContentModel, Finding, GCClass, GeneModel, ProfileHMM, SiteModel
from klbio.models.content_model import MAX_ORDER, closed

__all__ = ["CONTENT", "MATCH", "NULL", "EmissionRow", "assemble", "ungapped"]

CONTENT = {"coding": 3, "intron": 1, "intergenic": 1, "background": 1}
MATCH, NULL = "match", "null"
EXACT = 1e-9
State = tuple[int, str]


@dataclass(frozen=True)
class EmissionRow:
    """One row: where it belongs, its values as text in the order of the alphabet, where it stands."""

    model: str
    component: str
    state: str
    context: str
    values: Sequence[str]
    number: int
    unit: str = "line"

    @property
    def place(self) -> str:
        """Model, component, state and context, and the row where there is no line."""
        at = f"row {self.number}, " if self.unit == "row" else ""
        context = f", context {self.context}" if self.context else ""
        return f"{at}model {self.model!r}, {self.component} state {self.state or '-'}{context}"

    @property
    def line(self) -> int | None:
        """Line in the file, if it has lines."""
        return self.number if self.unit == "line" else None


Table = dict[State, FloatArray]


def assemble(
    rows: Sequence[EmissionRow], alphabet: Alphabet, remarks: Remarks, bases: Mapping[tuple[str, str], int] = {},
) -> list[GeneModel | ProfileHMM]:  # fmt: skip
    """Make the models of a file, or raise every fault of its rows.

    `bases` has how many bases a model's component was estimated from.
    """
    models: dict[str, dict[str, Table]] = {}
    findings: dict[str, list[Finding]] = {}
    for row in rows:
        key, values = _key(row, remarks), _values(row, remarks)
        table = models.setdefault(row.model, {}).setdefault(row.component, {})
        if key in table:
            remarks.fault(f"{row.place}: again", "each state and context once", row.line)
        if abs(values.sum() - 1) > EXACT and values.any():
            note = Finding("note", row.component, "rows off 1 by rounding: scaled to 1")
            if note not in findings.setdefault(row.model, []):
                findings[row.model].append(note)
            values = closed(values)
        table[key] = values
    if not models:
        remarks.fault("no row", "at least one distribution")
    InputError.raise_any(remarks.faults)
    made = [
        _model(name, parts, alphabet, findings.get(name, []), remarks, bases)
        for name, parts in models.items()
    ]
    strange = [key for key in bases if key[0] not in models or key[1] not in models[key[0]]]
    if strange:
        remarks.fault(f"training bases of {listed(strange)}", "components that have rows")
    InputError.raise_any(remarks.faults)
    return [one for one in made if one is not None]


def _key(row: EmissionRow, remarks: Remarks) -> State:
    text = row.state.strip() or "1"
    if not row.model or not row.component:
        remarks.fault(f"{row.place}: no model or no component", "both names", row.line)
    if not text.removeprefix("-").removeprefix("+").isdecimal() or len(text) > 8:
        remarks.fault(f"{row.place}: state {shorten(row.state, 30)}", "a whole number", row.line)
        return 0, row.context.upper()
    return int(text), row.context.upper()


def _values(row: EmissionRow, remarks: Remarks) -> FloatArray:
    numbers = [finite_number(text) for text in row.values]
    bad = [
        text for text, value in zip(row.values, numbers, strict=True) if value is None or not 0 <= value <= 1
    ]
    if bad:
        remarks.fault(f"{row.place}: {listed(bad)}", "probabilities, 0 to 1", row.line)
        return np.zeros(len(numbers))
    values = np.array(numbers, dtype=float)
    impossible = row.component in CONTENT and not values.any()
    if not impossible and abs(values.sum() - 1) > ROUNDING:
        remarks.fault(f"{row.place}: the row sums to {values.sum():.6g}", "1", row.line)
    return values


def _model(
    name: str, parts: Mapping[str, Table], alphabet: Alphabet, findings: Sequence[Finding], remarks: Remarks,
    bases: Mapping[tuple[str, str], int],
) -> GeneModel | ProfileHMM | None:  # fmt: skip
    if MATCH in parts:
        return _profile(name, parts, alphabet, findings, remarks)
    if alphabet != DNA or "coding" not in parts:
        found = f"model {name!r} over {alphabet.name} with the components {listed(parts)}"
        remarks.fault(found, "'match' (a profile), or 'coding' over A, C, G, T (a gene model)")
        return None
    contents = {
        part: _content(name, part, parts[part], remarks, bases.get((name, part)))
        for part in CONTENT
        if part in parts
    }
    sites = {part: _site(name, part, table, remarks) for part, table in parts.items() if part not in CONTENT}
    if remarks.faults:
        return None
    made = {part: model for part, model in contents.items() if model is not None}
    intron, intergenic, background = (made.get(part) for part in ("intron", "intergenic", "background"))
    klass = GCClass(made["coding"], intron, intergenic, background=background)
    return GeneModel(
        name, (klass,), {k: v for k, v in sites.items() if v is not None}, "emissions", tuple(findings)
    )


def _content(
    name: str, component: str, table: Table, remarks: Remarks, n_bases: int | None
) -> ContentModel | None:
    order, period = max(len(context) for _, context in table), CONTENT[component]
    words = kmers(min(order, MAX_ORDER))
    wanted = {(state, word) for state in range(1, period + 1) for word in words}
    if order > MAX_ORDER or set(table) != wanted:
        missing, strange = sorted(wanted - set(table)), sorted(set(table) - wanted)
        what = f"without {listed(missing)}" if missing else f"with {listed(strange)}"
        expected = f"codon positions 1 to {period}, every context of one length up to {MAX_ORDER}"
        remarks.fault(f"model {name!r}, {component} {what}", expected)
        return None
    rows = np.array([[table[state, word] for word in words] for state in range(1, period + 1)])
    return ContentModel(rows, n_bases)


def _site(name: str, component: str, table: Table, remarks: Remarks) -> SiteModel | None:
    first, rows = _consecutive(name, component, table, remarks)
    return SiteModel(rows, first) if rows is not None else None


def _consecutive(name: str, component: str, table: Table, remarks: Remarks) -> tuple[int, FloatArray | None]:
    """Give the first state and the rows of states without a gap and without context."""
    keys = sorted(table)
    first = keys[0][0]
    if keys != [(first + i, "") for i in range(len(keys))]:
        remarks.fault(f"model {name!r}, {component} with states {listed(keys)}", "no gap and no context")
        return first, None
    return first, np.array([table[key] for key in keys])


def _profile(
    name: str, parts: Mapping[str, Table], alphabet: Alphabet, findings: Sequence[Finding], remarks: Remarks
) -> ProfileHMM | None:
    first, rows = _consecutive(name, MATCH, parts[MATCH], remarks)
    strange = [part for part in parts if part not in (MATCH, NULL)]
    if strange or first != 1 or (NULL in parts and list(parts[NULL]) != [(1, "")]):
        found = f"model {name!r}, match states from {first}, components {listed(parts)}"
        remarks.fault(found, "match states from 1, and at most one row 'null'")
    if rows is None or remarks.faults:
        return None
    notes = [*findings, Finding("note", "transitions", "not in the file: read as an ungapped profile")]
    background = parts[NULL][1, ""] if NULL in parts else np.full(len(alphabet), 1 / len(alphabet))
    if NULL not in parts:
        notes.append(Finding("note", "null", "no background in the file: the uniform law is taken"))
    return ungapped(name, "", alphabet, rows, background, "emissions", notes)


def ungapped(
    name: str, accession: str, alphabet: Alphabet, match: FloatArray, background: FloatArray, format: str,
    findings: Sequence[Finding] = (),
) -> ProfileHMM:  # fmt: skip
    """Make a profile that goes from match state to match state with probability 1."""
    transitions = np.tile([1.0, 0.0, 0.0, 1.0, 0.0, 1.0, 0.0], (len(match) + 1, 1))
    return ProfileHMM(name, accession, alphabet, match, background, transitions, format, tuple(findings))
