"""What of a subject's shift rests on taxa too rare to tell."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import cycle, islice

import numpy as np

from klbio.estimates import Estimate
from klbio.phrases import notes
from klbio.phrases.subject import RestsOnRareTaxa
from klbio.schema import PairRow
from klbio.shift.phase_pair import PhasePair
from klbio.shift.settings import READS

__all__ = ["RareTaxa", "marked"]

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
        """Complete the rows of a pair; those of k-mers stay as they are, for their reads bring many counts."""
        if self.pair.whole.after.ndim > 2:
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


def marked(row: PairRow) -> PairRow:
    """Flag a row whose interval is narrower than what rare taxa leave open, and say so; bound what days are in, too."""
    rare, low, high = row.rare_taxa_bits, row.jsd_low_bits, row.jsd_high_bits
    if rare is None or low is None or high is None:
        return row
    lowest, highest = row.jsd_lowest_bits, row.jsd_highest_bits
    if lowest is None or highest is None or row.interval_covers != READS:
        least = 0.0 if low >= 0 else -1.0  # an excess may be below 0
        lowest, highest = max(low - rare, least), min(high + rare, 1.0)
    row = replace(row, jsd_lowest_bits=lowest, jsd_highest_bits=highest)
    if rare <= (high - low) / 2:
        return row
    bounds = lowest, highest
    reason = RestsOnRareTaxa(row.jensen_shannon_divergence_bits, rare, bounds)
    return replace(row, undersampled=True, note=notes(reason, row.note))
