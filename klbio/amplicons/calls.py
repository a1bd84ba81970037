"""`Calls`: the name of each feature at each rank, with the share of the classifier's draws behind it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from klbio.errors import Fault, InputError, listed
from klbio.taxonomy import Taxonomy

__all__ = ["Calls"]

Shares = NDArray[np.float64]


@dataclass(frozen=True, eq=False, repr=False)
class Calls:
    """What features are called.

    Parameters
    ----------
    features : tuple of str
    ranks : tuple of str
        From the highest down.
    names : tuple of tuple of str
        A name for each feature and rank; empty where the reference has none.
    bootstraps : ndarray of shape (features, ranks)
        Share of the classifier's draws that agree with each name.
    reference : str
        Name, release and checksum of the reference.

    Examples
    --------
    >>> calls = Calls(("a",), ("family", "genus"), (("F", "G"),), np.array([[0.9, 0.6]]), "gold")
    >>> calls.taxonomy(0.8).lineages, calls.taxonomy(0.5).lineages
    ({'a': ('F', '')}, {'a': ('F', 'G')})
    """

    features: tuple[str, ...]
    ranks: tuple[str, ...]
    names: tuple[tuple[str, ...], ...]
    bootstraps: Shares
    reference: str

    def __repr__(self) -> str:
        return f"Calls of {len(self.features)} features, {', '.join(self.ranks)}, by {self.reference}"

    @classmethod
    def of(
        cls, lineages: Mapping[str, Mapping[str, tuple[str, float]]], ranks: Sequence[str], reference: str
    ) -> Calls:
        """Make the calls of features that have a name and a share at some ranks."""
        names = tuple(tuple(named.get(rank, ("", 0.0))[0] for rank in ranks) for named in lineages.values())
        shares = [[named.get(rank, ("", np.nan))[1] for rank in ranks] for named in lineages.values()]
        return cls(tuple(lineages), tuple(ranks), names, np.array(shares).reshape(-1, len(ranks)), reference)

    def only(self, features: Sequence[str]) -> Calls:
        """Give those of some features, in their order.

        >>> calls = Calls(("a", "b"), ("genus",), (("F",), ("G",)), np.array([[0.9], [0.6]]), "gold")
        >>> calls.only(["b"]).names
        (('G',),)
        """
        place = {feature: k for k, feature in enumerate(self.features)}
        order = [place[feature] for feature in features]
        names = tuple(self.names[k] for k in order)
        return Calls(tuple(features), self.ranks, names, self.bootstraps[order], self.reference)

    @cached_property
    def support(self) -> Shares:
        """Share of draws that agree down to each rank: it never rises on the way down.

        A rank at which the reference has no name is as sure as the next above it.
        """
        known = np.where(np.isnan(self.bootstraps), np.inf, self.bootstraps)
        falling = np.minimum.accumulate(known, axis=1)
        return np.where(np.isinf(falling), 0.0, falling)

    def depths(self, cutoffs: float | Shares) -> NDArray[np.intp]:
        """How many ranks of each feature's lineage have the support that is asked for.

        Parameters
        ----------
        cutoffs : float or ndarray
            For all features, or for each.
        """
        return np.asarray((self.support >= np.reshape(cutoffs, (-1, 1))).sum(axis=1), dtype=np.intp)

    def taxonomy(self, cutoffs: float | Shares) -> Taxonomy:
        """Give the lineages down to where they have support."""
        depths, width = self.depths(cutoffs), len(self.ranks)
        lineages = {
            feature: (*names[:depth], *[""] * (width - depth))
            for feature, names, depth in zip(self.features, self.names, depths, strict=True)
        }
        return Taxonomy(self.ranks, lineages, self.reference)

    def same_reference(self, other: Calls) -> None:
        """Refuse to compare with the calls by another reference: the same features would differ by their names.

        Raises
        ------
        InputError
            Naming both.
        """
        both = sorted({self.reference, other.reference})
        if len(both) > 1:
            remedy = "Classify both with one reference."
            InputError.raise_any([Fault("calls", f"names by {listed(both)}", "one reference", remedy)])
