"""Signals position by position: splice sites, start and stop codons."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from klbio.distributions import FloatArray
from klbio.models.arrays import check_rows, frozen
from klbio.models.markov.content_model import EPSILON
from klbio.models.markov.stationary import step

__all__ = ["SiteModel"]


@dataclass(frozen=True, eq=False)
class SiteModel:
    """Base composition at each position around a signal, such as a splice site.

    Parameters
    ----------
    probabilities : array_like of shape (length, 4)
        Rows are positions, columns A, C, G, T; rows sum to 1 within 1e-9.
    first : int
        Where row 0 stands: position 0 is the first base of a donor, start or stop signal,
        and the last base (the G of AG) of an acceptor; negative positions lie upstream.
    """

    probabilities: FloatArray
    first: int

    def __post_init__(self) -> None:
        array = frozen("site model", self.probabilities, axes=2, last=4)
        check_rows("site model", array)
        object.__setattr__(self, "probabilities", array)

    @classmethod
    def marginal(cls, conditionals: FloatArray, first: int) -> SiteModel:
        r"""Give the base composition at each position of a signal whose bases depend on the ones before.

        .. math:: P_i(b) = \sum_c \pi_i(c) P_i(b \mid c)

        with the distribution of the context carried on from position to position, and the bases before
        the first one taken as uniform.

        Parameters
        ----------
        conditionals : ndarray of shape (length, 4**k, 4)
            ``[i, c, b]`` is P(base b at position i | the k bases before it are c).  A row of
            zeros is read as uniform.
        first : int

        Examples
        --------
        A copy of the base before, after a uniform one, stays uniform:

        >>> SiteModel.marginal(np.eye(4)[None], first=0).probabilities
        array([[0.25, 0.25, 0.25, 0.25]])
        """
        rows = np.where(conditionals.sum(axis=-1, keepdims=True) > 0, conditionals, 0.25)
        contexts = np.full(rows.shape[1], 1 / rows.shape[1])
        marginals = []
        for position in rows:
            marginals.append(contexts @ position)
            contexts = step(contexts, position)
        return cls(np.array(marginals), first)

    @property
    def positions(self) -> range:
        """The position of each row."""
        return range(self.first, self.first + len(self.probabilities))

    def relative_entropies(self, other: SiteModel, *, epsilon: float = EPSILON) -> dict[int, float]:
        r"""Relative entropy from this p to another q at each position both describe.

        .. math:: D_i = \sum_b p_i(b) \log_2 \frac{p_i(b)}{q_i(b)}

        Parameters
        ----------
        other : SiteModel
            Positions are counted from the signal, so windows of different width line up.
        epsilon : float
            Added to every probability before rows are scaled to sum to 1.

        Returns
        -------
        dict of int to float
            Bits at each shared position; empty when the windows do not overlap.  Their sum is
            the relative entropy per site, dependence between positions left aside.

        Examples
        --------
        >>> donor = SiteModel([[0, 0, 1, 0], [0, 0, 0, 1]], first=0)
        >>> fair = SiteModel([[0.25] * 4] * 3, first=-1)
        >>> donor.relative_entropies(fair, epsilon=0)
        {0: 2.0, 1: 2.0}
        """
        (shared, bits) = self.relative_entropies_to([other], epsilon=epsilon)[0]
        return dict(zip(shared, bits.tolist(), strict=True))

    def relative_entropies_to(
        self, others: Sequence[SiteModel], *, epsilon: float = EPSILON
    ) -> list[tuple[range, FloatArray]]:
        """Give the shared positions and the bits at each for each of several others; those of one window at once."""
        found = [(range(0), np.empty(0))] * len(others)
        windows: dict[range, list[int]] = {}
        for i, other in enumerate(others):
            windows.setdefault(other.positions, []).append(i)
        for window, places in windows.items():
            shared = range(max(self.first, window.start), min(self.positions.stop, window.stop))
            if shared:
                p = _smoothed(self._at(shared), epsilon)
                q = _smoothed(np.stack([others[i]._at(shared) for i in places]), epsilon)
                for i, bits in zip(places, _bits(p, q), strict=True):
                    found[i] = shared, bits
        return found

    def _at(self, positions: range) -> FloatArray:
        return self.probabilities[positions.start - self.first : positions.stop - self.first]


def _smoothed(probabilities: FloatArray, epsilon: float) -> FloatArray:
    return np.asarray((probabilities + epsilon) / (1 + 4 * epsilon))


def _bits(p: FloatArray, q: FloatArray) -> FloatArray:
    """Relative entropy of each row."""
    with np.errstate(divide="ignore", invalid="ignore"):
        nats = np.where(p > 0, p * np.log(p / q), 0.0)  # in half the time of scipy's rel_entr
    return np.asarray(np.maximum(nats.sum(axis=-1), 0.0) / math.log(2))
