"""What genes cost under the likeliest model of an order, the one that was fitted to them."""

from __future__ import annotations

import math
from dataclasses import dataclass

from scipy.special import xlogy

from klbio.models.training.words import WordCounts

__all__ = ["Likeliest"]


@dataclass(frozen=True)
class Likeliest:
    """The likeliest model of some counts.

    Parameters
    ----------
    bits : float
        All words cost under it.
    n_free : int
        Free parameters of the contexts that occur.
    n_bases : int
        Words counted.
    """

    bits: float
    n_free: int
    n_bases: int

    @classmethod
    def of(cls, counts: WordCounts) -> Likeliest:
        """Fit it.

        >>> import numpy as np
        >>> Likeliest.of(WordCounts(np.array([[[2.0, 2.0, 0, 0]]])))
        Likeliest(bits=4.0, n_free=3, n_bases=4)
        """
        contexts = counts.counts.sum(axis=-1)
        nats = xlogy(contexts, contexts).sum() - xlogy(counts.counts, counts.counts).sum()
        free = (counts.possible.sum(axis=-1) - 1)[contexts > 0].sum()
        return cls(float(nats) / math.log(2), int(free), int(contexts.sum()))

    @property
    def chance(self) -> float:
        """Bits per base that a model of other genes of the same source costs more, about: d / (2 N ln 2)."""
        return self.n_free / (2 * math.log(2) * self.n_bases)
