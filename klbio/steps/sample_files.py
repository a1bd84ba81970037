"""Names of files of single samples: what any system takes, and none stands for two samples."""

from __future__ import annotations

import re
from pathlib import Path

from klbio.design import Sample
from klbio.errors import StrPath

__all__ = ["file_of"]

UNSAFE = re.compile(r"[^A-Za-z0-9.-]+")
LONGEST = 100


def file_of(folder: StrPath, sample: Sample, ending: str) -> Path:
    """Give the place of a sample's file: its line in the sheet tells it from others of like name.

    >>> file_of("out", Sample("S1/day 0", "S1", "before", line=2), ".kreport").as_posix()
    'out/2_S1_day_0.kreport'
    """
    return Path(folder) / f"{sample.line}_{UNSAFE.sub('_', sample.name)[:LONGEST]}{ending}"
