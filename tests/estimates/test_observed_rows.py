"""Many rows in one compiled loop, against the public functions, which check and take one pair at a time."""

import numpy as np
import pytest

from klbio.divergences import jensen_shannon_divergence, relative_entropy
from klbio.estimates import observed_divergences


@pytest.mark.parametrize("apart", [2.0, 0.1, 1e-3, 1e-7, 0.0])
def test_rows_are_those_of_the_public_functions(apart):
    rng = np.random.default_rng(1)
    p = rng.lognormal(0, 2, (5, 400))
    q = p * rng.lognormal(0, apart, p.shape)
    p[0, ::3] = q[0, 1::3] = p[:, 5] = q[:, 5] = 0  # on one side alone, and on neither
    p, q = (side / side.sum(axis=1, keepdims=True) for side in (p, q))
    plain = [jensen_shannon_divergence(p, q), relative_entropy(p, q), relative_entropy(q, p)]
    assert observed_divergences(p, q) == pytest.approx(np.array(plain), rel=1e-13, abs=0)


def test_rows_that_share_nothing_are_one_bit_apart():
    p, q = np.array([[0.1] * 10 + [0.0] * 10]), np.array([[0.0] * 10 + [0.1] * 10])
    assert observed_divergences(p, q).ravel().tolist() == [1.0, np.inf, np.inf]
