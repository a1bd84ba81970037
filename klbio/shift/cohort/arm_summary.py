"""Arms summed up: how many subjects, how many above floor and baseline, and how far they moved."""

from __future__ import annotations

import pandas as pd

from klbio.design import Arms
from klbio.phrases import CannotTell, say
from klbio.phrases.cohort import NoExcessIn
from klbio.schema import ArmRow, PairRow, named
from klbio.schema.keys import ARM, ESTIMAND, SHIFT, WITHIN_BATCH
from klbio.shift.cohort.arms import GROUP, NO_ORDER, by_arm

__all__ = ["arm_rows"]

ABOVE_FLOOR, ABOVE_BASELINE, BASELINE_P, N_BATCHES = named(
    PairRow, lambda row: (row.above_floor, row.above_baseline, row.baseline_p, row.n_batches_with_both)
)


def arm_rows(pairs: pd.DataFrame, arms: Arms = NO_ORDER) -> list[ArmRow]:
    """Summarise each arm: how many subjects lie above their floor, and above their baseline by a test of their own.

    Parameters
    ----------
    pairs : DataFrame
        Rows of ``pairs.tsv``.
    arms : Arms
        Their order.

    Returns
    -------
    list of ArmRow
        Where some arm has an estimand, each has a row of it: one of which no subject has it says why.
    """
    return [
        _arm_row(dict(zip(GROUP, map(str, key), strict=True)), str(estimand), arm, group)
        for key, part in pairs.groupby(GROUP, sort=False)
        for estimand, of_estimand in part.groupby(ESTIMAND, sort=False)
        for arm, group in by_arm(of_estimand, arms.ordered(part[ARM]))
    ]


def _arm_row(head: dict[str, str], estimand: str, arm: str, group: pd.DataFrame) -> ArmRow:
    shifts = group[SHIFT]
    return ArmRow(
        **head,
        estimand=estimand,
        arm=arm,
        n_subjects=len(group),
        n_above_floor=_n_yes(group[ABOVE_FLOOR]),
        n_with_baseline=_n_testable(group),
        n_above_baseline=_n_yes(group[ABOVE_BASELINE]),
        median_bits=float(shifts.median()),
        lowest_bits=float(shifts.min()),
        highest_bits=float(shifts.max()),
        n_with_batch_of_both=_n_with_batch_of_both(group),
        median_within_batch_bits=float(group[WITHIN_BATCH].median()),
        note=say(None if len(group) else CannotTell(NoExcessIn((arm,)))),
    )


def _n_with_batch_of_both(group: pd.DataFrame) -> int | None:
    """None where no batch is known."""
    known = group[N_BATCHES].dropna()
    return int(known.gt(0).sum()) if len(known) else None


def _n_yes(answers: pd.Series[bool]) -> int | None:
    """None where no subject has an answer."""
    known = answers.dropna()
    return int(known.eq(True).sum()) if len(known) else None


def _n_testable(group: pd.DataFrame) -> int | None:
    """Count the subjects that can be told from their baseline; None for an estimand without such a test."""
    return int(group[ABOVE_BASELINE].notna().sum()) if group[BASELINE_P].notna().any() else None
