"""Lengths of exons and introns in AUGUSTUS species folders.

``[LENGTH]`` of the exon file lists 1000 P(length k) of four kinds of exon for k = 0 to d and says
how many exons of the training set were longer; AUGUSTUS goes on geometrically, without a jump at d.
``[LENGTH]`` of the intron file lists those of introns up to its d, ``[TRANSITION]`` of each GC class
their share and the mean of what is longer.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from klbio.distributions import FloatArray
from klbio.errors import shorten
from klbio.io.models.pbl import Pbl, Section
from klbio.io.models.text import LENGTH_ROUNDING, Remarks, UnreadableError, finite_number
from klbio.models import DurationModel
from klbio.models.segments import MAX_SEGMENT

__all__ = ["exon_durations", "intron_duration"]

KINDS = ("exon single", "exon initial", "exon internal", "exon terminal")
SECTION, SHARE = "LENGTH", "TRANSITION"
PARTS_PER = 1000.0
MAX_NUMBER = 1e9  # of the exons in training, or the length of an intron
LONGEST_EXON = 12_000  # AUGUSTUS' own limit unless its user sets another


def _rows(section: Section) -> list[list[float]]:
    """Give the numbers of each line."""
    rows = []
    for line, text in section.lines:
        found = [finite_number(word) for word in text.split()]
        numbers = [value for value in found if value is not None and 0 <= value <= MAX_NUMBER]
        if len(numbers) < len(found):
            raise UnreadableError(shorten(text.strip(), 60), f"numbers from 0 to {MAX_NUMBER:g}", line)
        rows.append(numbers)
    return rows


def exon_durations(pbl: Pbl, remarks: Remarks) -> dict[str, DurationModel]:
    """Read the lengths of the four kinds of exon; those with no exon in training are left out.

    Parameters
    ----------
    pbl : Pbl
        The exon file.
    remarks : Remarks

    Returns
    -------
    dict of str to DurationModel
        Empty, with a finding, where there is no such section or it cannot be read.
    """
    section = pbl.usable(0, SECTION)
    if section is None:
        remarks.note("durations", f"no [{SECTION}] in {pbl.path.name}: lengths of exons are left out")
        return {}
    try:
        laws, totals, longer = _exon_table(section)
    except UnreadableError as error:
        remarks.passed_over("durations", error)
        return {}
    found = {
        kind: _exon_law(law, total, more)
        for kind, law, total, more in zip(KINDS, laws, totals, longer, strict=True)
        if total and law[1:].any()
    }
    _tell([kind for kind in KINDS if kind not in found], [off for _, off in found.values()], remarks)
    return {kind: law for kind, (law, _) in found.items()}


def _exon_table(section: Section) -> tuple[FloatArray, list[float], list[float]]:
    """Give the laws of the four kinds, shape (4, d + 1), the exons in training, and how many were longer than d."""
    rows = _rows(section)
    head, table = rows[:5], rows[5:]
    whole = [len(row) for row in head] == [1, 1, 1, 4, 4] and {len(row) for row in table} == {5}
    if not whole or len(table) != min(head[0][0], MAX_SEGMENT) + 1:
        found = f"{len(rows)} lines below [{SECTION}]"
        expected = "d, two settings, four totals, four numbers of longer exons, d + 1 lines of five numbers"
        raise UnreadableError(found, expected, section.line)
    return np.array(table)[:, 1:].T / PARTS_PER, head[3], head[4]


def _exon_law(law: FloatArray, total: float, longer: float) -> tuple[DurationModel, float]:
    """Put AUGUSTUS' own tail behind the list.

    With a = P(d) and h = (longer + 1) / (total + 1), AUGUSTUS takes P(d + j) = a (1 - a / h)^j up to its longest exon.
    That tail is cut off; the geometric law here has its mass and its mean, and hardly differs
    unless a is next to nothing.
    """
    last, further = float(law[-1]), np.arange(1, LONGEST_EXON - len(law) + 2)
    falls = max(1 - last * (total + 1) / (longer + 1), 0.0) ** further
    mass = float(falls.sum())
    ratio = 1 - mass / float(further @ falls) if mass else 0.0
    return DurationModel.scaled(law[1:], last * mass, ratio)


def _tell(absent: Sequence[str], departures: Sequence[float], remarks: Remarks) -> None:
    if absent:
        remarks.note("durations", f"no {', '.join(absent)} in training: left out")
    if max(departures, default=0.0) > LENGTH_ROUNDING:
        text = f"lengths of exons do not sum to 1: off by up to {max(departures):.3g}; scaled to 1"
        remarks.note("durations", text)


def intron_duration(pbl: Pbl, number: int, remarks: Remarks) -> dict[str, DurationModel]:
    """Read the lengths of introns as one GC class has them.

    Parameters
    ----------
    pbl : Pbl
        The intron file.
    number : int
        Of the GC class, from 1.
    remarks : Remarks

    Returns
    -------
    dict of str to DurationModel
        ``intron``; empty, with a finding, where a section is missing or there was no intron.
    """
    section, shares = pbl.usable(0, SECTION), pbl.usable(number, SHARE)
    if section is None or shares is None:
        missing = SECTION if section is None else SHARE
        remarks.note("durations", f"no [{missing}] in {pbl.path.name}: lengths of introns are left out")
        return {}
    try:
        law, (short, further) = _intron_table(section), _intron_share(shares)
    except UnreadableError as error:
        remarks.passed_over("durations", error)
        return {}
    return _intron_law(law, short, further, remarks)


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


def _intron_law(law: FloatArray, short: float, further: float, remarks: Remarks) -> dict[str, DurationModel]:
    """Put the two parts together; the longer introns go on for a mean of `further` bases."""
    if not law[1:].any():
        remarks.note("durations", "no intron in training: left out")
        return {}
    model, off = DurationModel.scaled(short * law[1:], 1 - short, 1 - 1 / further if further > 1 else 0.0)
    if off > LENGTH_ROUNDING:
        remarks.note("durations", f"lengths of introns do not sum to 1: off by {off:.3g}; scaled to 1")
    return {"intron": model}
