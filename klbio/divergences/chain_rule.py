r"""The chain rule: a divergence over categories, split over groups of them.

Merge the categories of each clade and some of the divergence is left *between*
the clades; the rest is the divergence *within* each clade, weighted by its mass.
The sum is exact, so one number can be read at any rank of a taxonomy.

Differences are carried along rather than formed anew from rounded sums, so the
split keeps its digits for close distributions as the totals do.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from klbio.divergences import kernels
from klbio.divergences.checks import base_nats, pair, two_weights
from klbio.divergences.kernels import FloatArray
from klbio.errors import InputError

__all__ = ["Split", "jensen_shannon_split", "relative_entropy_split"]

# A power of two that lifts the smallest subnormal number to full precision; terms are homogeneous, so it
# comes off again without a trace.
LIFT = 2.0**60


@dataclass(frozen=True, eq=False)
class Split:
    """A divergence split over groups of categories.

    Attributes
    ----------
    groups : tuple
        Labels of the groups, in order of first appearance: the last axis of `mass` and `within_terms`.
    mass : ndarray of shape (..., n_groups)
        Mass of each group: in `p` for relative entropy, in the mixture for Jensen-Shannon.
    between : ndarray of shape (...)
        Divergence of the merged distributions.
    within_terms : ndarray of shape (..., n_groups)
        Mass of each group times the divergence within it; each >= 0.
    """

    groups: tuple[Hashable, ...]
    mass: FloatArray
    between: FloatArray
    within_terms: FloatArray

    @property
    def within(self) -> FloatArray:
        """Divergence within each group, shape (..., n_groups); 0 in a group without mass."""
        safe = np.where(self.mass > 0, self.mass, 1.0)
        return np.where(self.mass > 0, self.within_terms / safe, 0.0)

    @property
    def total(self) -> FloatArray:
        """Divergence over the categories, shape (...)."""
        total: FloatArray = self.between + self.within_terms.sum(axis=-1)
        return total


def relative_entropy_split(
    p: ArrayLike, q: ArrayLike, groups: Sequence[Hashable], *, base: float = 2.0
) -> Split:
    r"""Split relative entropy over groups of categories.

    .. math:: D(p \parallel q) = D(P \parallel Q)
              + \sum_g P_g\, D\!\left(p_{\cdot \mid g} \parallel q_{\cdot \mid g}\right)

    with :math:`P_g, Q_g` the mass of group `g`.

    Parameters
    ----------
    p, q : array_like of shape (..., n_categories)
        Probabilities; each row sums to 1, leading axes broadcast.
    groups : sequence of length n_categories
        Label of the group of each category.
    base : float, default 2
        Base of the logarithm.

    Returns
    -------
    Split
        A group that `q` rules out counts as ``inf`` between, and as 0 within, where
        nothing is defined.

    Raises
    ------
    InputError
        As `relative_entropy`; or where `groups` does not fit the categories.

    References
    ----------
    .. [1] Cover TM, Thomas JA (2006) Elements of Information Theory, 2nd ed.,
       theorem 2.5.3. Wiley. doi:10.1002/047174882X

    Examples
    --------
    Two genera of one family trade places, so nothing is left at the rank of family:

    >>> split = relative_entropy_split([0.5, 0.25, 0.25], [0.25, 0.5, 0.25], ["F", "F", "G"])
    >>> float(split.between), split.within_terms
    (0.0, array([0.25, 0.  ]))
    """
    unit = base_nats(base)
    parts = _Parts(*pair(p, q), groups)
    terms = parts.spread(parts.mass_p) * kernels.split_terms(*parts.lifted)
    within = np.where(parts.mass_q > 0, parts.lump(terms) / LIFT, 0.0)
    between = kernels.split_terms(parts.mass_p, parts.mass_q, parts.change).sum(axis=-1)
    return Split(parts.groups, np.broadcast_to(parts.mass_p, within.shape), between / unit, within / unit)


def jensen_shannon_split(
    p: ArrayLike,
    q: ArrayLike,
    groups: Sequence[Hashable],
    *,
    base: float = 2.0,
    weights: ArrayLike | None = None,
) -> Split:
    r"""Split the Jensen-Shannon divergence over groups of categories.

    .. math:: \mathrm{JSD}_w(p, q) = \mathrm{JSD}_w(P, Q)
              + \sum_g M_g\, \mathrm{JSD}_{w_g}\!\left(p_{\cdot \mid g}, q_{\cdot \mid g}\right),
              \qquad M_g = w_p P_g + w_q Q_g, \quad
              w_g = \left(\tfrac{w_p P_g}{M_g}, \tfrac{w_q Q_g}{M_g}\right)

    The sum is exact only with each group's own weights :math:`w_g`.

    Parameters
    ----------
    p, q : array_like of shape (..., n_categories)
        Probabilities; each row sums to 1, leading axes broadcast.
    groups : sequence of length n_categories
        Label of the group of each category.
    base : float, default 2
        Base of the logarithm.
    weights : array_like of shape (2,) or (..., 2), optional
        Weight of `p` and of `q`; one half each unless given.

    Returns
    -------
    Split
        In the unit of `base`; ``within`` uses each group's own weights.

    Raises
    ------
    InputError
        As `jensen_shannon_divergence`; or where `groups` does not fit the categories.

    References
    ----------
    .. [1] Lin J (1991) Divergence measures based on the Shannon entropy.
       IEEE Trans Inf Theory 37:145-151. doi:10.1109/18.61115

    Examples
    --------
    >>> split = jensen_shannon_split([0.5, 0, 0.5], [0, 0.5, 0.5], ["F", "F", "G"])
    >>> float(split.between), split.within, float(split.total)
    (0.0, array([1., 0.]), 0.5)
    """
    unit = base_nats(base)
    shares = two_weights(weights)
    parts = _Parts(*pair(p, q), groups)
    part_p, part_q = shares[..., :1] * parts.mass_p, shares[..., 1:] * parts.mass_q
    mass = part_p + part_q
    safe = np.where(mass > 0, mass, 1.0)
    own_weights = parts.spread(part_p / safe), parts.spread(part_q / safe)
    within = mass * parts.lump(kernels.mixture_terms(*parts.lifted, *own_weights)) / LIFT
    terms = kernels.mixture_terms(parts.mass_p, parts.mass_q, parts.change, shares[..., :1], shares[..., 1:])
    return Split(parts.groups, mass, terms.sum(axis=-1) / unit, within / unit)


class _Parts:
    """Two distributions taken apart: the masses of groups, and what stands within each."""

    def __init__(self, p: FloatArray, q: FloatArray, groups: Sequence[Hashable]) -> None:
        if len(groups) != p.shape[-1]:
            raise InputError.one(
                "groups", f"{len(groups)} labels", f"{p.shape[-1]}, one for each category",
                "Give the group of every category, in the order of the categories.",
            )  # fmt: skip
        number = {group: i for i, group in enumerate(dict.fromkeys(groups))}
        self.groups = tuple(number)
        self.number = np.array([number[group] for group in groups])
        self.order = np.argsort(self.number, kind="stable")
        self.starts = np.flatnonzero(np.diff(self.number[self.order], prepend=-1))
        p, q, difference = kernels.balanced(p, q)
        self.mass_p, self.mass_q, self.change = self.lump(p), self.lump(q), self.lump(difference)
        self.lifted = self._conditionals(p * LIFT, q * LIFT, difference * LIFT)

    def lump(self, values: FloatArray) -> FloatArray:
        """Sum categories into groups."""
        lumped: FloatArray = np.add.reduceat(values[..., self.order], self.starts, axis=-1)
        return lumped

    def spread(self, values: FloatArray) -> FloatArray:
        """Give each category the number of its group."""
        return values[..., self.number]

    def _conditionals(
        self, p: FloatArray, q: FloatArray, difference: FloatArray
    ) -> tuple[FloatArray, FloatArray, FloatArray]:
        """Distributions within the groups, and their difference, as lifted as `p` and `q` are."""
        safe_p, safe_q = (self.spread(np.where(mass > 0, mass, 1.0)) for mass in (self.mass_p, self.mass_q))
        inside_p, inside_q = p / safe_p, q / safe_q
        # of masses that are alike, the difference of p and q still tells more than the rounded quotients
        change, half = self.spread(self.change), self.spread(self.mass_q / 2)
        carried = (difference - inside_q * change) / safe_p
        return inside_p, inside_q, np.where(np.abs(change) < half, carried, inside_p - inside_q)
