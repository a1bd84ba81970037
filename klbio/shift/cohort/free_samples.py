"""Products with distances of columns that are 0 in sum over each subject: all samples but one of each say all."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from klbio.distributions import FloatArray

__all__ = ["FreeSamples"]


@dataclass(frozen=True, eq=False)
class FreeSamples:
    r"""Distances of samples less those of the last sample of the same subject.

    .. math:: \sum_i x_i D_{ij} = \sum_{i\ free} x_i (D_{ij} - D_{l(i) j}), \qquad \sum_{i \in subject} x_i = 0

    with l(i) the last sample of i's subject.  Where subjects have two samples that is half of a product, and a
    quarter of a quadratic form.

    Attributes
    ----------
    squared : ndarray of shape (n_samples, n_samples)
        D, symmetric.
    subject : ndarray of int of shape (n_samples,)
        Codes from 0.

    Examples
    --------
    >>> two = FreeSamples(np.array([[0.0, 0.5], [0.5, 0.0]]), np.array([0, 0]))
    >>> two.product(np.array([[1.0, -1.0]])).tolist(), two.quadratic_form(np.array([[1.0, -1.0]])).tolist()
    ([[-0.5, 0.5]], [-1.0])
    """

    squared: FloatArray
    subject: NDArray[np.intp]

    @cached_property
    def _last(self) -> NDArray[np.intp]:
        """Of each sample, the last one of its subject."""
        last = np.empty(self.subject.max() + 1, dtype=np.intp)
        last[self.subject] = np.arange(len(self.subject))  # of those that share a place the last one stays
        return last[self.subject]

    @cached_property
    def _free(self) -> NDArray[np.intp]:
        return np.flatnonzero(self._last != np.arange(len(self._last)))

    @cached_property
    def _beside_last(self) -> FloatArray:
        """Shape (n_free, n_samples)."""
        beside: FloatArray = self.squared[self._free] - self.squared[self._last[self._free]]
        return beside

    @cached_property
    def _among_free(self) -> FloatArray:
        """The same less those to the last samples, shape (n_free, n_free)."""
        among: FloatArray = self._beside_last[:, self._free] - self._beside_last[:, self._last[self._free]]
        return among

    def product(self, centred: FloatArray) -> FloatArray:
        """Give x D for each of some columns x, shape (n_columns, n_samples) in and out."""
        product: FloatArray = centred[:, self._free] @ self._beside_last
        return product

    def quadratic_form(self, centred: FloatArray) -> FloatArray:
        """Give x D x for each of them."""
        block = centred[:, self._free]
        form: FloatArray = np.einsum("ij,ij->i", block @ self._among_free, block)
        return form
