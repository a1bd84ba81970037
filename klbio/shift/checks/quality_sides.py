"""Who is on which of two sides, and within what they could have changed places: phases, or arms."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from klbio.design import Contrast, Design, Unit
from klbio.statistics import WithinBlocks, codes

__all__ = ["Bearer", "Sides", "of_arms", "of_phases"]


@dataclass(frozen=True)
class Bearer:
    """What has a label: a sample, or the samples of a subject in an arm."""

    label: str
    block: str
    samples: tuple[str, ...]


@dataclass(frozen=True)
class Sides:
    """Two phases, or two arms, and who is of which."""

    between: str
    names: tuple[str, str]
    bearers: tuple[Bearer, ...]

    @cached_property
    def exchange(self) -> WithinBlocks:
        """What could have been otherwise: 1 is the second of the two."""
        labels = np.array([bearer.label == self.names[1] for bearer in self.bearers], dtype=np.intp)
        return WithinBlocks(labels, codes([bearer.block for bearer in self.bearers]))

    def samples(self, name: str) -> list[str]:
        """Those of one side."""
        return [sample for bearer in self.bearers if bearer.label == name for sample in bearer.samples]


def of_phases(units: Sequence[Unit], contrast: Contrast) -> Iterator[Sides]:
    """Give two phases: samples, exchanged within subject and arm."""
    names = (contrast.before, contrast.after)
    bearers = [
        Bearer(sample.phase, unit.key, (sample.name,))
        for unit in units
        for sample in unit.samples
        if sample.phase in names
    ]
    if bearers:
        yield Sides("phases", names, tuple(bearers))


def of_arms(design: Design, units: Sequence[Unit], contrast: Contrast, control: str) -> Iterator[Sides]:
    """Give every two arms: subjects; of a crossover those that were in both, exchanged within each."""
    phases = (contrast.before, contrast.after)
    for b, a in design.arms(control).pairs({unit.arm: None for unit in units}):
        members = [unit for unit in units if unit.arm in (a, b)]
        times = Counter(unit.subject for unit in members)
        crossed = [unit for unit in members if times[unit.subject] > 1]
        bearers = (
            Bearer(
                unit.arm,
                unit.subject if crossed else "",
                tuple(sample.name for sample in unit.samples if sample.phase in phases),
            )
            for unit in crossed or members
        )
        yield Sides("arms", (a, b), tuple(bearers))
