"""Many quantities at once, adjusted by the largest of all: a plain twin, and how often any is flagged by chance."""

from itertools import permutations

import numpy as np
import pytest

from klbio.statistics import WithinBlocks, codes, largest_of_all


def twin(values, labels, blocks):
    """p and adjusted p by every order of the labels in each block, counted one by one."""
    values, labels, blocks = np.array(values, dtype=float), np.array(labels), np.array(blocks)
    for block in set(blocks.tolist()):
        values[blocks == block] -= values[blocks == block].mean(axis=0)
    size = np.sqrt((values**2).sum(axis=0))

    def statistic(order):
        return np.abs((np.array(order)[:, None] * values).sum(axis=0)) / size

    orders = {
        order
        for order in permutations(labels.tolist())
        if all(sum(np.array(order)[blocks == b]) == sum(labels[blocks == b]) for b in set(blocks.tolist()))
    }
    null = np.array([statistic(order) for order in orders])
    observed = statistic(labels) - 1e-9
    return (null >= observed).mean(axis=0), (null.max(axis=1)[:, None] >= observed).mean(axis=0)


@pytest.mark.parametrize(
    ("labels", "blocks"), [([0, 1, 0, 1, 1, 0, 1], "SSTTTUU"), ([0, 0, 1, 1, 1, 0, 0], "xxxxxxx")]
)
def test_it_agrees_with_the_twin(labels, blocks):
    values = np.random.default_rng(5).normal(size=(7, 3))
    tests = largest_of_all(values, WithinBlocks(np.array(labels), codes(blocks)), np.random.default_rng(1))
    p_values, adjusted = twin(values, labels, list(blocks))
    assert [test.p_value for test, _ in tests] == pytest.approx(p_values)
    assert [p for _, p in tests] == pytest.approx(adjusted)
    assert all(p >= test.p_value - 1e-12 for test, p in tests)


def test_units_and_levels_of_blocks_change_nothing():
    rng = np.random.default_rng(2)
    exchange = WithinBlocks.of("ababab", "SSTTUU")
    values = rng.normal(size=(6, 3))
    other = values * [1, 1000, 0.001] + np.repeat(rng.normal(size=(3, 3)), 2, axis=0)
    first, second = (largest_of_all(of, exchange, rng) for of in (values, other))
    assert [p for _, p in first] == pytest.approx([p for _, p in second])


def test_a_quantity_that_does_not_vary_has_no_test_and_a_missing_value_is_no_difference():
    values = np.array([[1.0, 3.0], [1.0, np.nan], [2.0, 5.0], [2.0, 6.0]])
    constant, varying = largest_of_all(values, WithinBlocks.of("abab", "SSTT"), np.random.default_rng(1))
    assert constant.test.n_permutations == 0
    assert np.isnan(constant.p_adjusted)
    assert varying.test.p_value == 1.0  # one subject is left that tells
    (nothing,) = largest_of_all(np.ones((4, 1)), WithinBlocks.of("abab", "SSTT"), np.random.default_rng(1))
    assert nothing.test.n_permutations == 0


def test_of_studies_without_a_difference_one_in_twenty_has_a_flag():
    """However quantities depend on each other: here each pair of them nearly says the same."""
    exchange = WithinBlocks.of("ab" * 8, np.repeat(np.arange(8), 2).tolist())
    flagged = 0
    for seed in range(300):
        rng = np.random.default_rng(seed)
        common = rng.standard_t(3, size=(16, 4))
        values = np.hstack([common, common + 0.1 * rng.normal(size=common.shape)])
        flagged += min(p for _, p in largest_of_all(values, exchange, rng)) <= 0.05
    assert 0.02 < flagged / 300 < 0.08
