r"""The chain rule of the Jensen-Shannon divergence over the clades of a taxonomy."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from klbio.distributions import FloatArray
from klbio.divergences import kernels
from klbio.taxonomy.settling import Path
from klbio.taxonomy.taxonomy import ROOT, UNASSIGNED, Taxonomy

__all__ = ["Clades", "clade_terms"]


@dataclass(frozen=True)
class Clades:
    """Where in the taxonomy a divergence arises; one entry per inner node, from the root down.

    Attributes
    ----------
    names, ranks : list of str
        Lineage of the clade joined with ``;``, and its rank.
    n_children : ndarray of shape (n_clades,)
    mass_p, mass_q : ndarray of shape (n_clades,)
        Proportion of the clade in `p` and in `q`.
    contribution : ndarray of shape (n_clades,)
        Bits; they sum to the divergence between the leaves.
    """

    names: list[str]
    ranks: list[str]
    n_children: np.ndarray
    mass_p: FloatArray
    mass_q: FloatArray
    contribution: FloatArray

    @property
    def within(self) -> FloatArray:
        """Divergence among the children of each clade, bits: its contribution per unit of mass."""
        mass = (self.mass_p + self.mass_q) / 2
        return np.divide(self.contribution, mass, out=np.zeros_like(mass), where=mass > 0)


def clade_terms(p: FloatArray, q: FloatArray, labels: Sequence[str], taxonomy: Taxonomy) -> Clades:
    r"""Split a Jensen-Shannon divergence over the clades of a taxonomy.

    .. math:: \mathrm{JSD}(\text{leaves}) = \sum_c m_c \, \mathrm{JSD}_{w_c}(\text{children of } c),
        \quad m_c = \tfrac{p_c + q_c}{2}, \; w_c = \left(\tfrac{p_c}{2 m_c}, \tfrac{q_c}{2 m_c}\right)

    Read a clade's contribution as the part of the shift that happened *among its
    children*: a large one at the root says that whole domains or phyla traded places,
    a large one at a family that its genera did.  The chain rule is exact [1]_.

    Parameters
    ----------
    p, q : ndarray of shape (n_categories,)
        Proportions after and before.
    labels : sequence of str of length n_categories
        Features, each with a lineage in `taxonomy`.
    taxonomy : Taxonomy
        A feature that is unassigned at a rank is a named child of its deepest ancestor.

    Returns
    -------
    Clades
        In bits; clades with a single child contribute nothing and are left out.

    References
    ----------
    .. [1] Lin J (1991) Divergence measures based on the Shannon entropy. IEEE Trans
       Inf Theory 37:145-151. doi:10.1109/18.61115
    """
    paths = [(ROOT, *_assigned(taxonomy.lineages[label]), label) for label in labels]
    p_of, q_of, children = _masses(paths, p, q)
    nodes = [path for path in p_of if len(children[path]) > 1]
    mass_p, mass_q = (np.array([side[node] for node in nodes]) for side in (p_of, q_of))
    contribution = [
        _among([p_of[child] for child in children[node]], [q_of[child] for child in children[node]])
        for node in nodes
    ]
    ranks = [ROOT, *taxonomy.ranks]
    return Clades(
        names=[";".join(node[1:]) or ROOT for node in nodes],
        ranks=[ranks[len(node) - 1] for node in nodes],
        n_children=np.array([len(children[node]) for node in nodes], dtype=int),
        mass_p=mass_p,
        mass_q=mass_q,
        contribution=np.array(contribution),
    )


def _assigned(lineage: tuple[str, ...]) -> tuple[str, ...]:
    """Cut the empty tail of a lineage; a gap inside is a named child of what stands above it."""
    last = max((i + 1 for i, name in enumerate(lineage) if name), default=0)
    named: list[str] = []
    for name in lineage[:last]:
        named.append(name or f"{named[-1] if named else ROOT}_{UNASSIGNED}")
    return tuple(named)


def _masses(
    paths: list[Path], p: FloatArray, q: FloatArray
) -> tuple[dict[Path, float], dict[Path, float], dict[Path, dict[Path, None]]]:
    """Sum proportions up the tree, parents before children."""
    p_of: dict[Path, float] = defaultdict(float)
    q_of: dict[Path, float] = defaultdict(float)
    children: dict[Path, dict[Path, None]] = defaultdict(dict)
    for path, p_k, q_k in zip(paths, p.tolist(), q.tolist(), strict=True):
        for depth in range(1, len(path) + 1):
            p_of[path[:depth]] += p_k
            q_of[path[:depth]] += q_k
            if depth > 1:
                children[path[: depth - 1]][path[:depth]] = None
    return p_of, q_of, children


def _among(p: Sequence[float], q: Sequence[float]) -> float:
    """What the children of one clade contribute: its mass times the divergence among them, bits."""
    after, before = np.asarray(p), np.asarray(q)
    mass_p, mass_q = after.sum(), before.sum()
    if mass_p == 0 or mass_q == 0:
        return 0.0  # nothing to tell apart within a clade that only one side has
    weights = np.array([mass_p, mass_q]) / (mass_p + mass_q)
    terms = kernels.jensen_shannon_terms(after / mass_p, before / mass_q, weights)
    return float(terms.sum() * (mass_p + mass_q) / 2 / np.log(2))
