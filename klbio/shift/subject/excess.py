"""What is left of a subject's shift when its own days are taken off, and whether days alone give as much."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from klbio.distributions import FloatArray
from klbio.phrases import notes
from klbio.phrases.subject import FewForBaseline
from klbio.schema import PairRow
from klbio.shift.exchange import BaselineTest
from klbio.shift.phase_pair import PhasePair
from klbio.shift.settings import EXCESS
from klbio.statistics import TestResult

__all__ = ["ExcessMeasure"]

LEVEL = 0.05  # p of a baseline at which a shift is above it


@dataclass(frozen=True)
class ExcessMeasure:
    """How far a pair's subject moved beyond what its own days differ by.

    Parameters
    ----------
    pair : PhasePair
    """

    pair: PhasePair

    def beside(self, rows: Sequence[PairRow]) -> Iterator[PairRow]:
        """Give the rows of a pair with its excess ahead, where there is one, and the baseline in all but `pooled`."""
        if self.pair.corrected.has_excess:
            yield self._row(rows[-1])
        for row in rows:
            yield row if row.estimand == "pooled" else self._with_baseline(row)

    def _row(self, pairs: PairRow) -> PairRow:
        """Row of the excess, made from that of `pairs`."""
        corrected, observed = self.pair.corrected, self.pair.observed
        apart = np.concatenate([_each(corrected.after), _each(corrected.before)])
        row = replace(
            _bare(pairs),
            estimand=EXCESS,
            jensen_shannon_divergence_bits=corrected.excess,
            jsd_plugin_bits=observed.excess,
            baseline_bits=corrected.within,
            baseline_max_bits=float(apart.max()),
            n_baseline_pairs=len(apart),
        )
        return self._tested(row)

    def _with_baseline(self, pairs: PairRow) -> PairRow:
        before = _each(self.pair.corrected.before)
        if not len(before):
            return self._tested(pairs)
        # cut at 0 as the shift beside it is; of an excess, which may be below 0, it is what was taken off
        mean, largest = (max(float(bits), 0.0) for bits in (before.mean(), before.max()))
        return self._tested(replace(pairs, baseline_bits=mean, baseline_max_bits=largest))

    def _tested(self, row: PairRow) -> PairRow:
        test = self.test
        if test is None:
            return row
        tells = test.smallest_p <= LEVEL
        above = test.p_value <= LEVEL if tells else None
        why = None if tells else FewForBaseline(test.smallest_p)
        return replace(
            row,
            baseline_p=test.p_value,
            smallest_baseline_p=test.smallest_p,
            above_baseline=above,
            note=notes(row.note, why),
        )

    @cached_property
    def test(self) -> TestResult | None:
        """Exchange the subject's samples between the phases, where any phase has two."""
        corrected = self.pair.corrected
        rng = self.pair.generator("baseline")
        return BaselineTest([corrected.exchangeable]).result(rng) if corrected.can_exchange else None


def _each(within: FloatArray) -> FloatArray:
    """Divergences among samples, each pair once."""
    each: FloatArray = within[np.triu_indices(len(within), 1)]
    return each


def _bare(row: PairRow) -> PairRow:
    """Leave out what an excess shift has none of: a floor, relative entropies, work along a tree."""
    return replace(
        row,
        floor_bits=None,
        floor_high_bits=None,
        floor_p=None,
        above_floor=None,
        relative_entropy_after_before_bits=None,
        relative_entropy_after_before_low_bits=None,
        relative_entropy_after_before_high_bits=None,
        relative_entropy_after_before_plugin_bits=None,
        relative_entropy_before_after_bits=None,
        relative_entropy_before_after_low_bits=None,
        relative_entropy_before_after_high_bits=None,
        relative_entropy_before_after_plugin_bits=None,
        tree_wasserstein_branch_length_units=None,
        tree_wasserstein_normalized=None,
    )
