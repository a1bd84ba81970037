"""What of a subject's shift rests on taxa too rare to tell."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import cycle, islice

import numpy as np

from klbio.estimates import Estimate
from klbio.schema import PairRow
from klbio.shift.phase_pair import PhasePair

__all__ = ["RareTaxa"]

MAX_PAIRS = 10  # of samples, of which the gap is found


@dataclass(frozen=True)
class RareTaxa:
    """How much a pair's shift may be beside what was found, for all that counts tell of rare taxa.

    Parameters
    ----------
    pair : PhasePair
    matched : list of Estimate
        Divergences of pairs of samples in which each comes once or more, if there are not too many; none where it has
        one pair, and where reads bring many counts or are not known.
    """

    pair: PhasePair
    matched: list[Estimate]

    @classmethod
    def of(cls, pair: PhasePair) -> RareTaxa:
        """Match the samples after to those before."""
        after, before = pair.names
        n = min(max(len(after), len(before)), MAX_PAIRS)
        if n == 1 or not _single_reads(pair):
            return cls(pair, [])
        matches = islice(zip(cycle(after), cycle(before), strict=True), n)
        return cls(pair, [pair.source.jensen_shannon((x,), (y,)) for x, y in matches])

    def beside(self, rows: Iterable[PairRow]) -> list[PairRow]:
        """Complete the rows of a pair; those of k-mers, whose reads bring many counts, and of proportions stay."""
        return [self._with_gap(row) for row in rows] if _single_reads(self.pair) else list(rows)

    def _with_gap(self, row: PairRow) -> PairRow:
        if row.estimand != "pooled" and self.matched:
            return replace(row, rare_taxa_bits=float(np.mean([max(each.gap) for each in self.matched])))
        lowest, highest = self.pair.jsd.bounds()
        return replace(
            row,
            rare_taxa_bits=max(self.pair.jsd.gap),
            jsd_lowest_bits=min(lowest, 1.0),
            jsd_highest_bits=min(highest, 1.0),
        )


def _single_reads(pair: PhasePair) -> bool:
    """Whether a read is one count, and reads are known."""
    return pair.of_reads and pair.whole.after.ndim == 2
