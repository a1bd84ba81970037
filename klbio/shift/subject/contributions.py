"""Which taxa carried a shift: per-taxon terms."""

from __future__ import annotations

from itertools import compress

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from klbio.schema import ContributionRow, columns_of
from klbio.shift.parts import Columns
from klbio.shift.phase_pair import PhasePair

__all__ = ["taxon_columns", "taxon_rows"]


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
