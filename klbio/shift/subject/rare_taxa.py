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
        Whose reads are single counts.
    """

    pair: PhasePair

    def beside(self, rows: Iterable[PairRow]) -> list[PairRow]:
        """Complete the rows of a pair; those of k-mers, whose reads bring many counts, and of proportions stay."""
        if self.pair.whole.after.ndim > 2 or not self.pair.of_reads:
            return list(rows)
        return [self._with_gap(row) for row in rows]

    def _with_gap(self, row: PairRow) -> PairRow:
        single = max(map(len, self.pair.names)) == 1
        if row.estimand != "pooled" and not single:
            return replace(row, rare_taxa_bits=float(np.mean([max(each.gap) for each in self._matched()])))
        lowest, highest = self.pair.jsd.bounds()
        return replace(
            row,
            rare_taxa_bits=max(self.pair.jsd.gap),
            jsd_lowest_bits=min(lowest, 1.0),
            jsd_highest_bits=min(highest, 1.0),
        )

    def _matched(self) -> list[Estimate]:
        """Divergences of pairs of samples in which each comes once or more, if there are not too many."""
        after, before = self.pair.names
        n = min(max(len(after), len(before)), MAX_PAIRS)
        pairs = islice(zip(cycle(after), cycle(before), strict=True), n)
        return [self.pair.source.jensen_shannon((x,), (y,)) for x, y in pairs]
