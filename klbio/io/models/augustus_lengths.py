"""Lengths of exons and introns in AUGUSTUS species folders.

``[LENGTH]`` of the exon file lists 1000 P(length k) of four kinds of exon for k = 0 to d and says
how many exons of the training set were longer; AUGUSTUS goes on geometrically, without a jump at d.
``[LENGTH]`` of the intron file lists those of introns up to its d, ``[TRANSITION]`` of each GC class
their share and the mean of what is longer.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import chain
from typing import NamedTuple

import numpy as np

from klbio.distributions import FloatArray
from klbio.errors import shorten
from klbio.io.models.pbl import Pbl, Section
from klbio.io.models.text import LENGTH_ROUNDING, Diagnostics, UnreadableError
from klbio.io.numbers import finite_number
from klbio.models import DurationModel
from klbio.models.arrays import Indices
from klbio.models.segments import MAX_SEGMENT

__all__ = ["Lengths"]

PLAIN = "0123456789.e+-"  # what AUGUSTUS writes numbers with: no infinity, nothing that Python alone takes for one
KINDS = ("exon single", "exon initial", "exon internal", "exon terminal")
SECTION, SHARE = "LENGTH", "TRANSITION"
PARTS_PER = 1000.0
MAX_NUMBER = 1e9  # of the exons in training, or the length of an intron
MAX_EXON = 12_000  # AUGUSTUS' own limit unless its user sets another


@dataclass(frozen=True)
class Lengths:
    """What one file says of lengths; what cannot be read is left out, with a finding.

    Parameters
    ----------
    pbl : Pbl
        The exon file or the intron file.
    """

    pbl: Pbl

    @property
    def _diagnostics(self) -> Diagnostics:
        return self.pbl.diagnostics

    def exons(self) -> dict[str, DurationModel]:
        """Read the lengths of the four kinds of exon; those with no exon in training are left out.

        Returns
        -------
        dict of str to DurationModel
            Empty, with a finding, where there is no such section or it cannot be read.
        """
        section = self.pbl.usable(0, SECTION)
        if section is None:
            return self._without(SECTION, "exons")
        try:
            training = _exons_in_training(section)
        except UnreadableError as error:
            self._diagnostics.passed_over("durations", error)
            return {}
        found = {kind: exons.duration() for kind, exons in zip(KINDS, training, strict=True) if exons}
        if absent := [kind for kind in KINDS if kind not in found]:
            self._note(f"no {', '.join(absent)} in training: left out")
        worst = max((off for _, off in found.values()), default=0.0)
        if worst > LENGTH_ROUNDING:
            self._note(f"lengths of exons do not sum to 1: off by up to {worst:.3g}; scaled to 1")
        return {kind: duration for kind, (duration, _) in found.items()}

    def introns(self, number: int) -> dict[str, DurationModel]:
        """Read the lengths of introns as one GC class has them, counted from 1.

        Returns
        -------
        dict of str to DurationModel
            ``intron``; empty, with a finding, where a section is missing or there was no intron.
        """
        section, shares = self.pbl.usable(0, SECTION), self.pbl.usable(number, SHARE)
        if section is None or shares is None:
            return self._without(SECTION if section is None else SHARE, "introns")
        try:
            listed, (short, further) = _intron_table(section), _intron_share(shares)
        except UnreadableError as error:
            self._diagnostics.passed_over("durations", error)
            return {}
        if not listed[1:].any():
            self._note("no intron in training: left out")
            return {}
        # the longer introns go on for a mean of `further` bases
        ratio = 1 - 1 / further if further > 1 else 0.0
        model, off = DurationModel.scaled(short * listed[1:], 1 - short, ratio)
        if off > LENGTH_ROUNDING:
            self._note(f"lengths of introns do not sum to 1: off by {off:.3g}; scaled to 1")
        return {"intron": model}

    def _without(self, section: str, what: str) -> dict[str, DurationModel]:
        self._note(f"no [{section}] in {self.pbl.name}: lengths of {what} are left out")
        return {}

    def _note(self, text: str) -> None:
        self._diagnostics.note("durations", text)


class _Exons(NamedTuple):
    """One kind of exon: P(length) from 0 to d, how many were in training, how many of these were longer than d."""

    listed: FloatArray
    total: float
    longer: float

    def __bool__(self) -> bool:
        return bool(self.total and self.listed[1:].any())

    def duration(self) -> tuple[DurationModel, float]:
        """Put AUGUSTUS' own tail behind the list.

        With a = P(d) and h = (longer + 1) / (total + 1), AUGUSTUS takes P(d + j) = a (1 - a / h)^j up to its longest
        exon.  That tail is cut off; the geometric distribution here has its mass and its mean, and hardly differs
        unless a is next to nothing.
        """
        last, further = float(self.listed[-1]), np.arange(1, MAX_EXON - len(self.listed) + 2)
        falls = max(1 - last * (self.total + 1) / (self.longer + 1), 0.0) ** further
        mass = float(falls.sum())
        ratio = 1 - mass / float(further @ falls) if mass else 0.0
        return DurationModel.scaled(self.listed[1:], last * mass, ratio)


class _Lines(NamedTuple):
    """The numbers of some lines one after another, and how many stand on each."""

    numbers: FloatArray
    widths: Indices

    def __len__(self) -> int:
        return len(self.widths)

    def of_widths(self, *widths: int) -> list[list[float]] | None:
        """Give the first lines, if they hold so many numbers each."""
        if self.widths[: len(widths)].tolist() != list(widths):
            return None
        return [row.tolist() for row in np.split(self.numbers[: sum(widths)], np.cumsum(widths)[:-1])]


def _exons_in_training(section: Section) -> list[_Exons]:
    """Read the four kinds."""
    lines = _lines(section)
    head = lines.of_widths(1, 1, 1, 4, 4)
    if head is None or (lines.widths[5:] != 5).any() or len(lines) - 5 != min(head[0][0], MAX_SEGMENT) + 1:
        found = f"{len(lines)} lines below [{SECTION}]"
        expected = "d, two settings, four totals, four numbers of longer exons, d + 1 lines of five numbers"
        raise UnreadableError(found, expected, section.line)
    listed = lines.numbers[11:].reshape(-1, 5)[:, 1:].T / PARTS_PER
    return [_Exons(*kind) for kind in zip(listed, head[3], head[4], strict=True)]


def _intron_table(section: Section) -> FloatArray:
    """Give the probabilities of lengths 0 to d among introns that are not longer."""
    numbers, widths = _lines(section)
    if not len(numbers) or (widths != 1).any() or len(numbers) != min(numbers[0], MAX_SEGMENT) + 2:
        raise UnreadableError(f"{len(widths)} lines below [{SECTION}]", "d, then d + 1 numbers", section.line)
    return numbers[1:] / PARTS_PER


def _intron_share(section: Section) -> tuple[float, float]:
    """Give the share of introns up to d, and how much longer the others are on average."""
    lines = _lines(section)
    rows = lines.of_widths(1, 1)
    if rows is None or rows[0][0] > 1:
        expected = "the share of introns up to d, and how much longer the others are"
        raise UnreadableError(f"{len(lines)} lines below [{SHARE}]", expected, section.line)
    return rows[0][0], rows[1][0]


def _lines(section: Section) -> _Lines:
    """Give the numbers of each line: all at once, where they are written as AUGUSTUS does, else one by one."""
    plain = list(map(str.split, section.data_lines))
    fields = list(chain.from_iterable(plain))
    if not "".join(fields).strip(PLAIN):
        with suppress(ValueError):
            numbers = np.array(list(map(float, fields)))
            if numbers.min(initial=0.0) >= 0 and numbers.max(initial=0.0) <= MAX_NUMBER:
                return _Lines(numbers, _widths(plain))
    rows = [_numbers(line, text) for line, text in section.lines]
    return _Lines(np.array(list(chain(*rows))), _widths(rows))


def _widths(rows: Sequence[Sequence[object]]) -> Indices:
    return np.array(list(map(len, rows)), dtype=np.intp)


def _numbers(line: int, text: str) -> list[float]:
    found = [finite_number(word) for word in text.split()]
    numbers = [value for value in found if value is not None and 0 <= value <= MAX_NUMBER]
    if len(numbers) < len(found):
        raise UnreadableError(shorten(text.strip(), 60), f"numbers from 0 to {MAX_NUMBER:g}", line)
    return numbers
