"""Which taxa carried a shift: per-taxon terms, and their mean over an arm."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import compress
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from klbio.design import Contrast, Unit
from klbio.shift.phase_pair import Rows
from klbio.shift.settings import ShiftSettings
from klbio.shift.subject.divergence import jsd, relative_entropy

__all__ = ["Column", "mean_over_arms", "taxon_columns", "taxon_rows"]

Column = NDArray[Any]


def taxon_rows(rows: Rows, unit: Unit, contrast: Contrast, settings: ShiftSettings) -> pd.DataFrame:
    """Split the pooled divergence of one subject over its taxa, largest first.

    The column ``jsd_contribution_bits`` sums to the subject's observed (plug-in) divergence,
    ``share`` to 1; ``jsd_contribution_corrected_bits`` sums to its bias-corrected one, and ``low_bits``
    and ``high_bits`` are for that term.
    """
    return pd.DataFrame(taxon_columns(rows, unit, contrast, settings))


def taxon_columns(rows: Rows, unit: Unit, contrast: Contrast, settings: ShiftSettings) -> dict[str, Column]:
    """Columns of `taxon_rows`."""
    counts = rows.phases(unit.names(contrast.after), unit.names(contrast.before), settings.support)
    after, before = counts.totals
    p, q = after / after.sum(), before / before.sum()
    seen = (after + before) > 0
    estimate = jsd(*counts.pooled)  # over the categories seen
    low, high = estimate.term_intervals()
    taxa = list(compress(counts.labels, seen.tolist()))
    columns: dict[str, Column] = {
        "taxon": np.array(taxa, dtype=object),
        "direction": np.array(["none", "up", "down"], dtype=object)[np.sign(p - q)[seen].astype(int)],
        "jsd_contribution_bits": estimate.terms,
        "low_bits": np.maximum(low, 0.0),
        "high_bits": np.maximum(high, 0.0),
        "share": estimate.terms / estimate.plugin if estimate.plugin > 0 else np.zeros(len(taxa)),
        "proportion_before": q[seen],
        "proportion_after": p[seen],
        "relative_entropy_after_before_contribution_bits": relative_entropy(
            after, before, settings.estimator
        ).terms[seen],
        "relative_entropy_before_after_contribution_bits": relative_entropy(
            before, after, settings.estimator
        ).terms[seen],
        "jsd_contribution_corrected_bits": estimate.term_values,
    }
    names = np.array([rows.order[taxon] for taxon in taxa])
    largest_first = np.lexsort((names, -estimate.terms))
    return {name: column[largest_first] for name, column in columns.items()}


def mean_over_arms(
    contributions: pd.DataFrame, keys: Sequence[str] = ("before", "after", "rank", "arm")
) -> pd.DataFrame:
    """Average each taxon's contribution over the subjects of an arm; a taxon that a subject lacks counts as 0."""
    if contributions.empty:
        return pd.DataFrame(columns=[*keys, "taxon", *_MEANS])
    by = list(keys)
    n_subjects = contributions.groupby(by)["subject"].nunique().rename("n_subjects")
    grouped = contributions.groupby([*by, "taxon"])
    sums = grouped[["jsd_contribution_bits", "share"]].sum().reset_index()
    ups = contributions.assign(
        up=contributions["direction"].eq("up"), down=contributions["direction"].eq("down")
    ).groupby([*by, "taxon"])[["up", "down"]].sum().reset_index()  # fmt: skip
    table = sums.merge(ups, on=[*by, "taxon"]).merge(n_subjects.reset_index(), on=by)
    table["mean_contribution_bits"] = table.pop("jsd_contribution_bits") / table["n_subjects"]
    table["mean_share"] = table.pop("share") / table["n_subjects"]
    table = table.rename(columns={"up": "n_up", "down": "n_down"})
    order = [*by, "mean_contribution_bits", "taxon"]
    table = table.sort_values(order, ascending=[True] * len(by) + [False, True])
    return table[[*by, "taxon", *_MEANS]]


_MEANS = ["mean_contribution_bits", "mean_share", "n_up", "n_down", "n_subjects"]
