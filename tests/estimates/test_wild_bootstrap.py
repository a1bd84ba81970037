"""The floor of groups of reads: signs of the differences between samples."""

from itertools import product

import numpy as np
import pytest

from klbio.estimates import Chance, Floor, NullForm
from klbio.estimates.read_groups import APART
from tests.estimates.plain_groups import clustered, sparse

LN2 = np.log(2)


def second_order(x, y, pool):
    return float(((x / x.sum() - y / y.sum()) ** 2 / pool).sum() / (8 * LN2))


def test_with_all_signs_alike_it_is_what_was_observed():
    """The form is the second order of the divergence; the sum over unlike groups is all but its scatter."""
    samples = np.array([[[8.0, 2, 3], [6, 4, 3]], [[3, 7, 1], [5, 5, 1]]])
    form = NullForm.pooled(samples, 1)
    whole = samples.sum(axis=(0, 1))
    x, y = samples.sum(axis=1)
    assert form.products.sum() == pytest.approx(second_order(x, y, whole / whole.sum()))
    scatter = np.trace(form.products)
    assert form.flipped(np.ones((1, 2))) == pytest.approx((form.products.sum() - scatter) * form.unlike)
    assert form.unlike == pytest.approx(1 / (1 - ((samples.sum(axis=(0, 2)) / samples.sum()) ** 2).sum()))


def test_copies_that_lie_apart_are_no_difference():
    """A count that comes by itself scatters by (1 / n + 1 / m) / (8 ln 2) a category; what is more, copies do."""
    samples = 3 * np.random.default_rng(2).integers(0, 2, (2, 16, 5)).astype(float) + 1
    form = NullForm.pooled(samples, 1)
    scatter, unlike = np.trace(form.products), form.products.sum() - np.trace(form.products)
    single = 5 * (1 / samples[0].sum() + 1 / samples[1].sum()) / (8 * LN2)
    assert form.single == pytest.approx(single)
    assert scatter < single
    assert form.left == pytest.approx(unlike * form.unlike)
    more = NullForm(form.products, form.unlike, scatter / 2)
    assert form.left - more.left == pytest.approx(APART / (1 - APART) * scatter / 2)


def test_each_draw_by_hand():
    samples = np.random.default_rng(2).integers(1, 20, (2, 3, 4)).astype(float)
    pool = samples.sum(axis=(0, 1)) / samples.sum()
    shares = samples.sum(axis=(0, 2)) / samples.sum()
    apart = [
        sum(
            sign * (groups[b] - groups[b].sum() * pool) / groups.sum()
            for sign, groups in zip((1, -1), samples, strict=True)
        )
        for b in range(3)
    ]
    signs = np.array(list(product((-1.0, 1.0), repeat=3)))
    expected = [
        sum(s[b] * s[c] * (apart[b] * apart[c] / pool).sum() for b in range(3) for c in range(3) if b != c)
        / (8 * LN2 * (1 - (shares**2).sum()))
        for s in signs
    ]
    assert NullForm.pooled(samples, 1).flipped(signs) == pytest.approx(expected)
    assert np.mean(expected) == pytest.approx(0, abs=1e-12)


def test_the_form_of_pairs_is_the_mean_of_all_pairs():
    samples = np.random.default_rng(2).integers(1, 20, (5, 4, 6)).astype(float)
    pool = samples.sum(axis=(0, 1)) / samples.sum()
    expected = np.mean(
        [second_order(x.sum(axis=0), y.sum(axis=0), pool) for x in samples[:2] for y in samples[2:]]
    )
    form = NullForm.pairs(samples, 2)
    assert form.products.sum() == pytest.approx(expected)
    depths = samples.sum(axis=(1, 2))
    single = [6 * (1 / n + 1 / m) / (8 * LN2) for n in depths[:2] for m in depths[2:]]
    assert form.single == pytest.approx(np.mean(single))
    pooled = np.array([samples[:2].sum(axis=0), samples[2:].sum(axis=0)])
    assert NullForm.pooled(samples, 2).products == pytest.approx(NullForm.pairs(pooled, 1).products)


def test_what_sets_groups_apart_in_all_samples_alike_is_no_scatter():
    groups = np.random.default_rng(3).integers(1, 90, (32, 6)).astype(float)
    assert NullForm.pooled(np.array([groups, 2 * groups]), 1).products == pytest.approx(0, abs=1e-15)


@pytest.mark.parametrize("draw", [lambda rng: (clustered(rng, 900), clustered(rng, 300)),
                                  lambda rng: (sparse(rng, 300, 2), sparse(rng, 300, 0.5))])  # fmt: skip
def test_draws_scatter_as_samples_do(draw):
    rng, seen, drawn = np.random.default_rng(5), [], []
    for _ in range(300):
        form = NullForm.pooled(np.array(draw(rng)) + 1e-9, 1)
        seen.append(form.flipped(np.ones((1, 32))).item())
        drawn.append(form.flipped(rng.choice((-1.0, 1.0), (50, 32))))
    assert np.mean(seen) == pytest.approx(0, abs=4 * np.std(seen) / np.sqrt(300))
    assert np.mean(np.square(drawn)) == pytest.approx(np.mean(np.square(seen)), rel=0.35)


def test_the_floor_stands_around_what_chance_alone_brings():
    rng = np.random.default_rng(6)
    sides = (
        np.array([clustered(rng, 300) for _ in range(2)]),
        np.array([clustered(rng, 300) for _ in range(3)]),
    )
    floor = Floor.of_groups(sides, Chance(0.25, 0.5), 4000, rng)
    for estimand, centre in (("pooled", 0.25), ("pairs", 0.5)):
        drawn = floor.of(estimand)
        assert drawn.mean() == pytest.approx(centre, abs=5 * drawn.std() / np.sqrt(4000))
    samples = np.concatenate(sides)
    assert floor.observed_pooled == pytest.approx(0.25 + NullForm.pooled(samples, 2).left)
    assert floor.observed == pytest.approx(0.5 + NullForm.pairs(samples, 2).left)
    assert floor.p_value("pooled", 9.0) == (1 + (floor.pooled >= floor.observed_pooled).sum()) / 4001
