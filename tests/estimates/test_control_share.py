"""The share of a sample that negative controls explain: found where they have taxa of their own, or not told."""

import numpy as np
import pytest

from klbio.estimates import control_shares

BLANK = np.concatenate([np.zeros(30), np.arange(1, 21) * 20.0])
COMMUNITY = np.concatenate([np.exp(np.random.default_rng(1).normal(0, 1.5, 30)), np.zeros(20)])


def drawn(share, rng, blank=BLANK, depth=20_000):
    community = COMMUNITY * np.exp(np.append(rng.normal(0, 0.7, 30), np.zeros(20)))
    law = (1 - share) * community / community.sum() + share * blank / blank.sum()
    return rng.multinomial(depth, law).astype(float)


def study(shares, blank=BLANK, seed=3):
    rng = np.random.default_rng(seed)
    samples = np.stack([drawn(share, rng, blank) for share in shares])
    controls = rng.multinomial(3_000, blank / blank.sum()).astype(float)[None]
    return control_shares(samples, controls)


@pytest.mark.parametrize(
    "shares", [[0.1, *[0.0] * 9], [0.1] * 10, np.linspace(0, 0.3, 10).tolist(), [0.5, *[0.0] * 9]],
    ids=["one", "all alike", "all unlike", "half of one"],
)  # fmt: skip
def test_what_was_mixed_in_comes_back_whether_the_others_hold_it_too_or_not(shares):
    found = study(shares)
    assert all(one.told for one in found)
    np.testing.assert_allclose([one.value for one in found], shares, atol=0.02)
    held = [one.low <= share <= one.high for one, share in zip(found, shares, strict=True)]
    assert np.mean(held) >= 0.9


def test_a_blank_that_holds_the_samples_own_taxa_too_is_told_by_the_rest():
    splashed = 0.7 * BLANK / BLANK.sum() + 0.3 * COMMUNITY / COMMUNITY.sum()
    found = study([0.1] * 10, splashed)
    np.testing.assert_allclose([one.value for one in found], 0.1, atol=0.03)
    assert all(one.own == pytest.approx(0.7, abs=0.05) for one in found)


def test_a_blank_that_is_mostly_the_samples_tells_nothing():
    found = study([0.1] * 10, 0.1 * BLANK / BLANK.sum() + 0.9 * COMMUNITY / COMMUNITY.sum())
    assert all(one.resembles and not one.told for one in found)


def test_one_taxon_gives_a_number_without_an_interval():
    blank = np.eye(50)[-1] * 500
    found = study([0.1] * 10, blank)
    assert all(one.few_taxa and not one.told and (one.low, one.high) == (0, 1) for one in found)


def test_none_seen_is_not_surely_none():
    for one in study([0.0] * 10):
        assert one.value == one.low == 0
        assert 1 / 20_000 < one.high < 10 / 20_000


def test_the_order_of_taxa_does_not_matter():
    rng = np.random.default_rng(5)
    samples, controls = rng.integers(1, 50, (5, 40)), rng.integers(0, 9, (2, 40))
    order = rng.permutation(40)
    one, other = (
        control_shares(samples, controls)[0],
        control_shares(samples[:, order], controls[:, order])[0],
    )
    assert (one.value, one.low, one.high) == pytest.approx((other.value, other.low, other.high))


def test_the_taxa_of_the_controls_and_the_depths_are_enough():
    rng = np.random.default_rng(6)
    samples, controls = (
        rng.integers(1, 50, (5, 40)),
        np.append(rng.integers(1, 9, 20), np.zeros(20, int))[None],
    )
    assert control_shares(samples, controls) == control_shares(
        samples[:, :20], controls[:, :20], samples.sum(axis=1)
    )
