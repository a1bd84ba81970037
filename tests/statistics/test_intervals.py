"""Quantiles and intervals of means, against scipy."""

import numpy as np
import pytest
from scipy import stats

from klbio.statistics import Z_975, half_width, mean_interval, t_975


def test_quantiles():
    assert pytest.approx(stats.norm.ppf(0.975), rel=1e-15) == Z_975
    assert t_975([1, 5, 400]) == pytest.approx(stats.t.ppf(0.975, [1, 5, 400]), rel=1e-12)
    assert t_975(np.inf) == Z_975


def test_one_group_is_students_and_two_are_welchs():
    x, y = np.random.default_rng(1).normal(size=(7, 3)), np.random.default_rng(2).normal(1, 3, size=(4, 3))
    interval = stats.ttest_1samp(x, 0.0).confidence_interval(0.95)
    assert mean_interval(x) == (pytest.approx(interval.low), pytest.approx(interval.high))
    interval = stats.ttest_ind(x, y, equal_var=False).confidence_interval(0.95)
    assert mean_interval(x, y) == (pytest.approx(interval.low), pytest.approx(interval.high))
    assert mean_interval(x[:, 0]) == (mean_interval(x)[0][0], mean_interval(x)[1][0])


@pytest.mark.parametrize("groups", [([[1.0]],), ([[1.0], [2.0]], [[3.0]]), ([[0.3], [0.3], [0.3]],)])
def test_without_spread_there_is_no_interval(groups):
    low, high = mean_interval(*map(np.array, groups))
    assert np.isnan(low).all()
    assert np.isnan(high).all()


def test_a_mean_known_beyond_doubt_adds_no_degrees():
    only = half_width(np.array([0.25]), np.array([4.0]))
    assert only == pytest.approx(stats.t.ppf(0.975, 4) * 0.5)
    assert half_width(np.array([0.25, 0.0]), np.array([4.0, 9.0])) == pytest.approx(only)
    assert half_width(np.array([0.25]), np.array([np.inf])) == pytest.approx(Z_975 * 0.5)
