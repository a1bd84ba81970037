"""What a comparison of gene models and hidden Markov models has to report, in words."""

from __future__ import annotations

from dataclasses import dataclass

from klbio.phrases.numbers import count
from klbio.phrases.reason import Reason

__all__ = [
    "GCTellsAsMuch", "InFrameStops", "InfinitelyApart", "ManyModels", "MeanOverStates", "NoModelIsClose", "NoPartner",
    "NoTwoOfAGroup", "OrdersDiffer", "OtherAcidsThanQuery", "OtherCodeThanQuery", "OtherCodes", "OverFitted", "PartOf",
    "SameTable", "SizesUnknown", "Tied", "TooManyModels", "TrainedOnQuery",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class InFrameStops(Reason):
    """A coding model leaves mass to stop codons."""

    per_codon: float

    def sentence(self) -> str:
        """Say it."""
        return (
            f"{self.per_codon:.3g} in-frame stops per codon; if its genes are of another genetic code, a model sheet "
            f"can say so in the column genetic_code"
        )


@dataclass(frozen=True, slots=True)
class OverFitted(Reason):
    """The last order of a coding model has learnt more than sequence teaches."""

    order: int
    bits: float

    def sentence(self) -> str:
        """Say it."""
        return f"order {self.order} alone adds {self.bits:.3g} bits per base: trained on too little?"


@dataclass(frozen=True, slots=True)
class SameTable(Reason):
    """Two models share a table."""

    other: str

    def sentence(self) -> str:
        """Say it."""
        return f"the same table as {self.other!r}"


@dataclass(frozen=True, slots=True)
class Tied(Reason):
    """Two components of one model are the same."""

    other: str

    def sentence(self) -> str:
        """Say it."""
        return f"the same probabilities as its {self.other}: one of them was not trained, and says nothing of its own"


@dataclass(frozen=True, slots=True)
class TrainedOnQuery(Reason):
    """A known model costs genes no more than one that was fitted to them."""

    bits: float
    chance: float

    def sentence(self) -> str:
        """Say it, and why."""
        return (
            f"trained on these genes, or most of them: it costs {self.bits:.2g} bits per base more than a model fitted "
            f"to them, where chance alone would cost one of other genes {self.chance:.2g}; its place says nothing"
        )


@dataclass(frozen=True, slots=True)
class OrdersDiffer(Reason):
    """Two content models are of different order."""

    p: int
    q: int

    def sentence(self) -> str:
        """Say it."""
        return f"orders {self.p} and {self.q}: the lower one is lifted, which is exact"


@dataclass(frozen=True, slots=True)
class OtherCodes(Reason):
    """Two coding models are of unlike genetic codes."""

    p: int
    q: int

    def sentence(self) -> str:
        """Say it."""
        return (
            f"genetic codes {self.p} and {self.q}: compared over the codons that are amino acids in both; which are "
            f"synonyms is said by the first"
        )


@dataclass(frozen=True, slots=True)
class OtherCodeThanQuery(Reason):
    """A known model has other stop codons than the query."""

    model: int
    query: int

    def sentence(self) -> str:
        """Say it, and what its numbers are of."""
        return (
            f"genetic code {self.model}, the query's {self.query}, of other stop codons: it costs what it does on the "
            f"codons that are amino acids in both, and stands behind the models of the query's stop codons"
        )


@dataclass(frozen=True, slots=True)
class OtherAcidsThanQuery(Reason):
    """A known model is of another genetic code than the query, with the same stop codons."""

    model: int
    query: int

    def sentence(self) -> str:
        """Say it."""
        return f"genetic code {self.model}, the query's {self.query}, with the same stop codons"


@dataclass(frozen=True, slots=True)
class MeanOverStates(Reason):
    """A number is the mean over kinds of segments."""

    states: tuple[str, ...]

    def sentence(self) -> str:
        """Say it."""
        return f"mean over {', '.join(self.states)}"


@dataclass(frozen=True, slots=True)
class PartOf(Reason):
    """Some of many, as the name of what was left out."""

    n: int
    of: int
    what: str

    def sentence(self) -> str:
        """Say it."""
        return f"{self.n} of {self.of} {self.what}"


@dataclass(frozen=True, slots=True)
class ManyModels(Reason):
    """Pairs are too many for a row per codon, state or GC class."""

    few: int

    def sentence(self) -> str:
        """Say it."""
        tables = "codons.tsv, states.tsv and gc_classes.tsv"
        return f"more than {count(self.few, 'model')}: {tables} hold each model and its nearest only"


@dataclass(frozen=True, slots=True)
class TooManyModels(Reason):
    """Pairs are too many for a row each."""

    many: int
    nearest: int

    def sentence(self) -> str:
        """Say it."""
        shown = f"each model and its {self.nearest} nearest, and the two farthest apart"
        return f"more than {count(self.many, 'model')}: pairs.tsv and sites.tsv hold {shown}"


@dataclass(frozen=True, slots=True)
class NoPartner(Reason):
    """A hidden Markov model shares its symbols with no other."""

    def sentence(self) -> str:
        """Say it."""
        return "no other hidden Markov model over the same symbols: no pair in hidden.tsv"


@dataclass(frozen=True, slots=True)
class NoModelIsClose(Reason):
    """Even the closest known model costs too much on a query, by itself or beside what GC content alone costs."""

    excess: float
    limit: float
    gc_only: float
    share_limit: float

    def sentence(self) -> str:
        """Say it."""
        share = (
            f", {self.excess / self.gc_only:.0%} of what GC content alone does" if self.gc_only > 0 else ""
        )
        return (
            f"no known model is close: the closest costs {self.excess:.3f} bits per base more than the genes "
            f"need{share} (limits {self.limit:g} and {self.share_limit:.0%}); train one, or check that the sequences "
            f"are coding and in frame"
        )


@dataclass(frozen=True, slots=True)
class GCTellsAsMuch(Reason):
    """No known model is better on a query than GC content alone."""

    bits: float

    def sentence(self) -> str:
        """Say it."""
        return (
            f"no known model knows more of these genes than their GC content at each codon position does, "
            f"which alone costs {self.bits:.3f}"
        )


@dataclass(frozen=True, slots=True)
class SizesUnknown(Reason):
    """Groups of models, of which not all say how much they were trained on."""

    def sentence(self) -> str:
        """Say what the bits hold."""
        return (
            "the training size of some model is not known: bits of all pairs as they stand, with what chance in the "
            "training sets adds"
        )


@dataclass(frozen=True, slots=True)
class NoTwoOfAGroup(Reason):
    """Two groups of one model each."""

    groups: tuple[str, str]

    def sentence(self) -> str:
        """Name them."""
        a, b = self.groups
        return f"one model in group {a!r} and one in {b!r}"


@dataclass(frozen=True, slots=True)
class InfinitelyApart(Reason):
    """A zero of one model where another has none."""

    def sentence(self) -> str:
        """Say it."""
        return "some pair of models has an infinite D, for one never emits what the other does"
