"""Rows of an emission table -> models, every row checked by model, component and state."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from klbio.alphabets import DNA, Alphabet, kmers
from klbio.distributions import FloatArray
from klbio.errors import listed, shorten
from klbio.io.models.text import ROUNDING, Diagnostics
from klbio.io.numbers import finite_number
from klbio.models import ContentModel, DesignEffect, Finding, GCClass, GeneModel, ProfileHMM, SiteModel
from klbio.models.arrays import closed
from klbio.models.markov.content_model import MAX_ORDER
from klbio.models.markov.design_effect import INDEPENDENT
from klbio.models.markov.genetic_code import STANDARD

__all__ = ["CONTENT", "MATCH", "NULL", "Bases", "Designs", "EmissionRow", "EmissionTable"]

CONTENT = {"coding": 3, "intron": 1, "intergenic": 1, "background": 1}
MATCH, NULL = "match", "null"
EXACT = 1e-9
State = tuple[int, str]
Bases = dict[tuple[str, str], int]
Designs = dict[tuple[str, str], DesignEffect]


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

    def key(self, diagnostics: Diagnostics) -> State:
        """Give the number of the state and the context."""
        text = self.state.strip() or "1"
        if not self.model or not self.component:
            diagnostics.fault(f"{self.place}: no model or no component", "both names", self.line)
        if not text.removeprefix("-").removeprefix("+").isdecimal() or len(text) > 8:
            diagnostics.fault(f"{self.place}: state {shorten(self.state, 30)}", "a whole number", self.line)
            return 0, self.context.upper()
        return int(text), self.context.upper()

    def probabilities(self, diagnostics: Diagnostics) -> FloatArray:
        """Give the values as numbers."""
        pairs = [(text, finite_number(text)) for text in self.values]
        bad = [text for text, value in pairs if value is None or not 0 <= value <= 1]
        if bad:
            diagnostics.fault(f"{self.place}: {listed(bad)}", "probabilities, 0 to 1", self.line)
            return np.zeros(len(pairs))
        values = np.array([value for _, value in pairs], dtype=float)
        impossible = self.component in CONTENT and not values.any()
        if not impossible and abs(values.sum() - 1) > ROUNDING:
            diagnostics.fault(f"{self.place}: the row sums to {values.sum():.6g}", "1", self.line)
        return values


@dataclass
class EmissionTable:
    """The rows of a file on the way to its models.

    Parameters
    ----------
    alphabet : Alphabet
        Of the columns.
    diagnostics : Diagnostics
    rows : list of EmissionRow
    bases : dict of (str, str) to int
        How many bases a model's component was estimated from.
    designs : dict of (str, str) to DesignEffect
        How much more than independent bases those vary.
    codes : dict of str to int
        Genetic code of a model, where it is not the standard one.
    warnings : dict of str to list of Finding
        What was to be known of a model when it was made.
    """

    alphabet: Alphabet
    diagnostics: Diagnostics
    rows: list[EmissionRow] = field(default_factory=list)
    bases: Bases = field(default_factory=dict)
    designs: Designs = field(default_factory=dict)
    codes: dict[str, int] = field(default_factory=dict)
    warnings: dict[str, list[Finding]] = field(default_factory=dict)

    def models(self) -> list[GeneModel | ProfileHMM]:
        """Make the models of the file, or raise every fault of its rows."""
        drafts: dict[str, _Draft] = {}
        for row in self.rows:
            if row.model not in drafts:
                drafts[row.model] = _Draft(row.model, self, findings=list(self.warnings.get(row.model, ())))
            drafts[row.model].add(row)
        if not drafts:
            self.diagnostics.fault("no row", "at least one distribution")
        self.diagnostics.raise_any()
        made = [draft.model() for draft in drafts.values()]
        for what, keys in (("training bases", self.bases.keys()), ("design effects", self.designs.keys())):
            if unknown := [key for key in keys if key[0] not in drafts or key[1] not in drafts[key[0]].parts]:
                self.diagnostics.fault(f"{what} of {listed(unknown)}", "components that have rows")
        if strange := sorted(self.codes.keys() - drafts.keys()):
            self.diagnostics.fault(f"genetic code of {listed(strange)}", "models that have rows")
        self.diagnostics.raise_any()
        return [model for model in made if model is not None]


@dataclass
class _Draft:
    """One model: its components, each a table of rows by state and context."""

    name: str
    table: EmissionTable
    parts: dict[str, dict[State, FloatArray]] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)

    @property
    def diagnostics(self) -> Diagnostics:
        """Where faults are collected."""
        return self.table.diagnostics

    def add(self, row: EmissionRow) -> None:
        """Take up a row, scaled where rounding keeps it off 1."""
        key, values = row.key(self.diagnostics), row.probabilities(self.diagnostics)
        part = self.parts.setdefault(row.component, {})
        if key in part:
            self.diagnostics.fault(f"{row.place}: again", "each state and context once", row.line)
        if abs(values.sum() - 1) > EXACT and values.any():
            note = Finding.note(row.component, "rows off 1 by rounding: scaled to 1")
            self.findings += [note] if note not in self.findings else []
            values = closed(values)
        part[key] = values

    def model(self) -> GeneModel | ProfileHMM | None:
        """Make the model that the components say it is; None where a fault was noted."""
        alphabet = self.table.alphabet
        if MATCH in self.parts:
            return self._profile(alphabet)
        if alphabet == DNA and "coding" in self.parts:
            return self._gene_model()
        found = f"model {self.name!r} over {alphabet.name} with the components {listed(self.parts)}"
        self.diagnostics.fault(found, "'match' (a profile), or 'coding' over A, C, G, T (a gene model)")
        return None

    def _gene_model(self) -> GeneModel | None:
        contents = {part: self._content(part) for part in CONTENT if part in self.parts}
        sites = {part: self._site(part) for part in self.parts if part not in CONTENT}
        if self.diagnostics.faults:
            return None
        made = {part: model for part, model in contents.items() if model is not None}
        intron, intergenic, background = (made.get(part) for part in ("intron", "intergenic", "background"))
        klass = GCClass(made["coding"], intron, intergenic, background=background)
        known = {part: site for part, site in sites.items() if site is not None}
        return GeneModel(self.name, (klass,), known, "emissions", tuple(self.findings))

    def _content(self, component: str) -> ContentModel | None:
        part, period = self.parts[component], CONTENT[component]
        order = max(len(context) for _, context in part)
        words = kmers(min(order, MAX_ORDER))
        wanted = {(state, word) for state in range(1, period + 1) for word in words}
        if order > MAX_ORDER or set(part) != wanted:
            missing, unknown = sorted(wanted - set(part)), sorted(set(part) - wanted)
            what = f"without {listed(missing)}" if missing else f"with {listed(unknown)}"
            expected = f"codon positions 1 to {period}, every context of one length up to {MAX_ORDER}"
            self.diagnostics.fault(f"model {self.name!r}, {component} {what}", expected)
            return None
        rows = np.array([[part[state, word] for word in words] for state in range(1, period + 1)])
        code = self.table.codes.get(self.name, STANDARD) if component == "coding" else STANDARD
        key = (self.name, component)
        design = self.table.designs.get(key, INDEPENDENT)
        return ContentModel(rows, self.table.bases.get(key), code, design)

    def _site(self, component: str) -> SiteModel | None:
        first, rows = self._consecutive(component)
        return SiteModel(rows, first) if rows is not None else None

    def _consecutive(self, component: str) -> tuple[int, FloatArray | None]:
        """Give the first state and the rows of states without a gap and without context."""
        part = self.parts[component]
        keys = sorted(part)
        first = keys[0][0]
        if keys != [(first + i, "") for i in range(len(keys))]:
            found = f"model {self.name!r}, {component} with states {listed(keys)}"
            self.diagnostics.fault(found, "no gap and no context")
            return first, None
        return first, np.array([part[key] for key in keys])

    def _profile(self, alphabet: Alphabet) -> ProfileHMM | None:
        first, rows = self._consecutive(MATCH)
        null = self.parts.get(NULL)
        unknown = [part for part in self.parts if part not in (MATCH, NULL)]
        if unknown or first != 1 or (null is not None and list(null) != [(1, "")]):
            found = f"model {self.name!r}, match states from {first}, components {listed(self.parts)}"
            self.diagnostics.fault(found, "match states from 1, and at most one row 'null'")
        if rows is None or self.diagnostics.faults:
            return None
        notes = [Finding.note("transitions", "not in the file: read as an ungapped profile")]
        if null is None:
            notes.append(Finding.note("null", "no background in the file: the uniform law is taken"))
        background = np.full(len(alphabet), 1 / len(alphabet)) if null is None else null[1, ""]
        findings = (*self.findings, *notes)
        return ProfileHMM(
            self.name, "", alphabet, rows, background, ProfileHMM.ungapped(len(rows)), "emissions", findings
        )
