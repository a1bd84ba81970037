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
    left, right = pair(p, q)
    lump = _Lump(groups, left.shape[-1])
    mass_p, mass_q, change = lump(left), lump(right), lump(left - right)
    inside = right / lump.spread(np.where(mass_q > 0, mass_q, 1.0))
    # p lies this far from q scaled to the mass of p in each group
    away = (left - right) - inside * lump.spread(change)
    terms = kernels.split_terms(left, inside * lump.spread(mass_p), away)
    within = np.where(mass_q > 0, lump(terms), 0.0)
    between = kernels.split_terms(mass_p, mass_q, change).sum(axis=-1)
    return Split(lump.groups, np.broadcast_to(mass_p, within.shape), between / unit, within / unit)


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
    left, right = pair(p, q)
    shares = two_weights(weights)
    w_p, w_q = shares[..., :1], shares[..., 1:]
    lump = _Lump(groups, left.shape[-1])
    mass_p, mass_q, change = lump(left), lump(right), lump(left - right)
    mass = w_p * mass_p + w_q * mass_q
    mixed = w_p * left + w_q * right
    inside = mixed / lump.spread(np.where(mass > 0, mass, 1.0))
    away = (left - right) - inside * lump.spread(change)
    with np.errstate(invalid="ignore"):
        terms = w_p * kernels.split_terms(left, inside * lump.spread(mass_p), w_q * away)
        terms += w_q * kernels.split_terms(right, inside * lump.spread(mass_q), -w_p * away)
    within = lump(np.where(mixed > 0, terms, 0.0))
    between = kernels.jensen_shannon_terms(mass_p, mass_q, shares).sum(axis=-1)
    return Split(lump.groups, mass, between / unit, within / unit)


class _Lump:
    """Sums categories into groups, and spreads numbers of groups back over their categories."""

    def __init__(self, groups: Sequence[Hashable], n_categories: int) -> None:
        if len(groups) != n_categories:
            raise InputError.one(
                "groups", f"{len(groups)} labels", f"{n_categories}, one for each category",
                "Give the group of every category, in the order of the categories.",
            )  # fmt: skip
        number = {group: i for i, group in enumerate(dict.fromkeys(groups))}
        self.groups = tuple(number)
        self.number = np.array([number[group] for group in groups])
        self.order = np.argsort(self.number, kind="stable")
        self.starts = np.flatnonzero(np.diff(self.number[self.order], prepend=-1))

    def __call__(self, values: FloatArray) -> FloatArray:
        lumped: FloatArray = np.add.reduceat(values[..., self.order], self.starts, axis=-1)
        return lumped

    def spread(self, values: FloatArray) -> FloatArray:
        return values[..., self.number]
