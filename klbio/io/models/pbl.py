"""AUGUSTUS probability files (``.pbl``): sections, GC classes, tables of words.

A file is a run of sections ``[NAME]``; numbered sections ``[1]``, ``[2]``, ... open the GC
classes.  A header may be commented out, and its lines with it.  Tables are lines of a word
(either case) and one number, or three for the codon positions of the word's last base.
Raw counts of the training set may follow a table inside the same section.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import chain, pairwise

import numpy as np

from klbio.distributions import FloatArray
from klbio.errors import StrPath, shorten
from klbio.io.models.pbl_fast import MAX_LENGTH, MAX_VALUE, MAX_WEIGHT, regular_patterns, regular_table
from klbio.io.models.text import Diagnostics
from klbio.io.numbers import finite_number
from klbio.io.source import Source

__all__ = ["Pbl", "Section", "word_indices", "word_number"]

HEADER = re.compile(r"\[(\w+)\][^\S\n]*$", re.MULTILINE)  # begins with one character, which is found fast
CENTRE = re.compile(r"\(a,c,g,t\)=[^\S\n]*\(([^)\n]*)\)")
ORDER = re.compile(r"^#[^\S\n]*k[^\S\n]*(?::[^\n]*\n\s*|=\s*)(\d{1,4})[^\S\n]*$", re.MULTILINE)
WORD = re.compile(r"[ACGTacgt]+$")
DATA = re.compile(r"^[^\S\n]*[^\s#].*", re.MULTILINE)  # neither empty nor a comment
WORDED = frozenset("ACGTacgt \t")  # what a line that holds a word begins with
DIGITS = str.maketrans("ACGTacgt", "01230123")
MAX_CLASSES = 100
MAX_WINDOW = 12


@dataclass
class Section:
    """A header and the stretches of the file that belong to it; `disabled` if it is commented out."""

    text: str
    start: int
    diagnostics: Diagnostics
    disabled: bool = False
    spans: list[tuple[int, int]] = field(default_factory=list)

    @property
    def line(self) -> int:
        """Number of the header's line."""
        return line_number(self.text, self.start)

    @property
    def lines(self) -> list[tuple[int, str]]:
        """Data lines with their numbers: neither empty nor comments."""
        return [
            (n, line)
            for start, end in self.spans
            for n, line in enumerate(self.text[start:end].split("\n"), line_number(self.text, start))
            if line.strip() and not line.lstrip().startswith("#")
        ]

    @property
    def data_lines(self) -> list[str]:
        """The same without their numbers: what is quick to find."""
        return self._all(DATA)

    @property
    def word_lines(self) -> list[str]:
        """Lines that may begin with a word, without their numbers."""
        lines = chain.from_iterable(self.text[start:end].split("\n") for start, end in self.spans)
        return [line for line in lines if line[:1] in WORDED]

    def _all(self, line: re.Pattern[str]) -> list[str]:
        return [found for start, end in self.spans for found in line.findall(self.text[start:end])]

    def word_table(self, name: str, columns: int) -> tuple[FloatArray | None, bool]:
        """Read the table of the longest words.

        A word's first line counts; whole numbers for a word already read are raw counts.

        Parameters
        ----------
        name : str
            What messages call the table.
        columns : int
            Probabilities of each word.

        Returns
        -------
        table : ndarray of shape (columns, 4**k, 4) or None
            Rows are the words without their last base; None where a fault was noted.
        counts : bool
            Whether raw counts follow.
        """
        table, counts = regular_table(self.word_lines, columns) or self.careful_table(name, columns)
        if table is not None and not self._agrees(name, table.shape[1]):
            return None, counts
        return table, counts

    def _agrees(self, name: str, n_contexts: int) -> bool:
        """Whether the order that a section states, if it does, is that of its words; a fault where it is not."""
        for start, end in self.spans:
            stated = ORDER.search(self.text, start, end)
            if stated and 4 ** min(int(stated[1]), MAX_LENGTH) != n_contexts:
                line, found = line_number(self.text, stated.start(1)), f"order k = {stated[1]} of {name}"
                length = n_contexts.bit_length() // 2 + 1
                self.diagnostics.fault(found, f"that of its words, which have {length} bases", line)
                return False
        return True

    def careful_table(self, name: str, columns: int) -> tuple[FloatArray | None, bool]:
        """Do what `word_table` does line by line, and note what is wrong."""
        n_faults, counts = self.diagnostics.n_faults, False
        words = _Words()
        for line, text in self.lines:
            word, *fields = text.split()
            if not WORD.match(word):
                continue  # the size of the table, its order, a pseudocount
            if word.upper() not in words:
                words[word.upper()] = values = _probabilities(fields, columns)
                if not values:
                    expected = f"a word and {columns} probabilities"
                    self.diagnostics.fault(f"{shorten(text, 60)} in {name}", expected, line)
            elif fields and all(number.isdecimal() for number in fields):
                counts = True
            else:
                self.diagnostics.fault(f"word {word!r} twice in {name}", "each word once", line)
        if not words.complete:
            last = self.lines[-1][0] if self.lines else self.line
            expected = f"every word of one length, 1 to {MAX_LENGTH}"
            self.diagnostics.fault(f"{words} in {name}", expected, last)
        if self.diagnostics.n_faults > n_faults:
            return None, counts
        return words.table(columns), counts

    def pattern_marginals(self, name: str, length: int) -> FloatArray | None:
        """Read words with probabilities and sum them to the base composition at each position.

        Words that are left out of the file have a negligible probability (a pseudocount).

        Returns
        -------
        ndarray of shape (length, 4) or None
            None where a fault was noted, or where there is no pattern: some species were trained
            without introns.
        """
        marginals = regular_patterns(self.word_lines, length)
        if marginals is None:
            marginals = self.careful_patterns(name, length)
        if marginals is None or not marginals.any():
            return None
        return np.asarray(marginals / marginals.sum(axis=1, keepdims=True))

    def careful_patterns(self, name: str, length: int) -> FloatArray | None:
        """Sum the weights of words by position and base, line by line; None where a fault was noted."""
        marginals, seen = np.zeros((length, 4)), set()
        for line, text in self.lines:
            word, *fields = text.split()
            if not WORD.match(word):
                continue
            weight = finite_number(fields[0]) if len(fields) == 1 else None
            if weight is None or not 0 <= weight <= MAX_WEIGHT or len(word) != length or length > MAX_WINDOW:
                expected = f"a word of {length} bases, as the config says, and a probability (per 1000)"
                self.diagnostics.fault(f"{shorten(text, 40)} in [{name}]", expected, line)
                return None
            if word.upper() in seen:
                self.diagnostics.fault(f"pattern {word!r} twice in [{name}]", "each pattern once", line)
                return None
            seen.add(word.upper())
            marginals[range(length), word_indices(word)] += weight
        return marginals


