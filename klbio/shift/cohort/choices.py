"""The value of every subject under every choice: estimand, measure, smoothing, support, depth, correction."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import pandas as pd

from klbio.schema import PairRow, RarefactionRow, named
from klbio.schema.keys import (
    AFTER,
    ARM,
    BEFORE,
    DEPTH_BEFORE,
    ESTIMAND,
    N_AFTER,
    N_BEFORE,
    RANK,
    SUBJECT,
)
from klbio.shift.settings import EXCESS

__all__ = ["CHOICE", "CONTRAST", "GROUP", "JSD", "VALUE", "Choice", "values_of_choices"]

CONTRAST = [BEFORE, AFTER]
GROUP = [*CONTRAST, RANK]
UNIT = [SUBJECT, ARM]
VALUE = "value"  # of a subject under a choice
JSD = "Jensen-Shannon divergence"
BITS = named(PairRow, lambda row: (
    row.jensen_shannon_divergence_bits, row.relative_entropy_after_before_bits,
    row.relative_entropy_before_after_bits,
))  # fmt: skip
SMOOTHINGS = named(PairRow, lambda row: (row.smoothing_jsd, row.smoothing_relative_entropy))
DEPTH, CORRECTED, OBSERVED = named(
    RarefactionRow, lambda row: (row.choice, row.jsd_corrected_bits, row.jsd_plugin_bits)
)
MEASURES = dict(zip(BITS, (JSD, "D(after || before)", "D(before || after)"), strict=True))
FULL_DEPTH = 0  # reads that a row is rarefied to, where it is not
OF_ONE = ["full depth", "own shallower side"]  # depths of one subject alone are no choice for a study
NEARLY_ALL = 0.9  # share of the subjects that have an excess shift, from which the report speaks of it


class Choice(NamedTuple):
    """What was chosen, by the columns of its row."""

    measure: str
    estimand: str
    corrected: bool
    smoothing: str
    support: str
    rarefied_to: int


CHOICE = list(Choice._fields)


def values_of_choices(
    pairs: pd.DataFrame, sensitivity: pd.DataFrame, rarefaction: pd.DataFrame
) -> pd.DataFrame:
    """Give a row per subject and choice, those of the report ahead.

    Parameters
    ----------
    pairs, sensitivity, rarefaction : DataFrame
        Rows of ``pairs.tsv``, ``sensitivity.tsv`` and ``rarefaction.tsv``.
    """
    parts = [_from_pairs(pairs), _from_sensitivity(sensitivity), _from_rarefaction(rarefaction)]
    return pd.concat(parts, ignore_index=True)


def _from_pairs(pairs: pd.DataFrame) -> pd.DataFrame:
    """The numbers of the report, by every estimand, the one reported first."""
    kinds = [_reported_first(group) for _, group in pairs.groupby(CONTRAST, sort=False)]
    ordered = pd.concat(kinds)
    return _stacked(
        ordered.assign(
            measure=name,
            corrected=ordered[DEPTH_BEFORE].notna(),  # proportions have no depth to correct for
            value=ordered[column],
            smoothing=ordered[SMOOTHINGS[name != JSD]],
            rarefied_to=FULL_DEPTH,
        )[ordered[column].notna()]
        for column, name in MEASURES.items()
    )


def _reported_first(pairs: pd.DataFrame) -> pd.DataFrame:
    """Put excess shifts first, or last where too many subjects have none; pairs before sums of unlike many samples."""
    excess, pooled = pairs[ESTIMAND].eq(EXCESS), pairs[ESTIMAND].eq("pooled")
    if excess.sum() >= NEARLY_ALL * pooled.sum():
        place = 1 - excess.astype(int)
    else:  # the fewer samples are pooled, the further apart they lie: such sums are not to be compared
        unlike = len(pairs.loc[pooled, [N_BEFORE, N_AFTER]].drop_duplicates()) > 1
        place = 2 * excess.astype(int) + (pooled & unlike).astype(int)
    return pairs.assign(place=place).sort_values("place", kind="stable")


def _from_sensitivity(sensitivity: pd.DataFrame) -> pd.DataFrame:
    """The pooled numbers as observed; of proportions there are none beside those of the report."""
    if sensitivity.empty:
        return pd.DataFrame()
    return _stacked(
        sensitivity.assign(
            measure=name,
            corrected=False,
            estimand="pooled",
            rarefied_to=FULL_DEPTH,
            value=sensitivity[column],
        )
        for column, name in MEASURES.items()
    )


def _from_rarefaction(rarefaction: pd.DataFrame) -> pd.DataFrame:
    """Depths that many subjects share."""
    if rarefaction.empty:
        return pd.DataFrame()
    shared = rarefaction[~rarefaction[DEPTH].isin(OF_ONE)]
    return _stacked(
        shared.assign(
            measure=JSD,
            estimand="pooled",
            corrected=corrected,
            smoothing="none",
            support="pair union",
            rarefied_to=shared[DEPTH_BEFORE],
            value=shared[column],
        )
        for column, corrected in ((CORRECTED, True), (OBSERVED, False))
    )


def _stacked(frames: Iterator[pd.DataFrame]) -> pd.DataFrame:
    return pd.concat(list(frames))[[*GROUP, *UNIT, *CHOICE, VALUE]]
