"""False discovery rates, and the smallest that there could have been."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from klbio.statistics import false_discovery_rates, smallest_rates


@settings(max_examples=50, deadline=None)
@given(st.integers(0, 2**32 - 1), st.integers(1, 30), st.integers(2, 9))
def test_the_smallest_rate_is_that_of_a_test_put_at_its_smallest_p(seed, n_tests, n_subjects):
    draw = np.random.default_rng(seed)
    smallest = 2.0 ** (1 - draw.integers(2, n_subjects + 1, n_tests))
    p_value = np.minimum(smallest * draw.integers(1, 20, n_tests), 1.0)
    expected = []
    for i in range(n_tests):
        at_best = p_value.copy()
        at_best[i] = smallest[i]
        expected.append(stats.false_discovery_control(at_best)[i])
    found = smallest_rates(p_value, smallest)
    assert found == pytest.approx(expected)
    assert false_discovery_rates(p_value) == pytest.approx(stats.false_discovery_control(p_value))
    assert (found <= false_discovery_rates(p_value) + 1e-12).all()
    assert (found >= smallest - 1e-12).all()


def test_eight_subjects_and_many_taxa_let_no_taxon_stand_out_by_itself():
    """Smallest p 2/256: a sixth of all taxa have to sit there for q to reach 0.05."""
    p_value, smallest = np.full(120, 0.6), np.full(120, 2 / 256)
    assert smallest_rates(p_value, smallest).min() == pytest.approx(0.6)
    p_value[:18] = 2 / 256
    assert smallest_rates(p_value, smallest)[-1] <= 0.05 < smallest_rates(p_value[1:], smallest[1:])[-1]


def test_no_test_has_no_rate():
    assert smallest_rates(np.array([]), np.array([])).tolist() == []
    assert false_discovery_rates(np.array([])).tolist() == []
