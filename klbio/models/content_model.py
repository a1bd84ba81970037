"""Tables of emissions with their axes named, checked once at the door, then frozen."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from klbio.distributions import FloatArray
from klbio.errors import InputError

__all__ = ["MAX_ORDER", "ContentModel", "SiteModel", "check_rows", "check_sums", "closed", "frozen"]

MAX_ORDER = 8
TOLERANCE = 1e-9


def frozen(name: str, values: object, axes: int, last: int | None = None) -> FloatArray:
    """Copy to a read-only array of finite, non-negative numbers."""
    array = np.array(values, dtype=float)
    if array.ndim != axes or (last is not None and array.shape[-1] != last):
        wanted = f"{axes} axes" + (f", the last of length {last}" if last else "")
        raise InputError.one(name, f"an array of shape {array.shape}", wanted)
    if not (array.min(initial=0.0) >= 0 and array.max(initial=0.0) < np.inf):  # nan fails both
        raise InputError.one(name, "negative or non-finite probabilities", "finite values of 0 or more")
    array.setflags(write=False)
    return array


def check_rows(name: str, array: FloatArray, tolerance: float, *, impossible: bool = False) -> None:
    """Refuse rows that do not sum to 1; with `impossible`, rows of zeros may stand."""
    check_sums(name, array.sum(axis=-1), tolerance, impossible=impossible)


def check_sums(name: str, sums: FloatArray, tolerance: float, *, impossible: bool = False) -> None:
    """Refuse sums of rows that are not 1; with `impossible`, 0 may stand."""
    off = np.abs(sums - 1) > tolerance
    if impossible:
        off &= sums != 0
    if off.any():
        first = ", ".join(str(i + 1) for i in np.argwhere(off)[0])
        found = f"{off.sum()} rows off 1 (row {first}, counted from 1, sums to {sums[off][0]:.6g})"
        raise InputError.one(name, found, "rows that sum to 1")


def _power_of_four(n: int) -> int:
    """Order k of a table of 4**k contexts, -1 if there is none."""
    return next((k for k in range(MAX_ORDER + 1) if 4**k == n), -1)


def closed(rows: FloatArray) -> FloatArray:
    """Divide each row by its sum; rows of zeros stay.

    >>> closed(np.array([[1.0, 3.0], [0.0, 0.0]]))
    array([[0.25, 0.75],
           [0.  , 0.  ]])
    """
    sums = rows.sum(axis=-1, keepdims=True)
    return np.asarray(np.divide(rows, sums, out=np.zeros_like(rows), where=sums > 0))


@dataclass(frozen=True, eq=False)
class ContentModel:
    """A Markov chain of order k over DNA whose law may depend on the position in the codon.

    Parameters
    ----------
    probabilities : array_like of shape (period, 4**k, 4)
        ``[f, c, b]`` is P(base b | the k bases before it are c, b is at position f of
        the period).  With period 3, f = 0, 1, 2 is codon position 1, 2, 3 of the
        *emitted* base.  Contexts are in lexicographic order, oldest base first.  Rows
        sum to 1 within 1e-9; an all-zero row marks a context the model holds impossible.
    n_counts : int, optional
        How many bases (words of context and base) it was estimated from, each counted
        once; None where that is not known.

    Raises
    ------
    InputError
        On a wrong shape, an order above 8, rows that are no distributions, or a number
        of bases below 1.

    Examples
    --------
    >>> fair = ContentModel([[[0.25, 0.25, 0.25, 0.25]]])
    >>> fair.order, fair.period
    (0, 1)
    """

    probabilities: FloatArray
    n_counts: int | None = None

    def __post_init__(self) -> None:
        if self.n_counts is not None and self.n_counts < 1:
            raise InputError.one("content model", f"n_counts {self.n_counts}", "1 or more, or None")
        array = frozen("content model", self.probabilities, axes=3, last=4)
        if _power_of_four(array.shape[1]) < 0:
            raise InputError.one(
                "content model", f"{array.shape[1]} contexts", f"4**k contexts, k from 0 to {MAX_ORDER}"
            )
        check_rows("content model", array, TOLERANCE, impossible=True)
        object.__setattr__(self, "probabilities", array)

    @classmethod
    def scaled(cls, rows: FloatArray) -> tuple[ContentModel, float]:
        """Scale each row to sum to 1; give the model and the greatest departure from 1 before.

        Rows of zeros stay, and do not count as a departure.

        >>> model, worst = ContentModel.scaled([[[0.2, 0.2, 0.2, 0.2]]])
        >>> round(worst, 12), model.probabilities[0, 0, 0].item()
        (0.2, 0.25)
        """
        array = np.asarray(rows, dtype=float)
        sums = array.sum(axis=-1)
        worst = float(np.abs(sums[sums > 0] - 1).max(initial=0.0))
        return cls(closed(array)), worst

    @property
    def period(self) -> int:
        """How many positions take turns: 3 in coding sequence, 1 elsewhere."""
        return int(self.probabilities.shape[0])

    @property
    def order(self) -> int:
        """How many preceding bases the next one depends on."""
        return _power_of_four(self.probabilities.shape[1])


@dataclass(frozen=True, eq=False)
class SiteModel:
    """Base composition at each position around a signal, such as a splice site.

    Parameters
    ----------
    probabilities : array_like of shape (length, 4)
        Rows are positions, columns A, C, G, T; rows sum to 1 within 1e-9.
    first : int
        Where row 0 stands: position 0 is the first base of a donor, start or stop signal,
        and the last base (the G of AG) of an acceptor; negative positions lie upstream.
    """

    probabilities: FloatArray
    first: int

    def __post_init__(self) -> None:
        array = frozen("site model", self.probabilities, axes=2, last=4)
        check_rows("site model", array, TOLERANCE)
        object.__setattr__(self, "probabilities", array)

    @property
    def positions(self) -> range:
        """The position of each row."""
        return range(self.first, self.first + len(self.probabilities))
