import numpy as np
import pytest

from klbio.divergences import jensen_shannon_divergence
from klbio.estimates import jensen_shannon_estimate
from klbio.estimates.rarest_taxa import CARRIED, rarest_factors
from tests.estimates.plain_shares import ShareGrid, ShareLaws, plain_factors

READS = np.arange(1.0, 13.0)


def of_class(bits, variance, most=9.0):
    return np.stack([bits, bits**2 + variance, np.full(len(bits), most)])


@pytest.mark.parametrize("seed", range(5))
def test_the_compiled_factors_are_the_plain_ones(seed):
    rng = np.random.default_rng(seed)
    reads, n_taxa = rng.integers(1, 15, 40).astype(float), rng.integers(1, 60, 40).astype(float)
    laws = of_class(rng.lognormal(0, 0.5, 7), rng.uniform(0, 0.3, 7), 1.1)
    unlike = rng.random()
    assert rarest_factors(reads, n_taxa, laws, unlike) == pytest.approx(
        plain_factors(reads, n_taxa, *laws, unlike)
    )


def test_taxa_that_bring_as_much_as_those_with_more_reads_keep_their_bits():
    assert (rarest_factors(READS, np.ones(12), of_class(np.full(5, 2.0), 0.0)) == 1).all()


def test_what_the_rarest_bring_the_less_is_never_less_than_nothing():
    factors = rarest_factors(READS, np.full(12, 1e6), of_class(np.array([0.01, 0.02, 5.0, 5.0]), 0.0))
    assert factors.tolist() == [1.0, 0.0, 0.0, factors[3]]
    assert 0 < factors[3] < 1


def test_no_taxa_bring_more_than_if_they_were_confined_to_one_side():
    factors = rarest_factors(READS, np.full(12, 1e6), of_class(np.array([2.0, 1.5, 1.0, 1.0]), 0.0, 2.1))
    assert factors[1:3] == pytest.approx([1.05, 1 + CARRIED / 3], abs=1e-4)


def test_a_change_that_may_be_chance_is_hardly_carried_on():
    laws = of_class(np.array([2.0, 1.5, 1.0, 1.0]), 4.0)
    few, many = (rarest_factors(READS, np.full(12, n), laws)[1] for n in (2.0, 2e4))
    assert 1 < few < 1.01
    assert many == pytest.approx(1 + CARRIED / 2, abs=0.01)


def test_at_unlike_depths_only_a_steep_trend_is_carried_on():
    def carried(more, unlike):
        laws = of_class(np.array([more, more, 1.0, 1.0, 1.0]), 0.0, 99.0)
        return (rarest_factors(READS, np.full(12, 1e6), laws, unlike)[1] - 1) / (1 - 1 / more)

    assert carried(1.5, 0.0) == pytest.approx(CARRIED, abs=1e-4)
    assert carried(1.5, 0.9) < CARRIED / 3
    assert carried(9.0, 0.9) > 0.95 * CARRIED


def errors(confined, n_draws=12):
    """Error of estimates with and without what is carried on; a taxon is on one side with a chance by abundance."""
    rng = np.random.default_rng(3)
    weights = rng.lognormal(0, 1.5, 1500)
    alone = rng.random(1500) < confined(weights / weights.sum())
    p, q = (np.where(alone & ((np.arange(1500) % 2) == side), 0.0, weights) for side in (0, 1))
    p, q = p / p.sum(), q / q.sum()
    found = []
    for _ in range(n_draws):
        x, y = (rng.multinomial(4000, side).astype(float) for side in (p, q))
        laws = ShareLaws(np.stack([x, y]), (x + y > 0).astype(float), ShareGrid(x.sum(), y.sum()))
        carried = float(laws.n_taxa[laws.few] @ (laws.carried - laws.bits)[laws.few])
        error = jensen_shannon_estimate(x, y).value - jensen_shannon_divergence(p, q)
        found.append((error, error - carried))
    return np.mean(found, axis=0)


def test_rare_taxa_that_changed_the_more_the_rarer_they_are_are_missed_less():
    with_it, without = errors(lambda share: 1 / (1 + share / 5e-4))
    assert without < with_it < -without


def test_where_abundance_makes_no_difference_little_is_carried_on():
    with_it, without = errors(lambda share: np.full_like(share, 0.3))
    assert abs(with_it - without) < 0.002
