"""The states of SNAP's zoeHMM files: which follows which, and how long each lasts.

A duration is one or more distributions over stretches of lengths: ``DEFINED`` lists log2 of probabilities,
``GEOMETRIC`` has its mean.  SNAP scores length d of a geometric stretch by the whole geometric one,
so that the stretches together need not sum to 1.  What cannot be read is left out, with a finding: the
sequence models do not depend on it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np

from klbio.distributions import FloatArray
from klbio.errors import shorten
from klbio.io.models.text import LENGTH_ROUNDING, ROUNDING, Diagnostics, UnreadableError
from klbio.io.numbers import finite_number
from klbio.models import DurationModel, TransitionModel
from klbio.models.segments import MAX_SEGMENT

__all__ = ["States"]

# the states of a gene's structure, by what other gene finders call them too
STATES = {
    "Einit": "exon initial", "Exon": "exon internal", "Eterm": "exon terminal", "Esngl": "exon single",
    "Intron": "intron", "Inter": "intergenic",
}  # fmt: skip
ENDS, INNER = ("exon initial", "exon terminal"), "exon internal"  # of a gene with introns
TRANSITIONS, DURATIONS, END = "<STATE_TRANSITIONS>", "<STATE_DURATIONS>", "<"
KINDS = ("DEFINED", "GEOMETRIC", "CONSTANT", "POISSON")
MAX_SCORE = 0.01  # log2 of a probability, and a little for rounding
MAX_STRETCHES = 100


class States:
    """What a file says of its states; what cannot be read is left out, with a finding.

    Parameters
    ----------
    lines : sequence of str
        The whole file.
    diagnostics : Diagnostics
    """

    def __init__(self, lines: Sequence[str], diagnostics: Diagnostics) -> None:
        self.lines = lines
        self.diagnostics = diagnostics

    def transitions(self) -> TransitionModel | None:
        """Read the moves among the states of a gene's structure; None, with a finding, where there are none.

        Moves to other states are left out, with a finding, and rows scaled.
        """
        moves = np.zeros((len(STATES), len(STATES)))
        others, names = set(), list(STATES)
        try:
            for source, target, weight in _Words(self.lines, TRANSITIONS).moves():
                others |= {source, target} - set(names)
                if source in STATES and target in STATES:
                    moves[names.index(source), names.index(target)] = weight
        except UnreadableError as error:
            self.diagnostics.passed_over("transitions", error)
            return None
        self._no_way_to(moves)
        if others:
            self._note("transitions", f"moves from and to {' '.join(sorted(others))}: not compared")
        return self._chain(moves)

    def _no_way_to(self, moves: FloatArray) -> None:
        """Warn of exons that the finder cannot make: with no way to an initial one, no gene has an intron."""
        introns = moves[list(STATES).index("Intron")].any()
        lost = [
            name
            for name, out, into in zip(STATES.values(), moves, moves.T, strict=True)
            if not into.any() and ((name in ENDS and introns) or (name == INNER and out.any()))
        ]
        if lost:
            kinds = " and ".join(lost)
            self.diagnostics.warn("transitions", f"no way to {kinds}: SNAP can make none; train it anew")

    def _chain(self, moves: FloatArray) -> TransitionModel | None:
        """Scale the rows of the states that occur."""
        used = np.asarray(moves.any(axis=0) | moves.any(axis=1))
        kept = moves[np.ix_(used, used)]
        names = [name for name, here in zip(STATES.values(), used, strict=True) if here]
        stuck = [name for name, row in zip(names, kept, strict=True) if not row.any()]
        if stuck or not names:
            self._note("transitions", f"no way out of {', '.join(stuck) or 'any state'}: not compared")
            return None
        sums = kept.sum(axis=1, keepdims=True)
        worst = float(np.abs(sums - 1).max())
        if worst > ROUNDING:
            self._note("transitions", f"rows do not sum to 1: off by up to {worst:.3g}; scaled to 1")
        return TransitionModel(tuple(names), kept / sums)

    def durations(self) -> dict[str, DurationModel]:
        """Read the lengths of the states of a gene's structure."""
        durations: dict[str, DurationModel] = {}
        departures = [0.0]
        try:
            for state, stretches in _Words(self.lines, DURATIONS).stretches():
                found = self._duration(STATES[state], stretches) if state in STATES else None
                if found is not None:
                    durations[STATES[state]], departure = found
                    departures.append(departure)
        except UnreadableError as error:
            self.diagnostics.passed_over("durations", error)
            return {}
        if max(departures) > LENGTH_ROUNDING:
            text = f"laws of length do not sum to 1: off by up to {max(departures):.3g}; scaled to 1"
            self._note("durations", text)
        return durations

    def _duration(self, name: str, stretches: Sequence[_Stretch]) -> tuple[DurationModel, float] | None:
        """Join lists of lengths that follow each other, and a geometric distribution from there on."""
        listed: list[float] = []
        tail, ratio, place = 0.0, 0.0, 0
        for stretch in stretches:
            if not stretch.continues(place):
                kind, first, last = stretch[:3]
                self._note("durations", f"{name}: {kind} from {first} to {last}: not compared")
                return None
            if stretch.kind == "DEFINED":
                listed += stretch.listed()
                place = stretch.last + 1
            else:
                ratio = 1 - 1 / stretch.values[0]
                tail, place = ratio ** len(listed), -2
        if not tail and not any(listed):
            self._note("durations", f"{name}: no length has a probability: not compared")
            return None
        return DurationModel.scaled(np.array(listed), tail, ratio)

    def _note(self, component: str, text: str) -> None:
        self.diagnostics.note(component, text)