class _Words(dict[str, list[float]]):
    """The probabilities of each word, in upper case; nothing where a line held none."""

    @property
    def length(self) -> int:
        """Of the longest words."""
        return max((len(word) for word in self), default=0)

    @property
    def longest(self) -> list[str]:
        """The words of that length, in the order of the alphabet."""
        return sorted(word for word in self if len(word) == self.length)

    @property
    def complete(self) -> bool:
        """Whether all words of the greatest length are there."""
        return 1 <= self.length <= MAX_LENGTH and len(self.longest) == 4**self.length

    def __str__(self) -> str:
        whole = f" of {4**self.length}" if 1 <= self.length <= MAX_LENGTH else ""
        return f"{len(self.longest)}{whole} words of {self.length} bases"

    def table(self, columns: int) -> FloatArray:
        """Give the longest words as an array of shape (columns, 4**k, 4)."""
        return np.array([self[word] for word in self.longest]).T.reshape(columns, -1, 4)


def _probabilities(fields: list[str], columns: int) -> list[float]:
    """Give the probabilities of a line, nothing if they are none."""
    values = [finite_number(text) for text in fields]
    good = [value for value in values if value is not None and 0 <= value <= MAX_VALUE]
    return good if len(good) == len(values) == columns else []


@dataclass
class Pbl:
    """One file: its sections by (GC class, name), class 0 before the first; the centre of each class."""

    name: str
    diagnostics: Diagnostics
    n_classes: int = 0
    sections: dict[tuple[int, str], Section] = field(default_factory=dict)
    centres: dict[int, tuple[float, float, float, float]] = field(default_factory=dict)

    @classmethod
    def read(cls, path: StrPath, diagnostics: Diagnostics) -> Pbl:
        """Cut a file into sections; what is wrong with them goes to the diagnostics of the whole reading."""
        source = Source.of(path)
        pbl = cls(source.path.name, diagnostics.within(source.path))
        pbl._cut(source.parameters("an AUGUSTUS probability file"))
        return pbl

    def has(self, name: str) -> bool:
        """Say whether any class has this section, not commented out."""
        return any(self.usable(number, name) is not None for number in range(1, self.n_classes + 1))

    def usable(self, number: int, name: str) -> Section | None:
        """Give a section of a class unless it is missing or commented out."""
        section = self.sections.get((number, name))
        return None if section is None or section.disabled else section

    def _cut(self, text: str) -> None:
        number, current = 0, Section(text, 0, self.diagnostics)
        headers = [*_headers(text), (len(text), len(text), False, "")]
        for (start, after, hidden, name), (end, *_) in pairwise(headers):
            section = Section(text, start, self.diagnostics, hidden)
            if name.isdecimal():
                number, current = self._class_number(name, section), section
                self.n_classes = max(self.n_classes, number)
            else:
                self._add(number, name, section)
                current = current if hidden else section  # what is not commented out stays where it was
            current.spans.append((after, end))
            if centre := _centre(text, after, end):
                self.centres[number] = centre

    def _add(self, number: int, name: str, section: Section) -> None:
        if (number, name) in self.sections:
            self.diagnostics.fault(f"section [{name}] twice in GC class {number}", "each once", section.line)
        self.sections[number, name] = section

    def _class_number(self, name: str, section: Section) -> int:
        if len(name) > 3 or int(name) > MAX_CLASSES:
            expected = f"at most {MAX_CLASSES} classes"
            self.diagnostics.fault(f"GC class {shorten(name, 20)}", expected, section.line)
            return 0
        return int(name)


