r"""The chain rule down a whole hierarchy: what each inner node of a tree adds to a divergence.

One pass up the tree for the masses, one over its branches for the terms: linear in the number of nodes,
whatever the depth, with any number of children a node.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from klbio.divergences import kernels
from klbio.divergences.chain_rule import LIFT
from klbio.divergences.checks import pair
from klbio.divergences.kernels import FloatArray
from klbio.errors import InputError
from klbio.statistics import Z_975

__all__ = ["NodeTerms", "node_terms"]

NATS = np.log(2.0)


@dataclass(frozen=True, eq=False)
class NodeTerms:
    """A divergence split over the nodes of a hierarchy, bits; all arrays of shape (n_nodes,).

    Attributes
    ----------
    mass_p, mass_q : ndarray
        Probability below each node.
    jensen_shannon : ndarray
        ``m_c JSD_w(children of c)``; sums to the divergence between the leaves, 0 at a leaf.
    relative_entropy_pq, relative_entropy_qp : ndarray
        ``P_c D(children in p || children in q)`` and the other way; each sums to its divergence.
    slope_p, slope_q : ndarray
        Variance of `jensen_shannon` for a single read drawn from `p`, and from `q`.
    """

    mass_p: FloatArray
    mass_q: FloatArray
    jensen_shannon: FloatArray
    relative_entropy_pq: FloatArray
    relative_entropy_qp: FloatArray
    slope_p: FloatArray
    slope_q: FloatArray

    def interval(self, n_p: float, n_q: float) -> tuple[FloatArray, FloatArray]:
        """Ends of the 95 % interval of `jensen_shannon` for `n_p` and `n_q` independent reads."""
        half = Z_975 * np.sqrt(self.slope_p / n_p + self.slope_q / n_q)
        return np.maximum(self.jensen_shannon - half, 0.0), self.jensen_shannon + half


def node_terms(p: ArrayLike, q: ArrayLike, leaves: ArrayLike, parents: ArrayLike) -> NodeTerms:
    r"""Split divergences over the inner nodes of a hierarchy.

    .. math:: \mathrm{JSD}(p, q) = \sum_c m_c \, \mathrm{JSD}_{w_c}(\text{children of } c),
        \qquad D(p \parallel q) = \sum_c p_c \, D(\text{children of } c)

    with :math:`m_c = (p_c + q_c) / 2` and :math:`w_c = (p_c, q_c) / (2 m_c)`: the chain rule [1]_, applied
    from the root down.  Read a node's part as the shift that took place *among its children*.

    The interval is first order (infinitesimal jackknife): a read under child `k` of node `c` pulls at its part
    with :math:`\tfrac12 \log_2 \frac{p_k / m_k}{p_c / m_c}`.  It tells how far reads scatter, not the bias of
    the observed value.

    Parameters
    ----------
    p, q : array_like of shape (n_leaves,)
        Probabilities; each sums to 1.
    leaves : array_like of int of shape (n_leaves,)
        The node of each category.
    parents : array_like of int of shape (n_nodes,)
        Node above each node, parents before their children; -1 for node 0, the root.

    Returns
    -------
    NodeTerms
        A child that `q` rules out and `p` has makes its parent's relative entropy ``inf``.

    Raises
    ------
    InputError
        As `relative_entropy`; a category on an inner node; parents that come late.

    References
    ----------
    .. [1] Lin J (1991) Divergence measures based on the Shannon entropy. IEEE Trans
       Inf Theory 37:145-151. doi:10.1109/18.61115

    Examples
    --------
    Node 1 holds the first two categories, which trade places; nothing moves between the groups:

    >>> terms = node_terms([0.5, 0, 0.5], [0, 0.5, 0.5], [2, 3, 4], [-1, 0, 1, 1, 0])
    >>> terms.jensen_shannon
    array([0. , 0.5, 0. , 0. , 0. ])
    """
    above, at = np.asarray(parents), np.asarray(leaves)
    _check(above, at)
    sides = kernels.balanced(*pair(p, q))
    mass_p, mass_q, change = (_upward(side, at, above) for side in sides)
    child, parent = np.arange(1, len(above)), above[1:]
    inside = _inside(mass_p, mass_q, change, child, parent)
    both = mass_p + mass_q
    w_p, w_q = (_over(mass, both)[parent] for mass in (mass_p, mass_q))
    of_p, of_q = ((mass_p > 0) & (mass_q > 0))[parent] * np.stack([mass_p[parent], mass_q[parent]]) / LIFT

    def over_children(terms: FloatArray) -> FloatArray:
        """Sum of the terms of each node's children."""
        return np.bincount(parent, terms, minlength=len(above)).astype(float)

    mixed = kernels.mixture_terms(*inside, w_p, w_q) * (of_p + of_q) / 2
    there, back = (
        np.where(of > 0, kernels.split_terms(x, y, d) * np.where(of > 0, of, 1.0), 0.0)
        for of, x, y, d in ((of_p, *inside), (of_q, inside[1], inside[0], -inside[2]))
    )
    pulls = [_pull(mass, both, child, parent) for mass in (mass_p, mass_q)]
    slopes = [
        over_children(mass[child] * pull**2) - over_children(mass[child] * pull) ** 2
        for mass, pull in zip((mass_p, mass_q), pulls, strict=True)
    ]
    return NodeTerms(
        mass_p,
        mass_q,
        *(over_children(terms) / NATS for terms in (mixed, there, back)),
        *np.maximum(slopes, 0.0),
    )


