"""How closely two things of a study go together, by permutation of labels within blocks."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from klbio.distributions import FloatArray
from klbio.divergences import entropy, mutual_information
from klbio.statistics import Statistic, TestResult, WithinBlocks, codes

__all__ = ["rank_correlation", "uncertainty_coefficient"]


def uncertainty_coefficient(
    exchange: WithinBlocks, memberships: FloatArray, rng: np.random.Generator
) -> TestResult:
    r"""Test how much is known of a label by what its bearer is a member of.

    .. math:: U(L \mid B) = \frac{I(L; B)}{H(L)}

    Theil's uncertainty coefficient: 0 where the two are independent, 1 where whoever knows the batch
    knows the label [1]_.  p is the share of the arrangements with as much information.

    Parameters
    ----------
    exchange : WithinBlocks
        The labels (phase of each sample, or arm of each subject), and within which blocks they could
        have been exchanged.
    memberships : ndarray of shape (n, n_batches)
        How many samples of each stand in each batch.
    rng : Generator
        Used only where arrangements are more than 20,000.

    Returns
    -------
    TestResult
        Of `value` U; without a test where there is one label.

    References
    ----------
    .. [1] Theil H (1970) On the estimation of relationships involving qualitative variables.
       Am J Sociol 76:103-154. doi:10.1086/224909

    Examples
    --------
    >>> each = np.array([[1., 0.], [0., 1.], [1., 0.], [0., 1.]])
    >>> test = uncertainty_coefficient(WithinBlocks.of("baba", "SSTT"), each, np.random.default_rng(1))
    >>> test.value, test.p_value
    (1.0, 0.5)
    """
    labels = exchange.labels.astype(float)[None]
    if not labels.any():
        return TestResult()
    (joint,) = _tables(labels, memberships)
    observed = float(mutual_information(joint))
    statistic = Statistic(
        observed, lambda block: mutual_information(_tables(block, memberships)), cells=joint.size
    )
    share = min(observed / float(entropy(joint.sum(axis=1))), 1.0)
    return exchange.counted(share, statistic, rng)


def rank_correlation(
    x: FloatArray, y: FloatArray, blocks: Sequence[object], rng: np.random.Generator
) -> TestResult:
    r"""Spearman's correlation within blocks, two-sided.

    Ranks are taken, and their mean is taken off, block by block: what differs between arms is no part
    of it.  Values of one side are exchanged within blocks.

    Parameters
    ----------
    x, y : ndarray of shape (n,)
        Two numbers of each subject.
    blocks : sequence of length n
        Its arm.
    rng : Generator
        Used only where arrangements are more than 20,000.

    Returns
    -------
    TestResult
        Of `value` rho; without a test where nothing varies.

    Examples
    --------
    >>> rank_correlation(np.array([1., 2, 3]), np.array([5., 6, 9]), "aaa", np.random.default_rng(1)).value
    1.0
    """
    where = codes(blocks)
    left, right = _centred_ranks(x, where), _centred_ranks(y, where)
    size = float(np.sqrt((left @ left) * (right @ right)))
    if size == 0:
        return TestResult()
    rho = float(left @ right) / size
    statistic = Statistic(abs(rho), lambda orders: np.abs(right[orders.astype(np.intp)] @ left) / size)
    return WithinBlocks(np.arange(len(x)), where).counted(rho, statistic, rng)


def _centred_ranks(values: FloatArray, where: NDArray[np.intp]) -> FloatArray:
    """Ranks within each block, of equals their mean, less the mean of the block."""
    ranks = np.empty(len(values))
    for code in range(where.max() + 1):
        _, which, sizes = np.unique(values[where == code], return_inverse=True, return_counts=True)
        own = (np.cumsum(sizes) - (sizes - 1) / 2)[which]
        ranks[where == code] = own - own.mean()
    return ranks


def _tables(labels: FloatArray, memberships: FloatArray) -> FloatArray:
    """Joint distributions of label and batch, shape (n_arrangements, n_labels, n_batches)."""
    n_labels = int(labels.max()) + 1
    counts = np.stack([(labels == k) @ memberships for k in range(n_labels)], axis=1)
    joint: FloatArray = counts / memberships.sum()
    return joint