def line_number(text: str, place: int) -> int:
    """Give the number of the line that a place in a text is on."""
    return text.count("\n", 0, place) + 1


def _headers(text: str) -> Iterator[tuple[int, int, bool, str]]:
    """Give where each header's line starts and the next one does, whether it is commented out, its name."""
    for match in HEADER.finditer(text):
        start = text.rfind("\n", 0, match.start()) + 1
        before = text[start : match.start()].strip()
        if before in ("", "#"):
            yield start, match.end() + 1, bool(before), match[1]


def _centre(text: str, start: int, end: int) -> tuple[float, float, float, float] | None:
    """Find the last comment that says what composition a class is made for."""
    found = None
    for match in CENTRE.finditer(text, start, end):
        before = text[text.rfind("\n", 0, match.start()) + 1 : match.start()]
        values = [finite_number(number) for number in match[1].split(",")]
        numbers = [value for value in values if value is not None]
        if before.startswith("#") and not before[1:].strip() and len(numbers) == 4:
            found = (numbers[0], numbers[1], numbers[2], numbers[3])
    return found


def word_indices(word: str) -> list[int]:
    """Give the column of each base.

    >>> word_indices("acGT")
    [0, 1, 2, 3]
    """
    return [int(digit) for digit in word.translate(DIGITS)]


def word_number(word: str) -> int:
    """Give the place of a word among those of its length, in lexicographic order.

    >>> word_number("AAC"), word_number("TTT")
    (1, 63)
    """
    return int(word.translate(DIGITS), 4)
