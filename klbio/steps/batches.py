"""Samples of each job that reads files: as many for any number of cores."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from klbio.design import Sample

__all__ = ["BATCH_BYTES", "BATCH_SAMPLES", "KMER_BYTES", "batches_of", "is_in"]

# of read files as they lie on the disk: minutes of one core to name what they hold, and a minute to count its words
BATCH_BYTES, KMER_BYTES = 100_000_000, 1_000_000_000
BATCH_SAMPLES = 200


def batches_of(libraries: Sequence[Sample], most_bytes: int = BATCH_BYTES) -> list[tuple[str, ...]]:
    """Put samples into batches, in the order of the sheet: a job each, none of them of tiny samples alone.

    >>> batches_of([Sample(name, "", "") for name in "abc"])
    [('a', 'b', 'c')]
    """
    batches: list[list[str]] = []
    held = 0
    for sample in libraries:
        size = sum(Path(path).stat().st_size for lane in sample.lanes for path in lane)
        if not batches or len(batches[-1]) >= BATCH_SAMPLES or held + size > most_bytes:
            batches.append([])
            held = 0
        batches[-1].append(sample.name)
        held += size
    return [tuple(names) for names in batches]


def is_in(names: Sequence[str], sample: Sample) -> bool:
    """Whether a sample is of a batch; one without names is of all.

    >>> is_in((), Sample("a", "", "")), is_in(("b",), Sample("a", "", ""))
    (True, False)
    """
    return not names or sample.name in names
