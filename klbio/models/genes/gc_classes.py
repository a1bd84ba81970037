"""GC classes of two gene models matched, so that sequence of one composition is compared with its like."""

from __future__ import annotations

from dataclasses import dataclass

from klbio.models.gene_model import GeneModel

__all__ = ["ClassMatch"]

ONE_EACH, AGAINST_EACH, STATED, CODING = (
    "one class each", "one class against each", "closest stated GC", "closest GC of coding sequence",
)  # fmt: skip
Band = tuple[float, float]


@dataclass(frozen=True)
class ClassMatch:
    """Which classes of two models are compared.

    Parameters
    ----------
    matching : str
        How they were found.
    pairs : sequence of (int, int)
        Numbers of a class of p and a class of q, counted from 0; all weigh the same.
    """

    matching: str
    pairs: tuple[tuple[int, int], ...]

    @classmethod
    def of(cls, p: GeneModel, q: GeneModel) -> ClassMatch:
        """Find the class of q that is made for the GC content of each class of p.

        A model with one class is compared with each class of the other.  Where both have several, the
        closest class is the one whose band of GC content is the smallest gap away, or of
        several like that the one whose middle is closest; of equals the first.  Where not all classes of both
        state what they are made for, the GC content of their coding sequence stands in.

        Parameters
        ----------
        p, q : GeneModel

        Returns
        -------
        ClassMatch
            One pair for each class of p, or for each class of q where p has one.

        Examples
        --------
        >>> import numpy as np
        >>> from klbio.models import ContentModel, GCClass
        >>> fair = ContentModel(np.full((3, 1, 4), 0.25))
        >>> at, gc = (GCClass(fair, centre=c) for c in ((0.3, 0.2, 0.2, 0.3), (0.2, 0.3, 0.3, 0.2)))
        >>> ClassMatch.of(GeneModel("p", (at, gc)), GeneModel("q", (gc, at))).pairs
        ((0, 1), (1, 0))
        """
        if len(p.classes) == 1 or len(q.classes) == 1:
            pairs = [(i, j) for i in range(len(p.classes)) for j in range(len(q.classes))]
            return cls(ONE_EACH if len(pairs) == 1 else AGAINST_EACH, tuple(pairs))
        here, there, matching = _stated(p), _stated(q), STATED
        if here is None or there is None:
            here, there, matching = _coding(p), _coding(q), CODING
        closest = [min(range(len(there)), key=lambda j: _distance(band, there[j])) for band in here]
        return cls(matching, tuple(enumerate(closest)))


def _stated(model: GeneModel) -> list[Band] | None:
    """What the classes of a model are made for; None where it does not say for each."""
    bands = [gc_class.gc for gc_class in model.classes if gc_class.gc is not None]
    return bands if len(bands) == len(model.classes) else None


def _coding(model: GeneModel) -> list[Band]:
    return [gc_class.coding_gc for gc_class in model.classes]


def _distance(band: Band, other: Band) -> tuple[float, float]:
    gap = max(band[0] - other[1], other[0] - band[1], 0.0)
    return round(gap, 12), round(abs(sum(band) - sum(other)) / 2, 12)
