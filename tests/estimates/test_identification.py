import numpy as np
import pytest
from scipy.optimize import linprog
from scipy.stats import binom

from klbio.estimates.identification import MAX_READS, SELDOM, extremes, gap
from klbio.estimates.share_laws import fitted_laws
from tests.estimates.plain_shares import ShareGrid
from tests.estimates.test_share_laws import laws_of


def plain_extremes(binomial, chances, bits):
    """The twin of the compiled programs: scipy's."""
    rows, ones = binomial / chances[:, None], np.ones(len(chances))
    found = [linprog(sign * bits, A_eq=rows, b_eq=ones, method="highs") for sign in (1, -1)]
    assert all(program.status == 0 for program in found)
    return np.array([found[0].fun, -found[1].fun])


def binomial_of(t, u, law):
    """Chance of each count at each share; counts that hardly ever come are taken together."""
    binomial = binom.pmf(np.arange(t + 1)[:, None], t, u)
    seldom = binomial @ law < SELDOM
    return np.vstack([binomial[~seldom], binomial[seldom].sum(axis=0)]) if seldom.any() else binomial


def gap_of(laws):
    n, m = laws.grid.n, laws.grid.m
    return gap(fitted_laws(laws.pairs, laws.n_taxa, n, m), 1 / min(n, m))


@pytest.mark.parametrize("t", [1, 2, 3, 5, 9, 14, 20])
@pytest.mark.parametrize("depths", [(2_000, 2_000), (500, 20_000), (100_000, 1_000)])
def test_compiled_programs_find_what_plain_ones_do(t, depths):
    laws = laws_of(500, depths, 7)
    law, bits = laws.of(np.array([float(t)]))[0], laws.grid.term * min(depths)
    binomial = binomial_of(t, laws.grid.u, law)
    ours = extremes(binomial, binomial @ law, bits)
    assert ours == pytest.approx(plain_extremes(binomial, binomial @ law, bits), abs=1e-7)
    assert ours[0] - 1e-9 <= law @ bits <= ours[1] + 1e-9


@pytest.mark.parametrize("depths", [(1_000, 1_000), (1_000, 30_000)])
def test_the_gap_is_that_of_its_programs(depths):
    laws = laws_of(300, depths, 8)
    low = high = 0.0
    for t in range(1, MAX_READS + 1):
        taxa = laws.n_taxa[laws.reads == t].sum()
        law, bits = laws.of(np.array([float(t)]))[0], laws.grid.term * 1_000
        binomial = binomial_of(t, laws.grid.u, law)
        least, largest = plain_extremes(binomial, binomial @ law, bits)
        low += taxa * t * (law @ bits - least) / 1_000
        high += taxa * t * (largest - law @ bits) / 1_000
    assert gap_of(laws) == pytest.approx(
        (low, high), rel=2e-3
    )  # of taxa with many reads it is not looked for


def test_one_read_tells_the_mean_share_and_no_more():
    """Least: all taxa have the mean share.  Largest: each is confined to one side."""
    u = ShareGrid(1.0, 1.0).u
    bits = ShareGrid(1.0, 1.0).term
    least, largest = extremes(np.array([1 - u, u]), np.array([0.5, 0.5]), bits)
    assert least == pytest.approx(0, abs=1e-12)
    assert largest == pytest.approx(bits[0], abs=1e-12)


def test_deep_samples_have_no_gap():
    laws = laws_of(20, (50_000, 50_000), 9)
    assert max(gap_of(laws)) < 1e-4
