"""The programs that taxa of reads need."""

from __future__ import annotations

from collections.abc import Collection

from klbio.io.programs import CUTADAPT, KRAKEN2, VSEARCH, Program

__all__ = ["missing_programs"]


def missing_programs(asked: Collection[str]) -> list[Program]:
    """Give the programs that the keys of ``reads.taxa`` ask for and that cannot be used here."""
    of_amplicons = (VSEARCH, CUTADAPT) if "primers" in asked else (VSEARCH,)
    needed = (KRAKEN2,) if "database" in asked else of_amplicons
    return [program for program in needed if program.lack]
