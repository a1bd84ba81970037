"""HH-suite's ``.hhm`` files: match states over amino acids, all numbers -1000 log2 p, ``*`` = 0."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from klbio.alphabets import AMINO
from klbio.distributions import FloatArray
from klbio.errors import InputError, StrPath, shorten
from klbio.io.models.text import Remarks
from klbio.io.source import Source
from klbio.models import Finding, ProfileHMM
from klbio.models.content_model import closed

__all__ = ["FILES", "TITLE", "read", "sniff"]

TITLE, FILES = "HH-suite", ".hhm"
MAGIC = b"HHsearch"
UNIT = 1000.0
OFF = 0.01  # integers of -1000 log2 p miss 1 by less than .001; pseudocount tricks by a little more
N_AMINO, N_STEPS = 20, 7
MAX_LENGTH = 100_000
STEPS = (("match", slice(0, 3)), ("insert", slice(3, 5)), ("delete", slice(5, 7)))
REMEDY = "Fetch the file again; hhalign must read it too."


@dataclass
class _Section:
    """One profile as it is read; `steps` starts with those of the begin state."""

    name: str = ""
    length: int = 0
    neff: str = ""
    null: FloatArray | None = None
    match: list[FloatArray] = field(default_factory=list)
    steps: list[FloatArray] = field(default_factory=list)
    line: int = 0


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
    remarks = Remarks(source.path, REMEDY)
    lines = source.parameter_lines("a .hhm file")
    sections, current, at = [], _Section(), 0
    while at < len(lines):
        line, at = lines[at], at + 1
        words = line.split()
        if words[:1] == ["//"]:
            sections.append(current)
            current = _Section()
        elif words[:1] == ["HMM"] and len(words) > N_AMINO:
            at = _states(lines, at, current, remarks)
        elif words:
            _head(words, at, current, remarks)
    if current.line or not sections:
        remarks.fault("the file ends inside a profile", "'//' on the last line", len(lines))
    InputError.raise_any(remarks.faults)
    made = [_profile(section, remarks) for section in sections]
    InputError.raise_any(remarks.faults)
    return [one for one in made if one is not None]


def _head(words: list[str], line: int, section: _Section, remarks: Remarks) -> None:
    """Take NAME, LENG, NEFF and NULL; pass over all others."""
    key, rest = words[0], words[1:]
    section.line = line
    if key == "NAME" and rest:
        section.name = rest[0]
    elif key == "LENG":
        section.length = int(rest[0]) if rest and rest[0].isdecimal() and len(rest[0]) < 7 else 0
        if not 0 < section.length <= MAX_LENGTH:
            remarks.fault(f"{section.name!r}: LENG {shorten(' '.join(rest), 30)}", f"1 to {MAX_LENGTH}", line)
    elif key == "NEFF" and rest:
        section.neff = rest[0]
    elif key == "NULL":
        section.null = _row(rest, N_AMINO, section, "NULL", line, remarks)


def _states(lines: list[str], at: int, section: _Section, remarks: Remarks) -> int:
    """Read the lines below the heading: names of steps, the begin state's steps, two lines a state."""
    rows = [(n, lines[n - 1].split()) for n in range(at + 1, len(lines) + 1)]
    end = next((i for i, (_, words) in enumerate(rows) if words[:1] == ["//"]), len(rows))
    filled = [(n, words) for n, words in rows[:end] if words][1:]
    for i, (n, words) in enumerate(filled):
        if i % 2 == 0:
            section.steps.append(_row(words, N_STEPS, section, f"steps of state {i // 2}", n, remarks))
        else:
            section.match.append(_row(words[2:], N_AMINO, section, f"match state {i // 2 + 1}", n, remarks))
    section.line = rows[-1][0] if rows else at
    return at + end


def _row(words: list[str], n: int, section: _Section, what: str, line: int, remarks: Remarks) -> FloatArray:
    """Turn whole numbers into probabilities; what follows the first `n` is another matter."""
    good = len(words) >= n and all(word == "*" or (word.isdecimal() and len(word) < 9) for word in words[:n])
    if not good:
        expected = f"{n} whole numbers (-1000 log2 p) or '*'"
        remarks.fault(f"profile {section.name!r}, {what}: {shorten(' '.join(words), 50)}", expected, line)
        return np.zeros(n)
    row = np.exp2([-np.inf if word == "*" else -int(word) / UNIT for word in words[:n]])
    if n == N_AMINO and abs(row.sum() - 1) > OFF:
        remarks.fault(f"profile {section.name!r}, {what}: the row sums to {row.sum():.4g}", "1", line)
    return np.asarray(row)


def _profile(section: _Section, remarks: Remarks) -> ProfileHMM | None:
    whole = len(section.match) == section.length and len(section.steps) == section.length + 1
    if section.null is None or not whole:
        found = (
            f"profile {section.name!r}: {len(section.match)} match states, {len(section.steps)} rows of steps"
        )
        remarks.fault(found, f"{section.length} and {section.length + 1}, and a NULL line")
        return None
    steps, notes = (
        np.array(section.steps),
        [Finding("note", "match", f"NEFF {section.neff}; no pseudocounts")],
    )
    for kind, columns in STEPS:
        empty = steps[:, columns].sum(axis=1) == 0
        steps[empty, columns.start] = 1.0
        off = np.abs(steps[:, columns].sum(axis=1) - 1)
        if off.max() > OFF:
            text = f"profile {section.name!r}: steps from {kind} state {off.argmax()} are off 1 by {off.max():.3g}"
            remarks.fault(text, f"at most {OFF}")
            return None
        steps[:, columns] = closed(steps[:, columns])
        if empty.any():
            notes.append(Finding("note", "transitions", f"{kind} states never entered: {empty.sum()}"))
    match = closed(np.array(section.match))
    return ProfileHMM(section.name, "", AMINO, match, closed(section.null), steps, "hhsuite", tuple(notes))
