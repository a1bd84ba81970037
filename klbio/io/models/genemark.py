"""GeneMark.hmm parameter files (``.mod``) as GeneMark-ES, -ET and -EP write them.

A file is a run of sections ``$KEY value``.  Below ``$MARKOV`` stands a line per word of k + 1 bases (4096
hexamers) with five *joint* probabilities: in the first three the column is the codon position of the word's
*first* base, the last two are non-coding sequence on either strand.
"""

from __future__ import annotations

import re

import numpy as np

from klbio.distributions import FloatArray
from klbio.errors import StrPath, shorten
from klbio.io.models.pbl import word_number
from klbio.io.models.text import ROUNDING, Diagnostics
from klbio.io.numbers import finite_number
from klbio.io.source import Source
from klbio.models import ContentModel, GCClass, GeneModel
from klbio.models.arrays import closed
from klbio.models.markov.content_model import MAX_ORDER
from klbio.models.markov.genetic_code import STANDARD

__all__ = ["FILES", "TITLE", "read", "sniff"]

TITLE, FILES = "GeneMark", ".mod"
MAX_HEAD = 1 << 20  # bytes in which the table must begin
KEY = re.compile(r"\$([A-Za-z]\w*)")
FIRST_KEY = re.compile(rb"(?:[ \t]*(?:#[^\n]*)?\n)*[ \t]*\$[A-Z]\w*(\s|$)")  # comments may come before it
TABLE_KEY = re.compile(rb"^[ \t]*\$MARKOV\b", re.MULTILINE)
TABLE = "MARKOV"
SWITCH = re.compile(r"\s*\$(TAA|TAG|TGA)_ON\s+([01])\b", re.IGNORECASE)
CODES = {6: {"TAA", "TAG"}, 4: {"TGA"}}  # that GeneMark knows, by the stop codons that are none in them
WORD = re.compile(r"[ACGT]+", re.IGNORECASE)
COLUMNS, N_CODING, NONCODING = 5, 3, 3  # columns in all, of coding sequence, place of the first of the others
MIN_WORD, MAX_WORD = 3, MAX_ORDER + 1  # bases of a word
SAME = 1e-9  # two columns of printed numbers are equal or they are not
REMEDY = "Fetch the file again, or train the species again."


def sniff(path: StrPath) -> bool:
    """Recognise a parameter file by a first line ``$KEY`` and the table ``$MARKOV``."""
    source = Source.of(path)
    if not FIRST_KEY.match(source.head.replace(b"\r", b"\n")):
        return False
    return TABLE_KEY.search(source.peek(MAX_HEAD).replace(b"\r", b"\n")) is not None


def read(path: StrPath) -> list[GeneModel]:
    """Read a GeneMark.hmm parameter file.

    Parameters
    ----------
    path : Path

    Returns
    -------
    list of GeneModel
        One, named after the file, with the components ``coding`` and ``background``, the
        non-coding sequence that GeneMark holds coding sequence against.

    Raises
    ------
    InputError
        With file and line: no table, a word that is missing or stands twice, a value that is no
        probability, a column that does not sum to 1.
    """
    source = Source.of(path)
    diagnostics = Diagnostics(source.path, REMEDY)
    joint = _Table(source.parameter_lines("a GeneMark parameter file"), diagnostics).joint()
    coding = _coding(joint).under(_genetic_code(source.parameter_lines("a GeneMark parameter file")))
    background = ContentModel(closed(joint[NONCODING : NONCODING + 1]))
    for component, model in (("coding", coding), ("background", background)):
        diagnostics.content(component, model, 0.0)
    _describe(joint, diagnostics)
    classes = (GCClass(coding, background=background),)
    return [GeneModel(source.path.stem, classes, {}, "genemark", tuple(diagnostics.findings))]


def _genetic_code(lines: list[str]) -> int:
    """Tell the genetic code from the stop codons that are switched off: TAA and TAG in 6, TGA in 4."""
    switches = (SWITCH.match(line) for line in lines)
    off = {switch[1].upper() for switch in switches if switch and switch[2] == "0"}
    return next((code for code, codons in CODES.items() if codons == off), STANDARD)


