"""The states of SNAP's zoeHMM files: which follows which, and how long each lasts.

A duration is one or more laws over stretches of lengths: ``DEFINED`` lists log2 of probabilities,
``GEOMETRIC`` has its mean.  SNAP scores length d of a geometric stretch by the whole geometric law,
so that the stretches together need not sum to 1.  What cannot be read is told and left out: the
sequence models do not depend on it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from klbio.distributions import FloatArray
from klbio.errors import shorten
from klbio.io.models.text import LENGTH_ROUNDING, ROUNDING, Remarks, UnreadableError, finite_number
from klbio.models import DurationModel, TransitionModel
from klbio.models.segments import MAX_SEGMENT

__all__ = ["read_durations", "read_transitions"]

# the states of a gene's structure, by what other gene finders call them too
STATES = {
    "Einit": "exon initial", "Exon": "exon internal", "Eterm": "exon terminal", "Esngl": "exon single",
    "Intron": "intron", "Inter": "intergenic",
}  # fmt: skip
TRANSITIONS, DURATIONS, END = "<STATE_TRANSITIONS>", "<STATE_DURATIONS>", "<"
KINDS = ("DEFINED", "GEOMETRIC", "CONSTANT", "POISSON")
MAX_SCORE = 0.01  # log2 of a probability, and a little for rounding
MAX_STRETCHES = 100
Words = Iterator[tuple[int, str]]


def _section(lines: Sequence[str], heading: str) -> Words:
    """Give the words below a heading with their lines, up to the next heading."""
    start = next((n for n, line in enumerate(lines) if line.strip() == heading), len(lines))
    for n, line in enumerate(lines[start + 1 :], start + 2):
        if line.lstrip().startswith(END):
            return
        yield from ((n, word) for word in line.split())


def read_transitions(lines: Sequence[str], remarks: Remarks) -> TransitionModel | None:
    """Read the moves among the states of a gene's structure; None, with a finding, where there are none.

    Moves to other states are left out and rows scaled, which is told.
    """
    moves = np.zeros((len(STATES), len(STATES)))
    others, names = set(), list(STATES)
    try:
        for source, target, weight in _moves(list(_section(lines, TRANSITIONS))):
            others |= {source, target} - set(names)
            if source in STATES and target in STATES:
                moves[names.index(source), names.index(target)] = weight
    except UnreadableError as error:
        remarks.passed_over("transitions", error)
        return None
    if others:
        remarks.note("transitions", f"moves from and to {' '.join(sorted(others))}: not compared")
    return _chain(moves, remarks)


def _moves(words: list[tuple[int, str]]) -> Iterator[tuple[str, str, float]]:
    for at in range(0, len(words), 3):
        texts = [word for _, word in words[at : at + 3]]
        weight = finite_number(texts[2]) if len(texts) == 3 else None
        if weight is None or not 0 <= weight <= 1:
            raise UnreadableError(shorten(" ".join(texts)), "two states and a probability", words[at][0])
        yield texts[0], texts[1], weight


def _chain(moves: FloatArray, remarks: Remarks) -> TransitionModel | None:
    """Scale the rows of the states that occur."""
    used = np.asarray(moves.any(axis=0) | moves.any(axis=1))
    kept = moves[np.ix_(used, used)]
    names = [name for name, here in zip(STATES.values(), used, strict=True) if here]
    stuck = [name for name, row in zip(names, kept, strict=True) if not row.any()]
    if stuck or not names:
        remarks.note("transitions", f"no way out of {', '.join(stuck) or 'any state'}: not compared")
        return None
    sums = kept.sum(axis=1, keepdims=True)
    worst = float(np.abs(sums - 1).max())
    if worst > ROUNDING:
        remarks.note("transitions", f"rows do not sum to 1: off by up to {worst:.3g}; scaled to 1")
    return TransitionModel(tuple(names), kept / sums)


def read_durations(lines: Sequence[str], remarks: Remarks) -> dict[str, DurationModel]:
    """Read the lengths of the states of a gene's structure; what is no law of lengths is told and left out."""
    durations: dict[str, DurationModel] = {}
    departures = [0.0]
    words = _section(lines, DURATIONS)
    try:
        for line, state in words:
            n = _whole(words, line, 1, MAX_STRETCHES)
            stretches = [_stretch(state, line, words) for _ in range(n)]
            if state in STATES and (found := _law(STATES[state], stretches, remarks)) is not None:
                durations[STATES[state]], departure = found
                departures.append(departure)
    except UnreadableError as error:
        remarks.passed_over("durations", error)
        return {}
    if max(departures) > LENGTH_ROUNDING:
        text = f"laws of length do not sum to 1: off by up to {max(departures):.3g}; scaled to 1"
        remarks.note("durations", text)
    return durations


Stretch = tuple[str, int, int, list[float]]  # kind, first and last length (-1: no end), parameters


def _whole(words: Words, line: int, least: int, most: int) -> int:
    line, text = next(words, (line, ""))
    if text.removeprefix("-").isdecimal() and len(text) < 9 and least <= int(text) <= most:
        return int(text)
    raise UnreadableError(shorten(text, 30), f"a whole number, {least} to {most}", line)


def _stretch(state: str, line: int, words: Words) -> Stretch:
    """Read one law and its stretch of lengths."""
    line, kind = next(words, (line, ""))
    first, last = (_whole(words, line, least, MAX_SEGMENT) for least in (0, -1))
    if kind not in KINDS or (kind == "DEFINED" and last < first):
        found = f"{shorten(kind, 30)} from {first} to {last} in {state}"
        raise UnreadableError(found, f"{', '.join(KINDS)}, and its first and last length", line)
    n = last - first + 1 if kind == "DEFINED" else 1
    return kind, first, last, [_parameter(kind, state, line, words) for _ in range(n)]


def _parameter(kind: str, state: str, line: int, words: Words) -> float:
    line, text = next(words, (line, ""))
    value = -np.inf if text == "." and kind == "DEFINED" else finite_number(text)
    if value is None or (value > MAX_SCORE if kind == "DEFINED" else value < 1 and kind == "GEOMETRIC"):
        expected = "log2 of a probability, or '.'" if kind == "DEFINED" else "a mean of 1 or more"
        raise UnreadableError(f"{shorten(text, 30)} in {kind} of {state}", expected, line)
    return value


def _law(name: str, stretches: Sequence[Stretch], remarks: Remarks) -> tuple[DurationModel, float] | None:
    """Give lists of lengths that follow each other, and a geometric law from there on, as one law."""
    listed: list[float] = []
    tail, ratio, place = 0.0, 0.0, 0
    for kind, first, last, values in stretches:
        goes_on = first == place or (place == 0 and first == 1)
        if not goes_on or (kind == "GEOMETRIC") != (last == -1) or kind not in ("DEFINED", "GEOMETRIC"):
            remarks.note("durations", f"{name}: {kind} from {first} to {last}: not compared")
            return None
        if kind == "DEFINED":
            listed += np.exp2(values[1:] if first == 0 else values).tolist()  # no segment has length 0
            place = last + 1
        else:
            ratio = 1 - 1 / values[0]
            tail, place = ratio ** len(listed), -2
    if not tail and not any(listed):
        remarks.note("durations", f"{name}: no length has a probability: not compared")
        return None
    return DurationModel.scaled(np.array(listed), tail, ratio)
