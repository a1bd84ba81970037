"""Terms of pairs of counts in compiled loops are those of the jackknife over arrays."""

import numpy as np
import pytest

from klbio.estimates import jackknife
from klbio.estimates.pair_terms import pair_terms
from klbio.estimates.share_grid import observed_terms


@pytest.mark.parametrize("depths", [(2_000, 2_000), (90, 30_000), (5, 3)])
def test_terms_are_those_of_the_jackknife(depths):
    rng = np.random.default_rng(3)
    laws = rng.dirichlet(np.full(200, 0.3), 2)
    x, y = (rng.multinomial(n, law).astype(float) for n, law in zip(depths, laws, strict=True))
    plain, ours = jackknife(x, y, observed_terms), pair_terms(np.array([x, y]), *map(float, depths))
    assert ours.observed == pytest.approx(plain.terms, abs=1e-15)
    assert ours.corrected == pytest.approx(plain.term_values, abs=1e-11)
    assert ours.variance == pytest.approx(plain.term_variances, abs=1e-13)
    fewer = np.array([observed_terms(np.maximum(x - 1, 0) / depths[0], y / depths[1]),
                      observed_terms(x / depths[0], np.maximum(y - 1, 0) / depths[1])])  # fmt: skip
    assert ours.lost == pytest.approx(plain.terms - fewer, abs=1e-15)
