"""Emission tables: klbio's own plain format, one distribution per row, as TSV or JSON.

TSV: ``model``, ``component``, ``state``, ``context``, then a column per symbol.  JSON:
``{"format": "klbio-emissions", "symbols": [...], "rows": [{"model": ..., "component": ...,
"state": ..., "context": ..., "probabilities": [...]}]}``.

==================================  =====================  =======================
component                           state                  context
==================================  =====================  =======================
``coding``                          codon position 1 to 3  the k bases before
``intron`` and the like             1 or nothing           the k bases before
any other name, as ``donor GT``     position               nothing
``match`` (a profile's column)      1 to M                 nothing
``null`` (a profile's background)   nothing                nothing
==================================  =====================  =======================

How many bases a content model was estimated from stands in the JSON as
``"training_bases": {model: {component: bases}}``, in the TSV as lines ``#training_bases``, model, component, bases; how
much more than independent bases those vary (`klbio.models.DesignEffect`; `repeats` where there are any) as
``"design_effects": {model: {component: [mean, unevenness, repeats]}}``, or in lines ``#design_effects``, model,
component, mean, unevenness, repeats; NCBI's number of a genetic code that is not the standard one as
``"genetic_code": {model: number}``, or in lines ``#genetic_code``, model, number; what was to be known when a model was
made as ``"warnings": {model: [[component, text], ...]}``, or in lines ``#warnings``, model, component, text.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from klbio.alphabets import AMINO, DNA, RNA, Alphabet
from klbio.errors import Fault, InputError, StrPath, shorten
from klbio.io.files import write_text
from klbio.io.json_data import Json, each_once
from klbio.io.models.emission_rows import Bases, Designs, EmissionRow, EmissionTable
from klbio.io.models.emission_text import BASES, CODE, DESIGN, KEYS, MARK, WARNINGS, EmissionText
from klbio.io.models.text import Diagnostics
from klbio.io.numbers import finite_number
from klbio.io.source import Source
from klbio.models import DesignEffect, Finding, GeneModel, HiddenMarkovModel, Model, ProfileHMM
from klbio.models.markov.design_effect import INDEPENDENT
from klbio.models.markov.genetic_code import STANDARD, is_code

__all__ = ["FILES", "TITLE", "read", "sniff", "write"]

TITLE, FILES = "emission table", ".tsv, .json"
MAX_TEXT = 300  # letters of a warning
REMEDY = "docs/gene-models.md shows the format."


def sniff(path: StrPath) -> bool:
    """Recognise the header of the TSV, or the mark of the JSON."""
    source = Source.of(path)
    line = next(iter(source.first_lines(1)), "")
    if tuple(line.split("\t")[:4]) == KEYS:
        return True
    start = source.head
    return start.lstrip().startswith(b"{") and f'"{MARK}"'.encode() in start


def read(path: StrPath) -> list[GeneModel | ProfileHMM]:
    """Read every model of an emission table; the alphabet is that of the columns.

    Parameters
    ----------
    path : Path

    Returns
    -------
    list of GeneModel or ProfileHMM
        In the order in which their names first stand in the file.

    Raises
    ------
    InputError
        With line (TSV) or row number (JSON), model, component and state: values that are no
        probabilities, rows off 1 by more than 0.002, rows twice, contexts that are missing.
    """
    source = Source.of(path)
    diagnostics = Diagnostics(source.path, REMEDY)
    parser = _Parser(source.parameter_lines("an emission table"), diagnostics)
    table = parser.table()
    diagnostics.raise_any()
    return table.models()


class _Document(NamedTuple):
    """The JSON form as it stands: two lists of whatever is in them, and the bases by model."""

    symbols: Sequence[Json]
    rows: Sequence[Json]
    bases: Json
    designs: Json
    codes: Json
    warnings: Json


class _Parser:
    """Reads the rows of either form."""

    def __init__(self, lines: list[str], diagnostics: Diagnostics) -> None:
        self.lines = lines
        self.diagnostics = diagnostics

    def table(self) -> EmissionTable:
        """Give the rows as they stand."""
        json_follows = bool(self.lines) and self.lines[0].lstrip().startswith("{")
        return self._from_json() if json_follows else self._from_tsv()

    def _from_tsv(self) -> EmissionTable:
        header = self.lines[0].split("\t") if self.lines else []
        if tuple(header[:4]) != KEYS:
            expected = f"the columns {', '.join(KEYS)}, then symbols"
            raise self.diagnostics.refusal(shorten("\t".join(header)), expected, 1)
        table = EmissionTable(self._alphabet(header[4:]), self.diagnostics)
        for n, line in enumerate(self.lines[1:], 2):
            fields = line.split("\t")
            if line.startswith("#"):
                self._remark(table, fields, n)
            if not line.strip() or line.startswith("#"):
                continue
            if len(fields) != len(header):
                self.diagnostics.fault(f"{len(fields)} fields", f"{len(header)}, as in the header", n)
                continue
            values = dict(zip(header[4:], fields[4:], strict=True))
            model, component, state, context = fields[:4]
            ordered = [values[symbol] for symbol in table.alphabet.symbols]
            table.rows.append(EmissionRow(model, component, state, context, ordered, n))
        return table

    def _remark(self, table: EmissionTable, fields: list[str], n: int) -> None:
        """Take up a line that says something of a model; others that begin with # are passed over."""
        kind = fields[0].removeprefix("#"), len(fields)
        if kind == (BASES, 4):
            table.bases[fields[1], fields[2]] = self._whole(fields[3], n)
        elif kind in ((DESIGN, 5), (DESIGN, 6)):
            table.designs[fields[1], fields[2]] = self._design(fields[3:], n)
        elif kind == (CODE, 3):
            table.codes[fields[1]] = self._code(fields[2], n)
        elif kind == (WARNINGS, 4):
            table.warnings.setdefault(fields[1], []).append(_warning(fields[2:]))

    def _from_json(self) -> EmissionTable:
        found = self._parsed()
        names = list(map(str, found.symbols))
        table = EmissionTable(self._alphabet(names), self.diagnostics)
        for n, row in enumerate(found.rows, 1):
            fields = row if isinstance(row, dict) else {}
            values = fields.get("probabilities")
            if not isinstance(values, list) or len(values) != len(names):
                expected = f"'probabilities' of {len(names)} symbols, in the order of 'symbols'"
                self.diagnostics.fault(f"row {n}: {shorten(row, 60)}", expected)
                continue
            by_name = dict(zip(names, map(str, values), strict=True))
            model, component, state, context = (str(fields.get(key, "")) for key in KEYS)
            ordered = [by_name[symbol] for symbol in table.alphabet.symbols]
            table.rows.append(EmissionRow(model, component, state, context, ordered, n, "row"))
        table.bases = self._json_bases(found.bases)
        table.designs = self._json_designs(found.designs)
        table.codes = self._json_codes(found.codes)
        table.warnings = self._json_warnings(found.warnings)
        return table

    def _parsed(self) -> _Document:
        try:
            found = json.loads("\n".join(self.lines), object_pairs_hook=each_once(self.diagnostics.path))
        except (ValueError, RecursionError) as error:
            line = getattr(error, "lineno", None)
            raise self.diagnostics.refusal(f"not JSON ({error})", "an emission table", line) from error
        keys = ("symbols", "rows")
        if isinstance(found, dict) and all(isinstance(found.get(key), list) for key in keys):
            more = (found.get(key, {}) for key in (BASES, DESIGN, CODE, WARNINGS))
            return _Document(found["symbols"], found["rows"], *more)
        raise self.diagnostics.refusal("no list 'symbols' or no list 'rows'", "both")

    def _json_bases(self, found: Json) -> Bases:
        """Read how many bases each component was estimated from."""
        return {key: self._whole(str(bases)) for key, bases in self._by_component(found, BASES)}

    def _json_designs(self, found: Json) -> Designs:
        """Read how much they vary."""
        return {
            key: self._design(list(map(str, pair)) if isinstance(pair, list) else [str(pair)])
            for key, pair in self._by_component(found, DESIGN)
        }

    def _by_component(self, found: Json, what: str) -> list[tuple[tuple[str, str], Json]]:
        """Give what stands by model and component."""
        if not isinstance(found, dict) or not all(isinstance(parts, dict) for parts in found.values()):
            self.diagnostics.fault(f"{what!r}: {shorten(found, 60)}", "components by model")
            return []
        return [
            ((model, part), value) for model, parts in found.items() if isinstance(parts, dict)
            for part, value in parts.items()
        ]  # fmt: skip

    def _json_codes(self, found: Json) -> dict[str, int]:
        """Read the genetic code of each model."""
        if not isinstance(found, dict):
            self.diagnostics.fault(f"{CODE!r}: {shorten(found, 60)}", "a number by model")
            return {}
        return {model: self._code(str(number)) for model, number in found.items()}

    def _json_warnings(self, found: Json) -> dict[str, list[Finding]]:
        """Read what is to be known of each model."""
        if not isinstance(found, dict) or not all(
            isinstance(rows, list) and all(isinstance(row, list) and len(row) == 2 for row in rows)
            for rows in found.values()
        ):
            self.diagnostics.fault(
                f"{WARNINGS!r}: {shorten(found, 60)}", "pairs of component and text by model"
            )
            return {}
        return {
            name: [_warning(row) for row in rows if isinstance(row, list)]
            for name, rows in found.items() if isinstance(rows, list)
        }  # fmt: skip

    def _code(self, text: str, line: int | None = None) -> int:
        if text.isdecimal() and len(text) < 4 and is_code(int(text)):
            return int(text)
        self.diagnostics.fault(f"{CODE} {shorten(text, 30)}", "NCBI's number of a genetic code", line)
        return STANDARD

    def _whole(self, text: str, line: int | None = None) -> int:
        if text.isdecimal() and len(text) < 16 and int(text) > 0:
            return int(text)
        self.diagnostics.fault(f"{shorten(text, 30)} {BASES}", "a whole number, 1 or more", line)
        return 1

    def _design(self, texts: list[str], line: int | None = None) -> DesignEffect:
        values = [value for value in map(finite_number, texts) if value is not None]
        if len(values) == len(texts) in (2, 3) and min(values[:2]) >= 1 and min(values) >= 0:
            return DesignEffect(*values)
        found = f"{DESIGN} {shorten(', '.join(texts), 30)}"
        self.diagnostics.fault(found, "mean and unevenness, 1 or more, and repeats, 0 or more", line)
        return INDEPENDENT

    def _alphabet(self, symbols: list[str]) -> Alphabet:
        """Give the known alphabet of these symbols in any order, else one of their own."""
        if len(symbols) < 2 or len(set(symbols)) < len(symbols) or "" in symbols:
            found = f"symbols {shorten(symbols)}"
            raise self.diagnostics.refusal(found, "two or more different symbols", 1)
        known = {frozenset(alphabet.symbols): alphabet for alphabet in (DNA, RNA, AMINO)}
        own = Alphabet(f"own ({len(symbols)} symbols)", tuple(symbols))
        return known.get(frozenset(symbols), own)


