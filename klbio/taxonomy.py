r"""Lineages: collapsing counts to a rank, and the chain rule of the Jensen-Shannon divergence over clades."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from klbio.distributions import Counts, FloatArray
from klbio.divergences import kernels
from klbio.errors import Fault, InputError, listed
from klbio.sheet import Sheet

__all__ = ["FEATURE", "ROOT", "UNASSIGNED", "Clades", "Taxonomy", "clade_terms", "collapse"]

FEATURE = "feature"  # the rank that leaves a table as it is
ROOT = "root"
UNASSIGNED = "unclassified"
STANDARD_RANKS = ("domain", "phylum", "class", "order", "family", "genus", "species", "strain")
PREFIX = re.compile(r"^[a-z]_{1,2}", re.IGNORECASE)
BLANK = {"", "unassigned", "unclassified", "na", "nan", "none"}


@dataclass(frozen=True, repr=False)
class Taxonomy:
    """The lineage of each feature, from the highest rank down; an empty name is unassigned.

    Parameters
    ----------
    ranks : tuple of str
        Such as ``("domain", ..., "genus")``.
    lineages : dict of str to tuple of str
        One name per rank for each feature.
    name : str
        The file it came from.
    """

    ranks: tuple[str, ...]
    lineages: dict[str, tuple[str, ...]]
    name: str = "taxonomy"

    def __repr__(self) -> str:
        return f"Taxonomy of {len(self.lineages)} taxa: {', '.join(self.ranks)}"

    @classmethod
    def of(cls, sheet: Sheet) -> Taxonomy:
        """Make the taxonomy that a sheet describes: its first column names the taxa.

        Then one column per rank from the highest down, or ``Taxon`` with lineages such as ``k__A; p__B``.

        Raises
        ------
        InputError
            For repeated or empty taxa and missing columns, all at once.
        """
        key, *columns = sheet.columns
        if not columns:
            raise InputError.one(
                sheet.path,
                f"one column {key!r}",
                "a column of taxa and one per rank",
                "Separate columns by tabs.",
            )
        InputError.raise_any(sheet.blank([key]) + sheet.repeated(key))
        joined = next((name for name in columns if name.lower() in ("taxon", "taxonomy", "lineage")), None)
        if joined:
            return cls._joined(sheet, key, joined)
        lineages = {row[key]: tuple(_clean(row[name]) for name in columns) for row in sheet}
        return cls(tuple(columns), lineages, str(sheet.path))

    @classmethod
    def _joined(cls, sheet: Sheet, key: str, column: str) -> Taxonomy:
        split = {row[key]: tuple(_clean(name) for name in row[column].split(";")) for row in sheet}
        depth = max(len(lineage) for lineage in split.values())
        if depth > len(STANDARD_RANKS):
            found, expected = f"lineages of {depth} ranks", f"at most {len(STANDARD_RANKS)}"
            raise InputError.one(sheet.path, found, expected, "Give one column per rank.")
        lineages = {name: lineage + ("",) * (depth - len(lineage)) for name, lineage in split.items()}
        return cls(STANDARD_RANKS[:depth], lineages, str(sheet.path))

    def check(self, features: Sequence[str], ranks: Sequence[str]) -> None:
        """Refuse features without a lineage and ranks that are not there.

        Raises
        ------
        InputError
            Naming all of them.
        """
        missing = [feature for feature in features if feature not in self.lineages]
        faults = [
            Fault(self.name, f"no rank {rank!r}", f"one of {listed((*self.ranks, FEATURE), 12)}")
            for rank in ranks
            if rank not in (*self.ranks, FEATURE)
        ]
        if missing:
            faults.append(
                Fault(
                    self.name,
                    f"no lineage for {len(missing)} of {len(features)} taxa of the table ({listed(missing)})",
                    "one line per taxon", "Unassigned taxa need a line too, with empty ranks.",
                )
            )  # fmt: skip
        InputError.raise_any(faults)

    def labels(self, features: Sequence[str], rank: str, unassigned: str = "parent") -> list[str]:
        """Name each feature at a rank.

        Parameters
        ----------
        features : sequence of str
            Features of a table.
        rank : str
            One of `ranks`, or ``"feature"`` for the features themselves.
        unassigned : {"parent", "lineage"}
            What a feature without a name at this rank is called: ``parent`` names it
            after the next rank up (``Lachnospiraceae_unclassified``) and, where that is empty
            too, gathers it under ``unclassified``; ``lineage`` names it after its deepest
            assigned ancestor, however high.

        Returns
        -------
        list of str
            Two clades that share a name but not their parents are told apart by their lineage.

        Examples
        --------
        >>> tax = Taxonomy(("family", "genus"), {"a": ("F", "G"), "b": ("F", ""), "c": ("", "")})
        >>> tax.labels(["a", "b", "c"], "genus")
        ['G', 'F_unclassified', 'unclassified']
        """
        if rank == FEATURE:
            return list(features)
        depth = self.ranks.index(rank) + 1
        paths = [self.lineages[feature][:depth] for feature in features]
        return _told_apart([_named(path, unassigned) for path in paths])


Path = tuple[str, ...]


def _clean(name: str) -> str:
    """Drop a rank prefix; words that mean 'not assigned' become empty."""
    bare = PREFIX.sub("", name.strip()) if "__" in name else name.strip()
    return "" if bare.lower() in BLANK else bare


def _named(path: Path, unassigned: str) -> tuple[str, Path]:
    """Name a clade, and say which one it is: its lineage, or nothing for the one that gathers all others."""
    if path[-1]:
        return path[-1], path
    above = path[-2:-1] if unassigned == "parent" else path[:-1]
    parent = next((name for name in reversed(above) if name), "")
    if parent:
        return f"{parent}_{UNASSIGNED}", path
    return UNASSIGNED, ()


def _told_apart(clades: list[tuple[str, Path]]) -> list[str]:
    """Give clades of one name but different lineages their whole lineage as a name."""
    homes: dict[str, set[Path]] = defaultdict(set)
    for name, path in clades:
        homes[name].add(path)
    return [
        name if len(homes[name]) == 1 else ";".join([*path[:-1], path[-1] or UNASSIGNED])
        for name, path in clades
    ]


def collapse(counts: Counts, taxonomy: Taxonomy | None, rank: str, unassigned: str = "parent") -> Counts:
    """Add up the counts of each clade of a rank; nothing is dropped.

    Raises
    ------
    InputError
        If a rank other than ``feature`` is asked for without a taxonomy.
    """
    if rank == FEATURE:
        return counts
    if taxonomy is None:
        raise InputError.one(
            counts.name, f"rank {rank!r} without a taxonomy", "a taxonomy file, or rank 'feature'",
            "Give --taxonomy (config: taxa.taxonomy).",
        )  # fmt: skip
    return counts.summed(taxonomy.labels(counts.labels, rank, unassigned))


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
