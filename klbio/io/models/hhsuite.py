"""HH-suite's ``.hhm`` files: match states over amino acids, all numbers -1000 log2 p, ``*`` = 0."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

import numpy as np

from klbio.alphabets import AMINO
from klbio.distributions import FloatArray
from klbio.errors import StrPath, shorten
from klbio.io.models.text import Diagnostics
from klbio.io.source import Source
from klbio.models import Finding, ProfileHMM
from klbio.models.arrays import closed

__all__ = ["FILES", "TITLE", "read", "sniff"]

TITLE, FILES = "HH-suite", ".hhm"
MAGIC = b"HHsearch"
UNIT = 1000.0
MAX_OFF = 0.01  # integers of -1000 log2 p miss 1 by less than .001; pseudocount tricks by a little more
N_AMINO, N_STEPS = 20, 7
MAX_LENGTH = 100_000
WHOLE = re.compile(r"\*|\d{1,8}")
STEPS = (("match", slice(0, 3)), ("insert", slice(3, 5)), ("delete", slice(5, 7)))
REMEDY = "Fetch the file again; hhalign must read it too."


def sniff(path: StrPath) -> bool:
    """Recognise the first word."""
    return Source.of(path).head.startswith(MAGIC)


def read(path: StrPath) -> list[ProfileHMM]:
    """Read every profile of a ``.hhm`` file.

    The background is the file's NULL line; transitions are kept; where the file gives a
    state that is never entered no way out, it leads back to the match state.

    Raises
    ------
    InputError
        With line and profile: a file cut off, fields that are no numbers, rows that do not
        sum to 1, another length than LENG says, no NULL line.
    """
    source = Source.of(path)
    diagnostics = Diagnostics(source.path, REMEDY)
    sections = _sections(source.parameter_lines("a .hhm file"), diagnostics)
    diagnostics.raise_any()
    profiles = [section.profile() for section in sections]
    diagnostics.raise_any()
    return [profile for profile in profiles if profile is not None]


def _sections(lines: list[str], diagnostics: Diagnostics) -> list[_Section]:
    """Read profile after profile."""
    sections, current, at = [], _Section(diagnostics), 0
    while at < len(lines):
        words = lines[at].split()
        at += 1
        if words[:1] == ["//"]:
            sections.append(current)
            current = _Section(diagnostics)
        elif words[:1] == ["HMM"] and len(words) > N_AMINO:
            at = current.read_states(lines, at)
        elif words:
            current.read_head(words, at)
    if current.line or not sections:
        diagnostics.fault("the file ends inside a profile", "'//' on the last line", len(lines))
    return sections


@dataclass
class _Section:
    """One profile as it is read; `steps` starts with those of the begin state."""

    diagnostics: Diagnostics
    name: str = ""
    length: int = 0
    neff: str = ""
    null: FloatArray | None = None
    match: list[FloatArray] = field(default_factory=list)
    steps: list[FloatArray] = field(default_factory=list)
    line: int = 0

    def read_head(self, words: list[str], line: int) -> None:
        """Take NAME, LENG, NEFF and NULL; pass over all others."""
        key, rest = words[0], words[1:]
        self.line = line
        if key == "NAME" and rest:
            self.name = rest[0]
        elif key == "LENG":
            self.length = int(rest[0]) if rest and rest[0].isdecimal() and len(rest[0]) < 7 else 0
            if not 0 < self.length <= MAX_LENGTH:
                self._fault(f": LENG {shorten(' '.join(rest), 30)}", f"1 to {MAX_LENGTH}", "")
        elif key == "NEFF" and rest:
            self.neff = rest[0]
        elif key == "NULL":
            self.null = self._row(rest, N_AMINO, "NULL")

    def read_states(self, lines: list[str], at: int) -> int:
        """Read the lines below the heading: names of steps, the begin state's steps, two lines a state."""
        rows = [(n, lines[n - 1].split()) for n in range(at + 1, len(lines) + 1)]
        end = next((i for i, (_, words) in enumerate(rows) if words[:1] == ["//"]), len(rows))
        filled = [(n, words) for n, words in rows[:end] if words][1:]
        for i, (self.line, words) in enumerate(filled):
            if i % 2 == 0:
                self.steps.append(self._row(words, N_STEPS, f"steps of state {i // 2}"))
            else:
                self.match.append(self._row(words[2:], N_AMINO, f"match state {i // 2 + 1}"))
        self.line = rows[-1][0] if rows else at
        return at + end

    def _row(self, words: list[str], n: int, what: str) -> FloatArray:
        """Turn whole numbers into probabilities; what follows the first `n` is another matter."""
        numbers = words[:n]
        if len(words) < n or not all(map(WHOLE.fullmatch, numbers)):
            expected = f"{n} whole numbers (-1000 log2 p) or '*'"
            self._fault(f", {what}: {shorten(' '.join(words), 50)}", expected)
            return np.zeros(n)
        row = np.exp2([-np.inf if word == "*" else -int(word) / UNIT for word in numbers])
        if n == N_AMINO and abs(row.sum() - 1) > MAX_OFF:
            self._fault(f", {what}: the row sums to {row.sum():.4g}", "1")
        return np.asarray(row)

    def _fault(self, found: str, expected: str, kind: str = "profile ") -> None:
        self.diagnostics.fault(f"{kind}{self.name!r}{found}", expected, self.line)

    def profile(self) -> ProfileHMM | None:
        """Make the profile; None where a fault was noted."""
        whole = len(self.match) == self.length and len(self.steps) == self.length + 1
        if self.null is None or not whole:
            found = f"{len(self.match)} match states, {len(self.steps)} rows of steps"
            expected = f"{self.length} and {self.length + 1}, and a NULL line"
            self.diagnostics.fault(f"profile {self.name!r}: {found}", expected)
            return None
        notes = [Finding.note("match", f"NEFF {self.neff}; no pseudocounts")]
        steps = np.array(self.steps)
        for kind, columns in STEPS:
            empty = steps[:, columns].sum(axis=1) == 0
            steps[empty, columns.start] = 1.0
            off = np.abs(steps[:, columns].sum(axis=1) - 1)
            if off.max() > MAX_OFF:
                found = f"steps from {kind} state {off.argmax()} are off 1 by {off.max():.3g}"
                self.diagnostics.fault(f"profile {self.name!r}: {found}", f"at most {MAX_OFF}")
                return None
            steps[:, columns] = closed(steps[:, columns])
            if empty.any():
                notes.append(Finding.note("transitions", f"{kind} states never entered: {empty.sum()}"))
        match = closed(np.array(self.match))
        return ProfileHMM(self.name, "", AMINO, match, closed(self.null), steps, "hhsuite", tuple(notes))
