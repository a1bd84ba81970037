"""Motifs in MEME's minimal text: an alphabet, a background, then a matrix of probabilities for each motif."""

from __future__ import annotations

import re

import numpy as np

from klbio.alphabets import AMINO, DNA, RNA, Alphabet
from klbio.distributions import FloatArray
from klbio.errors import shorten
from klbio.io.models.text import ROUNDING, Diagnostics
from klbio.io.numbers import finite_number
from klbio.models import Finding, ProfileHMM
from klbio.models.arrays import closed

__all__ = ["Meme"]

MATRIX = "letter-probability matrix"


class Meme:
    """MEME's minimal text: alphabet, background, then motifs."""

    def __init__(self, lines: list[str], diagnostics: Diagnostics) -> None:
        self.rows = iter(enumerate(lines, 1))
        self.diagnostics = diagnostics
        self.alphabet = DNA
        self.background: FloatArray | None = None

    def motifs(self) -> list[ProfileHMM]:
        """Give the motifs of the file."""
        found: list[ProfileHMM] = []
        name, begun = "", 0  # the line of a motif whose matrix has not come yet
        for n, line in self.rows:
            words = line.split()
            if line.startswith("ALPHABET"):
                self.alphabet, self.background = self._alphabet(line, n), None
            elif line.startswith("Background letter frequencies"):
                self.background = self._background(n)
            elif words[:1] == ["MOTIF"]:
                self._without_matrix(name, begun)
                name, begun = words[1] if len(words) > 1 else f"motif {len(found) + 1}", n
            elif line.startswith(MATRIX):
                match, begun = self._matrix(name, line, n), 0
                found += [self._profile(name, match)] if match is not None else []
            elif found and not begun and len(self._probabilities(line)) == len(self.alphabet):
                self.diagnostics.fault(f"motif {name!r}: a row more than w= says", "as many rows as w=", n)
        self._without_matrix(name, begun)
        return found

    def _without_matrix(self, name: str, begun: int) -> None:
        if begun:
            self.diagnostics.fault(
                f"motif {name!r} without its matrix", f"a line {MATRIX!r} and its rows", begun
            )

    @staticmethod
    def _probabilities(line: str) -> list[float]:
        """Numbers of a row that may be probabilities; nothing where there is another word."""
        numbers = [finite_number(word) for word in line.split()]
        good = [value for value in numbers if value is not None and 0 <= value <= 1]
        return good if len(good) == len(numbers) else []

    def _profile(self, name: str, match: FloatArray) -> ProfileHMM:
        background = self.background
        findings: tuple[Finding, ...] = ()
        if background is None:
            background = np.full(len(self.alphabet), 1 / len(self.alphabet))
            text = "no background in the file: the uniform law is taken"
            findings = (Finding.note("null", text),)
        steps = ProfileHMM.ungapped(len(match))
        return ProfileHMM(name, "", self.alphabet, match, background, steps, "motifs", findings)

    def _alphabet(self, line: str, n: int) -> Alphabet:
        symbols = line.partition("=")[2].strip()
        known = {"".join(alphabet.symbols): alphabet for alphabet in (DNA, RNA, AMINO)}
        if symbols not in known:
            found = f"alphabet {shorten(symbols or line, 40)}"
            raise self.diagnostics.refusal(found, f"one of {', '.join(known)}", n)
        return known[symbols]

    def _background(self, start: int) -> FloatArray:
        """Read letters and frequencies, over as many lines as they take."""
        given: dict[str, float] = {}
        for _, line in self.rows:
            words = line.split()
            pairs = dict(zip(words[::2], map(finite_number, words[1::2]), strict=False))
            given |= {letter: value for letter, value in pairs.items() if value is not None and value >= 0}
            if len(given) >= len(self.alphabet) or len(words) < 2:
                break
        values = np.array([given.get(letter, -1.0) for letter in self.alphabet.symbols])
        if (values < 0).any() or abs(values.sum() - 1) > 5 * ROUNDING:
            expected = f"{len(self.alphabet)} that sum to 1"
            raise self.diagnostics.refusal("background frequencies that are none", expected, start)
        return closed(values)

    def _matrix(self, name: str, header: str, start: int) -> FloatArray | None:
        """Read the rows below a header, as many as `w=` says, else up to a line of another length."""
        n_symbols, width = len(self.alphabet), re.search(r"\bw=\s*(\d{1,6})\b", header)
        letters = re.search(r"\balength=\s*(\d{1,6})\b", header)
        if letters and int(letters[1]) != n_symbols:
            found = f"motif {name!r}: alength= {letters[1]}"
            self.diagnostics.fault(found, f"{n_symbols}, as many letters as the alphabet has", start)
            return None
        values: list[list[float]] = []
        for n, line in self.rows:
            good = self._probabilities(line)
            if not line.strip() or (not width and len(good) != n_symbols):
                break
            if len(good) != n_symbols or abs(sum(good) - 1) > ROUNDING:
                found = f"motif {name!r}, position {len(values) + 1}: {shorten(line, 60)}"
                self.diagnostics.fault(found, f"{n_symbols} probabilities that sum to 1", n)
                return None
            values.append(good)
            if width and len(values) == int(width[1]):
                break
        if not values or (width and len(values) != int(width[1])):
            wanted = f"{width[1]}, as w= says" if width else "at least one"
            self.diagnostics.fault(f"motif {name!r} has {len(values)} positions", wanted, start)
            return None
        return closed(np.array(values))
