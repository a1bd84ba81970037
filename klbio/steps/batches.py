"""Samples of each job that reads files: as many for any number of cores."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from klbio.design import Sample
from klbio.io.elsewhere import Elsewhere, nowhere

__all__ = ["BATCH_BYTES", "BATCH_SAMPLES", "KMER_BYTES", "batches_of", "is_in"]

# of read files as they lie on the disk: minutes of one core to name what they hold, and a minute to count its words
BATCH_BYTES, KMER_BYTES = 100_000_000, 1_000_000_000
BATCH_SAMPLES = 200
UNKNOWN_SAMPLES = 20  # where a file is not here to be weighed: 2 GB of usual pairs of a million reads


def batches_of(
    libraries: Sequence[Sample], most_bytes: int = BATCH_BYTES, elsewhere: Elsewhere = nowhere
) -> list[tuple[str, ...]]:
    """Put samples into batches, in the order of the sheet: a job each, none of them of tiny samples alone.

    Samples with a file that is elsewhere, and so cannot be weighed, are counted.

    >>> batches_of([Sample(name, "", "") for name in "abc"])
    [('a', 'b', 'c')]
    >>> from klbio.io.elsewhere import is_address
    >>> many = [Sample(f"s{n}", "", "", lanes=(("s3://reads/s.fq",),)) for n in range(21)]
    >>> [len(names) for names in batches_of(many, elsewhere=is_address)]
    [20, 1]
    """
    batches: list[list[str]] = []
    held = 0
    for sample in libraries:
        paths = [path for lane in sample.lanes for path in lane]
        unknown = -(-most_bytes // UNKNOWN_SAMPLES)
        size = unknown if any(map(elsewhere, paths)) else sum(Path(path).stat().st_size for path in paths)
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
