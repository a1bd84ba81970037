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
``#training_bases``, model, component, bases.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from klbio.alphabets import AMINO, DNA, RNA, Alphabet, kmers
from klbio.errors import Fault, InputError, StrPath, shorten
from klbio.io.files import write_text
from klbio.io.models.emission_rows import MATCH, NULL, EmissionRow, assemble
from klbio.io.models.text import Remarks
from klbio.io.source import Source
from klbio.models import ContentModel, GeneModel, HiddenMarkovModel, Model, ProfileHMM

__all__ = ["FILES", "TITLE", "read", "sniff", "write"]

TITLE, FILES = "emission table", ".tsv, .json"
KEYS = ("model", "component", "state", "context")
MARK = "klbio-emissions"
BASES = "training_bases"
Written = tuple[str, str, str, str, list[float]]
Parsed = tuple[Alphabet, list[EmissionRow], dict[tuple[str, str], int]]
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
    remarks = Remarks(source.path, REMEDY)
    lines = source.parameter_lines("an emission table")
    table = _from_json if lines and lines[0].lstrip().startswith("{") else _from_tsv
    alphabet, rows, bases = table(lines, remarks)
    InputError.raise_any(remarks.faults)
    return assemble(rows, alphabet, remarks, bases)


def _from_tsv(lines: Sequence[str], remarks: Remarks) -> Parsed:
    header = lines[0].split("\t") if lines else []
    if tuple(header[:4]) != KEYS:
        raise remarks.refusal(shorten("\t".join(header)), f"the columns {', '.join(KEYS)}, then symbols", 1)
    alphabet = _alphabet(header[4:], remarks)
    rows, bases = [], {}
    for n, line in enumerate(lines[1:], 2):
        fields = line.split("\t")
        if fields[0] == f"#{BASES}" and len(fields) == 4:
            bases[fields[1], fields[2]] = _whole(fields[3], n, remarks)
        if not line.strip() or line.startswith("#"):
            continue
        if len(fields) != len(header):
            remarks.fault(f"{len(fields)} fields", f"{len(header)}, as in the header", n)
            continue
        values = dict(zip(header[4:], fields[4:], strict=True))
        model, component, state, context = fields[:4]
        ordered = [values[symbol] for symbol in alphabet.symbols]
        rows.append(EmissionRow(model, component, state, context, ordered, n))
    return alphabet, rows, bases


def _from_json(lines: Sequence[str], remarks: Remarks) -> Parsed:
    try:
        found = json.loads("\n".join(lines))
    except (ValueError, RecursionError) as error:
        line = getattr(error, "lineno", None)
        raise remarks.refusal(f"not JSON ({error})", "an emission table", line) from error
    if not isinstance(found, dict) or not all(
        isinstance(found.get(key), list) for key in ("symbols", "rows")
    ):
        raise remarks.refusal("no list 'symbols' or no list 'rows'", "both")
    names = [str(symbol) for symbol in found["symbols"]]
    alphabet, rows = _alphabet(names, remarks), []
    for n, row in enumerate(found["rows"], 1):
        values = row.get("probabilities") if isinstance(row, dict) else None
        if not isinstance(values, list) or len(values) != len(names):
            expected = f"'probabilities' of {len(names)} symbols, in the order of 'symbols'"
            remarks.fault(f"row {n}: {shorten(row, 60)}", expected)
            continue
        by_name = dict(zip(names, map(str, values), strict=True))
        model, component, state, context = (str(row.get(key, "")) for key in KEYS)
        ordered = [by_name[symbol] for symbol in alphabet.symbols]
        rows.append(EmissionRow(model, component, state, context, ordered, n, "row"))
    return alphabet, rows, _json_bases(found.get(BASES, {}), remarks)


def _json_bases(found: object, remarks: Remarks) -> dict[tuple[str, str], int]:
    """Read how many bases each component was estimated from."""
    if not isinstance(found, dict) or not all(isinstance(parts, dict) for parts in found.values()):
        remarks.fault(f"{BASES!r}: {shorten(found, 60)}", "components and their bases by model")
        return {}
    pairs = ((model, part, bases) for model, parts in found.items() for part, bases in parts.items())
    return {(model, part): _whole(str(bases), None, remarks) for model, part, bases in pairs}


