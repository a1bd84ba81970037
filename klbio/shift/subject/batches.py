"""How far a subject moved within batches: what of its shift is left where samples were processed together."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import combinations, product

import numpy as np

from klbio.distributions import FloatArray
from klbio.divergences import kernels
from klbio.estimates import Estimate
from klbio.phrases import CannotTell, say
from klbio.phrases.subject import NoBatchOfBoth, NoTwoOfOneBatch
from klbio.schema import PairRow
from klbio.shift.cohort.equal_terms import at_one_depth
from klbio.shift.phase_pair import PhasePair
from klbio.shift.samples import Names
from klbio.statistics import Statistic, TestResult, WithinBlocks, codes

__all__ = ["WithinBatches", "with_batches"]

LN2 = float(np.log(2))


@dataclass(frozen=True, eq=False)
class WithinBatches:
    r"""The shift of one subject within batches.

    .. math:: \hat\theta_{within} = \frac1B \sum_{b=1}^{B} \mathrm{JSD}(P_b, Q_b)

    over the B batches that hold samples of both phases, each with its own bias-corrected estimate between
    the summed counts of its phases, and each with the same weight: were batches weighted by their reads, an unequal
    batch would count as if it were two communities that hardly differ, and the shift would shrink.

    Attributes
    ----------
    pair : PhasePair
    """

    pair: PhasePair

    @cached_property
    def of_sample(self) -> dict[str, str]:
        """Batch of each sample of the two phases that has one."""
        names = {name for side in self.pair.names for name in side}
        return {sample.name: sample.batch for sample in self.pair.unit.samples
                if sample.batch and sample.name in names}  # fmt: skip

    @cached_property
    def cells(self) -> list[tuple[Names, Names]]:
        """Samples after and before in each batch that holds both."""
        batches = dict.fromkeys(self.of_sample.values())
        cells = [
            tuple([name for name in side if self.of_sample.get(name) == batch] for side in self.pair.names)
            for batch in batches
        ]
        return [(after, before) for after, before in cells if after and before]

    @cached_property
    def estimates(self) -> list[Estimate]:
        """Divergence between the phases in each of these batches."""
        return [self.pair.source.jensen_shannon(*cell) for cell in self.cells]

    @property
    def bits(self) -> float:
        """Their mean."""
        return float(np.mean([estimate.value for estimate in self.estimates]))

    def interval(self) -> tuple[float, float]:
        """95 % interval of the mean: the intervals of independent batches, in quadrature, each side by itself."""
        low, high = np.array([estimate.interval() for estimate in self.estimates]).T
        values = np.array([estimate.value for estimate in self.estimates])
        above = high - values
        below = np.where(
            low > 0, values - low, above
        )  # an end at 0 was cut there, and is nearer than it should be
        half = np.sqrt((np.stack([below, above]) ** 2).sum(axis=1)) / len(values)
        return max(float(values.mean() - half[0]), 0.0), max(float(values.mean() + half[1]), 0.0)

    def test(self) -> TestResult:
        """Exchange phases among the samples of a batch, within the subject; one-sided, of the mean as observed.

        Exact where days vary, too, and depths: what is exchanged is whole samples, those of a batch thinned to the
        shallowest of them.  Two samples in each batch leave p at 1.
        """
        names = [name for after, before in self.cells for name in (*after, *before)]
        is_after = [float(name in set(self.pair.names[0])) for name in names]
        batch = codes([self.of_sample[name] for name in names])
        counts = self.exchangeable

        def mean(labels: FloatArray) -> FloatArray:
            """Mean over the batches, for each arrangement of phases."""
            return np.asarray(np.mean([_divergence(labels[:, batch == b], counts[batch == b])
                                       for b in range(len(self.cells))], axis=0))  # fmt: skip

        exchange = WithinBlocks(np.array(is_after, dtype=np.intp), batch, costly=True)
        statistic = Statistic(float(mean(np.array([is_after]))[0]), mean, cells=4 * counts.shape[1])
        return exchange.counted(self.bits, statistic, self.pair.generator("batches"))

    @property
    def exchangeable(self) -> FloatArray:
        """Counts of the samples of `cells`, those of a batch at one depth, shape (n_samples, n_categories)."""
        rng, study = self.pair.generator("batches at one depth"), self.pair.source.study
        cells = [study.phases(*cell) for cell in self.cells]
        even = [at_one_depth(cell, rng) if study.of_reads else cell for cell in cells]
        counts = np.concatenate([side for cell in even for side in (cell.after, cell.before)])
        return counts[:, counts.sum(axis=0) > 0]

    @cached_property
    def of_pairs(self) -> float:
        """Mean divergence of a sample after from one before in the same batch, batches alike."""
        return float(np.mean([self._apart(product(after, before)) for after, before in self.cells]))

    @cached_property
    def of_days(self) -> float | None:
        """Mean divergence of two samples of one phase in one batch, half of each phase; None where a phase has none.

        Samples of all batches that hold two of a phase: days are taken to differ alike in each of them.
        """
        within = [
            [pair for pair in combinations(side, 2) if self._batch(pair[0]) == self._batch(pair[1]) != ""]
            for side in self.pair.names
        ]
        return float(np.mean([self._apart(pairs) for pairs in within])) if all(within) else None

    @property
    def excess(self) -> float | None:
        """Mean divergence between the phases within batches, less that of days: 0 where batch and days are all."""
        return None if self.of_days is None else self.of_pairs - self.of_days

    def _batch(self, name: str) -> str:
        return self.of_sample.get(name, "")

    def _apart(self, pairs: Iterable[tuple[str, str]]) -> float:
        return float(np.mean([self.pair.source.point(x, y).value for x, y in pairs]))

    def _of(self, estimand: str) -> float | None:
        """The shift within batches as an estimand sees it; as it is, below 0 too, where it is an excess."""
        if estimand == "excess":
            return self.excess
        return min(max(self.bits if estimand == "pooled" else self.of_pairs, 0.0), 1.0)

    @cached_property
    def _test(self) -> TestResult:
        """The test, where the subject is in several batches: in one, it is that of the baseline."""
        return self.test() if len(set(self.of_sample.values())) > 1 else TestResult()

    def put_into(self, row: PairRow) -> PairRow:
        """Put these numbers beside the shift that they qualify."""
        if not self.of_sample:
            return row
        if not self.cells:
            return replace(row, n_batches_with_both=0, within_batch_note=say(CannotTell(NoBatchOfBoth())))
        bits = self._of(row.estimand)
        row = replace(
            row,
            within_batch_bits=bits,
            within_batch_p=self._test.p_value,
            within_batch_smallest_p=self._test.smallest_p,
            n_batches_with_both=len(self.cells),
            batch_share_bits=None if bits is None else row.jensen_shannon_divergence_bits - bits,
            within_batch_note=say(CannotTell(NoTwoOfOneBatch()) if bits is None else None),
        )
        if row.estimand != "pooled":
            return row
        low, high = self.interval()
        return replace(row, within_batch_low_bits=min(low, 1.0), within_batch_high_bits=min(high, 1.0))


def _divergence(labels: FloatArray, counts: FloatArray) -> FloatArray:
    """Between the sums of the samples labelled 1 and those labelled 0, for each arrangement of labels, in bits."""
    after, before = labels @ counts, (1 - labels) @ counts
    p, q = (side / side.sum(axis=1, keepdims=True) for side in (after, before))
    bits: FloatArray = kernels.jensen_shannon_terms(p, q).sum(axis=1) / LN2
    return bits


def with_batches(rows: Sequence[PairRow], pair: PhasePair) -> list[PairRow]:
    """Put what is left within batches into the rows of every estimand."""
    within = WithinBatches(pair)
    return [within.put_into(row) for row in rows]
