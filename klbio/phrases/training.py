"""What was noticed while a gene model was trained, in words."""

from __future__ import annotations

from dataclasses import dataclass

from klbio.phrases.numbers import agreed, count
from klbio.phrases.reason import Reason

__all__ = [
    "Counted", "GenesLeftOut", "NoOrderCompared", "NotEstimated", "NotInMatrix", "OrdersCompared",
    "Precision", "WorthLess",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Counted(Reason):
    """What a model was learnt from."""

    n_genes: int
    n_introns: int
    smoothing: str

    def sentence(self) -> str:
        """Say it."""
        return f"{count(self.n_genes, 'gene')}, {count(self.n_introns, 'intron')}; smoothing {self.smoothing}"


@dataclass(frozen=True, slots=True)
class Precision(Reason):
    """How much an estimate is expected to miss."""

    n_bases: int
    n_free: int
    bits: float
    poor: bool

    def sentence(self) -> str:
        """Say it, and what to do where it is poor."""
        free = count(self.n_free, "free parameter")
        return (
            f"{count(self.n_bases, 'base')} for {free}: expected to miss by {self.bits:.2g} bits per base"
            + ("; take a lower order or more sequence" if self.poor else "")
        )


@dataclass(frozen=True, slots=True)
class WorthLess(Reason):
    """Counts that vary more from gene to gene than along one chain."""

    n_bases: int
    times: float

    def sentence(self) -> str:
        """Say it, and what it means."""
        return (
            f"counts vary {self.times:.2f} times as much from gene to gene as in one chain: compared with other "
            f"models, its bases are worth {round(self.n_bases / self.times):,}"
        )


@dataclass(frozen=True, slots=True)
class OrdersCompared(Reason):
    """Which order predicts genes best that a model has not seen."""

    best: int
    bits: float
    others: tuple[tuple[int, float, float], ...]
    recommended: int
    used: int

    def sentence(self) -> str:
        """Say it, beside its neighbours, and what the order of the model costs."""
        costs = (f"order {order} {bits:.2g} +- {error:.1g} more" for order, bits, error in self.others)
        said = (
            f"order {self.best} predicts unseen genes best, at {self.bits:.3f} bits per base; "
            + ", ".join(costs)
        )
        if self.recommended != self.best:
            said += f"; order {self.recommended} is within one standard error of it"
        if self.used != self.recommended:
            said += f"; the model has order {self.used}: --order auto takes {self.recommended}"
        return said


@dataclass(frozen=True, slots=True)
class NoOrderCompared(Reason):
    """Too few genes to hold one out."""

    order: int

    def sentence(self) -> str:
        """Say it."""
        return f"one gene, so that none can be held out to compare orders: order {self.order}"


@dataclass(frozen=True, slots=True)
class NotEstimated(Reason):
    """A component that there is no sequence of."""

    def sentence(self) -> str:
        """Say it."""
        return "no base of it: not estimated"


@dataclass(frozen=True, slots=True)
class NotInMatrix(Reason):
    """Sites of one kind that were not counted."""

    n: int
    kind: str
    near_end: bool

    def sentence(self) -> str:
        """Say it."""
        why = "too near an end" if self.near_end else "of other bases"
        return f"{self.n} {self.kind} {why}: not in the matrix"


@dataclass(frozen=True, slots=True)
class GenesLeftOut(Reason):
    """Transcripts or genes that were not learnt from."""

    n: int

    def sentence(self) -> str:
        """Say it."""
        what = agreed(self.n, "transcript or gene was", "transcripts or genes were")
        return f"{self.n} {what} left out: the table of the dropped has the reasons"
