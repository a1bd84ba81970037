"""Relative entropies of all pairs at once are those of one pair after the other."""

import numpy as np
import pytest

from klbio.estimates import Grid, relative_entropy_estimate, relative_entropy_grid


def sides(n_taxa, depths, seed):
    rng = np.random.default_rng(seed)
    law = rng.lognormal(0, 2, n_taxa)
    laws = [law * rng.lognormal(0, 0.7, n_taxa) for _ in depths]
    counts = [rng.multinomial(n, p / p.sum()) for n, p in zip(depths, laws, strict=True)]
    return np.array(counts[:2], float), np.array(counts[2:], float)


def one_by_one(x, y, a, b):
    second = list(zip(y, b, strict=True))
    return Grid.of(
        [[relative_entropy_estimate(p, q, s, t) for q, t in second] for p, s in zip(x, a, strict=True)]
    )


@pytest.mark.parametrize("depths", [(300, 5_000, 900, 40, 200_000), (2_000,) * 5])
@pytest.mark.parametrize("met", [True, False], ids=["all categories met by all", "some not"])
def test_all_pairs_at_once_are_the_pairs_one_by_one(depths, met):
    x, y = sides(300, depths, 1)
    if met:
        x, y = x + 1, y + (np.arange(300) % 3 > 0)
    a, b = (np.full(side.shape, 0.5) * np.arange(1, len(side) + 1)[:, None] for side in (x, y))
    ours, plain = relative_entropy_grid(x, y, a, b), one_by_one(x, y, a, b)
    assert ours.plugin == pytest.approx(plain.plugin, abs=1e-11)
    assert ours.value == pytest.approx(plain.value, abs=1e-11)
    assert ours.variance == pytest.approx(plain.variance, rel=1e-9, abs=1e-13)


def test_without_pseudocounts_and_with_groups_pairs_are_taken_one_by_one():
    x, y = (side + 2 for side in sides(5, (90, 80, 70, 60), 2))
    nothing = np.zeros_like(x)
    ours, plain = relative_entropy_grid(x, y, nothing, nothing), one_by_one(x, y, nothing, nothing)
    assert (ours.value == plain.value).all()
    groups = np.stack([x, x + 1, 2 * x], axis=1)
    half = np.full_like(x, 0.5)
    assert relative_entropy_grid(groups, groups, half, half).freedom == 2


def test_categories_missed_are_counted_where_all_others_were_met():
    """Else this part of the correction would never be seen by the test above."""
    once = np.array([[1.0, 1, 1, 30, 40]]), np.array([[1.0, 2, 0, 30, 40], [1.0, 1, 3, 30, 40]])
    halves = [np.full_like(side, 0.5) for side in once]
    ours, plain = relative_entropy_grid(*once, *halves), one_by_one(*once, *halves)
    assert ours.value == pytest.approx(plain.value, abs=1e-12)
