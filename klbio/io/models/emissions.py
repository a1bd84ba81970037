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
``"training_bases": {model: {component: bases}}``, in the TSV as lines
``#training_bases``, model, component, bases.  NCBI's number of a genetic code that is not the standard one stands
as ``"genetic_code": {model: number}``, or in lines ``#genetic_code``, model, number.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from klbio.alphabets import AMINO, DNA, RNA, Alphabet, kmers
from klbio.errors import Fault, InputError, StrPath, shorten
from klbio.io.files import write_text
from klbio.io.json_data import Json
from klbio.io.models.emission_rows import MATCH, NULL, Bases, EmissionRow, EmissionTable
from klbio.io.models.text import Diagnostics
from klbio.io.source import Source
from klbio.models import GeneModel, HiddenMarkovModel, Model, ProfileHMM
from klbio.models.markov.genetic_code import STANDARD, is_code

__all__ = ["FILES", "TITLE", "read", "sniff", "write"]

TITLE, FILES = "emission table", ".tsv, .json"
KEYS = ("model", "component", "state", "context")
MARK = "klbio-emissions"
BASES = "training_bases"
CODE = "genetic_code"
Written = tuple[str, str, str, str, list[float]]
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
    codes: Json


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
            if fields[0] == f"#{BASES}" and len(fields) == 4:
                table.bases[fields[1], fields[2]] = self._whole(fields[3], n)
            if fields[0] == f"#{CODE}" and len(fields) == 3:
                table.codes[fields[1]] = self._code(fields[2], n)
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
        table.codes = self._json_codes(found.codes)
        return table

    def _parsed(self) -> _Document:
        try:
            found = json.loads("\n".join(self.lines))
        except (ValueError, RecursionError) as error:
            line = getattr(error, "lineno", None)
            raise self.diagnostics.refusal(f"not JSON ({error})", "an emission table", line) from error
        keys = ("symbols", "rows")
        if isinstance(found, dict) and all(isinstance(found.get(key), list) for key in keys):
            return _Document(found["symbols"], found["rows"], found.get(BASES, {}), found.get(CODE, {}))
        raise self.diagnostics.refusal("no list 'symbols' or no list 'rows'", "both")

    def _json_bases(self, found: Json) -> Bases:
        """Read how many bases each component was estimated from."""
        if not isinstance(found, dict) or not all(isinstance(parts, dict) for parts in found.values()):
            expected = "components and their bases by model"
            self.diagnostics.fault(f"{BASES!r}: {shorten(found, 60)}", expected)
            return {}
        pairs = ((model, part, bases) for model, parts in found.items() for part, bases in parts.items())
        return {(model, part): self._whole(str(bases)) for model, part, bases in pairs}

    def _json_codes(self, found: Json) -> dict[str, int]:
        """Read the genetic code of each model."""
        if not isinstance(found, dict):
            self.diagnostics.fault(f"{CODE!r}: {shorten(found, 60)}", "a number by model")
            return {}
        return {model: self._code(str(number)) for model, number in found.items()}

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

    def _alphabet(self, symbols: list[str]) -> Alphabet:
        """Give the known alphabet of these symbols in any order, else one of their own."""
        if len(symbols) < 2 or len(set(symbols)) < len(symbols) or "" in symbols:
            found = f"symbols {shorten(symbols)}"
            raise self.diagnostics.refusal(found, "two or more different symbols", 1)
        known = {frozenset(alphabet.symbols): alphabet for alphabet in (DNA, RNA, AMINO)}
        own = Alphabet(f"own ({len(symbols)} symbols)", tuple(symbols))
        return known.get(frozenset(symbols), own)


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
    emissions = _Emissions(alphabet, models)
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


@dataclass(frozen=True)
class _Emissions:
    """Models of one alphabet on the way to their file."""

    alphabet: Alphabet
    models: Sequence[Model]

    @property
    def bases(self) -> dict[str, dict[str, int]]:
        """How many bases each content model was estimated from, where that is known."""
        contents = {model.name: model.components for model in self.models if isinstance(model, GeneModel)}
        known = {
            name: {part: model.n_counts for part, model in parts.items() if model.n_counts is not None}
            for name, parts in contents.items()
        }
        return {name: counts for name, counts in known.items() if counts}

    @property
    def codes(self) -> dict[str, int]:
        """Genetic codes other than the standard one."""
        coding = {model.name: model.coding for model in self.models if isinstance(model, GeneModel)}
        return {name: model.genetic_code for name, model in coding.items() if model.genetic_code != STANDARD}

    def rows(self) -> Iterator[Written]:
        """Give model, component, state, context and probabilities of each row."""
        for model in self.models:
            if isinstance(model, ProfileHMM):
                yield model.name, NULL, "", "", model.background.tolist()
                for number, values in enumerate(model.match_emissions.tolist(), 1):
                    yield model.name, MATCH, str(number), "", values
            elif isinstance(model, GeneModel):
                yield from self._gene_rows(model)

    def _gene_rows(self, model: GeneModel) -> Iterator[Written]:
        for component, content in model.components.items():
            words = kmers(content.order)
            for position, table in enumerate(content.probabilities.tolist(), 1):
                for context, values in zip(words, table, strict=True):
                    yield model.name, component, str(position), context, values
        for name, site in model.sites.items():
            for position, values in zip(site.positions, site.probabilities.tolist(), strict=True):
                yield model.name, name, str(position), "", values

    def tsv(self) -> str:
        """Give the text of the TSV form."""
        lines = ["\t".join((*KEYS, *self.alphabet.symbols))]
        counts = ((name, part, n) for name, parts in self.bases.items() for part, n in parts.items())
        lines += [f"#{BASES}\t{name}\t{part}\t{n}" for name, part, n in counts]
        lines += [f"#{CODE}\t{name}\t{number}" for name, number in self.codes.items()]
        lines += ["\t".join((*keys, *map(repr, values))) for *keys, values in self.rows()]
        return "\n".join(lines) + "\n"

    def json(self) -> str:
        """Give the text of the JSON form."""
        counted: dict[str, dict[str, dict[str, int]] | dict[str, int]] = (
            {BASES: self.bases} if self.bases else {}
        )
        if self.codes:
            counted[CODE] = self.codes
        rows = [
            dict(zip(KEYS, keys, strict=True)) | {"probabilities": values} for *keys, values in self.rows()
        ]
        whole = {"format": MARK, "symbols": self.alphabet.symbols, **counted, "rows": rows}
        return json.dumps(whole, indent=1) + "\n"
