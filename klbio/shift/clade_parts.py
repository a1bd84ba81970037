"""Where in the tree of life each subject's shift took place: frames of three tables."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from klbio.design import Design
from klbio.shift.parts import Part
from klbio.taxonomy import Taxonomy

if TYPE_CHECKING:
    from klbio.shift.phase_pair import Rows
    from klbio.shift.settings import ShiftSettings
    from klbio.shift.subject.hierarchy import Hierarchy
    from klbio.transport import Tree

__all__ = ["measure_clades"]

BITS = [
    "contribution_bits", "relative_entropy_after_before_contribution_bits",
    "relative_entropy_before_after_contribution_bits",
]  # fmt: skip


def measure_clades(
    rows: Rows, lineages: Taxonomy | None, tree: Tree | None, design: Design, settings: ShiftSettings
) -> Iterator[Part]:
    """Yield parts for every contrast: clades of the taxonomy and of the tree, their means, the ranks."""
    import pandas as pd

    from klbio.shift.subject.clades import clade_rows, clade_terms_of, mean_clades, rank_split

    for hierarchy in _hierarchies(rows, lineages, tree):
        for contrast in settings.contrasts:
            every = []
            for unit in design.complete(contrast):
                head = {
                    "subject": unit.subject,
                    "arm": unit.arm,
                    "before": contrast.before,
                    "after": contrast.after,
                }
                terms = clade_terms_of(rows, unit, contrast, hierarchy, settings)
                every.append(clade_rows(terms).assign(**head))
                yield Part("clades", every[-1][(every[-1][BITS] > 0).any(axis=1)])
                if hierarchy.source == "taxonomy" and lineages:
                    yield Part("rank_split", rank_split(terms, lineages.ranks).assign(**head))
            means = mean_clades(pd.concat(every, ignore_index=True) if every else pd.DataFrame())
            yield Part("clade_means", means)


def _hierarchies(rows: Rows, lineages: Taxonomy | None, tree: Tree | None) -> Iterator[Hierarchy]:
    from klbio.shift.subject.hierarchy import from_taxonomy, from_tree

    if lineages:
        yield from_taxonomy(rows.labels, lineages)
    if tree:
        yield from_tree(rows.labels, tree, lineages)
