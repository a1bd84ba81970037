"""Hits of miniprot in GFF3: which of them are good enough to be genes, and which lie at one locus.

miniprot writes a line ``mRNA`` for each place a protein aligns to, with ``Rank`` (1 the best of the protein),
``Identity``, and, where there are any, the numbers of ``Frameshift`` and ``StopCodon`` within.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace

from klbio.models.training.transcript import Segment, Transcript

__all__ = ["MIN_IDENTITY", "hit_fault", "is_hit", "one_gene_a_locus", "with_phase_column"]

MIN_IDENTITY = 0.5  # of the amino acids: below, the ends of exons are guesses
GLUED = re.compile(r"\t([+-])\t([012.])(?=Parent=)")


def is_hit(attributes: Mapping[str, str]) -> bool:
    """Recognise the attributes of a hit.

    >>> is_hit({"ID": "MP000001", "Rank": "1", "Identity": "0.9310"}), is_hit({"ID": "mRNA1"})
    (True, False)
    """
    return "Rank" in attributes and "Identity" in attributes


def hit_fault(attributes: Mapping[str, str]) -> str:
    """Say why a hit is no gene to learn from; empty where it is one.

    >>> hit_fault({"Rank": "1", "Identity": "0.93", "Frameshift": "2"})
    'miniprot: within the hit 2 x frameshift, 0 x stop codon'
    >>> hit_fault({"Rank": "1", "Identity": "0.93"})
    ''
    """
    rank, identity = _number(attributes["Rank"]), _number(attributes["Identity"])
    shifts, stops = (_number(attributes.get(key, "0")) for key in ("Frameshift", "StopCodon"))
    if shifts or stops:
        return f"miniprot: within the hit {shifts:g} x frameshift, {stops:g} x stop codon"
    if rank > 1:
        return f"miniprot: its protein aligns better elsewhere (Rank={rank:g})"
    if identity < MIN_IDENTITY:
        return f"miniprot: {identity:.0%} of the amino acids identical, below {MIN_IDENTITY:.0%}"
    return ""


def with_phase_column(line: str) -> str:
    r"""Part the phase from the attributes in the lines that miniprot 0.13 glues together.

    >>> with_phase_column("c\tminiprot\tstop_codon\t7\t9\t0\t+\t0Parent=MP1").split("\t")[-2:]
    ['0', 'Parent=MP1']
    """
    return GLUED.sub(r"\t\1\t\2\t", line, count=1) if "\tstop_codon\t" in line else line


def one_gene_a_locus(transcripts: Iterable[Transcript]) -> list[Transcript]:
    """Name the gene of hits: one where coding bases of two overlap on one strand.

    >>> hits = [Transcript(name, "", (Segment(start, start + 90, 1),)) for name, start in (("a", 0), ("b", 30))]
    >>> [hit.gene for hit in one_gene_a_locus(hits)]
    ['a', 'a']
    """
    hits = list(transcripts)
    chief = list(range(len(hits)))
    last: tuple[Segment, int] | None = None
    for segment, i in sorted(_segments(hits), key=lambda one: (one[0].strand, one[0].start)):
        if last and last[0].strand == segment.strand and segment.start < last[0].end:
            a, b = sorted((_root(chief, last[1]), _root(chief, i)))
            chief[b] = a
        if not last or last[0].strand != segment.strand or segment.end > last[0].end:
            last = segment, i
    return [replace(hit, gene=hits[_root(chief, i)].name) for i, hit in enumerate(hits)]


def _segments(hits: list[Transcript]) -> Iterable[tuple[Segment, int]]:
    return ((segment, i) for i, hit in enumerate(hits) for segment in hit.segments)


def _root(chief: list[int], i: int) -> int:
    while chief[i] != i:
        chief[i] = chief[chief[i]]
        i = chief[i]
    return i


def _number(text: str) -> float:
    """Read a number; a share that is written as a percentage too."""
    share = 0.01 if text.endswith("%") else 1.0
    try:
        return float(text.removesuffix("%")) * share
    except ValueError:
        return 0.0
