"""`GroundDistance`: how far apart categories are, checked once at the door, then frozen."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from klbio.distributions import FloatArray
from klbio.errors import Fault, InputError, listed

__all__ = ["GroundDistance"]

SYMMETRY = 1e-9


@dataclass(frozen=True, eq=False)
class GroundDistance:
    """How far apart categories are.

    The triangle inequality is not asked for; where it fails, so it does for the Wasserstein distance.

    Parameters
    ----------
    values : array_like of shape (n_categories, n_categories)
        Symmetric (within 1e-9 of the largest), finite, 0 or more, with zeros on the diagonal.
    labels : sequence of str of length n_categories, optional
        Names of the categories, kept verbatim; their numbers from 0 unless given.
    name : str
        What messages call it: the file it came from.

    Raises
    ------
    InputError
        All faults of the matrix, with the categories at which they stand.

    Examples
    --------
    >>> GroundDistance([[0, 1], [2, 0]], ["A", "G"])
    Traceback (most recent call last):
        ...
    klbio.errors.InputError: distance: 1 from 'A' to 'G' but 2 back; expected a symmetric matrix. ...
    """

    values: FloatArray
    labels: tuple[str, ...]
    name: str = "distance"

    def __init__(
        self, values: ArrayLike, labels: Sequence[str] | None = None, name: str = "distance"
    ) -> None:
        matrix = np.array(values, dtype=float)
        if matrix.ndim != 2 or matrix.shape[0] != matrix.shape[1] or not matrix.size:
            raise InputError.one(name, f"an array of shape {matrix.shape}", "a square matrix")
        names = tuple(str(k) for k in range(len(matrix))) if labels is None else tuple(labels)
        matrix.setflags(write=False)
        for field, value in (("values", matrix), ("labels", names), ("name", name)):
            object.__setattr__(self, field, value)
        InputError.raise_any(self._label_faults() or self._value_faults())

    def _label_faults(self) -> list[Fault]:
        faults = []
        repeated = [label for label, times in Counter(self.labels).items() if times > 1]
        if len(self.labels) != len(self.values):
            found = f"{len(self.labels)} labels for {len(self.values)} rows"
            faults.append(Fault(self.name, found, "one label per row"))
        if repeated:
            found = f"labels {listed(repeated)} given more than once"
            faults.append(Fault(self.name, found, "each label once"))
        return faults

    def _value_faults(self) -> list[Fault]:
        matrix, labels = self.values, self.labels
        bad = np.argwhere(~(np.isfinite(matrix) & (matrix >= 0)))
        if len(bad):
            i, j = bad[0]
            found = f"{matrix[i, j]:g} from {labels[i]!r} to {labels[j]!r}" + _others(len(bad))
            return [Fault(self.name, found, "finite distances of 0 or more")]
        faults = []
        if (own := np.flatnonzero(matrix.diagonal())).size:
            who = listed(np.asarray(labels, dtype=object)[own])
            faults.append(
                Fault(self.name, f"a distance above 0 from {who} to itself", "zeros on the diagonal")
            )
        lopsided = np.argwhere(np.triu(np.abs(matrix - matrix.T) > SYMMETRY * matrix.max()))
        if len(lopsided):
            i, j = lopsided[0]
            there, back = matrix[i, j], matrix[j, i]
            found = f"{there:g} from {labels[i]!r} to {labels[j]!r} but {back:g} back" + _others(
                len(lopsided)
            )
            remedy = "If both directions are estimates of one distance, take their mean."
            faults.append(Fault(self.name, found, "a symmetric matrix", remedy))
        return faults


def _others(n: int) -> str:
    return f" (and {n - 1} more)" if n > 1 else ""