def _warning(pair: Sequence[Json]) -> Finding:
    component, text = (" ".join(str(word).split())[:MAX_TEXT] for word in pair)
    return Finding.warning(component, text)


def write(models: Sequence[Model], path: Path) -> None:
    """Write emissions as JSON where the name ends in ``.json``, as TSV otherwise; probabilities in full.

    Of a gene model the compared GC class is written; of a profile its match states and
    background.  Transitions and durations have no place in the format.

    Raises
    ------
    InputError
        Models over several alphabets, no model, or a hidden Markov model, which has a format of its own.
    """
    alphabet = _one_alphabet(models, path)
    emissions = EmissionText(alphabet, models)
    write_text(path, emissions.json() if path.suffix == ".json" else emissions.tsv())


def _one_alphabet(models: Sequence[Model], path: Path) -> Alphabet:
    found = {
        model.name: DNA if isinstance(model, GeneModel) else getattr(model, "alphabet", None)
        for model in models
    }
    faults = [
        Fault(
            path, f"{model.name!r} is a hidden Markov model", "a gene model or profile", "Use klbio.io.models.hidden."
        )
        for model in models if isinstance(model, HiddenMarkovModel)
    ]  # fmt: skip
    InputError.raise_any(faults)
    alphabets = {alphabet.symbols: alphabet for alphabet in found.values() if alphabet is not None}
    if len(alphabets) != 1 or len(found) < len(models):
        text = f"{len(models)} models, {len(found)} names, {len(alphabets)} alphabets"
        raise InputError.one(
            path, text, "models of different names over one alphabet", "Write a file for each."
        )
    return next(iter(alphabets.values()))
