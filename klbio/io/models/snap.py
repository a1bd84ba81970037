"""SNAP's zoeHMM parameter files.

Scores are log2(p / 0.25) with three decimals, ``.`` is impossible.  Models nest: a
``CDS`` holds three tables named ``frame0 frame2 frame2`` (sic) in some files and
``frame0 frame1 frame2`` in others; the stored order is codon position 3, 1, 2 in all.
A table of length k + 1 gives P(last base | k bases), contexts in the order of ACGT.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from klbio.distributions import FloatArray
from klbio.errors import InputError, StrPath, shorten
from klbio.io.models.snap_states import States
from klbio.io.models.text import Diagnostics
from klbio.io.numbers import finite_number
from klbio.io.source import Source
from klbio.models import ContentModel, GCClass, GeneModel, SiteModel
from klbio.models.arrays import closed
from klbio.models.markov.content_model import MAX_ORDER

__all__ = ["FILES", "TITLE", "read", "sniff"]

TITLE, FILES = "SNAP", ".hmm"
MAGIC = "zoeHMM"
START = "<SEQUENCE_MODELS>"
CODON_POSITIONS = (1, 2, 0)  # which stored table is codon position 1, 2, 3
MAX_DEPTH = 8
MAX_LENGTH = 1000  # positions of a signal
MAX_SCORE = 2.01  # log2(1 / 0.25) = 2, and a little for rounding
MAX_OFF = 0.02  # scores of three decimals miss 1 by .001 at most; no real file we know is off by more
REMEDY = "Fetch the file again, or train the model again: SNAP itself would misread it."


@dataclass
class _Node:
    """One sequence model: its header, its table of shape (n_rows, 4), the models in it."""

    name: str
    kind: str
    line: int
    length: int
    focus: int
    table: FloatArray | None = None
    children: list[_Node] = field(default_factory=list)

    @property
    def lookups(self) -> list[FloatArray]:
        """The lookup tables in it."""
        return [child.table for child in self.children if child.kind == "LUT" and child.table is not None]

    @property
    def conditionals(self) -> FloatArray | None:
        """A matrix, or an array of conditional tables, as (length, 4**k, 4)."""
        if self.kind == "WMM" and self.table is not None:
            return self.table[:, None, :]
        return np.stack(self.lookups) if len({len(table) for table in self.lookups}) == 1 else None


def sniff(path: StrPath) -> bool:
    """Recognise a zoeHMM file by its first word."""
    return Source.of(path).peek(64).split()[:1] == [MAGIC.encode()]


def read(path: StrPath) -> list[GeneModel]:
    """Read a SNAP parameter file.

    Parameters
    ----------
    path : Path

    Returns
    -------
    list of GeneModel
        One, named after the file: several files may carry one name inside (``mammal``).
        It has one GC class, the sites of the Acceptor, Donor, Start and Stop models, and the lengths
        and order of exons, introns and what lies between genes.

    Raises
    ------
    InputError
        With file, line and section: a truncated file, a number that is none (``-nan``
        in badly trained models), a row that does not sum to 1, a header that does not fit its table, no coding model.
    """
    source = Source.of(path)
    diagnostics = Diagnostics(source.path, REMEDY)
    lines = source.parameter_lines("a SNAP parameter file")
    parser = _Parser(lines, diagnostics)
    states = States(lines, diagnostics)
    transitions, durations = states.transitions(), states.durations()
    sequence = _SequenceModels({node.name: node for node in parser.models()}, diagnostics)
    contents, sites = sequence.contents(), sequence.sites()
    klass = GCClass(contents["coding"], contents.get("intron"), contents.get("intergenic"))
    findings = tuple(diagnostics.findings)
    return [GeneModel(source.path.stem, (klass,), sites, "snap", findings, durations, transitions)]


class _Parser:
    """Reads nested models from a stream of words that know their line."""

    def __init__(self, lines: list[str], diagnostics: Diagnostics) -> None:
        self.diagnostics = diagnostics
        self.end = len(lines)
        self.n_models = self._count_in_header(lines)
        self.words = self._words_of_models(lines)
        self.at = 0

    def _count_in_header(self, lines: list[str]) -> int:
        header = lines[0].split() if lines else []
        if len(header) != 6 or header[0] != MAGIC or not header[5].isdecimal():
            found = shorten(lines[0]) if lines else "an empty file"
            raise self.diagnostics.refusal(found, "'zoeHMM NAME' and four whole numbers", 1)
        return int(header[5])

    def _words_of_models(self, lines: list[str]) -> list[tuple[int, str]]:
        """Words after the heading; states, phases and durations stand before it."""
        start = next((n for n, line in enumerate(lines) if line.strip() == START), None)
        if start is None:
            raise self.diagnostics.refusal(f"no {START} section", "a whole zoeHMM file", self.end)
        return [(n, word) for n, line in enumerate(lines[start + 1 :], start + 2) for word in line.split()]

    def models(self) -> list[_Node]:
        """Give the models at the top level."""
        nodes = []
        while self.at < len(self.words):
            nodes.append(self._model(depth=0))
        if len(nodes) != self.n_models:
            raise self.diagnostics.refusal(
                f"{len(nodes)} sequence models", f"{self.n_models}, as the header says", self.end
            )
        InputError.raise_any(self.diagnostics.faults)
        return nodes

    def _take(self, n: int, what: str) -> list[tuple[int, str]]:
        taken = self.words[self.at : self.at + n]
        if len(taken) < n:
            raise self.diagnostics.refusal(
                f"the file ends inside {what}", f"{n - len(taken)} more fields", self.end
            )
        self.at += n
        return taken

    def _model(self, depth: int) -> _Node:
        header = self._take(7, "the header of a sequence model")
        line, (name, kind, *numbers) = header[0][0], [word for _, word in header]
        whole = all(number.removeprefix("-").isdecimal() and len(number) < 9 for number in numbers[:4])
        if not whole or numbers[2] not in ("0", "4", "5") or depth > MAX_DEPTH:
            found = shorten(" ".join(word for _, word in header)) + f" at depth {depth}"
            raise self.diagnostics.refusal(found, "NAME TYPE LENGTH FOCUS SYMBOLS SUBMODELS SCORE", line)
        node = _Node(name, kind, line, length=int(numbers[0]), focus=int(numbers[1]))
        if kind in ("WMM", "LUT"):
            node.table = self._table(node, symbols=5 if numbers[2] == "5" else 4)
        else:
            node.children = [self._model(depth + 1) for _ in range(int(numbers[3]))]
        return node

    def _table(self, node: _Node, symbols: int) -> FloatArray | None:
        """Read a table; one over A, C, G, T and N (repeats are marked by N) is passed over."""
        what, lookup = f"{node.kind} {node.name}", node.kind == "LUT"
        most = MAX_ORDER + 1 if lookup else MAX_LENGTH
        if not 0 < node.length <= most:
            raise self.diagnostics.refusal(f"length {node.length} of {what}", f"1 to {most}", node.line)
        if lookup and node.focus != node.length - 1:
            raise self.diagnostics.refusal(
                f"focus {node.focus} of {what}", f"{node.length - 1}, its last base", node.line
            )
        fields = self._take(symbols**node.length if lookup else symbols * node.length, what)
        if symbols == 5:
            self.diagnostics.note(
                node.name, "a table over A, C, G, T and N, for masked repeats: not compared"
            )
            return None
        scores = [self._score(what, line, text) for line, text in fields]
        rows = np.asarray(0.25 * np.exp2(scores)).reshape(-1, 4)
        sums = rows.sum(axis=1)
        for i in np.flatnonzero((sums > 0) & (np.abs(sums - 1) > MAX_OFF)):
            found = f"a row of {what} sums to {sums[i]:.4g}, as probabilities"
            self.diagnostics.fault(found, f"1, but for rounding (at most {MAX_OFF})", fields[4 * i][0])
        return rows

    def _score(self, what: str, line: int, text: str) -> float:
        if text == ".":
            return -np.inf
        score = finite_number(text)
        if score is None or score > MAX_SCORE:
            self.diagnostics.fault(
                f"{shorten(text, 30)} in {what}", "log2(p / 0.25), at most 2, or '.'", line
            )
            return np.nan
        return score


class _SequenceModels:
    """The nested models by name, on the way to content models and sites."""

    def __init__(self, nodes: dict[str, _Node], diagnostics: Diagnostics) -> None:
        self.nodes = nodes
        self.diagnostics = diagnostics

    def contents(self) -> dict[str, ContentModel]:
        """Give the content models by component."""
        tables = {"coding": self._coding()}
        for component, name in (("intron", "Intron"), ("intergenic", "Inter")):
            node = self.nodes.get(name)
            if node is not None and node.kind == "LUT" and node.table is not None:
                tables[component] = node.table[None]
            else:
                self.diagnostics.note(component, f"the file has no table named {name}")
        models = {}
        for component, table in tables.items():
            models[component], worst = ContentModel.scaled(table)
            self.diagnostics.content(component, models[component], worst)
        return models

    def _coding(self) -> FloatArray:
        """Give the tables of codon positions 1, 2, 3, shape (3, 4**k, 4)."""
        node = self.nodes.get("Coding")
        if node is None:
            raise self.diagnostics.refusal("no sequence model named Coding", "a gene model with one")
        tables = node.lookups
        if len(tables) != 3 or len({len(table) for table in tables}) != 1:
            found = f"{len(tables)} tables in Coding"
            raise self.diagnostics.refusal(found, "three of one length", node.line)
        return np.stack([tables[stored] for stored in CODON_POSITIONS])

    def sites(self) -> dict[str, SiteModel]:
        """Give the signals by name, as ``donor GT``; ``TRM`` stands for any other sequence, without a table."""
        sites = {}
        for name in ("Acceptor", "Donor", "Start", "Stop"):
            for signal in self.nodes[name].children if name in self.nodes else ():
                key, conditionals = f"{name.lower()} {signal.name}", signal.conditionals
                if conditionals is not None:
                    sites[key] = SiteModel.marginal(closed(conditionals), first=-signal.focus)
                elif signal.kind != "TRM":
                    self.diagnostics.note(key, f"a model of type {signal.kind}: not compared")
        return sites
