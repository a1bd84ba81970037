"""`Taxonomy`: the lineage of each taxon; counts added up at a rank."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from klbio.distributions import Counts
from klbio.errors import Fault, InputError, StrPath, listed
from klbio.sheet import Sheet
from klbio.spelling import NearNames, meant
from klbio.taxonomy.columns import TaxonomyColumns, ranks_of
from klbio.taxonomy.lineages import Lineages
from klbio.taxonomy.ranks import FEATURE, rank_name, standard_rank
from klbio.taxonomy.settling import Path, settled

__all__ = ["PARENT", "ROOT", "UNASSIGNED", "Taxonomy", "Unassigned", "collapse"]

Unassigned = Literal["parent", "lineage"]  # what a taxon without a name at a rank is called after
PARENT: Final = "parent"
ROOT = "root"
UNASSIGNED = "unclassified"
OTHER_FILE = "Is this the taxonomy of the table?"
SIZE = re.compile(r";size=\d+;?$")  # what vsearch adds to the name of a sequence, and takes off in a table
SAME = {"kingdom": "domain", "domain": "kingdom", "phylum": "division", "division": "phylum"}


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

        Then one column per rank, or one of lineages such as ``k__A; p__B``, which `of_lineages` reads.

        Raises
        ------
        InputError
            For repeated or empty taxa, missing columns, and lineages whose ranks cannot be told, all at once.
        """
        return cls(*settled(*TaxonomyColumns(sheet).read(), sheet.path), str(sheet.path))

    @classmethod
    def of_lineages(cls, lineages: Mapping[str, str | Sequence[str]], name: StrPath) -> Taxonomy:
        """Make the taxonomy of lineages that stand beside a table's counts.

        Parameters
        ----------
        lineages : mapping of str to str or sequence of str
            For each taxon its lineage, joined by ``;`` or ``|`` (``,`` in the way of sintax), or in parts.  The prefix
            of a name tells its rank; names without prefixes are the seven levels from domain to species, or
            the first of them.  Confidences such as ``(97)`` are cut off; placeholders such as ``uncultured`` are
            unassigned.
        name : path-like
            What messages call the file.

        Raises
        ------
        InputError
            For lineages whose ranks cannot be told.

        Examples
        --------
        >>> lineages = {"a": "d__Bacteria;p__Bacillota;f__Lachnospiraceae;g__", "b": "d:Archaea(1.00)"}
        >>> Taxonomy.of_lineages(lineages, "gut.biom")
        Taxonomy of 2 taxa: domain, phylum, family, genus
        """
        named = Lineages(lineages, name).named()
        return cls(*settled(named, ranks_of(named), name), str(name))

    def rank(self, asked: str) -> str | None:
        """Give the rank that a word means here, in any case; None where there is none.

        Kingdom and domain stand for each other where a taxonomy has only one of them; so do phylum and division.

        >>> Taxonomy(("domain", "Taxon_3"), {}).rank("Kingdom"), Taxonomy(("domain", "Taxon_3"), {}).rank("taxon_3")
        ('domain', 'Taxon_3')
        """
        here = {rank.lower(): rank for rank in (*self.ranks, FEATURE)}
        word = rank_name(asked).lower()
        return here.get(word, here.get(SAME.get(word, word)))

    def check(self, features: Sequence[str], ranks: Sequence[str]) -> None:
        """Refuse features without a lineage, ranks that are not there, and ranks at which no feature has a name.

        Raises
        ------
        InputError
            Naming all of them.
        """
        here = {asked: self.rank(asked) for asked in ranks}
        faults = [
            Fault(
                self.name,
                f"no rank {asked!r}",
                f"one of {listed((*self.ranks, FEATURE), 10)}",
                self._hint(asked),
            )
            for asked, rank in here.items()
            if rank is None
        ]
        paths = [self.lineages[feature] for feature in features if feature in self.lineages]
        has_names = [
            rank for rank, names in zip(self.ranks, zip(*paths, strict=True), strict=False) if any(names)
        ]
        faults += [
            Fault(
                self.name,
                f"no taxon of the table with a name at rank {rank!r}",
                f"one of {listed(has_names, 24)}" if has_names else "names at a rank",
            )
            for rank in here.values()
            if paths and rank in self.ranks and rank not in has_names
        ]
        InputError.raise_any(faults + self._missing(features))

    def _hint(self, asked: str) -> str:
        """Which rank was meant; or that there are none in the file."""
        if not any(map(standard_rank, self.ranks)):
            return OTHER_FILE
        near = meant(asked, self.ranks)
        return f"Did you mean {near!r}?" if near else ""

    def _missing(self, features: Sequence[str]) -> list[Fault]:
        missing = [feature for feature in features if feature not in self.lineages]
        if not missing:
            return []
        found = f"no lineage for {len(missing)} of {len(features)} taxa of the table ({listed(missing)})"
        remedy = "Unassigned taxa need a line too, with empty ranks."
        if len(missing) == len(features):
            remedy = f"{OTHER_FILE} It has {listed(self.lineages)}."
        sized = {SIZE.sub("", taxon): taxon for taxon in self.lineages}
        near = {name: sized[name] for name in missing if name in sized}
        if near := near or NearNames(missing, list(self.lineages)).pairs:
            shown = ", ".join(f"{other!r} for {name!r}" for name, other in list(near.items())[:3])
            remedy = f"Did you mean {shown}? {len(near)} of them differ by no more than spelling."
        return [Fault(self.name, found, "one line per taxon", remedy)]

    def labels(self, features: Sequence[str], rank: str, unassigned: Unassigned = PARENT) -> list[str]:
        """Name each feature at a rank.

        Parameters
        ----------
        features : sequence of str
            Features of a table.
        rank : str
            One of `ranks` in any case, or ``"feature"`` for the features themselves.
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
        here = self.rank(rank)
        if here == FEATURE:
            return list(features)
        depth = self.ranks.index(here or rank) + 1
        paths = [self.lineages[feature][:depth] for feature in features]
        return _told_apart([_named(path, unassigned) for path in paths])


def _named(path: Path, unassigned: Unassigned) -> tuple[str, Path]:
    """Name a clade, and say which one it is: its lineage, or nothing for the one that gathers all others."""
    if path[-1]:
        return path[-1], path
    above = path[-2:-1] if unassigned == PARENT else path[:-1]
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


def collapse(counts: Counts, taxonomy: Taxonomy | None, rank: str, unassigned: Unassigned = PARENT) -> Counts:
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
