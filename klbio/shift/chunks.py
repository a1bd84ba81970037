"""Some subjects of a study, measured apart from the others: nothing of theirs hangs on anybody else's."""

from __future__ import annotations

from collections.abc import Iterator

from klbio.design import Chunk
from klbio.shift.blocks import Block, blocks
from klbio.shift.parts import of_each
from klbio.shift.study import Study

__all__ = ["blocks_of"]


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
    subjects, threads = chunk.subjects(study.design.samples), study.settings.threads
    units = [unit for unit in study.measurable.design.units if unit.subject in subjects]
    stages = enumerate(of_each(measure, units, threads, what) for what, measure in study.stages)
    found = (block for i, parts in stages for block in blocks(parts, i))
    return [(unit.subject, unit.arm) for unit in units], found
