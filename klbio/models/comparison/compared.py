"""What takes the time of a comparison, of all models or of one part of them: all that grows with their square."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from klbio.distributions import FloatArray
from klbio.models.profiles.found_pairs import FoundPairs
from klbio.schema import HiddenRow

__all__ = ["Compared"]


@dataclass(frozen=True, eq=False)
class Compared:
    """Rates of gene models, pairs of profiles, simulations of hidden Markov models.

    Parameters
    ----------
    rates : mapping of str to ndarray of shape (n_rows, n_models, period)
        By component: relative entropy rates from some models to all that have it, in bits per base.
    profiles : FoundPairs
    hidden : sequence of HiddenRow
    """

    rates: Mapping[str, FloatArray]
    profiles: FoundPairs
    hidden: Sequence[HiddenRow]

    @classmethod
    def joined(cls, parts: Sequence[Compared]) -> Compared:
        """Put the parts of a comparison together, in order; of some models there is one at least."""
        rates = {name: np.concatenate([part.rates[name] for part in parts]) for name in parts[0].rates}
        hidden = [row for part in parts for row in part.hidden]
        return cls(rates, FoundPairs.joined(part.profiles for part in parts), hidden)
