"""The rows of one subject's pair of phases, one for each estimand."""

from __future__ import annotations

from klbio.schema import PairRow
from klbio.shift.phase_pair import PhasePair
from klbio.shift.subject.batches import with_batches
from klbio.shift.subject.divergence import PairMeasure
from klbio.shift.subject.excess import ExcessMeasure
from klbio.shift.subject.rare_taxa import RareTaxa
from klbio.shift.subject.transport import with_work
from klbio.transport import Tree

__all__ = ["pair_rows"]


def pair_rows(pair: PhasePair, tree: Tree | None) -> list[PairRow]:
    """Measure a pair of phases by every estimand, along a tree too where there is one.

    Intervals that cover days are left to the cohort (`klbio.shift.cohort.days.with_days`).
    """
    rare = RareTaxa.of(pair)  # its estimates are points of the rows
    rows = PairMeasure.rows(pair)
    if tree is not None:
        rows = with_work(rows, pair, tree)
    return rare.beside(with_batches(list(ExcessMeasure(pair).beside(rows)), pair))
