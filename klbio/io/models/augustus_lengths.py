"""Lengths of exons and introns in AUGUSTUS species folders.

``[LENGTH]`` of the exon file lists 1000 P(length k) of four kinds of exon for k = 0 to d and says
how many exons of the training set were longer; AUGUSTUS goes on geometrically, without a jump at d.
``[LENGTH]`` of the intron file lists those of introns up to its d, ``[TRANSITION]`` of each GC class
their share and the mean of what is longer.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from klbio.distributions import FloatArray
from klbio.errors import shorten
from klbio.io.models.pbl import Pbl, Section
from klbio.io.models.text import LENGTH_ROUNDING, Diagnostics, UnreadableError
from klbio.io.numbers import finite_number
from klbio.models import DurationModel
from klbio.models.segments import MAX_SEGMENT

__all__ = ["Lengths"]

PLAIN = re.compile(r"(?:\s*\d+(?:\.\d*)?(?:e[-+]?\d+)?(?=\s|\Z))*\s*", re.ASCII)  # as AUGUSTUS writes them
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


def _exons_in_training(section: Section) -> list[_Exons]:
    """Read the four kinds."""
    rows = _rows(section)
    head, table = rows[:5], rows[5:]
    whole = [len(row) for row in head] == [1, 1, 1, 4, 4] and {len(row) for row in table} == {5}
    if not whole or len(table) != min(head[0][0], MAX_SEGMENT) + 1:
        found = f"{len(rows)} lines below [{SECTION}]"
        expected = "d, two settings, four totals, four numbers of longer exons, d + 1 lines of five numbers"
        raise UnreadableError(found, expected, section.line)
    listed = np.array(table)[:, 1:].T / PARTS_PER
    return [_Exons(*kind) for kind in zip(listed, head[3], head[4], strict=True)]


def _intron_table(section: Section) -> FloatArray:
    """Give the probabilities of lengths 0 to d among introns that are not longer."""
    rows = _rows(section)
    values = [row[0] for row in rows if len(row) == 1]
    if not values or not len(values) == len(rows) == min(values[0], MAX_SEGMENT) + 2:
        raise UnreadableError(f"{len(rows)} lines below [{SECTION}]", "d, then d + 1 numbers", section.line)
    return np.array(values[1:]) / PARTS_PER


def _intron_share(section: Section) -> tuple[float, float]:
    """Give the share of introns up to d, and how much longer the others are on average."""
    rows = _rows(section)
    if [len(row) for row in rows[:2]] != [1, 1] or rows[0][0] > 1:
        expected = "the share of introns up to d, and how much longer the others are"
        raise UnreadableError(f"{len(rows)} lines below [{SHARE}]", expected, section.line)
    return rows[0][0], rows[1][0]


def _rows(section: Section) -> list[list[float]]:
    """Give the numbers of each line."""
    if PLAIN.fullmatch(" ".join(plain := section.data_lines)):
        rows = [list(map(float, text.split())) for text in plain]
        if max(map(max, rows), default=0.0) <= MAX_NUMBER:
            return rows
    return [_numbers(line, text) for line, text in section.lines]


def _numbers(line: int, text: str) -> list[float]:
    found = [finite_number(word) for word in text.split()]
    numbers = [value for value in found if value is not None and 0 <= value <= MAX_NUMBER]
    if len(numbers) < len(found):
        raise UnreadableError(shorten(text.strip(), 60), f"numbers from 0 to {MAX_NUMBER:g}", line)
    return numbers
