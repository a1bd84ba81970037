"""Some subjects of a study, measured apart from the others: nothing of theirs hangs on anybody else's."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from klbio.design import Design
from klbio.shift.blocks import Block, blocks
from klbio.shift.parts import of_each
from klbio.shift.study import Study

__all__ = ["Chunk", "blocks_of"]


@dataclass(frozen=True)
class Chunk:
    """So many subjects that follow each other in the sheet.

    Parameters
    ----------
    number : int
        From 1 on.
    n_subjects : int
        In every chunk but the last.

    Examples
    --------
    >>> from klbio.design import Sample
    >>> design = Design([Sample(name, name, "before") for name in "abc"])
    >>> [sorted(Chunk(number, 2).subjects(design)) for number in (1, 2, 3)]
    [['a', 'b'], ['c'], []]
    """

    number: int
    n_subjects: int

    def subjects(self, design: Design) -> frozenset[str]:
        """Who is in it."""
        every = list(dict.fromkeys(sample.subject for sample in design.samples))
        first = (self.number - 1) * self.n_subjects
        return frozenset(every[first : first + self.n_subjects])


def blocks_of(study: Study, chunk: Chunk) -> tuple[list[tuple[str, str]], Iterator[Block]]:
    """Measure the subjects of a chunk, rank by rank.

    Parameters
    ----------
    study : Study
        All of it: depths to rarefy to and categories of the study are everybody's.
    chunk : Chunk

    Returns
    -------
    units : list of (str, str)
        Subject and arm of what of them can be measured.
    blocks : iterator of Block
    """
    subjects, threads = chunk.subjects(study.design), study.settings.threads
    units = [unit for unit in study.measurable.design.units if unit.subject in subjects]
    stages = enumerate(of_each(measure, units, threads, what) for what, measure in study.stages)
    found = (block for i, parts in stages for block in blocks(parts, i))
    return [(unit.subject, unit.arm) for unit in units], found
