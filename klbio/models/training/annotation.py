"""Annotated genes on a sequence: which bases are coding, intron or between genes, and what is wrong with a gene.

Coordinates count from 0 and leave the end out; what is read from a gene comes 5' to 3' in the gene's own direction.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from klbio.models.markov.genetic_code import STANDARD, genetic_code, is_code, same_code
from klbio.models.training.transcript import Span, Transcript, longest_by_gene
from klbio.models.training.words import Gene
from klbio.phrases import say
from klbio.phrases.annotation import AnotherIsLonger, OtherGeneticCode, SameBases, StopInFrame

__all__ = ["AnnotatedSequence", "Refused", "between"]


@dataclass(frozen=True)
class Refused:
    """A transcript, or a gene of a list, that was left out.

    Parameters
    ----------
    name, reason : str
    line : int, optional
    inner_codons : frozenset of str
        Where a stop codon within is the reason: its codons that are stops in any genetic code.
    genetic_code : int, optional
        Where another genetic code is the reason: that one.
    source : str
        Its file, where there are several.
    spare : bool
        Whether nothing is wrong with it, but another one stands for its gene.
    """

    name: str
    reason: str
    line: int | None = None
    inner_codons: frozenset[str] = frozenset()
    genetic_code: int | None = None
    source: str = ""
    spare: bool = False

    @classmethod
    def gene(cls, name: str, gene: Gene, line: int | None = None) -> Refused | None:
        """Say why a coding sequence is no gene; None if it is one."""
        if not (reason := gene.fault):
            return None
        inner = gene.inner_codons if reason == say(StopInFrame()) else frozenset()
        return cls(name, reason, line, inner)


@dataclass(frozen=True, eq=False)
class AnnotatedSequence:
    """A sequence with its transcripts and the spans that genes of any kind take up.

    Parameters
    ----------
    name : str
    sequence : bytes
    transcripts : tuple of Transcript
        In a circular sequence they may go on behind its end, or be in two parts.
    genic : tuple of (int, int)
    circular : bool, default False
    """

    name: str
    sequence: bytes
    transcripts: tuple[Transcript, ...]
    genic: tuple[Span, ...]
    circular: bool = False

    @cached_property
    def unrolled(self) -> bytes:
        """The sequence; of a circular one as far beyond its end as a gene goes."""
        if not self.circular:
            return self.sequence
        beyond = max((transcript.span[1] for transcript in self._placed), default=0) - len(self.sequence)
        return self.sequence + self.sequence[: max(beyond, 0)]

    @property
    def _placed(self) -> list[Transcript]:
        n_bases = len(self.sequence)
        return [one.unrolled(n_bases) if self.circular else one for one in self.transcripts]

    def chosen_transcripts(
        self, genetic_code: int = STANDARD, overruled: int | None = None
    ) -> tuple[list[Transcript], list[Refused]]:
        """Give the longest good transcript of each gene of a genetic code, and why each other one is left out.

        Genes that are annotated with the code `overruled`, or its like, are read under `genetic_code` too.
        """
        good, refused = [], []
        for transcript in self._placed:
            own = transcript.genetic_code
            if own is None or overruled is None or not (is_code(own) and same_code(own, overruled)):
                used = transcript
            else:
                used = replace(transcript, genetic_code=None)
            used = self._without_wrong_phases(used, genetic_code)
            if refusal := self._refusal(used, genetic_code):
                refused.append(refusal)
            else:
                good.append(used)
        chosen, shorter = longest_by_gene(good)
        refused += [
            Refused(transcript.name, say(AnotherIsLonger(transcript.gene)), transcript.line, spare=True)
            for transcript in shorter
        ]
        once: dict[tuple[Span, ...], Transcript] = {}
        for transcript in chosen:
            first = once.setdefault(transcript.bases, transcript)
            if first is not transcript:
                reason = say(SameBases(first.gene))
                refused.append(Refused(transcript.name, reason, transcript.line, spare=True))
        return list(once.values()), refused

    def _without_wrong_phases(self, transcript: Transcript, number: int) -> Transcript:
        """Pass over phases that contradict each other where the gene is whole, from start to stop, without them."""
        if transcript.fault or not transcript.phase_fault:
            return transcript
        plain = replace(transcript.without_phases, phases_ignored=True)
        if plain.fault_within(len(self.unrolled)):
            return transcript
        gene = Gene(plain.coding_sequence(self.unrolled), number)
        return plain if not gene.fault and _is_whole(gene) else transcript

    def _refusal(self, transcript: Transcript, genetic_code: int) -> Refused | None:
        """Say why a transcript is left out; None if it is good."""
        name, line, own = transcript.name, transcript.line, transcript.genetic_code
        if reason := transcript.fault_within(len(self.unrolled)):
            return Refused(name, reason, line)
        if own is not None and not (is_code(own) and same_code(own, genetic_code)):
            return Refused(name, say(OtherGeneticCode(own, genetic_code)), line, genetic_code=own)
        return Refused.gene(name, Gene(transcript.coding_sequence(self.unrolled), genetic_code), line)

    @property
    def intergenic(self) -> list[Span]:
        """Stretches that no gene touches; none in a sequence without a gene, which nobody may have annotated."""
        n_bases = len(self.sequence)
        beyond = [(0, end - n_bases) for _, end in self.genic if self.circular and end > n_bases]
        return between([*self.genic, *beyond], n_bases) if self.genic else []


def _is_whole(gene: Gene) -> bool:
    """Say whether it begins with ATG and ends with a stop codon."""
    start = gene.sequence[:3].upper().replace(b"U", b"T")
    return start == b"ATG" and gene.last_codon in genetic_code(gene.genetic_code).endings


def between(spans: Sequence[Span], n_bases: int) -> list[Span]:
    """Give the stretches of a sequence that no span touches.

    >>> between([(10, 20), (15, 30)], 40)
    [(0, 10), (30, 40)]
    """
    free, at = [], 0
    for start, end in sorted(spans):
        if start > at:
            free.append((at, start))
        at = max(at, end)
    return free + ([(at, n_bases)] if at < n_bases else [])
