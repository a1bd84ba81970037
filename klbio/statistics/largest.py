"""Many quantities of the same bearers, two labels: each tested by itself, and adjusted by the largest of all."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from klbio.statistics.designs import WithinBlocks
from klbio.statistics.permutation import Statistic, TestResult

__all__ = ["AdjustedTest", "largest_of_all"]

FloatArray = NDArray[np.float64]


class AdjustedTest(NamedTuple):
    """A test by itself, and its p among all of them."""

    test: TestResult
    p_adjusted: float


def largest_of_all(
    values: FloatArray, exchange: WithinBlocks, rng: np.random.Generator
) -> list[AdjustedTest]:
    r"""Test whether quantities differ between two labels, which could have been exchanged within blocks.

    .. math:: T_j = \frac{|\sum_{i: l_i = 1} x_{ij}|}{\sqrt{\sum_i x_{ij}^2}}

    :math:`x` are the values less their mean in each block.  T has no unit, so the largest of all quantities in each
    arrangement gives every one an adjusted p: the chance that any is as extreme where none differs is that p,
    however they depend on each other [1]_.  A missing value is taken for the mean of its block, which does not
    depend on labels.

    Parameters
    ----------
    values : ndarray of shape (n_bearers, n_quantities)
        NaN where one is missing.
    exchange : WithinBlocks
        Labels 0 and 1 of the bearers.
    rng : Generator
        Used only where arrangements are too many to be counted.

    Returns
    -------
    list of AdjustedTest
        Of `value` T; without a test for quantities that do not vary within blocks.

    References
    ----------
    .. [1] Westfall PH, Young SS (1993) Resampling-based multiple testing. Wiley. ISBN 978-0-471-55761-6

    Examples
    --------
    >>> values = np.array([[1.0, 5.0], [2.0, 4.0], [1.5, 3.0], [2.4, 3.0], [0.1, 1.0], [1.2, 2.0]])
    >>> tests = largest_of_all(values, WithinBlocks.of("abababab"[:6], "SSTTUU"), np.random.default_rng(1))
    >>> [(round(test.p_value, 2), round(adjusted, 2)) for test, adjusted in tests]
    [(0.25, 0.25), (1.0, 1.0)]
    """
    centred = _centred(values, exchange.blocks)
    size = np.sqrt((centred**2).sum(axis=0))
    moving = size > 0
    scaled = centred[:, moving] / size[moving]
    if not scaled.shape[1]:
        return [AdjustedTest(TestResult(), float("nan"))] * values.shape[1]
    observed = np.abs(exchange.labels @ scaled)
    statistic = Statistic(observed, lambda labels: np.abs(labels @ scaled))
    null = exchange.null(statistic, rng)
    largest = null.max(axis=1)
    p_values = exchange.p_of(null, statistic)
    adjusted = exchange.p_of(largest[:, None], statistic)
    tests = iter(
        AdjustedTest(exchange.result(value, p_value, exchange.smallest_p()), p_adjusted)
        for value, p_value, p_adjusted in zip(
            observed.tolist(), p_values.tolist(), adjusted.tolist(), strict=True
        )
    )
    return [next(tests) if moves else AdjustedTest(TestResult(), float("nan")) for moves in moving]


def _centred(values: FloatArray, blocks: NDArray[np.intp]) -> FloatArray:
    """Take the mean of each block off its values; what is missing is no more than the mean."""
    centred = np.zeros(values.shape)
    for code in range(blocks.max() + 1 if len(blocks) else 0):
        own = values[blocks == code]
        known = ~np.isnan(own)
        mean = np.where(known, own, 0.0).sum(axis=0) / np.maximum(known.sum(axis=0), 1)
        centred[blocks == code] = np.where(known, own - mean, 0.0)
    return centred
