import numpy as np
import pytest

from klbio.estimates import law_fitting
from klbio.estimates.law_fitting import PRUNED, TINY, likelihoods, nearness
from klbio.estimates.share_grid import START
from tests.estimates.plain_shares import ShareGrid, ShareLaws

fitted = law_fitting.fitted.py_func  # its loops are compiled; another number of rounds would compile it anew


def plainly_fitted(likelihood, weights, start, prior, n_rounds):
    """The twin of the compiled fit: every share is kept, sums as numpy has them."""
    law, total = start / start.sum(), weights.sum() + prior.sum()
    for _ in range(n_rounds):
        expected = (weights / (likelihood @ law)) @ likelihood
        ratio = (expected + prior / law) / total
        law = np.maximum(law * ratio**1.5, TINY)
        law /= law.sum()
    return law


def laws_of(n_taxa, depths, seed, change=0.7):
    rng = np.random.default_rng(seed)
    q = rng.lognormal(0, 2, n_taxa)
    p = q * rng.lognormal(0, change, n_taxa)
    x, y = (
        rng.multinomial(n, side / side.sum()).astype(float) for n, side in zip(depths, (p, q), strict=True)
    )
    pairs, counts = np.unique(np.stack([x, y])[:, x + y > 0], axis=1, return_counts=True)
    grid = ShareGrid(float(depths[0]), float(depths[1]))
    return ShareLaws(
        pairs.copy(), counts.astype(float), grid
    )  # in the layout of the product, for which loops are compiled


DEPTHS = pytest.mark.parametrize("depths", [(2_000, 2_000), (300, 20_000)])


@DEPTHS
def test_likelihoods_are_those_of_binomial_draws(depths):
    laws = laws_of(400, depths, 1)
    plain = laws.pairs.T @ laws.grid.logarithms
    plain = np.maximum(np.exp(plain - plain.max(axis=1, keepdims=True)), TINY)
    assert laws.likelihood == pytest.approx(plain, rel=1e-11)
    assert (likelihoods(laws.pairs, laws.grid.logarithms) == laws.likelihood.T).all()


@DEPTHS
def test_the_compiled_fit_is_the_plain_one(depths):
    """But for shares that have died out, of less than 1e-9 each."""
    laws = laws_of(400, depths, 1)
    prior = 3 * START
    ours = fitted(laws.likelihood.T.copy(), laws.n_taxa, START, prior, 2 * PRUNED + 5)
    plain = plainly_fitted(laws.likelihood, laws.n_taxa, START, prior, 2 * PRUNED + 5)
    assert ours == pytest.approx(plain, abs=1e-9)


def test_no_taxa_have_the_law_that_was_put_in():
    start = START
    assert fitted(np.ones((len(start), 3)), np.zeros(3), start, 3 * start, 5) == pytest.approx(start)


def test_nothing_to_go_by_leaves_the_law_as_it_was():
    start = START
    assert fitted(np.ones((3, len(start))), np.zeros(3), start, 0 * start, 5) == pytest.approx(start)


def test_a_fit_climbs():
    laws = laws_of(300, (3_000, 3_000), 2)
    prior = np.zeros_like(START)

    def likelihood(n_rounds):
        law = fitted(laws.likelihood.T.copy(), laws.n_taxa, START, prior, n_rounds)
        return laws.n_taxa @ np.log(laws.likelihood @ law)

    climbed = np.diff([likelihood(n) for n in (0, 1, 2, 5, 10, 30)])
    assert (climbed > 0).all()


def test_the_law_of_a_class_is_that_of_its_taxa():
    """Taxa with 4 reads all moved to the one side, those with 40 stayed: each class has its own law."""
    rng = np.random.default_rng(0)
    rare = rng.binomial(4, 0.95, 1_000)
    common = rng.binomial(40, 0.5, 1_000)
    pairs = np.array([np.concatenate([rare, common]), np.concatenate([4 - rare, 40 - common])], dtype=float)
    laws = ShareLaws(pairs, np.ones(2_000), ShareGrid(1.0, 1.0))
    of_4, of_40 = laws.of(np.array([4.0, 40.0])) @ laws.grid.u
    assert of_4 == pytest.approx(rare.mean() / 4, abs=0.02)
    assert of_40 == pytest.approx(0.5, abs=0.02)


def test_laws_are_laws():
    laws = laws_of(500, (500, 5_000), 3)
    law = laws.of(np.arange(1.0, 400.0))
    assert (law >= 0).all()
    assert law.sum(axis=1) == pytest.approx(np.ones(399))
    assert laws.posterior.sum(axis=1) == pytest.approx(np.ones(laws.pairs.shape[1]))


def test_parts_of_a_law_sum_to_it():
    laws = laws_of(500, (2_000, 2_000), 4)
    parts = sum(nearness(laws.position, k)[:, None] * laws.of_class[k] for k in range(laws.n_classes))
    assert parts == pytest.approx(laws.of(laws.reads))
