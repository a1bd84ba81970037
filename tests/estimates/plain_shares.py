"""The estimate of `klbio.estimates.share_intervals`, plainly: the twin of the compiled one, in numpy."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from klbio.distributions import FloatArray
from klbio.estimates.law_fitting import (
    ALIVE,
    class_laws,
    common_law,
    interpolated,
    kernel,
    likelihoods,
    nearness,
)
from klbio.estimates.pair_terms import PairTerms, pair_terms, terms_of
from klbio.estimates.rarest_taxa import CARRIED, UNLIKE
from klbio.estimates.read_by_read import HELD, RIDGE
from klbio.estimates.share_grid import LOG_ODDS, MANY
from klbio.estimates.share_laws import BEYOND


@dataclass(frozen=True)
class ShareGrid:
    """The grid of shares for samples of depths n and m, and what one read of a taxon with a share brings.

    Attributes
    ----------
    n, m : float
        Reads after and before.
    """

    n: float
    m: float

    @cached_property
    def u(self) -> FloatArray:
        """Shares, evenly spaced in log odds around that of a taxon that has not changed, with 0 and 1."""
        odds = self.n / self.m * np.exp(LOG_ODDS[1:-1])
        return np.concatenate([[0.0], odds / (1 + odds), [1.0]])

    @cached_property
    def logarithms(self) -> FloatArray:
        """Of the shares after and before, shape (2, n_shares); of 0, that of the least number."""
        logarithms: FloatArray = np.log(np.maximum([self.u, 1 - self.u], np.finfo(float).tiny))
        return logarithms

    @property
    def many(self) -> float:
        """Reads in all from which a taxon speaks for itself: the shallower side has 30 where nothing changed."""
        return MANY * (self.n + self.m) / (2 * min(self.n, self.m))

    @property
    def unlike(self) -> float:
        """How unlike the depths are."""
        return abs(self.n - self.m) / (self.n + self.m)

    @cached_property
    def sides(self) -> tuple[FloatArray, FloatArray]:
        """Proportions after and before that one read of a taxon stands for."""
        return self.u / self.n, (1 - self.u) / self.m

    @cached_property
    def term(self) -> FloatArray:
        """Bits per read."""
        return terms_of(*self.sides)

    def variance(self, reads: FloatArray) -> float:
        """First-order variance of the divergence, given the reads at each share."""
        p, q = self.sides
        after, before = (_slope(side, (p + q) / 2) for side in (p, q))
        return _spread(reads * p, after) / self.n + _spread(reads * q, before) / self.m


def _slope(side: FloatArray, middle: FloatArray) -> FloatArray:
    """How the divergence grows with the proportion of a taxon: half its log ratio to the middle, in bits."""
    there = side > 0
    return np.log2(np.where(there, side / middle, 1.0)) / 2


def _spread(weights: FloatArray, slope: FloatArray) -> float:
    return max(float(weights @ slope**2 - (weights @ slope) ** 2), 0.0)


@dataclass(frozen=True)
class ShareLaws:
    """Laws of the shares for the pairs of counts that the taxa of two samples have.

    Attributes
    ----------
    pairs : ndarray of shape (2, n_pairs)
        The different pairs of counts after and before.
    n_taxa : ndarray of shape (n_pairs,)
        How many taxa have them; 0 where no read was seen.
    grid : ShareGrid
    """

    pairs: FloatArray
    n_taxa: FloatArray
    grid: ShareGrid

    @cached_property
    def reads(self) -> FloatArray:
        """Reads of each pair of counts, in all."""
        total: FloatArray = self.pairs.sum(axis=0)
        return total

    @cached_property
    def few(self) -> NDArray[np.bool_]:
        """Pairs of counts that are read in the light of the others."""
        few: NDArray[np.bool_] = self.reads < self.grid.many
        return few

    @cached_property
    def terms(self) -> PairTerms:
        """Terms of the divergence, as each pair of counts has them by itself."""
        return pair_terms(self.pairs, self.grid.n, self.grid.m)

    @cached_property
    def likelihood(self) -> FloatArray:
        """Of each share for each pair of counts, over its largest; shape (n_pairs, n_shares)."""
        return np.ascontiguousarray(self._by_share.T)

    @cached_property
    def _by_share(self) -> FloatArray:
        return likelihoods(self.pairs, self.grid.logarithms)

    @cached_property
    def n_classes(self) -> int:
        """One for 1 read, one for each doubling, and some for the taxa with too many to need one."""
        return int(np.ceil(np.log2(self.grid.many))) + BEYOND + 1

    @cached_property
    def position(self) -> FloatArray:
        """Place of each pair of counts among the classes."""
        return self._position(self.reads)

    @cached_property
    def common(self) -> FloatArray:
        """The law of all taxa."""
        return common_law(self._by_share, self.n_taxa)

    @cached_property
    def of_class(self) -> FloatArray:
        """The law of each class, shape (n_classes, n_shares)."""
        return class_laws(self._by_share, self.n_taxa, self.position, self.common, self.n_classes)

    def of(self, reads: FloatArray) -> FloatArray:
        """The law of taxa with so many reads, between those of the two nearest classes; one row each."""
        return interpolated(self.of_class, self._position(reads))

    @cached_property
    def joint(self) -> FloatArray:
        """Probability of each share together with each pair of counts, shape (n_pairs, n_shares)."""
        joint: FloatArray = self.likelihood * self.of(self.reads)
        return joint

    @cached_property
    def chance(self) -> FloatArray:
        """Of each pair of counts, relative as the likelihood is."""
        chance: FloatArray = self.joint.sum(axis=1)
        return chance

    @cached_property
    def posterior(self) -> FloatArray:
        """Probability of each share for each pair of counts, shape (n_pairs, n_shares)."""
        posterior: FloatArray = self.joint / self.chance[:, None]
        return posterior

    @cached_property
    def bits(self) -> FloatArray:
        """Expected term of each pair of counts."""
        bits: FloatArray = self.posterior @ self.grid.term * self.reads
        return bits

    @cached_property
    def carried(self) -> FloatArray:
        """The same, with those of the rarest taxa carried on from the others."""
        most = self.grid.term[0] + self.grid.u * (self.grid.term[-1] - self.grid.term[0])
        of_class = [self.of_class @ column for column in (self.grid.term, self.grid.term**2, most)]
        factors = [*plain_factors(self.reads, self.n_taxa, *of_class, self.grid.unlike), 1.0]
        carried: FloatArray = self.bits * np.array(factors)[np.minimum(self.reads, 4).astype(int)]
        return carried

    def _position(self, reads: FloatArray) -> FloatArray:
        """Place among the classes."""
        position: FloatArray = np.minimum(np.log2(np.maximum(reads, 1.0)), self.n_classes - 1.0)
        return position


@dataclass(frozen=True)
class ReadByRead:
    """Sum of squared changes of an estimate by the loss of one read, about their mean on each side.

    Attributes
    ----------
    laws : ShareLaws
    """

    laws: ShareLaws

    @property
    def variance(self) -> float:
        """By Efron and Stein's inequality at least the estimate's; counts its second-order part twice."""
        variance = 0.0
        for side in (0, 1):
            weights, changes = self.laws.n_taxa * self.laws.pairs[side], self.leave_one_out(side)
            variance += float(weights @ changes**2 - (weights @ changes) ** 2 / weights.sum())
        return variance

    def leave_one_out(self, side: int) -> FloatArray:
        """Change of the estimate where a pair of counts loses a read on one side; 0 where it has none."""
        laws = self.laws
        own = laws.bits - (laws.reads - 1) * _without(laws.posterior, self._share(side), laws.grid.term)
        changes = np.where(self._drawn_to_law, own, laws.terms.lost[side]) + self._pulls[1][side]
        return np.where(laws.pairs[side] > 0, changes, 0.0)

    def _share(self, side: int) -> FloatArray:
        return 1 - self.laws.grid.u if side else self.laws.grid.u

    @cached_property
    def _drawn_to_law(self) -> NDArray[np.bool_]:
        """Pairs of counts that do not tell their share by themselves as finely as the grid has it."""
        information = self.laws.pairs.prod(axis=0) / np.maximum(self.laws.reads, 1.0)  # of the log odds
        drawn: NDArray[np.bool_] = self.laws.few & (information < MANY / 4)
        return drawn

    @cached_property
    def _pulls(self) -> tuple[FloatArray, FloatArray]:
        """Pull of each share of a class on the estimate, shape (n_classes, n_shares), and what a read takes of it.

        The latter for each pair of counts and side, shape (2, n_pairs).
        """
        laws = self.laws
        found, taken = np.zeros_like(laws.of_class), np.zeros_like(laws.pairs)
        for c, law in enumerate(laws.of_class):
            alive, weight = law > ALIVE, kernel(laws.position, c) * self._drawn_to_law
            needed = nearness(laws.position, c) * self._drawn_to_law * laws.n_taxa
            if needed.any():
                posterior = laws.likelihood[:, alive] * law[alive]
                posterior /= posterior.sum(axis=1, keepdims=True)
                slope = law[alive] * self._slope(needed)[alive]
                pull = np.linalg.solve(self._information(laws.n_taxa * weight, posterior, law[alive]), slope)
                found[c, alive] = pull
                for side in (0, 1):
                    without = _without(posterior, self._share(side)[alive], pull)
                    taken[side] += weight * (posterior @ pull - without)
        return found, taken

    def _slope(self, needed: FloatArray) -> FloatArray:
        """Of the estimate for each weight of a law, over the weight."""
        laws = self.laws
        beyond = laws.reads[:, None] * laws.grid.term - laws.bits[:, None]
        slope: FloatArray = (needed / laws.chance) @ (laws.likelihood * beyond)
        return slope

    @staticmethod
    def _information(taxa: FloatArray, posterior: FloatArray, law: FloatArray) -> FloatArray:
        beyond = posterior - law
        held = HELD * (np.diag(law) - np.outer(law, law)) + RIDGE * np.eye(len(law))
        information: FloatArray = (taxa[:, None] * beyond).T @ beyond + held
        return information


def _without(posterior: FloatArray, share: FloatArray, column: FloatArray) -> FloatArray:
    """Mean of a column under each posterior without a read of this share; 0 where no share could have given it."""
    inverse = np.divide(1.0, share, out=np.zeros_like(share), where=share > 0)
    mass, total = posterior @ inverse, posterior @ (column * inverse)
    return np.divide(total, mass, out=np.zeros_like(mass), where=mass > 0)


def plain_factors(
    reads: FloatArray,
    n_taxa: FloatArray,
    bits: FloatArray,
    squares: FloatArray,
    most: FloatArray,
    unlike: float,
) -> list[float]:
    """By how much bits of taxa with 0 to 3 reads are multiplied."""

    def at(of_class: FloatArray, t: int) -> float:
        return np.interp(np.log2(t), range(len(of_class)), of_class)

    taxa = {t: float(n_taxa[reads == t].sum()) for t in range(1, 9)}
    like = np.mean([at(bits, t) for t in range(4, 9)])
    change = sum(taxa[t] * t * (at(bits, t) - like) for t in (1, 2, 3))
    spread = {t: at(squares, t) - at(bits, t) ** 2 for t in range(1, 9)}
    error = np.mean([spread[t] for t in range(4, 9)]) / (sum(taxa[t] for t in range(4, 9)) + 3)
    error += spread[2] / (taxa[2] + taxa[3] + 3)
    doubt = sum(taxa[t] * t for t in (1, 2, 3)) ** 2 * (4 * error + (UNLIKE * unlike * like) ** 2)
    part = CARRIED * change**2 / (change**2 + doubt) if change else 0.0
    factors = {t: max(1 + part * (1 - like / at(bits, t)), 0.0) for t in (1, 2, 3)}
    return [1.0, *(min(factors[t], max(at(most, t) / at(bits, t), 1.0)) for t in factors)]


def plain_estimate(x: FloatArray, y: FloatArray) -> dict[str, FloatArray]:
    """Value and variance of the divergence, and what each taxon adds to them."""
    base = y.max() + 1
    different, which, n_taxa = np.unique(x * base + y, return_inverse=True, return_counts=True)
    pairs = np.stack([different // base, different % base])
    laws = ShareLaws(pairs, np.where(different > 0, n_taxa, 0.0), ShareGrid(x.sum(), y.sum()))
    values = np.where(laws.few, laws.carried, laws.terms.corrected)
    first_order = laws.grid.variance((laws.n_taxa * laws.reads) @ laws.posterior)
    return {
        "plugin": max(laws.n_taxa @ laws.terms.observed, 0.0),
        "value": laws.n_taxa @ values,
        "variance": max((first_order + ReadByRead(laws).variance) / 2, 0.0),
        "terms": laws.terms.observed[which],
        "term_values": values[which],
        "term_variances": (laws.terms.variance + 2 * (laws.terms.observed - values) ** 2)[which],
    }
