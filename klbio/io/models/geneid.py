"""geneid's parameter files.

A file has one section per isochore (band of GC content).  Its table of transitions,
lines ``WORD index frame value``, holds ln(coding / background) of the word's last base after the
others; ``frame`` is the codon position of the word's *first* base.  The background is
not in the file: `klbio.models.training.background` recovers it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

import numpy as np

from klbio.distributions import FloatArray
from klbio.errors import InputError, StrPath, shorten
from klbio.io.models.pbl import word_indices
from klbio.io.models.text import Remarks, finite_number
from klbio.io.source import Source
from klbio.models import ContentModel, GCClass, GeneModel
from klbio.models.content_model import MAX_ORDER
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
REMEDY = "Fetch the file again, or train the species again."


@dataclass
class _Isochore:
    """One section: where it starts, its order, ln(coding / background) as (codon position, word)."""

    line: int
    boundaries: str
    order: int = -1
    values: FloatArray = field(default_factory=lambda: np.empty((3, 0)))


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
    remarks = Remarks(source.path, REMEDY)
    isochores = _isochores(source.parameter_lines("a geneid parameter file"), remarks)
    InputError.raise_any(remarks.faults)
    compared = len(isochores) // 2
    classes = [_gc_class(one, remarks, tell=i == compared) for i, one in enumerate(isochores)]
    if len(isochores) > 1:
        bands = ", ".join(one.boundaries for one in isochores)
        text = f"{len(isochores)} isochores (% GC: {bands}): number {compared}, counted from 0, is compared"
        remarks.note("coding", text)
    remarks.note("sites", "log-ratios against a background the file does not give: left out")
    return [GeneModel(source.path.stem, tuple(classes), {}, "geneid", tuple(remarks.findings))]


def _isochores(lines: list[str], remarks: Remarks) -> list[_Isochore]:
    """Give every section; only the keywords that are needed have to be spelt as geneid spells them."""
    rows = [(n, words) for n, line in enumerate(lines, 1) if (words := line.partition("#")[0].split())]
    declared, found = 0, []
    for at, (line, words) in enumerate(rows):
        keyword, below = words[0].lower(), rows[at + 1][1] if at + 1 < len(rows) else [""]
        if keyword == ISOCHORES:
            declared = _whole(below[0], 1, MAX_ISOCHORES, keyword, line, remarks)
        elif keyword == BOUNDARIES:
            found.append(_Isochore(line, "-".join(below)))
        elif keyword in ORDERS and found:
            found[-1].order = _whole(below[0], 1, MAX_ORDER, keyword, line, remarks)
        elif keyword == TRANSITIONS and found and found[-1].order > 0:
            found[-1].values = _transitions(rows, at, found[-1].order, remarks)
    for one in (one for one in found if not one.values.size and not remarks.faults):
        remarks.fault("an isochore without a Markov order and its transitions", "both", one.line)
    if not found or (declared and len(found) != declared):
        expected = f"{declared}, as the head says" if declared else "at least one"
        remarks.fault(f"{len(found)} isochores", expected, len(lines))
    return found


def _whole(text: str, low: int, high: int, keyword: str, line: int, remarks: Remarks) -> int:
    """Give a whole number, 0 where a fault was noted."""
    if text.isdecimal() and len(text) < 9 and low <= int(text) <= high:
        return int(text)
    remarks.fault(f"{shorten(text, 30)} below {keyword}", f"a whole number, {low} to {high}", line)
    return 0


def _transitions(rows: list[tuple[int, list[str]]], at: int, order: int, remarks: Remarks) -> FloatArray:
    """Read one table, shape (3, 4**(k + 1)); the axis of frames is turned to the codon position of the last base."""
    values, end = np.full((3, 4 ** (order + 1)), np.nan), rows[at][0]
    for line, words in rows[at + 1 :]:
        if not WORD.fullmatch(words[0]):
            break
        value = finite_number(words[-1])
        good = len(words) == 4 and len(words[0]) == order + 1 and words[2] in ("0", "1", "2")
        if not good or value is None or value > MAX_VALUE:
            expected = (
                f"a word of {order + 1} bases, its number, a frame of 0 to 2, a log-ratio up to {MAX_VALUE:g}"
            )
            remarks.fault(shorten(" ".join(words), 60), expected, line)
            continue
        cell = (int(words[2]) + order) % 3, _number(words[0])
        if not np.isnan(values[cell]):
            remarks.fault(f"word {words[0]} twice in frame {words[2]}", "each word once a frame", line)
        values[cell], end = value, line
    if np.isnan(values).any() and not remarks.faults:
        found = f"{np.isfinite(values).sum()} of {values.size} words and frames"
        remarks.fault(found, "all of them in a table of transitions", end)
    return values


def _number(word: str) -> int:
    """Place of a word in lexicographic order."""
    number = 0
    for base in word_indices(word):
        number = 4 * number + base
    return number


def _gc_class(isochore: _Isochore, remarks: Remarks, tell: bool) -> GCClass:
    """Recover absolute probabilities, and tell what is to be told of the class that is compared."""
    recovered = recover_background(isochore.values.reshape(3, -1, 4))
    coding, worst = ContentModel.scaled(recovered.coding)
    background = ContentModel.scaled(recovered.background[None])[0]
    if tell:
        remarks.content("coding", coding, worst)
        n_borrowed, n = int((~recovered.solved).sum()), recovered.solved.size
        text = f"{n - n_borrowed} of {n} contexts fix it; {n_borrowed} borrow it from like contexts"
        remarks.note("background", f"not in the file, recovered from the log-ratios: {text}")
        if recovered.refuted.any():
            text = f"no background fits the log-ratios of {recovered.refuted.sum()} contexts: other units?"
            remarks.note("background", text, "warning")
    return GCClass(coding, background=background, gc_range=_gc_range(isochore.boundaries))


def _gc_range(boundaries: str) -> tuple[float, float] | None:
    """Give lowest and highest GC content, None where the boundaries are no two percentages."""
    found = [finite_number(text) for text in boundaries.split("-")]
    numbers = [value / 100 for value in found if value is not None and 0 <= value <= 100]
    return (numbers[0], numbers[1]) if len(numbers) == len(found) == 2 and numbers[0] <= numbers[1] else None
