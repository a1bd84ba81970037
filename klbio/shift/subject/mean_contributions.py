"""What each taxon contributed on average over the subjects of an arm."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from klbio.schema import ContributionRow, TaxonRow, named
from klbio.schema.keys import ARM, DIRECTION, SHARE, SUBJECT, TAXON
from klbio.shift.subject.compensated_sums import CompensatedSums

__all__ = ["SUMMED", "mean_over_arms"]

OF_ARM = named(TaxonRow, lambda row: (row.before, row.after, row.rank, row.arm))
MEANS = MEAN_BITS, MEAN_SHARE, N_UP, N_DOWN, N_SUBJECTS = named(
    TaxonRow, lambda row: (row.mean_contribution_bits, row.mean_share, row.n_up, row.n_down, row.n_subjects)
)
(BITS,) = named(ContributionRow, lambda row: (row.jsd_contribution_bits,))
SUMMED = (*OF_ARM, SUBJECT, TAXON, DIRECTION, BITS, SHARE)

Rows = Mapping[str, Any] | pd.DataFrame  # columns by name
Codes = NDArray[np.int64]
HALF = 32  # bits: two numbers of words stand in one of 64


def mean_over_arms(pieces: Iterable[Rows]) -> pd.DataFrame:
    """Average each taxon's contribution over the subjects of an arm; a taxon that a subject lacks counts as 0.

    Parameters
    ----------
    pieces : iterable of mapping, or of DataFrame
        Rows of ``contributions.tsv``, cut anywhere, of which the columns `SUMMED` are used.

    Returns
    -------
    DataFrame
        Rows of ``taxa.tsv``: contrasts and ranks by name, arms as they come, the largest mean first.
    """
    sums = _Sums()
    for piece in pieces:
        sums.add(piece)
    return sums.frame()


class _Sums:
    """Sums over the subjects of every arm of a contrast and rank, taxon by taxon."""

    def __init__(self) -> None:
        self.heads: dict[tuple[str, ...], int] = {}
        self.arms: dict[str, int] = {}  # as they come
        self.subjects: dict[str, int] = {}
        self.taxa: dict[str, int] = {}
        self.groups: dict[int, int] = {}  # taxa of heads
        self.members: set[int] = set()  # subjects of heads
        self.values = {name: CompensatedSums() for name in (BITS, SHARE)}
        self.moved = {name: np.zeros(0, dtype=np.int64) for name in ("up", "down")}

    def add(self, rows: Rows) -> None:
        """Add the rows of some subjects."""
        _places(rows[ARM], self.arms)
        heads = self._heads(rows)
        self.members.update(np.unique(_pairs(heads, _places(rows[SUBJECT], self.subjects))).tolist())
        groups = _places(_pairs(heads, _places(rows[TAXON], self.taxa)), self.groups)
        for name, sums in self.values.items():
            sums.add(groups, np.asarray(rows[name], dtype=float), len(self.groups))
        direction = np.asarray(rows[DIRECTION], dtype=object)
        for way, before in self.moved.items():
            self.moved[way] = np.bincount(groups[direction == way], minlength=len(self.groups))
            self.moved[way][: len(before)] += before

    def _heads(self, rows: Rows) -> Codes:
        """Number contrast, rank and arm of each row together."""
        words = [pd.factorize(rows[name]) for name in OF_ARM]
        numbers = np.zeros(len(words[0][0]), dtype=np.int64)
        for codes, own in words:
            numbers = numbers * len(own) + codes
        _, first, inverse = np.unique(numbers, return_index=True, return_inverse=True)
        heads = zip(*(own[codes[first]].tolist() for codes, own in words), strict=True)
        known = [self.heads.setdefault(head, len(self.heads)) for head in heads]
        return np.array(known, dtype=np.int64)[inverse]

    def frame(self) -> pd.DataFrame:
        """Divide by the subjects of each arm."""
        if not self.groups:
            return pd.DataFrame(columns=[*OF_ARM, TAXON, *MEANS])
        heads, taxa = _halves(self.groups)
        n_subjects = np.bincount(_halves(self.members)[0])[heads]
        columns = {
            **dict(zip(OF_ARM, np.array(list(self.heads), dtype=object)[heads].T, strict=True)),
            TAXON: np.array(list(self.taxa), dtype=object)[taxa],
            MEAN_BITS: self.values[BITS].sums / n_subjects,
            MEAN_SHARE: self.values[SHARE].sums / n_subjects,
            N_UP: self.moved["up"],
            N_DOWN: self.moved["down"],
            N_SUBJECTS: n_subjects,
        }
        order = [*OF_ARM, MEAN_BITS, TAXON]
        table = pd.DataFrame(columns).astype(dict.fromkeys([*OF_ARM, TAXON], str))
        return table.sort_values(
            order, ascending=[name != MEAN_BITS for name in order], key=self._as_they_come
        )

    def _as_they_come(self, column: pd.Series) -> pd.Series:
        return column.map(self.arms) if column.name == ARM else column


def _places(words: Any, known: dict[Any, int]) -> Codes:
    """Number words, those that came before as then."""
    codes, own = pd.factorize(words)
    places = [known.setdefault(word, len(known)) for word in own.tolist()]
    return np.array(places, dtype=np.int64)[codes]


def _pairs(left: Codes, right: Codes) -> Codes:
    """Give one number for two."""
    return left << HALF | right


def _halves(pairs: Iterable[int]) -> tuple[Codes, Codes]:
    both = np.array(list(pairs), dtype=np.int64)
    return both >> HALF, both & (1 << HALF) - 1
