"""Some subjects of a study, which are measured apart from the others."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from klbio.design.sample import Sample

__all__ = ["Chunk"]


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
    >>> samples = [Sample(name, name, "before") for name in "abc"]
    >>> [sorted(Chunk(number, 2).subjects(samples)) for number in (1, 2, 3)]
    [['a', 'b'], ['c'], []]
    """

    number: int
    n_subjects: int

    def subjects(self, samples: Sequence[Sample]) -> frozenset[str]:
        """Who is in it."""
        every = list(dict.fromkeys(sample.subject for sample in samples))
        first = (self.number - 1) * self.n_subjects
        return frozenset(every[first : first + self.n_subjects])
