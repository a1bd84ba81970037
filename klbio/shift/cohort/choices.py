"""The value of every subject under every choice: estimand, measure, smoothing, support, depth, correction."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import pandas as pd

from klbio.schema import HeadlineRow, PairRow, named
from klbio.shift.settings import EXCESS

__all__ = ["CHOICE", "GROUP", "JSD", "UNIT", "Choice", "values_of_choices"]

GROUP = list(named(HeadlineRow, lambda row: (row.before, row.after, row.rank)))
UNIT = named(PairRow, lambda row: (row.subject, row.arm))
JSD = "Jensen-Shannon divergence"
BITS = named(PairRow, lambda row: (
    row.jensen_shannon_divergence_bits, row.relative_entropy_after_before_bits,
    row.relative_entropy_before_after_bits,
))  # fmt: skip
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
    kinds = [_reported_first(group) for _, group in pairs.groupby(["before", "after"], sort=False)]
    ordered = pd.concat(kinds)
    return _stacked(
        ordered.assign(
            measure=name,
            corrected=ordered["depth_before"].notna(),  # proportions have no depth to correct for
            value=ordered[column],
            smoothing=ordered["smoothing_jsd" if name == JSD else "smoothing_relative_entropy"],
            rarefied_to=FULL_DEPTH,
        )[ordered[column].notna()]
        for column, name in MEASURES.items()
    )


def _reported_first(pairs: pd.DataFrame) -> pd.DataFrame:
    """Put excess shifts behind the others where too many subjects have none."""
    excess = pairs["estimand"].eq(EXCESS)
    if excess.sum() >= NEARLY_ALL * pairs["estimand"].eq("pooled").sum():
        return pairs.assign(place=~excess).sort_values("place", kind="stable")
    return pairs.assign(place=excess).sort_values("place", kind="stable")


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
    shared = rarefaction[~rarefaction["choice"].isin(OF_ONE)]
    return _stacked(
        shared.assign(
            measure=JSD,
            estimand="pooled",
            corrected=corrected,
            smoothing="none",
            support="pair union",
            rarefied_to=shared["depth_before"],
            value=shared[column],
        )
        for column, corrected in (("jsd_corrected_bits", True), ("jsd_plugin_bits", False))
    )


def _stacked(frames: Iterator[pd.DataFrame]) -> pd.DataFrame:
    return pd.concat(list(frames))[[*GROUP, *UNIT, *CHOICE, "value"]]
