"""Words counted in groups of whole genes: how much genes differ can then be seen."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from klbio.distributions import FloatArray
from klbio.models.markov.design_effect import INDEPENDENT, DesignEffect

__all__ = ["GroupedCounts"]

MAX_GROUPS, MIN_GROUPS = 200, 10
FAR_OUT, HALF = 3.0, 0.5
DIGITS = 4  # that hold whatever the order in which products are summed
MAX_CELLS = 4_000_000  # of all groups together, 32 MB


class GroupedCounts:
    """Counts of words; genes, or stretches, are dealt to groups in turn.

    Parameters
    ----------
    period : int
    order : int

    Examples
    --------
    >>> grouped = GroupedCounts(1, 0)
    >>> for gene in ([[[8.0, 0, 0, 0]]], [[[0.0, 0, 8, 0]]], [[[4.0, 0, 4, 0]]]):
    ...     grouped.add(np.array(gene))
    >>> grouped.total, grouped.design_effect.mean > 3
    (array([[[12.,  0., 12.,  0.]]]), True)
    """

    def __init__(self, period: int, order: int) -> None:
        cells = period * 4 ** (order + 1)
        n_groups = min(MAX_GROUPS, max(MAX_CELLS // cells, MIN_GROUPS))
        self._groups = np.zeros((n_groups, period, 4**order, 4))
        self._taken = 0

    def add(self, counts: FloatArray) -> None:
        """Take up the words of one gene, shape (period, 4**k, 4)."""
        self._groups[self._taken % len(self._groups)] += counts
        self._taken += 1

    @property
    def total(self) -> FloatArray:
        """Words of all genes, shape (period, 4**k, 4)."""
        return np.asarray(self._groups.sum(axis=0))

    @property
    def design_effect(self) -> DesignEffect:
        r"""How much more the counts vary from group to group than independent bases would.

        With :math:`r_g(c, b) = n_g(c, b) - n_g(c)\, n(c, b) / n(c)` and :math:`z_g = r_g / \sqrt{n}`, the sum of all
        :math:`|z_g|^2` over what independent bases give it is the mean eigenvalue; the products
        :math:`(z_g \cdot z_h)^2` of different groups give the sum of their squares.

        Returns
        -------
        DesignEffect
            Neither number below 1: genes are no more alike than chance would have it.
        """
        used = self._groups[: min(self._taken, len(self._groups))].reshape(-1, *self._rows)
        n_groups, total = len(used), used.sum(axis=0)
        known = total.sum(axis=-1) > 1
        used, total = used[:, known], total[known]
        of_group, of_row = used.sum(axis=-1), total.sum(axis=-1)
        if n_groups < 3 or not known.any():
            return INDEPENDENT
        left = used - of_group[..., None] * (total / of_row[:, None])
        scaled = (left / np.sqrt(np.where(total > 0, total, 1.0))).reshape(n_groups, -1)
        # a row that one group has to itself shows no difference between groups
        between = (1 - ((of_group / of_row) ** 2).sum(axis=0)) * of_row / (of_row - 1)
        expected = (((total > 0).sum(axis=-1) - 1) * between).sum()
        products = scaled @ scaled.T
        effect = _eigenvalues(products, float(expected))
        return replace(effect, repeats=_repeats(used, total, np.diag(products)))

    @property
    def _rows(self) -> tuple[int, int]:
        return self._groups.shape[1] * self._groups.shape[2], 4


def _repeats(used: FloatArray, total: FloatArray, squares: FloatArray) -> float:
    """Nats by which groups that repeat themselves know themselves better than the squares of the others would have it.

    A group's own counts raise the probability of its words; for most by about the square of how far it lies off, for a
    gene of a hundred repeats by several times that.  Far out, as Tukey has it, is beyond the upper quartile by three
    times what lies between the quartiles.
    """
    known = np.array([_own_nats(group, total) for group in used])
    ratio = known[squares > 0] / squares[squares > 0]
    if len(ratio) < MIN_GROUPS:
        return 0.0
    low, middle, high = np.quantile(ratio, [0.25, 0.5, 0.75])
    excess = known[squares > 0] - middle * squares[squares > 0]
    far = ratio > high + FAR_OUT * (high - low)
    return round(float(excess[far].sum()), DIGITS)


def _own_nats(group: FloatArray, total: FloatArray) -> float:
    """Log-likelihood of a group's words with its own counts, less that without."""
    here = group.sum(axis=-1) > 0
    own, every = group[here], total[here]
    with_it, without = (
        np.log((counts + HALF) / (counts + HALF).sum(axis=-1, keepdims=True))
        for counts in (every, every - own)
    )
    return float((own * (with_it - without)).sum())


def _eigenvalues(products: FloatArray, expected: float) -> DesignEffect:
    """Mean and unevenness from the inner products of groups."""
    n, trace = len(products), float(np.trace(products))
    if not (expected > 0 and trace > 0):
        return INDEPENDENT
    apart = float((products**2).sum() - (np.diag(products) ** 2).sum())
    # groups sum to 0, so that even unrelated ones have products
    squares = (apart - trace**2 / (n * (n - 1))) * n / (n - 1)
    mean = max(trace / expected, 1.0)
    unevenness = max(squares / expected / mean**2, 1.0)
    return DesignEffect(round(mean, DIGITS), round(unevenness, DIGITS))
