r"""What a divergence would be if nothing had changed, where a read brings many counts: signs of groups are flipped.

Its k-mers belong together, so the counts of a sample come in groups of whole reads.  Where a read is one count,
`klbio.estimates.read_reallocation` draws instead.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from klbio.distributions import FloatArray
from klbio.estimates.read_groups import of_copies_apart

__all__ = ["NullForm"]

LN2 = float(np.log(2))


@dataclass(frozen=True)
class NullForm:
    r"""The divergence to second order where nothing changed, in bits, as a form in the signs of groups.

    .. math::
        A_{bc} = \frac{1}{8 \ln 2} \sum_k \frac{e_{bk} e_{ck}}{r_k}, \qquad
        e_b = \frac{x_b - x_{b\cdot} r}{n} - \frac{y_b - y_{b\cdot} r}{m}

    with r the shares in all samples together.  If nothing changed, the difference of two samples within a group is as
    likely as its opposite.  So the sum over pairs of unlike groups is one draw among those that
    have the signs of groups flipped, at any depth, and for words of any number of counts: a wild bootstrap of groups of
    reads that imposes the null hypothesis [1]_ [2]_.

    Attributes
    ----------
    products : ndarray of shape (n_groups, n_groups)
        A.
    unlike : float
        All pairs of groups over those of unlike ones, by size.
    single : float
        Bits by scatter if each count came by itself.

    References
    ----------
    .. [1] Cameron AC, Gelbach JB, Miller DL (2008) Bootstrap-based improvements for inference with clustered errors.
       Rev Econ Stat 90:414-427. doi:10.1162/rest.90.3.414
    .. [2] Canay IA, Santos A, Shaikh AM (2021) The wild bootstrap with a "small" number of "large" clusters.
       Rev Econ Stat 103:346-363. doi:10.1162/rest_a_00887
    """

    products: FloatArray
    unlike: float
    single: float

    @classmethod
    def pooled(cls, samples: FloatArray, n_after: int) -> NullForm:
        """Of the divergence between the sums of two phases.

        Parameters
        ----------
        samples : ndarray of shape (n_samples, n_groups, n_categories)
            Counts, the after-samples first; no group is empty, and no category.
        n_after : int
            How many after-samples.

        Examples
        --------
        >>> samples = np.array([[[3.0, 1.0], [2.0, 2.0]], [[2.0, 2.0], [1.0, 3.0]]])
        >>> form = NullForm.pooled(samples, 1)
        >>> form.products.round(4).tolist()
        [[0.0113, 0.0113], [0.0113, 0.0113]]
        """
        return cls.pairs(np.array([samples[:n_after].sum(axis=0), samples[n_after:].sum(axis=0)]), 1)

    @classmethod
    def pairs(cls, samples: FloatArray, n_after: int) -> NullForm:
        """Of the mean divergence over all pairs of an after-sample and a before-sample; see `pooled`.

        With ``e = s - w r``, s the counts over the depth and w their sums over categories, ``e e' / r`` is
        ``s s' / r - w w'``.  And the mean over pairs of ``(e_i - e_j) (e_i - e_j)'`` is that of ``e_i e_i'``, and of
        ``e_j e_j'``, less the products of the two means: samples are taken one at a time.
        """
        whole = samples.sum(axis=0)
        root = np.sqrt(whole.sum(axis=0) / whole.sum())
        after, before = (_Phase.of(side, root) for side in (samples[:n_after], samples[n_after:]))
        crossed = after.times(before)
        shares, per_depth = whole.sum(axis=1) / whole.sum(), 1 / samples.sum(axis=(1, 2))
        return cls(
            products=(after.own + before.own - crossed - crossed.T) / (8 * LN2),
            unlike=1 / (1 - float((shares**2).sum())),
            single=len(root) * float(per_depth[:n_after].mean() + per_depth[n_after:].mean()) / (8 * LN2),
        )

    @property
    def left(self) -> float:
        """Bits that the samples have apart from chance, to second order."""
        scatter = float(np.trace(self.products))
        return (float(self.products.sum()) - scatter) * self.unlike - of_copies_apart(scatter, self.single)

    def flipped(self, signs: FloatArray) -> FloatArray:
        """Bits that they would have with the signs of groups flipped; over all signs the mean is 0.

        Parameters
        ----------
        signs : ndarray of shape (n_resamples, n_groups)
            1 or -1, drawn by chance.

        Returns
        -------
        ndarray of shape (n_resamples,)

        Examples
        --------
        >>> NullForm(np.ones((2, 2)), 2.0, 0.0).flipped(np.array([[1.0, 1.0], [1.0, -1.0]])).tolist()
        [4.0, -4.0]
        """
        drawn: FloatArray = ((signs @ self.products) * signs).sum(axis=1) - np.trace(self.products)
        return drawn * self.unlike


@dataclass(frozen=True)
class _Phase:
    """Products of the samples of a phase with themselves, on average, and their mean."""

    own: FloatArray
    scaled: FloatArray
    shares: FloatArray

    @classmethod
    def of(cls, samples: FloatArray, root: FloatArray) -> _Phase:
        n_groups = samples.shape[1]
        own, mean, shares = np.zeros((n_groups, n_groups)), np.zeros_like(samples[0]), np.zeros(n_groups)
        for counts in samples:
            scaled, share = counts / (counts.sum() * root), counts.sum(axis=1) / counts.sum()
            own += scaled @ scaled.T - np.outer(share, share)
            mean += scaled
            shares += share
        return cls(own / len(samples), mean / len(samples), shares / len(samples))

    def times(self, other: _Phase) -> FloatArray:
        """Products of the mean with another phase's."""
        products: FloatArray = self.scaled @ other.scaled.T - np.outer(self.shares, other.shares)
        return products
