"""The reference that comes with klbio: the V4 part of 16S genes of named bacteria and archaea."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

__all__ = ["bundled"]


def bundled() -> Path:
    """Give the path of the bundled reference; PROVENANCE.md beside it says where it comes from.

    >>> bundled().name
    'gold-16S-V4.fasta.gz'
    """
    return Path(str(files("klbio.io.references").joinpath("gold-16S-V4.fasta.gz")))
