"""GeneMark.hmm parameter files (``.mod``) as GeneMark-ES, -ET and -EP write them.

A file is a run of sections ``$KEY value``.  Below ``$MARKOV`` stands a line per word of k + 1 bases (4096
hexamers) with five *joint* probabilities: in the first three the column is the codon position of the word's
*first* base, the last two are non-coding sequence on either strand.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

import numpy as np

from klbio.distributions import FloatArray
from klbio.errors import InputError, StrPath, shorten
from klbio.io.models.pbl import word_indices
from klbio.io.models.text import ROUNDING, Remarks, finite_number
from klbio.io.source import Source
from klbio.models import ContentModel, GCClass, GeneModel
from klbio.models.content_model import MAX_ORDER, closed

__all__ = ["FILES", "TITLE", "read", "sniff"]

TITLE, FILES = "GeneMark", ".mod"
MAX_HEAD = 1 << 20  # bytes in which the table must begin
KEY = re.compile(r"\$([A-Za-z]\w*)")
FIRST_KEY = re.compile(rb"\s*\$[A-Z]\w*(\s|$)")
TABLE_KEY = re.compile(rb"^[ \t]*\$MARKOV\b", re.MULTILINE)
TABLE = "MARKOV"
WORD = re.compile(r"[ACGT]+", re.IGNORECASE)
COLUMNS, N_CODING, NONCODING = 5, 3, 3  # columns in all, of coding sequence, place of the first of the others
SHORTEST, LONGEST = 3, MAX_ORDER + 1  # bases of a word
SAME = 1e-9  # two columns of printed numbers are equal or they are not
REMEDY = "Fetch the file again, or train the species again."


@dataclass
class _Words:
    """The table as it is read: length of a word, its five probabilities, first and last line."""

    line: int
    length: int = 0
    values: dict[str, list[float]] = field(default_factory=dict)
    end: int = 0


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
    remarks = Remarks(source.path, REMEDY)
    words = _table(source.parameter_lines("a GeneMark parameter file"), remarks)
    InputError.raise_any(remarks.faults)
    joint = _joint(words, remarks)
    InputError.raise_any(remarks.faults)
    coding, background = _coding(joint), ContentModel(closed(joint[NONCODING : NONCODING + 1]))
    for component, model in (("coding", coding), ("background", background)):
        remarks.content(component, model, 0.0)
    _tell(joint, remarks)
    return [
        GeneModel(
            source.path.stem,
            (GCClass(coding, background=background),),
            {},
            "genemark",
            tuple(remarks.findings),
        )
    ]


def _table(lines: list[str], remarks: Remarks) -> _Words:
    """Read the lines from ``$MARKOV`` to the next key."""
    keys = [(n, key[1].upper()) for n, line in enumerate(lines, 1) if (key := KEY.match(line.strip()))]
    starts = [n for n, key in keys if key == TABLE]
    if len(starts) != 1:
        at = starts[1] if starts else len(lines)
        raise remarks.refusal(f"{len(starts)} tables ${TABLE}", "one table of words", at or None)
    words = _Words(starts[0], end=starts[0])
    for n, line in enumerate(lines[starts[0] :], starts[0] + 1):
        if KEY.match(line.strip()):
            break
        if line.strip() and not line.lstrip().startswith("#"):
            _row(line.split(), n, words, remarks)
    return words


def _row(fields: list[str], line: int, words: _Words, remarks: Remarks) -> None:
    """Read one word and its five probabilities."""
    word, values = fields[0].upper(), [finite_number(text) for text in fields[1:]]
    words.end, words.length = line, words.length or len(word)
    good = [value for value in values if value is not None and 0 <= value <= 1]
    if not WORD.fullmatch(word) or not SHORTEST <= len(word) <= LONGEST or len(word) != words.length:
        size = words.length if SHORTEST <= words.length <= LONGEST else f"{SHORTEST} to {LONGEST}"
        remarks.fault(f"{shorten(fields[0], 30)} in ${TABLE}", f"a word of {size} bases A, C, G, T", line)
    elif len(good) != len(values) or len(good) != COLUMNS:
        found = f"word {word}: {shorten(' '.join(fields[1:]), 60)} in ${TABLE}"
        remarks.fault(found, f"{COLUMNS} probabilities, 0 to 1", line)
    elif word in words.values:
        remarks.fault(f"word {word} twice in ${TABLE}", "each word once", line)
    words.values.setdefault(word, good)


def _joint(words: _Words, remarks: Remarks) -> FloatArray:
    """Give the joint probabilities, shape (5, 4**k, 4), or note what is wrong with the whole."""
    n, missing = 4**words.length if words.length else 0, _first_missing(words)
    if len(words.values) != n or not n:
        found = f"{len(words.values)} of {n} words of {words.length} bases in ${TABLE}{missing}"
        remarks.fault(found, "all words, each once", words.end)
        return np.empty((COLUMNS, 1, 4))
    table = np.array([words.values[word] for word in sorted(words.values)])
    for column, total in enumerate(table.sum(axis=0), 1):
        if abs(total - 1) > ROUNDING:
            found = f"column {column} of ${TABLE} sums to {total:.6g}"
            remarks.fault(found, "joint probabilities that sum to 1", words.line)
    return np.ascontiguousarray(table.T).reshape(COLUMNS, -1, 4)


def _first_missing(words: _Words) -> str:
    """Name the first word in lexicographic order that is not there."""
    for number, word in enumerate(sorted(words.values)):
        if _number(word) != number:
            return f", the first without a line is {_word(number, words.length)}"
    return f", the first without a line is {_word(len(words.values), words.length)}" if words.values else ""


def _number(word: str) -> int:
    return int("".join(map(str, word_indices(word))), 4)


def _word(number: int, length: int) -> str:
    return "".join("ACGT"[number // 4**i % 4] for i in reversed(range(length)))


def _coding(joint: FloatArray) -> ContentModel:
    """Give P(last base | the ones before); the axis of columns is turned to the codon position of the last base."""
    order = ContentModel(closed(joint[:1])).order
    columns = [(position - order) % N_CODING for position in range(N_CODING)]
    return ContentModel(closed(joint[columns]))


def _tell(joint: FloatArray, remarks: Remarks) -> None:
    """Say what the user should know of every such file, and of this one."""
    apart = np.abs(joint[NONCODING] - joint[NONCODING + 1]).max()
    if apart > SAME:
        text = f"the two non-coding columns are up to {apart:.3g} apart: the first (column 4) is taken"
        remarks.note("background", text, "warning")
    remarks.note("background", "one non-coding table serves introns and intergenic sequence alike")
    remarks.note("sites", "sites, durations and phases of the file are not read")
