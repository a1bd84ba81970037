"""The programs that taxa of reads need."""

from __future__ import annotations

from collections.abc import Mapping

from klbio.io.programs import CUTADAPT, KRAKEN2, SOURMASH, VSEARCH, Program
from klbio.io.shotgun.sketch_database import is_of_sketches

__all__ = ["missing_programs"]


OF_ENVIRONMENTS = (VSEARCH, KRAKEN2)  # workflow/envs


def missing_programs(asked: Mapping[str, object], by_conda: bool = False) -> list[Program]:
    """Give the programs that the settings ``reads.taxa`` ask for and that cannot be used here.

    Parameters
    ----------
    asked : mapping
        The settings.
    by_conda : bool
        Whether rules bring the programs of their environments.
    """
    brought = OF_ENVIRONMENTS if by_conda else ()
    return [program for program in _needed(asked) if program not in brought and program.lack]


def _needed(asked: Mapping[str, object]) -> tuple[Program, ...]:
    if "database" in asked:
        return (SOURMASH,) if is_of_sketches(str(asked["database"])) else (KRAKEN2,)
    return (VSEARCH, CUTADAPT) if "primers" in asked else (VSEARCH,)
