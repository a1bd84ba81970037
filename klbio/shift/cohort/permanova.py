r"""How much of the variation among samples goes with phase, and how much with subject.

Distances are square roots of Jensen-Shannon divergences in bits, so squared distances are bits.
With D the squared distances, a sum of squares over a column x of sum 0 is -x'Dx / 2x'x: to centre D, as Gower
does, changes nothing then.  A permutation test of phase is one matrix product over a block of permuted columns.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from math import factorial, prod

import numpy as np
from numpy.typing import NDArray

from klbio.distributions import FloatArray
from klbio.shift.cohort.effects import Dispersion, Effect
from klbio.shift.cohort.free_samples import FreeSamples
from klbio.statistics import Statistic, WithinBlocks, codes

__all__ = ["SampleDistances"]

NO_DISTANCE = 1e-13  # squared, in bits: rounding, whose root would not be small
NO_REST = 1e-10  # of the whole sum of squares: a residual this small is rounding

Bools = NDArray[np.bool_]
Ints = NDArray[np.intp]


@dataclass(frozen=True, eq=False)
class SampleDistances:
    """The samples of an arm in both phases of a contrast.

    Attributes
    ----------
    squared : ndarray of shape (n_samples, n_samples)
        Squared distances; in bits where they are Jensen-Shannon divergences.
    after : ndarray of bool of shape (n_samples,)
        Which samples are of the later phase.
    subject : ndarray of int of shape (n_samples,)
        Codes of the subjects that they are of.
    threads : int, default 1
        Look at arrangements; no number depends on it.
    """

    squared: FloatArray
    after: Bools
    subject: Ints
    threads: int = 1

    @classmethod
    def of(
        cls, squared: FloatArray, after: Sequence[bool] | Bools, subject: Sequence[object], threads: int = 1
    ) -> SampleDistances:
        """Number the subjects."""
        return cls(squared, np.asarray(after, dtype=bool), codes(subject), threads)

    @property
    def n_subjects(self) -> int:
        """Subjects."""
        return int(self.subject.max()) + 1

    @cached_property
    def whole(self) -> float:
        """Sum of squares about the common centroid."""
        return float(self.squared.sum() / (2 * len(self.subject)))

    @cached_property
    def between_subjects(self) -> float:
        """Sum of squares between subjects: the whole less what is within."""
        left, right = np.nonzero(self.subject[:, None] == self.subject)
        within = self.squared[left, right] @ (0.5 / np.bincount(self.subject)[self.subject[left]])
        return float(self.whole - within)

    @cached_property
    def _phases(self) -> WithinBlocks:
        """Phases could have been exchanged within subjects."""
        return WithinBlocks(self.after.astype(np.intp), self.subject)

    def _centred(self, phases: FloatArray) -> FloatArray:
        """Phases, 1 after and 0 before, less their mean in each subject, which no exchange changes."""
        centred: FloatArray = phases - self._share_after
        return centred

    @cached_property
    def _share_after(self) -> FloatArray:
        """Of each sample's subject, the share of samples that are after."""
        shares: FloatArray = np.bincount(self.subject, self.after) / np.bincount(self.subject)
        return shares[self.subject]

    @cached_property
    def _to_shares(self) -> FloatArray:
        """Sums of squared distances to all samples, each by the share of its subject that is after."""
        sums: FloatArray = self._share_after @ self.squared
        return sums

    @cached_property
    def _free(self) -> FreeSamples:
        return FreeSamples(self.squared, self.subject)

    def phase(self, rng: np.random.Generator, even: SampleDistances | None = None) -> Effect:
        r"""PERMANOVA of phase, with subjects as blocks: labels of phase are exchanged within subjects only.

        .. math::
            SS_{phase} = -\frac{x^\top D x}{2 x^\top x}, \qquad
            F = \frac{SS_{phase}}{SS_{residual} / (n - n_{subjects} - 1)}

        where x is 1 after and 0 before, less its mean in each subject, and the residual is what neither
        subject nor phase accounts for.  With one subject this is Anderson's pseudo-F [1]_.

        Parameters
        ----------
        rng : Generator
            Used only where arrangements are more than 20,000.
        even : SampleDistances, optional
            Of the same samples, those of a subject thinned to one depth, for p; F is of all reads.

        References
        ----------
        .. [1] Anderson MJ (2001) A new method for non-parametric multivariate analysis of variance.
           Austral Ecol 26:32-46. doi:10.1111/j.1442-9993.2001.01070.pp.x

        Examples
        --------
        >>> pair = SampleDistances.of(np.array([[0, 0.5], [0.5, 0]]), [False, True], ["S", "S"])
        >>> effect = pair.phase(np.random.default_rng(1))
        >>> effect.r_squared, effect.test.p_value, effect.test.smallest_p
        (1.0, 1.0, 1.0)
        """
        tested = even or self
        p_value = float(self._phases.p_value(tested._sum_over_phases, rng, self.threads))
        observed = float(self._sum_over_phases.observed)
        freedom = len(self.after) - self.n_subjects - 1
        rest = self.whole - self.between_subjects - observed
        f_value = observed / (rest / freedom) if freedom > 0 and self._counts(rest) else float("nan")
        test = self._phases.result(f_value, p_value, self._phases.smallest_p())
        return Effect(test, self._share(observed), 1, len(self.after))

    @property  # not kept: what refers to its owner keeps it in memory
    def _sum_over_phases(self) -> Statistic:
        """Sum of squares of phase, beside the subjects, of this arrangement and of others."""
        column = self._centred(self.after.astype(float))
        share, free = column @ column, self._free

        def squares(phases: FloatArray) -> FloatArray:
            """Sum of squares of each arrangement of phases."""
            explained: FloatArray = free.quadratic_form(self._centred(phases)) / (-2 * share)
            return explained

        observed = float(np.einsum("i,i->", column @ self.squared, column) / (-2 * share))
        return Statistic(observed, squares, self.whole)

    def subject_effect(self, rng: np.random.Generator, even: SampleDistances | None = None) -> Effect:
        """PERMANOVA of subject, without blocks: how much of the variation is that subjects differ.

        Two subjects or more, and more samples than subjects; whole samples are exchanged.

        Parameters
        ----------
        rng : Generator
            Used only where the orders of the samples are more than 1,024.
        even : SampleDistances, optional
            Of the same samples, all thinned to one depth, for p; F is of all reads.
        """
        n, groups, between = len(self.subject), self.n_subjects, self.between_subjects
        exchange = WithinBlocks(np.arange(n), np.zeros(n, dtype=np.intp), costly=True)
        rest = self.whole - between
        f_value = between / (groups - 1) / (rest / (n - groups)) if self._counts(rest) else float("nan")
        p_value = float(exchange.p_value((even or self)._between_subjects_of_order(), rng, self.threads))
        test = exchange.result(f_value, p_value, max(1 / self._n_partitions(), exchange.least))
        return Effect(test, self._share(between), groups - 1, n)

    def _between_subjects_of_order(self) -> Statistic:
        """Sum of squares between subjects when samples change places: only pairs within are looked up."""
        left, right = np.nonzero(np.triu(self.subject[:, None] == self.subject, 1))
        weights = 1 / np.bincount(self.subject)[self.subject[left]]

        def squares(orders: FloatArray) -> FloatArray:
            """Sum of squares between subjects, for each order of the samples."""
            order = orders.astype(np.intp)
            between: FloatArray = self.whole - self.squared[order[:, left], order[:, right]] @ weights
            return between

        return Statistic(self.between_subjects, squares, self.whole, cells=len(left))

    def _n_partitions(self) -> int:
        """Ways to divide the samples among subjects of these sizes."""
        sizes = np.bincount(self.subject).tolist()
        alike = prod(factorial(sizes.count(size)) for size in set(sizes))
        return factorial(len(self.subject)) // prod(map(factorial, sizes)) // alike

    def dispersion(self, rng: np.random.Generator) -> Dispersion:
        r"""Test whether samples of one phase lie further from its centroid than those of the other.

        .. math:: z_i^2 = \frac1n \sum_j d_{ij}^2 - \frac1{2 n^2} \sum_{jk} d_{jk}^2, \quad j, k \in phase(i)

        After [1]_, two-sided, with phases exchanged within subjects; centroids are found anew for every
        arrangement, because the samples of a small phase lie close to a centroid that they have made themselves.
        A phase that differs in spread can give a small p of `phase` without a move of the centre.

        Parameters
        ----------
        rng : Generator
            Used only where arrangements are more than 20,000.

        Returns
        -------
        Dispersion
            The value of its test is the mean distance after less that before.

        References
        ----------
        .. [1] Anderson MJ (2006) Distance-based tests for homogeneity of multivariate dispersions.
           Biometrics 62:245-253. doi:10.1111/j.1541-0420.2005.00440.x
        """
        phases = self.after.astype(float)[None]
        (spread,) = self._to_centroids(phases, phases @ self.squared)
        (observed,) = self._differences_of_spread(phases)
        statistic = Statistic(
            float(observed), self._differences_of_spread, float(spread.sum()), cells=4 * len(spread)
        )
        p_value = float(self._phases.p_value(statistic, rng, self.threads))
        before, after = float(spread[~self.after].mean()), float(spread[self.after].mean())
        test = self._phases.result(after - before, p_value, self._phases.smallest_p())
        return Dispersion(test, before, after)

    def _differences_of_spread(self, phases: FloatArray) -> FloatArray:
        """Distances to centroids after less before, beside the subjects, of each arrangement."""
        centred = self._centred(phases)
        to_after = self._to_shares + self._free.product(centred)
        differences: FloatArray = (centred * self._to_centroids(phases, to_after)).sum(axis=1)
        return np.abs(differences)

    def _to_centroids(self, phases: FloatArray, to_after: FloatArray) -> FloatArray:
        """Distance of each sample to the centroid of its phase, shape (n_arrangements, n_samples).

        From the sums of squared distances to the samples that are after.
        """
        is_after, sizes = phases > 0, (int(self.after.sum()), int((~self.after).sum()))
        own = np.where(is_after, to_after, self._to_all - to_after)
        of_after = own * phases
        within = [part.sum(axis=1, keepdims=True) for part in (of_after, own - of_after)]
        own /= np.where(is_after, *sizes)
        own -= np.where(is_after, *(sums / (2 * n * n) for sums, n in zip(within, sizes, strict=True)))
        distance: FloatArray = np.sqrt(np.where(own > NO_DISTANCE, own, 0.0))
        return distance

    @cached_property
    def _to_all(self) -> FloatArray:
        """Sum of squared distances of each sample to all."""
        sums: FloatArray = self.squared.sum(axis=0)
        return sums

    def _share(self, squares: float) -> float:
        return squares / self.whole if self.whole > 0 else 0.0

    def _counts(self, rest: float) -> bool:
        """Whether a residual is more than rounding."""
        return rest > NO_REST * self.whole
