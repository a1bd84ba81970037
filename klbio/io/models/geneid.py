"""geneid's parameter files.

A file has one section per isochore (band of GC content).  Its table of transitions,
lines ``WORD index frame value``, holds ln(coding / background) of the word's last base after the
others; ``frame`` is the codon position of the word's *first* base.  The background is
not in the file: `klbio.models.training.background` recovers it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from klbio.distributions import FloatArray
from klbio.errors import StrPath, shorten
from klbio.io.models.pbl import word_number
from klbio.io.models.text import Diagnostics
from klbio.io.numbers import finite_number
from klbio.io.source import Source
from klbio.models import ContentModel, GCClass, GeneModel
from klbio.models.markov.content_model import MAX_ORDER
from klbio.models.training.background import recover_background

__all__ = ["FILES", "TITLE", "read", "sniff"]

TITLE, FILES = "geneid", ".param"
MARKS = re.compile(rb"^(number_of_isochores|boundaries_of_isochore)\b", re.IGNORECASE | re.MULTILINE)
ISOCHORES, BOUNDARIES = "number_of_isochores", "boundaries_of_isochore"
ORDERS = ("markov_order", "markov_oligo_logs_file")  # two names of one thing
TRANSITIONS = "markov_transition_probability_matrix"
WORD = re.compile(r"[ACGT]+", re.IGNORECASE)
MAX_VALUE = 30.0  # ln(coding / background); a coding base is never e^30 times as likely
MAX_ISOCHORES = 64
BoolArray = NDArray[np.bool_]
REMEDY = "Fetch the file again, or train the species again."


class _Recovered(NamedTuple):
    """Absolute probabilities, how far the coding rows were off 1, which contexts fix the background."""

    coding: ContentModel
    worst: float
    background: ContentModel
    solved: BoolArray
    n_refuted: int


@dataclass
class _Isochore:
    """One section: where it starts, its order, ln(coding / background) as (codon position, word)."""

    line: int
    boundaries: str
    order: int = -1
    values: FloatArray = field(default_factory=lambda: np.empty((3, 0)))

    @property
    def recovered(self) -> _Recovered:
        """Absolute probabilities."""
        found = recover_background(self.values.reshape(3, -1, 4))
        coding, worst = ContentModel.scaled(found.coding)
        background = ContentModel.scaled(found.background[None])[0]
        return _Recovered(coding, worst, background, found.solved, int(found.refuted.sum()))

    @property
    def gc_range(self) -> tuple[float, float] | None:
        """Lowest and highest GC content, None where the boundaries are no two percentages."""
        found = [finite_number(text) for text in self.boundaries.split("-")]
        numbers = [value / 100 for value in found if value is not None and 0 <= value <= 100]
        if len(numbers) == len(found) == 2 and numbers[0] <= numbers[1]:
            return numbers[0], numbers[1]
        return None


def sniff(path: StrPath) -> bool:
    """Recognise a parameter file by its first keywords."""
    return MARKS.search(Source.of(path).head.replace(b"\r", b"\n")) is not None


def read(path: StrPath) -> list[GeneModel]:
    """Read a geneid parameter file.

    Parameters
    ----------
    path : Path

    Returns
    -------
    list of GeneModel
        One, named after the file, with a GC class per isochore.  Its components are
        ``coding`` and ``background``, what the scores were taken against.

    Raises
    ------
    InputError
        With file, line and isochore: no isochore, an order that is none, words that are
        missing or stand twice, values that are no log-ratios.
    """
    source = Source.of(path)
    diagnostics = Diagnostics(source.path, REMEDY)
    isochores = _Parser(source.parameter_lines("a geneid parameter file"), diagnostics).isochores()
    diagnostics.raise_any()
    compared = len(isochores) // 2
    recovered = [isochore.recovered for isochore in isochores]
    _describe(recovered[compared], diagnostics)
    classes = [
        GCClass(model.coding, background=model.background, gc_range=isochore.gc_range)
        for model, isochore in zip(recovered, isochores, strict=True)
    ]
    if len(isochores) > 1:
        bands = ", ".join(isochore.boundaries for isochore in isochores)
        text = f"{len(isochores)} isochores (% GC: {bands}): number {compared}, counted from 0, is compared"
        diagnostics.note("coding", text)
    diagnostics.note("sites", "log-ratios against a background the file does not give: left out")
    return [GeneModel(source.path.stem, tuple(classes), {}, "geneid", tuple(diagnostics.findings))]


class _Parser:
    """Reads every section; only the keywords that are needed have to be spelt as geneid spells them."""

    def __init__(self, lines: list[str], diagnostics: Diagnostics) -> None:
        self.n_lines = len(lines)
        self.rows = [
            (n, words) for n, line in enumerate(lines, 1) if (words := line.partition("#")[0].split())
        ]
        self.diagnostics = diagnostics

    def isochores(self) -> list[_Isochore]:
        """Give the sections in order."""
        declared = 0
        found: list[_Isochore] = []
        for at, (line, words) in enumerate(self.rows):
            keyword, below = words[0].lower(), self._below(at)
            if keyword == ISOCHORES:
                declared = self._whole(below[0], at, MAX_ISOCHORES)
            elif keyword == BOUNDARIES:
                found.append(_Isochore(line, "-".join(below)))
            elif keyword in ORDERS and found:
                found[-1].order = self._whole(below[0], at, MAX_ORDER)
            elif keyword == TRANSITIONS and found and found[-1].order > 0:
                found[-1].values = self._transitions(at, found[-1].order)
        self._refuse_incomplete(found, declared)
        return found

    def _below(self, at: int) -> list[str]:
        return self.rows[at + 1][1] if at + 1 < len(self.rows) else [""]

    def _refuse_incomplete(self, found: list[_Isochore], declared: int) -> None:
        for isochore in found:
            if not isochore.values.size and not self.diagnostics.faults:
                what = "an isochore without a Markov order and its transitions"
                self.diagnostics.fault(what, "both", isochore.line)
        if not found or (declared and len(found) != declared):
            expected = f"{declared}, as the head says" if declared else "at least one"
            self.diagnostics.fault(f"{len(found)} isochores", expected, self.n_lines)

    def _whole(self, text: str, at: int, most: int) -> int:
        """Give the whole number below a keyword, 0 where a fault was noted."""
        if text.isdecimal() and len(text) < 9 and 1 <= int(text) <= most:
            return int(text)
        line, (keyword, *_) = self.rows[at]
        found = f"{shorten(text, 30)} below {keyword.lower()}"
        self.diagnostics.fault(found, f"a whole number, 1 to {most}", line)
        return 0

    def _transitions(self, at: int, order: int) -> FloatArray:
        """Read a table, shape (3, 4**(k + 1)); the axis of frames is turned to the codon position of the last base."""
        values, end = np.full((3, 4 ** (order + 1)), np.nan), self.rows[at][0]
        for line, words in self.rows[at + 1 :]:
            if not WORD.fullmatch(words[0]):
                break
            value = finite_number(words[-1])
            good = len(words) == 4 and len(words[0]) == order + 1 and words[2] in ("0", "1", "2")
            if not good or value is None or value > MAX_VALUE:
                limits = f"a frame of 0 to 2, a log-ratio up to {MAX_VALUE:g}"
                expected = f"a word of {order + 1} bases, its number, {limits}"
                self.diagnostics.fault(shorten(" ".join(words), 60), expected, line)
                continue
            cell = (int(words[2]) + order) % 3, word_number(words[0])
            if not np.isnan(values[cell]):
                found = f"word {words[0]} twice in frame {words[2]}"
                self.diagnostics.fault(found, "each word once a frame", line)
            values[cell], end = value, line
        if np.isnan(values).any() and not self.diagnostics.faults:
            found = f"{np.isfinite(values).sum()} of {values.size} words and frames"
            self.diagnostics.fault(found, "all of them in a table of transitions", end)
        return values


def _describe(recovered: _Recovered, diagnostics: Diagnostics) -> None:
    """Note what the user should know of the class that is compared."""
    diagnostics.content("coding", recovered.coding, recovered.worst)
    n_borrowed, n = int((~recovered.solved).sum()), recovered.solved.size
    text = f"{n - n_borrowed} of {n} contexts fix it; {n_borrowed} borrow it from like contexts"
    diagnostics.note("background", f"not in the file, recovered from the log-ratios: {text}")
    if recovered.n_refuted:
        text = f"no background fits the log-ratios of {recovered.n_refuted} contexts: other units?"
        diagnostics.warn("background", text)