class _Table:
    """The lines from ``$MARKOV`` to the next key: words of one length, five probabilities each."""

    def __init__(self, lines: list[str], diagnostics: Diagnostics) -> None:
        self.lines = lines
        self.diagnostics = diagnostics
        self.line = self.end = self._start()
        self.length = 0
        self.values: dict[str, list[float]] = {}

    def _start(self) -> int:
        """Find the line of the table's key."""
        keys = [
            (n, key[1].upper()) for n, line in enumerate(self.lines, 1) if (key := KEY.match(line.strip()))
        ]
        starts = [n for n, key in keys if key == TABLE]
        if len(starts) != 1:
            at = starts[1] if starts else len(self.lines)
            raise self.diagnostics.refusal(f"{len(starts)} tables ${TABLE}", "one table of words", at or None)
        return starts[0]

    def joint(self) -> FloatArray:
        """Give the joint probabilities, shape (5, 4**k, 4), or raise every fault."""
        for n, line in enumerate(self.lines[self.line :], self.line + 1):
            if KEY.match(line.strip()):
                break
            if line.strip() and not line.lstrip().startswith("#"):
                self._row(line.split(), n)
        self.diagnostics.raise_any()
        self._refuse_missing()
        table = np.array([self.values[word] for word in sorted(self.values)])
        for column, total in enumerate(table.sum(axis=0), 1):
            if abs(total - 1) > ROUNDING:
                found = f"column {column} of ${TABLE} sums to {total:.6g}"
                self.diagnostics.fault(found, "joint probabilities that sum to 1", self.line)
        self.diagnostics.raise_any()
        return np.ascontiguousarray(table.T).reshape(COLUMNS, -1, 4)

    def _row(self, fields: list[str], line: int) -> None:
        """Read one word and its five probabilities."""
        word, values = fields[0].upper(), [finite_number(text) for text in fields[1:]]
        self.end, self.length = line, self.length or len(word)
        good = [value for value in values if value is not None and 0 <= value <= 1]
        if not WORD.fullmatch(word) or not MIN_WORD <= len(word) <= MAX_WORD or len(word) != self.length:
            size = self.length if MIN_WORD <= self.length <= MAX_WORD else f"{MIN_WORD} to {MAX_WORD}"
            found = f"{shorten(fields[0], 30)} in ${TABLE}"
            self.diagnostics.fault(found, f"a word of {size} bases A, C, G, T", line)
        elif len(good) != len(values) or len(good) != COLUMNS:
            found = f"word {word}: {shorten(' '.join(fields[1:]), 60)} in ${TABLE}"
            self.diagnostics.fault(found, f"{COLUMNS} probabilities, 0 to 1", line)
        elif word in self.values:
            self.diagnostics.fault(f"word {word} twice in ${TABLE}", "each word once", line)
        self.values.setdefault(word, good)

    def _refuse_missing(self) -> None:
        n = 4**self.length if self.length else 0
        if len(self.values) != n or not n:
            found = (
                f"{len(self.values)} of {n} words of {self.length} bases in ${TABLE}{self._first_missing()}"
            )
            raise self.diagnostics.refusal(found, "all words, each once", self.end)

    def _first_missing(self) -> str:
        """Name the first word in lexicographic order that is not there."""
        if not self.values:
            return ""
        known = (number for number, word in enumerate(sorted(self.values)) if word_number(word) != number)
        number = next(known, len(self.values))
        word = "".join("ACGT"[number // 4**i % 4] for i in reversed(range(self.length)))
        return f", the first without a line is {word}"


def _coding(joint: FloatArray) -> ContentModel:
    """Give P(last base | the ones before); the axis of columns is turned to the codon position of the last base."""
    order = ContentModel(closed(joint[:1])).order
    columns = [(position - order) % N_CODING for position in range(N_CODING)]
    return ContentModel(closed(joint[columns]))


def _describe(joint: FloatArray, diagnostics: Diagnostics) -> None:
    """Note what the user should know of every such file, and of this one."""
    apart = np.abs(joint[NONCODING] - joint[NONCODING + 1]).max()
    if apart > SAME:
        text = f"the two non-coding columns are up to {apart:.3g} apart: the first (column 4) is taken"
        diagnostics.warn("background", text)
    diagnostics.note("background", "one non-coding table serves introns and intergenic sequence alike")
    diagnostics.note("sites", "sites, durations and phases of the file are not read")
