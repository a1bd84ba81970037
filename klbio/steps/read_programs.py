"""The programs that taxa of reads need."""

from __future__ import annotations

from collections.abc import Mapping

from klbio.io.programs import CUTADAPT, KRAKEN2, SOURMASH, VSEARCH, Program
from klbio.io.shotgun.sketch_database import is_of_sketches

__all__ = ["missing_programs"]


def missing_programs(asked: Mapping[str, object]) -> list[Program]:
    """Give the programs that the settings ``reads.taxa`` ask for and that cannot be used here."""
    return [program for program in _needed(asked) if program.lack]


def _needed(asked: Mapping[str, object]) -> tuple[Program, ...]:
    if "database" in asked:
        return (SOURMASH,) if is_of_sketches(str(asked["database"])) else (KRAKEN2,)
    return (VSEARCH, CUTADAPT) if "primers" in asked else (VSEARCH,)
