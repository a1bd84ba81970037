"""Each level and limit of the estimates, on both sides of it."""

from dataclasses import replace

import numpy as np
import pytest
from scipy import stats

from klbio.divergences.kernels import jensen_shannon_terms
from klbio.estimates import Estimate, Floor, jackknife, jensen_shannon_estimate, relative_entropy_estimate
from klbio.estimates import few_counts as room

LN2 = np.log(2)
ONE = np.ones(1)
READS = Estimate(0.5, 0.4, 0.01, ONE, ONE, ONE)
X, Y = np.array([30.0, 8, 2, 0, 1]), np.array([4.0, 9, 20, 3, 1])


def test_an_interval_is_95_percent_and_a_quarter_of_the_correction():
    half = np.hypot(stats.norm.ppf(0.975) * 0.1, 0.25 * 0.1)
    assert READS.interval() == pytest.approx((0.4 - half, 0.4 + half))
    low, high = READS.term_intervals()
    assert (high - low)[0] / 2 == pytest.approx(stats.norm.ppf(0.975))


def test_an_interval_of_groups_is_students():
    groups = replace(READS, variance=1e-8, freedom=7, distrust=0.0)
    low, high = groups.interval()
    assert (high - low) / 2 == pytest.approx(stats.t.ppf(0.975, 7) * 1e-4)


def test_an_interval_of_groups_starts_at_zero_where_half_of_it_holds_the_value():
    def interval(value):
        variance = (0.1 / stats.t.ppf(0.975, 7)) ** 2  # half the width is 0.1
        return replace(READS, value=value, plugin=value, variance=variance, freedom=7).interval()

    assert interval(0.05) == pytest.approx((0, 0.2))
    assert interval(0.04) == pytest.approx((0, 0.19))
    assert interval(0.06) == pytest.approx((0.06 - 0.1 + 0.01 / 0.24, 0.16 + 0.01 / 0.24))


def test_the_jackknife_of_a_category_is_that_of_its_term():
    """Each read deleted in turn, the term of one category looked at alone."""
    estimate, variance, bias = jackknife(X, Y, jensen_shannon_terms), np.zeros(5), np.zeros(5)
    for side, counts in enumerate((X, Y)):
        n, without = int(counts.sum()), []
        for k in np.repeat(np.arange(5), counts.astype(int)):
            fewer = [X.copy(), Y.copy()]
            fewer[side][k] -= 1
            without.append(jensen_shannon_terms(*(c / c.sum() for c in fewer)))
        bias += (n - 1) * (np.mean(without, axis=0) - estimate.terms)
        variance += (n - 1) * np.var(without, axis=0)
    assert estimate.terms - estimate.term_values == pytest.approx(bias)
    assert estimate.term_variances == pytest.approx(variance)


def test_sixty_reads_in_all_speak_for_themselves():
    """The term of a taxon with 60 reads is the jackknife's own; with 59 it is read in the light of others."""
    for n, alone in ((60, True), (59, False)):
        x, y = np.append(X, n - 25.0), np.append(Y, 25.0)
        x[0] += y.sum() - x.sum()  # at equal depths
        ours, deleted = jensen_shannon_estimate(x, y), jackknife(x, y, jensen_shannon_terms)
        assert (abs(ours.term_values[-1] - deleted.term_values[-1] / LN2) < 1e-12) == alone


def test_a_prior_of_a_million_is_the_largest_that_is_corrected():
    def distrust(prior):
        return relative_entropy_estimate(X, Y, np.full(5, prior), np.full(5, prior)).distrust

    assert distrust(1e6) == 0.05
    assert distrust(1.000001e6) == 0.25
    assert distrust(0.5) == 0.05


def test_draws_within_rounding_of_what_was_observed_are_as_far_out():
    null = np.array([0.1, 0.1 - 5e-13, 0.1 - 2e-12, 0.0])
    assert Floor(null, null).p_value("pooled", 0.1) == pytest.approx(3 / 5)


def test_a_taxon_unseen_after_varies_by_its_reads_before_alone():
    """By (a / N)^2 of the variance of ln(y + b), which is y / (y + b)^2 where there are many reads before."""
    x, y = np.array([60.0, 40, 0]), np.array([300.0, 600, 500])
    estimate = relative_entropy_estimate(x, y, np.full(3, 0.5), np.full(3, 0.5))
    assert estimate.term_variances[2] == pytest.approx((0.5 / (101.5 * LN2)) ** 2 * 500 / 500.5**2)


def test_a_taxon_seen_once_after_varies_by_that_read_and_by_its_reads_before():
    """By the square of what the read changes, and by the pull of the other side without the read's own noise."""
    y, half = np.array([3000.0, 6000, 50]), np.full(3, 0.5)
    seen, unseen = (
        relative_entropy_estimate(np.array(x), y, half, half) for x in ([60.0, 40, 1], [60.0, 41, 0])
    )  # of one depth
    change = seen.term_values[2] - unseen.term_values[2]
    pull = (1.5**2 - 1) / (102.5 * LN2) ** 2 * 50 / 50.5**2
    assert seen.term_variances[2] == pytest.approx(change**2 + pull)


@pytest.mark.parametrize("n", [38, 39, 40, 41])
def test_corrections_are_looked_up_below_forty_reads_and_follow_a_series_from_there(n):
    prior, counts = room.Prior(np.array([0.5])), np.array([float(n)])
    tables = room._tables((0.5,))
    shrunk, few = n + 0.5, n < 40
    own = tables.own[0, n] if few else -n / (2 * shrunk)
    assert prior.own(counts, 1e12) == pytest.approx(shrunk * np.log(shrunk) + own, abs=1e-9)
    found = prior.logarithm(np.array([float(n)]))
    assert found.value == pytest.approx(np.log(shrunk))  # all reads are of one category: nothing to correct
    assert found.variance == pytest.approx(tables.variance[0, n] if few else n / shrunk**2)
    assert found.covariance == pytest.approx(tables.covariance[0, n] if few else n / shrunk)