class _Stretch(NamedTuple):
    """A distribution over a stretch of lengths; `last` is -1 where it has no end."""

    kind: str
    first: int
    last: int
    values: list[float]

    def continues(self, place: int) -> bool:
        """Say whether it goes on where the ones before ended, in a way that can be joined to them."""
        goes_on = self.first == place or (place == 0 and self.first == 1)
        return (
            goes_on
            and self.kind in ("DEFINED", "GEOMETRIC")
            and (self.kind == "GEOMETRIC") == (self.last == -1)
        )

    def listed(self) -> list[float]:
        """Give the probabilities of a list; no segment has length 0."""
        values = self.values[1:] if self.first == 0 else self.values
        return [float(value) for value in np.exp2(values)]


class _Words:
    """The words below a heading, up to the next one, each with its line."""

    def __init__(self, lines: Sequence[str], heading: str) -> None:
        self._words = self._below(lines, heading)
        self.line = 0

    @staticmethod
    def _below(lines: Sequence[str], heading: str) -> Iterator[tuple[int, str]]:
        start = next((n for n, line in enumerate(lines) if line.strip() == heading), len(lines))
        for n, line in enumerate(lines[start + 1 :], start + 2):
            if line.lstrip().startswith(END):
                return
            yield from ((n, word) for word in line.split())

    def moves(self) -> Iterator[tuple[str, str, float]]:
        """Read two states and a probability at a time."""
        words = list(self._words)
        for at in range(0, len(words), 3):
            texts = [word for _, word in words[at : at + 3]]
            weight = finite_number(texts[2]) if len(texts) == 3 else None
            if weight is None or not 0 <= weight <= 1:
                raise UnreadableError(shorten(" ".join(texts)), "two states and a probability", words[at][0])
            yield texts[0], texts[1], weight

    def stretches(self) -> Iterator[tuple[str, list[_Stretch]]]:
        """Read each state with its stretches of lengths."""
        while state := self._next():
            n = self._whole(1, MAX_STRETCHES)
            yield state, [self._stretch(state) for _ in range(n)]

    def _next(self) -> str:
        self.line, word = next(self._words, (self.line, ""))
        return word

    def _whole(self, least: int, most: int) -> int:
        text = self._next()
        if text.removeprefix("-").isdecimal() and len(text) < 9 and least <= int(text) <= most:
            return int(text)
        raise UnreadableError(shorten(text, 30), f"a whole number, {least} to {most}", self.line)

    def _stretch(self, state: str) -> _Stretch:
        kind, line = self._next(), self.line
        first, last = (self._whole(least, MAX_SEGMENT) for least in (0, -1))
        if kind not in KINDS or (kind == "DEFINED" and last < first):
            found = f"{shorten(kind, 30)} from {first} to {last} in {state}"
            raise UnreadableError(found, f"{', '.join(KINDS)}, and its first and last length", line)
        n = last - first + 1 if kind == "DEFINED" else 1
        return _Stretch(kind, first, last, [self._parameter(kind, state) for _ in range(n)])

    def _parameter(self, kind: str, state: str) -> float:
        text = self._next()
        value = -np.inf if text == "." and kind == "DEFINED" else finite_number(text)
        if value is None or (value > MAX_SCORE if kind == "DEFINED" else value < 1 and kind == "GEOMETRIC"):
            expected = "log2 of a probability, or '.'" if kind == "DEFINED" else "a mean of 1 or more"
            raise UnreadableError(f"{shorten(text, 30)} in {kind} of {state}", expected, self.line)
        return value