def _whole(text: str, line: int | None, remarks: Remarks) -> int:
    if text.isdecimal() and len(text) < 16 and int(text) > 0:
        return int(text)
    remarks.fault(f"{shorten(text, 30)} {BASES}", "a whole number, 1 or more", line)
    return 1


def _alphabet(symbols: Sequence[str], remarks: Remarks) -> Alphabet:
    """Give the known alphabet of these symbols in any order, else one of their own."""
    if len(symbols) < 2 or len(set(symbols)) < len(symbols) or "" in symbols:
        raise remarks.refusal(f"symbols {shorten(list(symbols))}", "two or more different symbols", 1)
    known = {frozenset(one.symbols): one for one in (DNA, RNA, AMINO)}
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
    rows = [row for model in models for row in _rows(model)]
    bases = {model.name: found for model in models if (found := _training_bases(model))}
    write_text(path, (_as_json if path.suffix == ".json" else _as_tsv)(alphabet, rows, bases))


def _training_bases(model: Model) -> dict[str, int]:
    """Give how many bases each content model was estimated from, where that is known."""
    contents = model.components.items() if isinstance(model, GeneModel) else ()
    return {name: content.n_counts for name, content in contents if content.n_counts is not None}


def _one_alphabet(models: Sequence[Model], path: Path) -> Alphabet:
    found = {
        one.name: DNA if isinstance(one, GeneModel) else getattr(one, "alphabet", None) for one in models
    }
    faults = [
        Fault(path, f"{one.name!r} is a hidden Markov model", "a gene model or profile", "Use klbio.io.models.hidden.")
        for one in models if isinstance(one, HiddenMarkovModel)
    ]  # fmt: skip
    InputError.raise_any(faults)
    alphabets = {one.symbols: one for one in found.values() if one is not None}
    if len(alphabets) != 1 or len(found) < len(models):
        text = f"{len(models)} models, {len(found)} names, {len(alphabets)} alphabets"
        raise InputError.one(
            path, text, "models of different names over one alphabet", "Write a file for each."
        )
    return next(iter(alphabets.values()))


def _rows(model: Model) -> Iterable[Written]:
    if isinstance(model, ProfileHMM):
        yield model.name, NULL, "", "", model.background.tolist()
        for number, values in enumerate(model.match_emissions.tolist(), 1):
            yield model.name, MATCH, str(number), "", values
    elif isinstance(model, GeneModel):
        for component, content in model.components.items():
            for state, context, row in _content_rows(content):
                yield model.name, component, state, context, row
        for site, table in model.sites.items():
            for position, row in zip(table.positions, table.probabilities.tolist(), strict=True):
                yield model.name, site, str(position), "", row


def _content_rows(model: ContentModel) -> Iterable[tuple[str, str, list[float]]]:
    words = kmers(model.order)
    for position, table in enumerate(model.probabilities.tolist(), 1):
        for context, row in zip(words, table, strict=True):
            yield str(position), context, row


def _as_tsv(alphabet: Alphabet, rows: Iterable[Written], bases: Mapping[str, Mapping[str, int]]) -> str:
    lines = ["\t".join((*KEYS, *alphabet.symbols))]
    lines += [f"#{BASES}\t{name}\t{part}\t{n}" for name, parts in bases.items() for part, n in parts.items()]
    lines += ["\t".join((*keys, *map(repr, values))) for *keys, values in rows]
    return "\n".join(lines) + "\n"


def _as_json(alphabet: Alphabet, rows: Iterable[Written], bases: Mapping[str, Mapping[str, int]]) -> str:
    counted = {BASES: bases} if bases else {}
    found = [dict(zip(KEYS, keys, strict=True)) | {"probabilities": values} for *keys, values in rows]
    return (
        json.dumps({"format": MARK, "symbols": alphabet.symbols, **counted, "rows": found}, indent=1) + "\n"
    )
