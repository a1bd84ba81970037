"""Moments of a subject's samples, against those of points of which everything is known."""

import numpy as np
import pytest

from klbio.estimates import DayVariation
from tests.shift.test_days import apart, points

SCATTER = 0.1  # of the points in each of their dimensions


def test_a_side_has_the_variance_of_its_samples_means_and_one_degree_of_freedom_less_than_samples():
    days = points(3, 5)
    for side, means in zip(days.sides, (days.between.mean(axis=1), days.between.mean(axis=0)), strict=True):
        assert side is not None
        assert side.variance == pytest.approx(((means - means.mean()) ** 2).sum() / (len(means) - 1))
        assert side.freedom == len(means) - 1
    lone, others = points(1, 4).sides
    assert lone is None
    assert others is not None


def test_the_excess_has_as_many_degrees_of_freedom_as_its_sides_together_at_most():
    """Satterthwaite's: between those of the smaller side and the sum of both, which equal variances come to."""
    freedom = [points(3, 4, 0.5, seed).spread.freedom for seed in range(300)]
    assert min(freedom) >= 2
    assert 4.5 < max(freedom) <= 5


def test_the_excess_of_a_plain_shift_varies_as_its_spread_says():
    found = [points(4, 6, 2.0, seed) for seed in range(400)]
    claimed, actual = np.mean([days.spread.variance for days in found]), np.var([d.excess for d in found])
    assert claimed == pytest.approx(actual, rel=4 * np.sqrt(2 / 400))
    assert actual == pytest.approx((2 * 2.0 * SCATTER) ** 2 * (1 / 4 + 1 / 6), rel=4 * np.sqrt(2 / 400))


def test_products_of_the_scatter_of_both_phases():
    """Of independent days in d dimensions: trace of the product d s^4, product of the traces d^2 s^4."""
    found = [points(3, 4, 0.5, seed) for seed in range(1500)]
    for name, expected in (("alike", 4 * SCATTER**4), ("product", 16 * SCATTER**4)):
        values = np.array([getattr(days, name) for days in found])
        assert values.mean() == pytest.approx(expected, abs=4 * values.std() / np.sqrt(len(values)))


def test_whole_has_the_samples_after_ahead():
    squares = points(2, 3).whole
    days = apart(squares, 2)
    assert (days.whole == squares).all()
    assert (squares == squares.T).all()


def test_level_is_0_where_samples_do_not_differ_or_phases_are_nearer_than_days():
    none = np.zeros((2, 2))
    assert DayVariation(np.full((2, 2), 0.4), none, none).level == 0
    assert DayVariation(np.full((2, 2), -0.4), 0.1 * (1 - np.eye(2)), none).level == 0
    days = points(3, 3, 0.4)
    assert days.level == pytest.approx(np.sqrt(days.pairs * days.within))
