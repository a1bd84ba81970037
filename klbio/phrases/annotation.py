"""Why genes of an annotation were not learnt from, and what was read otherwise than it stands, in words."""

from __future__ import annotations

from dataclasses import dataclass

from klbio.phrases.numbers import agreed, count
from klbio.phrases.reason import Reason

__all__ = [
    "AnnotationOverruled", "AnotherIsLonger", "CodeGuessed", "CodeOfAnnotation", "CodeUsed", "NoStrand",
    "NoWholeCodons", "OtherGeneticCode", "OutsideSequence", "OverlappingSegments", "PhaseBroken",
    "PhasesIgnored", "Pseudogene", "SameBases", "SameSequence", "StopInFrame", "StopsBehind", "TooShort",
    "UnknownParents",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class StopsBehind(Reason):
    """Coding sequences without the stop codon that follows them."""

    n: int

    def sentence(self) -> str:
        """Say it."""
        end = agreed(self.n, "ends just before its", "end just before their")
        return f"{count(self.n, 'coding sequence')} {end} stop codon: counted where it stands"


@dataclass(frozen=True, slots=True)
class NoWholeCodons(Reason):
    """A length that three does not divide."""

    n_bases: int

    def sentence(self) -> str:
        """Say it."""
        return f"{count(self.n_bases, 'base')}, no whole number of codons"


@dataclass(frozen=True, slots=True)
class TooShort(Reason):
    """A length below the least."""

    n_bases: int
    least: int

    def sentence(self) -> str:
        """Say it."""
        return f"{count(self.n_bases, 'base')}, shorter than {self.least}"


@dataclass(frozen=True, slots=True)
class StopInFrame(Reason):
    """A stop codon within a gene."""

    def sentence(self) -> str:
        """Say it."""
        return "an in-frame stop codon before the end"


@dataclass(frozen=True, slots=True)
class AnotherIsLonger(Reason):
    """Another transcript stands for a gene."""

    gene: str

    def sentence(self) -> str:
        """Say it."""
        return f"another transcript of gene {self.gene!r} is longer, or as long and stands before it"


@dataclass(frozen=True, slots=True)
class SameBases(Reason):
    """Two genes of the very same coding bases, as where annotations of two sources are merged."""

    gene: str

    def sentence(self) -> str:
        """Say it."""
        return f"the same coding bases as gene {self.gene!r}"


@dataclass(frozen=True, slots=True)
class SameSequence(Reason):
    """A record whose sequence another one has."""

    name: str

    def sentence(self) -> str:
        """Say it."""
        return f"the sequence of {self.name}, letter by letter: a model of the others would have seen it"


@dataclass(frozen=True, slots=True)
class OtherGeneticCode(Reason):
    """A gene of another genetic code than the others."""

    number: int
    used: int

    def sentence(self) -> str:
        """Say it."""
        number = self.number or "that is no number"
        return f"genetic code {number}, where the other genes are read under {self.used}"


@dataclass(frozen=True, slots=True)
class CodeOfAnnotation(Reason):
    """The genetic code was taken from the annotation."""

    number: int

    def sentence(self) -> str:
        """Say it."""
        return f"genetic code {self.number}, as the annotation has it"


@dataclass(frozen=True, slots=True)
class AnnotationOverruled(Reason):
    """The user names another genetic code than the annotation does."""

    annotated: int
    n_genes: int
    asked: int

    def sentence(self) -> str:
        """Say it, and which one wins."""
        return (
            f"genetic code {self.asked}, as --genetic-code asks, though {count(self.n_genes, 'transcript')} "
            f"{agreed(self.n_genes, 'is', 'are')} annotated with code {self.annotated}"
        )


@dataclass(frozen=True, slots=True)
class CodeUsed(Reason):
    """The genetic code that genes are read under."""

    number: int
    name: str

    def sentence(self) -> str:
        """Say it."""
        return f"genetic code {self.number} ({self.name})"


@dataclass(frozen=True, slots=True)
class CodeGuessed(Reason):
    """The genetic code was guessed from the stop codons within genes."""

    number: int
    name: str
    n_lost: int
    n_genes: int
    codons: tuple[str, ...]
    others: tuple[int, ...]

    def sentence(self) -> str:
        """Say it, and how to decide otherwise."""
        kinds = " and ".join(self.codons)
        also = f"; codes {', '.join(map(str, self.others))} would do too" if self.others else ""
        return (
            f"genetic code {self.number} ({self.name}) is guessed from {count(self.n_lost, 'gene')} "
            f"(of {self.n_genes}) with stop codons of the standard code within, none but {kinds}"
            f"{also}; --genetic-code decides"
        )


@dataclass(frozen=True, slots=True)
class OutsideSequence(Reason):
    """Coding bases, counted from 1, beyond the end of their sequence."""

    first: int
    last: int
    n_bases: int

    def sentence(self) -> str:
        """Say it."""
        return f"coding bases {self.first} to {self.last} of a sequence of {count(self.n_bases, 'base')}"


@dataclass(frozen=True, slots=True)
class NoStrand(Reason):
    """A transcript without one direction."""

    def sentence(self) -> str:
        """Say it."""
        return "no strand, or segments on both strands"


@dataclass(frozen=True, slots=True)
class OverlappingSegments(Reason):
    """Coding segments that share bases."""

    def sentence(self) -> str:
        """Say it."""
        return "coding segments that overlap"


@dataclass(frozen=True, slots=True)
class PhaseBroken(Reason):
    """A phase that does not go on from the segments before."""

    phase: int
    segment: tuple[int, int]
    expected: int

    def sentence(self) -> str:
        """Say it."""
        where = "-".join(map(str, self.segment))
        return f"phase {self.phase} of the coding segment {where}, where the ones before it leave {self.expected}"


@dataclass(frozen=True, slots=True)
class PhasesIgnored(Reason):
    """Genes that are whole though the phases of their segments contradict each other."""

    n: int

    def sentence(self) -> str:
        """Say it, and what was done."""
        verb = agreed(self.n, "has", "have")
        return (
            f"{count(self.n, 'gene')} {verb} phases that contradict each other, and {agreed(self.n, 'is', 'are')} "
            f"whole from start to stop codon without them: read from the first base"
        )


@dataclass(frozen=True, slots=True)
class UnknownParents(Reason):
    """Parents that coding lines of an annotation name and no line describes."""

    n: int
    example: str

    def sentence(self) -> str:
        """Say it, and what was done."""
        stand = agreed(self.n, "stands", "stand")
        return (
            f"coding lines name {count(self.n, 'parent')} that {stand} nowhere in the annotation, as "
            f"{self.example!r}: passed over where another parent is known, else coding sequences that share an end "
            f"of a segment are one gene"
        )


@dataclass(frozen=True, slots=True)
class Pseudogene(Reason):
    """A gene that its file calls a pseudogene."""

    def sentence(self) -> str:
        """Say it."""
        return "a pseudogene"
