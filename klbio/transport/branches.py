"""Wasserstein distance along a tree: weighted UniFrac, branch by branch."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from klbio.distributions import FloatArray
from klbio.divergences import kernels
from klbio.divergences.checks import pair
from klbio.errors import InputError
from klbio.transport.tree import Nodes, Tree

__all__ = ["tree_wasserstein", "tree_wasserstein_terms"]


def tree_wasserstein(
    p: ArrayLike, q: ArrayLike, tree: Tree, labels: Sequence[str], *, normalized: bool = False
) -> FloatArray:
    r"""Wasserstein distance of `p` and `q` along a tree: weighted UniFrac.

    .. math:: W(p, q) = \sum_{e} \ell_e\, |p(e) - q(e)|

    with :math:`\ell_e` the length of branch e and :math:`p(e)` the mass of `p` on the tips below it.

    Read as the mean way, along the branches, that an individual must be carried to turn one community
    into the other at the least cost.  The unit is that of the branch lengths, not bits: with
    substitutions per site, 0.1 means that the average individual gives way to one that is 0.1
    substitutions per site away.

    Normalised, the sum is divided by :math:`\sum_k (p_k + q_k)\, d_k`, where :math:`d_k` is the way from
    the root to tip k: a number without unit, from 0 to 1, where communities share no branch at 1.

    Parameters
    ----------
    p, q : array_like of shape (..., n_categories)
        Probabilities; each row sums to 1, leading axes broadcast.
    tree : Tree
        Has a tip for each category; may have more.
    labels : sequence of str of length n_categories
        The tip of each category, verbatim.
    normalized : bool, default False
        Divide by the mean way to the root.

    Returns
    -------
    ndarray of shape (...)
        From 0, where the rows are equal, to the largest distance between two tips (or to 1,
        normalised; 0 where all mass sits at the root).

    Raises
    ------
    InputError
        Where a row is negative, not finite or does not sum to 1 within 1e-9, the shapes do not fit,
        or a label is no tip of the tree (all of them named).

    See Also
    --------
    tree_wasserstein_terms : what each branch contributes.
    tree_wasserstein_matrix : all pairs of a table.
    klbio.divergences.jensen_shannon_divergence : in bits, blind to the tree.

    Notes
    -----
    A metric on communities if all tips are apart, and the same wherever the root is.  The normalised
    form depends on the root and breaks the triangle inequality (it is the Bray-Curtis dissimilarity of
    branch masses).  A stem above the root counts for neither; scikit-bio counts it in the normalisation.

    References
    ----------
    .. [1] Lozupone CA, Hamady M, Kelley ST, Knight R (2007) Quantitative and qualitative beta diversity
       measures lead to different insights into factors that structure microbial communities.
       Appl Environ Microbiol 73:1576-1585. doi:10.1128/AEM.01996-06
    .. [2] Evans SN, Matsen FA (2012) The phylogenetic Kantorovich-Rubinstein metric for environmental
       sequence samples. J R Stat Soc B 74:569-592. doi:10.1111/j.1467-9868.2011.01018.x

    Examples
    --------
    Replacing a species by its sister is a way of 2, by the other clade one of 6; each is a whole bit
    of Jensen-Shannon divergence:

    >>> tree = Tree([-1, 0, 1, 1, 0], [0, 2, 1, 1, 3], ["", "AB", "a", "b", "c"])
    >>> tree_wasserstein([1, 0, 0], [[0, 1, 0], [0, 0, 1]], tree, ["a", "b", "c"])
    array([2., 6.])
    """
    total: FloatArray = tree_wasserstein_terms(p, q, tree, labels, normalized=normalized).sum(axis=-1)
    return total


def tree_wasserstein_terms(
    p: ArrayLike, q: ArrayLike, tree: Tree, labels: Sequence[str], *, normalized: bool = False
) -> FloatArray:
    r"""Contribution of each branch to the Wasserstein distance along a tree.

    .. math:: t_e = \ell_e\, |p(e) - q(e)|

    Read as the work done on this branch; ``tree.clade(node)`` names the tips below it.

    Parameters
    ----------
    p, q, tree, labels, normalized
        As in `tree_wasserstein`, which is the sum of what is given here.

    Returns
    -------
    ndarray of shape (..., n_nodes)
        One term per node of the tree, that of the branch above it; 0 for the root.

    Raises
    ------
    InputError
        As `tree_wasserstein`.

    Examples
    --------
    >>> tree = Tree([-1, 0, 1, 1, 0], [0, 2, 1, 1, 3], ["", "AB", "a", "b", "c"])
    >>> tree_wasserstein_terms([1, 0, 0], [0, 0, 1], tree, ["a", "b", "c"])
    array([0., 2., 1., 0., 3.])
    """
    left, right = pair(p, q)
    nodes = _nodes(tree, labels, left.shape[-1])
    *_, difference = kernels.balanced(left, right, kernels.HALVES)
    terms = np.abs(tree.mass_below(nodes, difference)) * tree.lengths
    if not normalized:
        return terms
    ways = left @ tree.root_distances[nodes] + right @ tree.root_distances[nodes]
    # without any way to the root there is no branch to carry mass along either: 0, not 0/0
    scaled: FloatArray = terms / np.where(ways > 0, ways, 1.0)[..., None]
    return scaled


def _nodes(tree: Tree, labels: Sequence[str], n_categories: int) -> Nodes:
    if len(labels) != n_categories:
        raise InputError.one(
            "labels", f"{len(labels)} labels for {n_categories} categories", "one label per category"
        )
    return tree.nodes_of(labels)
