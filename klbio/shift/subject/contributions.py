"""Which taxa carried a shift: per-taxon terms, and their mean over an arm."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import compress

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from klbio.schema import ContributionRow, TaxonRow, columns_of, named
from klbio.schema.keys import DIRECTION, SHARE, SUBJECT, TAXON
from klbio.shift.parts import Columns, arms_as_they_come
from klbio.shift.phase_pair import PhasePair

__all__ = ["SUMMED", "mean_over_arms", "taxon_columns", "taxon_rows"]

OF_ARM = named(TaxonRow, lambda row: (row.before, row.after, row.rank, row.arm))
MEANS = MEAN_BITS, MEAN_SHARE, N_UP, N_DOWN, N_SUBJECTS = named(
    TaxonRow, lambda row: (row.mean_contribution_bits, row.mean_share, row.n_up, row.n_down, row.n_subjects)
)
(BITS,) = named(ContributionRow, lambda row: (row.jsd_contribution_bits,))
SUMMED = [*OF_ARM, SUBJECT, TAXON, DIRECTION, BITS, SHARE]


def taxon_rows(pair: PhasePair) -> pd.DataFrame:
    """Split the pooled divergence of one subject over its taxa, largest first.

    The column ``jsd_contribution_bits`` sums to the subject's observed (plug-in) divergence,
    ``share`` to 1; ``jsd_contribution_corrected_bits`` sums to its bias-corrected one, and ``low_bits``
    and ``high_bits`` are for that term.
    """
    return pd.DataFrame(taxon_columns(pair))


def taxon_columns(pair: PhasePair) -> Columns:
    """Columns of `taxon_rows`; those of the head hold one value for all."""
    after, before = pair.counts.totals
    seen = (after + before) > 0
    p, q = (side[seen] for side in pair.counts.proportions)
    change = np.where(np.abs(p - q) > pair.rounding, p - q, 0.0)
    low, high = pair.jsd.term_intervals()  # over the categories seen, as all its terms
    taxa = list(compress(pair.counts.labels, seen.tolist()))
    plugin, terms = pair.jsd.plugin, pair.jsd.terms
    there, back = pair.relative_entropies
    columns: dict[str, NDArray[np.generic]] = columns_of(
        ContributionRow,
        taxon=np.array(taxa, dtype=object),
        direction=np.array(["none", "up", "down"], dtype=object)[np.sign(change).astype(int)],
        jsd_contribution_bits=terms,
        low_bits=np.maximum(low, 0.0),
        high_bits=np.maximum(high, 0.0),
        share=terms / plugin if plugin > 0 else np.zeros(len(taxa)),
        proportion_before=q,
        proportion_after=p,
        relative_entropy_after_before_contribution_bits=there.terms[seen],
        relative_entropy_before_after_contribution_bits=back.terms[seen],
        jsd_contribution_corrected_bits=pair.jsd.term_values,
    )
    order = pair.source.study.order
    largest_first = np.lexsort((np.array([order[taxon] for taxon in taxa]), -terms))
    head = {name: str(value) for name, value in pair.head.items()}
    return {**head, **{name: column[largest_first] for name, column in columns.items()}}


def mean_over_arms(contributions: pd.DataFrame, keys: Sequence[str] = OF_ARM) -> pd.DataFrame:
    """Average each taxon's contribution over the subjects of an arm; a taxon that a subject lacks counts as 0.

    Of `contributions` the columns `SUMMED` are used; words may be categories.
    """
    if contributions.empty:
        return pd.DataFrame(columns=[*keys, TAXON, *MEANS])
    by = list(keys)
    n_subjects = contributions.groupby(by, observed=True)[SUBJECT].nunique().rename(N_SUBJECTS)
    grouped = contributions.groupby([*by, TAXON], observed=True)
    sums = grouped[[BITS, SHARE]].sum().reset_index()
    ups = contributions.assign(
        n_up=contributions[DIRECTION].eq("up"), n_down=contributions[DIRECTION].eq("down")
    ).groupby([*by, TAXON], observed=True)[[N_UP, N_DOWN]].sum().reset_index()  # fmt: skip
    table = sums.merge(ups, on=[*by, TAXON]).merge(n_subjects.reset_index(), on=by)
    table = table.astype(dict.fromkeys([*by, TAXON], str))
    table[MEAN_BITS] = table.pop(BITS) / table[N_SUBJECTS]
    table[MEAN_SHARE] = table.pop(SHARE) / table[N_SUBJECTS]
    order = [*by, MEAN_BITS, TAXON]
    ascending = [True] * len(by) + [False, True]
    table = table.sort_values(order, ascending=ascending, key=arms_as_they_come(contributions))
    return table[[*by, TAXON, *MEANS]]
