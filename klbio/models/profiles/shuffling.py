"""Significance of an alignment: the score beside those where one profile's columns were put in random order."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from klbio.distributions import FloatArray
from klbio.errors import InputError
from klbio.models.profiles.profile_pair import ProfilePair
from klbio.seeding import generator

if TYPE_CHECKING:
    from klbio.models.profiles.align_kernels import Pairs

__all__ = ["N_SHUFFLES", "ShuffledScores", "Shuffling"]

N_SHUFFLES = 100
FIRST_SHUFFLES = 20  # if one of them reaches the score, no more are drawn: the pair is like any other
EULER = 0.5772156649015329


@dataclass(frozen=True)
class ShuffledScores:
    """Scores where one profile's columns were put in random order.

    Parameters
    ----------
    n : int
        Shuffles drawn.
    mean_bits, max_bits : float
    p_permutation : float
        (1 + shuffles that reach the score) / (1 + shuffles); never too small, the early end included.
    p_extreme_value : float
        Of a Gumbel distribution with the shuffles' mean and variance.
    """

    n: int
    mean_bits: float
    max_bits: float
    p_permutation: float
    p_extreme_value: float

    @classmethod
    def beside(cls, null: FloatArray, score: float) -> ShuffledScores:
        r"""Set a score beside those of shuffles.

        The Gumbel distribution has scale :math:`\beta = s \sqrt 6 / \pi` and mode
        :math:`\bar x - .5772 \beta`; its p-value is an extrapolation where it is below 1 / n.
        """
        n, mean, most = len(null), float(null.mean()), float(null.max())
        reached = (1 + int((null >= score).sum())) / (1 + n)
        if not np.isfinite(null).all():
            return cls(n, mean, most, reached, math.nan)
        scale = float(null.std(ddof=1)) * math.sqrt(6) / math.pi
        mode = mean - EULER * scale
        tail = -math.expm1(-math.exp(min(-(score - mode) / scale, 700.0))) if scale > 0 else reached
        return cls(n, mean, most, reached, tail)


@dataclass(frozen=True)
class Shuffling:
    """How a score is compared with those after q's columns were put in random order.

    Composition and sharpness of the columns stay, as do the transitions of each place; what is
    lost is their order.

    Parameters
    ----------
    seed : int
    n : int, default 100
        Shuffles, two at least; only the first 20 where one of these reaches the score.
    enough : float, default 1
        Also only the first 20 where their Gumbel distribution gives the score a p-value above this.

    Raises
    ------
    InputError
        On fewer than two shuffles.
    """

    seed: int
    n: int = N_SHUFFLES
    enough: float = 1.0

    def __post_init__(self) -> None:
        if self.n < 2:
            raise InputError.one("shuffles", f"{self.n}", "2 or more")

    def scores(
        self, pair: ProfilePair, score: float, *names: str, other_strand: ProfilePair | None = None
    ) -> ShuffledScores:
        """Compare a score of a pair.

        Parameters
        ----------
        pair : ProfilePair
        score : float
            Of the alignment itself.
        names : str
            What the random order depends on.
        other_strand : ProfilePair, optional
            The same p, and the reverse complement of q: where the score is the better one of two, so are those of
            the random orders.
        """
        random, start = generator(self.seed, "align", *names), np.arange(pair.q.n_match)

        def shuffled_scores(times: int) -> FloatArray:
            """Scores against so many random orders of the columns of q."""
            orders = random.permuted(np.tile(start, (times, 1)), axis=1)
            found = _scores(pair, orders)
            if other_strand is not None:  # q in that order, then turned round
                found = np.maximum(found, _scores(other_strand, start[-1] - orders[:, ::-1]))
            return found

        null = shuffled_scores(min(self.n, FIRST_SHUFFLES))
        found = ShuffledScores.beside(null, score)
        if self.n > len(null) and found.max_bits < score and not found.p_extreme_value > self.enough:
            found = ShuffledScores.beside(np.concatenate([null, shuffled_scores(self.n - len(null))]), score)
        return found


def _scores(pair: ProfilePair, orders: Pairs) -> FloatArray:
    """Score of the best alignment with q's columns in each of some orders."""
    from klbio.models.profiles.align_kernels import global_scores  # here, because numba is heavy
    from klbio.models.profiles.align_null import local_scores

    kernel = local_scores if pair.local else global_scores
    logs = pair.p.log_transitions, pair.q.log_transitions
    return np.asarray(kernel(pair.scores, *logs, np.ascontiguousarray(orders)))
