"""Mock communities: how far what was read of them is from what they are made of."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from klbio.design import Sample
from klbio.distributions import Counts
from klbio.divergences import jensen_shannon_divergence
from klbio.errors import listed
from klbio.schema import MockRow
from klbio.shift.samples import SampleCounts
from klbio.taxonomy import UNASSIGNED

__all__ = ["Mock"]


@dataclass(frozen=True, eq=False)
class Mock:
    """What a mock community is made of, and the samples that are one.

    Parameters
    ----------
    content : mapping of str to float
        Shares by taxon, that sum to 1.
    samples : sequence of Sample
        Controls of the sheet.
    """

    content: Mapping[str, float]
    samples: Sequence[Sample]

    def rows(self, ranks: Sequence[SampleCounts]) -> list[MockRow]:
        """Compare each at the rank at which most of the content is named; the first of several such."""
        known = [len(self.content.keys() & set(of.counts.labels)) for of in ranks]
        if not known or not max(known):
            return []
        at = ranks[known.index(max(known))]
        return list(self._rows(at.counts, at.rank))

    def _rows(self, counts: Counts, rank: str) -> Iterator[MockRow]:
        depth = dict(zip(counts.samples, counts.depth.tolist(), strict=True))
        names = [one.name for one in self.samples if one.kind == "mock" and depth.get(one.name)]
        shares = counts.rows(names).proportions().dense() if names else np.zeros((0, 0))
        for name, found in zip(names, shares, strict=True):
            yield self._row(name, rank, dict(zip(counts.labels, found.tolist(), strict=True)))

    def _row(self, name: str, rank: str, found: Mapping[str, float]) -> MockRow:
        taxa = sorted({*found, *self.content})
        p, q = (np.array([of.get(taxon, 0.0) for taxon in taxa]) for of in (found, self.content))
        unnamed = {taxon: share for taxon, share in found.items() if taxon.endswith(UNASSIGNED)}
        missing = [taxon for taxon in self.content if not found.get(taxon)]
        right = sum(share for taxon, share in found.items() if taxon in self.content)
        above = sum(share for taxon, share in unnamed.items() if taxon not in self.content)
        return MockRow(
            sample=name,
            rank=rank,
            jensen_shannon_divergence_bits=float(jensen_shannon_divergence(p, q)),
            wrong_share=max(1 - right - above, 0.0),
            unnamed_share=above,
            n_known=len(self.content),
            n_missing=len(missing),
            missing=listed(missing, len(missing)) if missing else "",
        )
