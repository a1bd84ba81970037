"""Phases in the order in which subjects went through them."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from statistics import mean
from typing import TYPE_CHECKING

from klbio.columns import plain

if TYPE_CHECKING:
    from klbio.design.sample import Sample

__all__ = ["in_order"]

FIRST = ("before", "pre", "baseline", "screening", "enrolment", "enrollment", "t0")


def in_order(samples: Sequence[Sample]) -> list[str]:
    """Give the phases by number, or by the times of each subject's samples, or as they are called and stand.

    >>> from klbio.design import Sample
    >>> in_order([Sample("a", "Ann", "late", 7.0), Sample("b", "Ann", "early", 0.0), Sample("c", "Bo", "late", 3.0)])
    ['early', 'late']
    """
    phases = list(dict.fromkeys(sample.phase for sample in samples))
    if all(re.fullmatch(r"-?\d+(\.\d+)?", phase) for phase in phases):
        return sorted(phases, key=float)
    lead = _lead(samples)
    return sorted(phases, key=lambda phase: (-lead[phase], not _is_first(phase), phases.index(phase)))


def _is_first(phase: str) -> bool:
    """Whether it is called as what comes before anything happens usually is."""
    words = plain(phase)
    return words in FIRST or words.split(" ")[0] in FIRST


def _lead(samples: Sequence[Sample]) -> Counter[str]:
    """Count the phases that each comes before, less those that it comes after, in most subjects sampled in both."""
    taken: dict[str, dict[str, list[float]]] = defaultdict(lambda: defaultdict(list))
    for sample in samples:
        if sample.time is not None:
            taken[sample.subject][sample.phase].append(sample.time)
    earlier: Counter[tuple[str, str]] = Counter()
    for phases in taken.values():
        at = {phase: mean(times) for phase, times in phases.items()}
        earlier.update((a, b) for a in at for b in at if at[a] < at[b])
    lead: Counter[str] = Counter()
    for (a, b), n in earlier.items():
        lead[a] += n > earlier[b, a]
        lead[b] -= n > earlier[b, a]
    return lead
