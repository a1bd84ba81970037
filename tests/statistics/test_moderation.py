import numpy as np
import pytest
from scipy.special import digamma, polygamma

from klbio.statistics import Spread, VariancePrior
from klbio.statistics.moderation import _inverse_trigamma


@pytest.mark.parametrize(("freedom", "about"), [(6.0, (4.5, 8.0)), (40.0, (20.0, 120.0))])
def test_what_many_variances_scatter_about_is_found(freedom, about):
    rng = np.random.default_rng(1)
    true = 0.3 * freedom / rng.chisquare(freedom, 4000)
    seen = true * rng.chisquare(3, 4000) / 3
    prior = VariancePrior.of([Spread(float(variance), 3.0) for variance in seen])
    assert about[0] < prior.freedom < about[1]
    assert prior.variance == pytest.approx(0.3, rel=0.1)


def test_moments_of_the_logarithms_by_hand():
    values = np.array([0.1, 1.0, 20.0])
    prior = VariancePrior.of([Spread(value, 4.0) for value in values])
    logs = np.log(values) - digamma(2) + np.log(2)
    assert polygamma(1, prior.freedom / 2) == pytest.approx(logs.var(ddof=1) - polygamma(1, 2))
    half = prior.freedom / 2
    assert np.log(prior.variance) == pytest.approx(logs.mean() + digamma(half) - np.log(half))


@pytest.mark.parametrize("value", [1e-17, 9e-8, 1.1e-7, 1e-5, 0.01, 1.0, 10.0, 1e6])
def test_trigamma_is_turned_to_the_last_digits(value):
    assert float(polygamma(1, _inverse_trigamma(value))) == pytest.approx(value, rel=1e-14)


def test_variances_that_all_scatter_as_chance_has_them_are_taken_for_one():
    assert _inverse_trigamma(0.0) == _inverse_trigamma(-1.0) == np.inf


@pytest.mark.parametrize("spreads", [[], [Spread(1.0, 2.0)], [Spread(1.0, 2.0), Spread(0.0, 2.0)]])
def test_too_few_variances_say_nothing_of_others(spreads):
    prior = VariancePrior.of(spreads)
    assert prior.freedom == 0
    assert prior.moderated(Spread(2.0, 3.0)) == Spread(2.0, 3.0)


def test_variances_that_scatter_no_more_than_chance_are_one():
    prior = VariancePrior.of([Spread(1.0, 2.0), Spread(1.2, 2.0), Spread(0.8, 2.0)])
    assert prior.moderated(Spread(9.0, 2.0)) == Spread(
        prior.variance, 6.0
    )  # known as well as all of them tell


def test_a_sum_without_spread_has_all_freedom():
    assert Spread.sum([Spread(0.0, 2.0)]) == Spread(0.0, np.inf)
    assert Spread.sum([Spread(1.0, 1.0), Spread(0.0, 7.0)]) == Spread(1.0, 1.0)
