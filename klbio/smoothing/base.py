"""What all estimators share: an interface, and the door for counts."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import overload

import numpy as np
from numpy.typing import ArrayLike

from klbio.distributions import Counts, Distribution, FloatArray
from klbio.errors import InputError, listed, shorten

__all__ = ["Estimator", "Mean"]

Mean = FloatArray | Distribution | None


class Estimator(ABC):
    r"""What all estimators share.

    .. math:: p_k = \frac{x_k + a_k}{n + \sum_j a_j}, \qquad a_k = A\,t_k

    with counts :math:`x`, depth :math:`n`, prior weight :math:`A` (pseudocounts in
    total) and prior mean :math:`t`.  A subclass says what :math:`A` is.
    """

    @abstractmethod
    def prior_weight(self, values: FloatArray) -> FloatArray:
        """Total of the pseudocounts of each row, shape (n_rows,)."""

    @abstractmethod
    def __str__(self) -> str:
        """Name that stands beside every number made with this estimator."""

    @property
    def given_mean(self) -> Mean:
        """Prior mean as it was given; None means uniform."""
        return None

    @overload
    def __call__(self, counts: Counts) -> Distribution: ...
    @overload
    def __call__(self, counts: ArrayLike) -> FloatArray: ...

    def __call__(self, counts: Counts | ArrayLike) -> Distribution | FloatArray:
        """Turn counts into a distribution over the same labels, or an array of counts into probabilities.

        Parameters
        ----------
        counts : Counts or array_like of shape (..., n_categories)

        Returns
        -------
        Distribution or ndarray of the same shape

        Raises
        ------
        InputError
            Naming the samples without counts, or a prior mean over other labels; values that are no counts.
        """
        if not isinstance(counts, Counts):
            values = _numbers(counts)
            rows = values.reshape(-1, values.shape[-1]) if values.ndim and values.size else values
            return self.probabilities(rows).reshape(values.shape)
        empty = [sample for sample, depth in zip(counts.samples, counts.depth, strict=True) if depth == 0]
        if empty:
            raise _all_zero(counts.name, f"sample {listed(empty)}")
        _require_labels(self.given_mean, counts)
        return Distribution(counts.samples, counts.labels, self.probabilities(counts.dense()), str(self))

    def probabilities(self, values: FloatArray) -> FloatArray:
        """Smooth an array of counts, shape (n_rows, n_categories) in and out."""
        values = _counted(values)
        added = self._added(values)
        total = values.sum(axis=1, keepdims=True) + added.sum(axis=1, keepdims=True)
        smoothed: FloatArray = (values + added) / total
        return smoothed

    def pseudocounts(self, values: FloatArray) -> FloatArray:
        """Give what the estimator amounts to adding to each count, shape (n_rows, n_categories).

        A row whose estimate is the prior mean alone gets 2^100 times its depth: finite,
        so that the formula holds, and so much that nothing of the counts is left in
        double precision.  An interval made from such a row has no width: it says
        what the prior says.
        """
        return self._added(_counted(values))

    def _added(self, values: FloatArray) -> FloatArray:
        added: FloatArray = self.prior_weight(values)[:, None] * self.prior_mean(values.shape[1])
        return added

    def prior_mean(self, n_categories: int) -> FloatArray:
        """Prior mean over the categories, shape (n_categories,)."""
        given = self.given_mean
        if given is None:
            return np.full(n_categories, 1 / n_categories)
        mean = given.values[0] if isinstance(given, Distribution) else given
        if len(mean) != n_categories:
            raise InputError.one(
                "prior mean", f"{len(mean)} categories", f"{n_categories}, as the counts have",
                "Give the mean over the labels of the table.",
            )  # fmt: skip
        return mean


def _numbers(values: ArrayLike) -> FloatArray:
    """Accept what numpy takes for an array of numbers."""
    try:
        return np.asarray(values, dtype=float)
    except (TypeError, ValueError) as error:
        raise InputError.one(
            "values", shorten(values), "Counts, or an array of them, (..., n_categories)"
        ) from error


def _counted(values: FloatArray) -> FloatArray:
    """Accept rows of counts; every one of them must count something."""
    array = _numbers(values)
    if array.ndim != 2 or not (np.isfinite(array) & (array >= 0)).all():
        raise InputError.one(
            "values", f"an array of shape {array.shape}", "finite counts of 0 or more, (n_rows, n_categories)"
        )
    empty = np.flatnonzero(array.sum(axis=1) == 0)
    if len(empty):
        raise _all_zero("values", f"row {listed(empty.tolist())}")
    return array


def _all_zero(place: str, who: str) -> InputError:
    return InputError.one(
        place, f"{who} has no counts", "at least one count per sample",
        "Leave it out: no smoothing makes a measurement of an empty sample.",
    )  # fmt: skip


def _require_labels(mean: Mean, counts: Counts) -> None:
    if isinstance(mean, Distribution) and mean.labels != counts.labels:
        unknown = [label for label in counts.labels if label not in set(mean.labels)]
        raise InputError.one(
            counts.name,
            f"labels {listed(unknown)} that the prior mean lacks" if unknown else "labels in another order",
            "the labels of the prior mean, in its order",
            "Make the mean from the same table.",
        )
