"""Chunks in which a study's subjects are measured: as many for any number of cores."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil

from klbio.design import Sample
from klbio.design.chunk import Chunk

__all__ = ["Chunks", "seconds_of_taxa", "seconds_of_words"]

LEAST_SECONDS = 300  # that a job of a chunk takes at least: starting one on a cluster costs 10 to 20


@dataclass(frozen=True)
class Chunks:
    """How many subjects are measured in one job.

    Attributes
    ----------
    n_subjects : int
        Of the study.
    size : int
        Of a chunk.

    Examples
    --------
    >>> Chunks(7, 3).numbers, Chunks(7, 7).numbers
    ([1, 2, 3], [])
    """

    n_subjects: int
    size: int

    @property
    def numbers(self) -> list[int]:
        """Give each chunk its number; none where there would be one, which is the study itself."""
        n = ceil(self.n_subjects / self.size)
        return list(range(1, n + 1)) if n > 1 else []

    def subjects(self, samples: Sequence[Sample], number: int) -> frozenset[str]:
        """Give the subjects of one, as the step that measures them does."""
        return Chunk(number, self.size).subjects(samples)

    @classmethod
    def of(cls, samples: Sequence[Sample], seconds: float, given: int | None = None) -> Chunks:
        """Cut a study so that no chunk is over in less than five minutes, or as was asked for.

        Parameters
        ----------
        samples : sequence of Sample
            Of all subjects.
        seconds : float
            What a subject takes; a rough figure will do.
        given : int, optional
            Subjects of a chunk.
        """
        n_subjects = len({sample.subject for sample in samples})
        n_chunks = max(int(n_subjects * seconds // LEAST_SECONDS), 1)
        return cls(n_subjects, given or max(ceil(n_subjects / n_chunks), 1))


def seconds_of_taxa(samples: Sequence[Sample], n_ranks: int = 1) -> float:
    """Give what a subject takes at some ranks: .02 s with two samples of 300 taxa, .06 with four, .18 with ten."""
    return n_ranks * 0.02 * max(_samples_each(samples) - 1, 1.0)


def seconds_of_words(samples: Sequence[Sample], n_words: int) -> float:
    """Give what a subject takes: of 2,080 words in groups of reads .02 s with two samples, .36 with ten.

    Of 136 words .005 s, of 32,896 words .5.
    """
    of_two = 0.004 + 0.00001 * n_words
    return of_two * (0.3 + 0.7 * (_samples_each(samples) / 2) ** 2)


def _samples_each(samples: Sequence[Sample]) -> float:
    """Samples of a subject, on average."""
    return len(samples) / max(len({sample.subject for sample in samples}), 1)
