"""Files of single samples: their names, which any system takes, and where a job has them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import islice
from pathlib import Path

from klbio.design import Sample
from klbio.errors import InputError, StrPath

__all__ = ["file_of", "handed"]

UNSAFE = re.compile(r"[^A-Za-z0-9.-]+")
LONGEST = 100


def file_of(folder: StrPath, sample: Sample, ending: str) -> Path:
    """Give the place of a sample's file: its line in the sheet tells it from others of like name.

    >>> file_of("out", Sample("S1/day 0", "S1", "before", line=2), ".kreport").as_posix()
    'out/2_S1_day_0.kreport'
    """
    return Path(folder) / f"{sample.line}_{UNSAFE.sub('_', sample.name)[:LONGEST]}{ending}"


def handed(libraries: Sequence[Sample], files: Sequence[StrPath]) -> list[Sample]:
    """Give samples with the files that a job is handed, in the order of the sheet; without any, those of the sheet.

    Raises
    ------
    InputError
        If the sheet names more files, or fewer.

    Examples
    --------
    >>> (sample,) = handed([Sample("a", "", "", lanes=(("R1.fq", "R2.fq"),))], ["got/R1.fq", "got/R2.fq"])
    >>> sample.lanes
    (('got/R1.fq', 'got/R2.fq'),)
    """
    if not files:
        return list(libraries)
    n = sum(len(lane) for sample in libraries for lane in sample.lanes)
    if n != len(files):
        found = f"{n} files of {len(libraries)} samples in the sheet, but {len(files)} are handed over"
        raise InputError.one("reads", found, "as many", "Start the workflow again: the sheet has changed.")
    rest = map(str, files)
    return [
        replace(sample, lanes=tuple(tuple(islice(rest, len(lane))) for lane in sample.lanes))
        for sample in libraries
    ]
