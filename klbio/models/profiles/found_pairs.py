"""What became of some pairs of profiles: the aligned ones, and how many were left out; as columns, to be kept."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from klbio.models.profiles.align_all import AlignedPair, LeftOut
from klbio.models.profiles.profile_pair import AlignedColumns, Alignment
from klbio.models.profiles.shuffling import ShuffledScores

__all__ = ["FoundPairs"]

Columns = Mapping[str, NDArray[np.generic]]
OF_PAIR = ("score_bits", "coverage_p", "coverage_q")  # of an alignment
MEANS = ("mean_forward", "mean_backward", "mean_jensen_shannon")
OF_COLUMN = ("forward", "backward", "jensen_shannon")
OF_NULL = tuple(field.name for field in fields(ShuffledScores))


@dataclass(frozen=True, eq=False)
class FoundPairs:
    """Pairs that an `Aligner` looked at.

    Parameters
    ----------
    aligned : sequence of AlignedPair
    n_low : int
        Pairs that passed the quick test and have too low a score.
    n_by_chance : int
        Pairs whose score chance explains.
    """

    aligned: Sequence[AlignedPair]
    n_low: int
    n_by_chance: int

    @classmethod
    def of(cls, pairs: Iterable[AlignedPair | LeftOut]) -> FoundPairs:
        """Keep the aligned ones, and count the others."""
        aligned, n_low, n_by_chance = list[AlignedPair](), 0, 0
        for pair in pairs:
            if isinstance(pair, AlignedPair):
                aligned.append(pair)
            elif pair.null is None:
                n_low += 1
            else:
                n_by_chance += 1
        return cls(aligned, n_low, n_by_chance)

    @classmethod
    def joined(cls, parts: Iterable[FoundPairs]) -> FoundPairs:
        """Put several together, in order."""
        found = list(parts)
        aligned = [pair for part in found for pair in part.aligned]
        return cls(aligned, sum(part.n_low for part in found), sum(part.n_by_chance for part in found))

    def columns(self) -> dict[str, NDArray[np.generic]]:
        """Give all as arrays: a value a pair, then a value an aligned column of all pairs."""
        of = [(pair.alignment, pair.columns, pair.null) for pair in self.aligned]
        places = [found.pairs for found, _, _ in of]
        return {
            "left_out": np.array([self.n_low, self.n_by_chance]),
            "places": np.array([(pair.i, pair.j) for pair in self.aligned], dtype=np.intp).reshape(-1, 2),
            "strand": np.array([pair.strand for pair in self.aligned], dtype=object),
            "n_columns": np.array([len(found.pairs) for found, _, _ in of], dtype=np.intp),
            **{name: np.array([getattr(found, name) for found, _, _ in of], float) for name in OF_PAIR},
            **{name: np.array([getattr(columns, name) for _, columns, _ in of], float) for name in MEANS},
            **{f"null_{name}": np.array([getattr(null, name) for _, _, null in of]) for name in OF_NULL},
            "nodes": np.concatenate([np.empty((0, 2), np.int64), *places]),
            "column_bits": np.concatenate([np.empty(0), *(found.column_bits for found, _, _ in of)]),
            **{
                name: np.concatenate([np.empty(0), *(getattr(columns, name) for _, columns, _ in of)])
                for name in OF_COLUMN
            },
        }

    @classmethod
    def of_columns(cls, columns: Columns) -> FoundPairs:
        """Give what `columns` was made of, to the last bit.

        Raises
        ------
        KeyError
            If a column is not there.
        """
        n_low, n_by_chance = columns["left_out"].tolist()
        ends = np.cumsum(columns["n_columns"])[:-1]
        of_pair = [columns[name].tolist() for name in (*OF_PAIR, *MEANS)]
        nodes = np.split(np.asarray(columns["nodes"], np.int64), ends)
        of_column = [np.split(np.asarray(columns[name], float), ends) for name in ("column_bits", *OF_COLUMN)]
        nulls = zip(*(columns[f"null_{name}"].tolist() for name in OF_NULL), strict=True)
        aligned = list[AlignedPair]()
        for k, ((i, j), strand, null) in enumerate(
            zip(columns["places"].tolist(), columns["strand"].tolist(), nulls, strict=True)
        ):
            score, cover_p, cover_q, *means = (values[k] for values in of_pair)
            bits, forward, backward, middle = (values[k] for values in of_column)
            found = Alignment(score, nodes[k], bits, cover_p, cover_q)
            divergences = AlignedColumns(forward, backward, middle, *means)
            aligned.append(AlignedPair(i, j, found, divergences, ShuffledScores(*null), strand))
        return cls(aligned, n_low, n_by_chance)