def _check(parents: NDArray[np.intp], leaves: NDArray[np.intp]) -> None:
    if parents[0] != -1 or (parents[1:] < 0).any() or (parents[1:] >= np.arange(1, len(parents))).any():
        raise InputError.one(
            "parents", "a node before its parent", "one root, -1, and parents before their children",
            "List the nodes in preorder.",
        )  # fmt: skip
    if np.isin(leaves, parents).any():
        raise InputError.one(
            "leaves", "a category on an inner node", "categories on leaves only",
            "Give it a leaf of its own below that node.",
        )  # fmt: skip


def _upward(values: FloatArray, leaves: NDArray[np.intp], parents: NDArray[np.intp]) -> FloatArray:
    """Sum leaves into all nodes above them."""
    total = np.bincount(leaves, values, minlength=len(parents)).tolist()
    above = parents.tolist()
    for node in range(len(above) - 1, 0, -1):
        total[above[node]] += total[node]
    return np.array(total)


def _over(part: FloatArray, whole: FloatArray) -> FloatArray:
    return np.divide(part, whole, out=np.zeros_like(whole), where=whole > 0)


def _inside(
    mass_p: FloatArray,
    mass_q: FloatArray,
    change: FloatArray,
    child: NDArray[np.intp],
    parent: NDArray[np.intp],
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Each child's share of its parent on either side, and the difference of the two, all lifted."""
    safe_p, safe_q = (np.where(mass > 0, mass, 1.0)[parent] for mass in (mass_p, mass_q))
    inside_p, inside_q = mass_p[child] * LIFT / safe_p, mass_q[child] * LIFT / safe_q
    # of masses that are alike, the difference of p and q still tells more than the rounded quotients
    carried = (change[child] * LIFT - inside_q * change[parent]) / safe_p
    near = np.abs(change[parent]) < mass_q[parent] / 2
    return inside_p, inside_q, np.where(near, carried, inside_p - inside_q)


def _pull(
    mass: FloatArray, both: FloatArray, child: NDArray[np.intp], parent: NDArray[np.intp]
) -> FloatArray:
    """How far one read under each child moves its parent's part, bits; 0 where there is none to draw."""
    share = _over(mass, both)
    ratio = np.divide(share[child], share[parent], out=np.ones(len(child)), where=share[child] > 0)
    return np.asarray(np.log2(ratio) / 2)
