"""Reallocating reads at random, against all allocations counted one by one and a plain shuffle."""

from itertools import product
from math import comb

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from klbio.divergences import jensen_shannon_divergence
from klbio.estimates import Floor, null_divergences
from klbio.estimates.alias_tables import CLOSE, Alias, alias, binomial, close_term, side_tables, weighted
from klbio.estimates.read_reallocation import allocate_sides, chosen_pairs
from klbio.estimates.sample_splits import DOUBLED, HELD, add_up, settle, split, splits_of, taken


def bits(x, y):
    return float(jensen_shannon_divergence(x / x.sum(), y / y.sum()))


def bits_of_term(p, q):
    """One category's part of the divergence, by its definition."""
    m = (p + q) / 2
    return sum(x / 2 * np.log2(x / m) for x in (p, q) if x > 0)


@given(st.floats(1e-6, 1), st.floats(-1, 1))
def test_a_term_of_close_proportions_is_that_of_any(p, r):
    q = p * (1 - r * 2 * CLOSE**0.5)
    assert close_term(p, q) == pytest.approx(bits_of_term(p, q), rel=1e-9, abs=1e-15)


def all_allocations(pool, depths):
    """Every table of counts with these margins, with its probability."""
    if len(depths) == 1:
        yield (tuple(pool),), 1.0
        return
    for row in product(*(range(t + 1) for t in pool)):
        if sum(row) == depths[0]:
            chance = np.prod([comb(t, x) for t, x in zip(pool, row, strict=True)]) / comb(
                sum(pool), depths[0]
            )
            left = [t - x for t, x in zip(pool, row, strict=True)]
            for rest, further in all_allocations(left, depths[1:]):
                yield (row, *rest), chance * further


def exact_law(samples, n_after):
    """Values of both estimands over all allocations, and their probabilities."""
    pooled, pairs, chances = [], [], []
    depths = samples.sum(axis=1).astype(int).tolist()
    for allocated, chance in all_allocations(samples.sum(axis=0).astype(int).tolist(), depths):
        after, before = np.array(allocated[:n_after]), np.array(allocated[n_after:])
        pooled.append(bits(after.sum(axis=0), before.sum(axis=0)))
        pairs.append(np.mean([bits(x, y) for x in after for y in before]))
        chances.append(chance)
    return np.array([pooled, pairs]), np.array(chances)


CASES = {
    "one to one": ([[5, 1, 0], [2, 4, 3]], 1),
    "shallow after deep": ([[2, 1, 0], [4, 4, 3]], 1),
    "two to one": ([[2, 1, 0], [1, 2, 1], [0, 1, 4]], 2),
    "two to two": ([[2, 1], [1, 2], [3, 1], [1, 1]], 2),
}


@pytest.mark.parametrize("case", CASES)
def test_law_is_that_of_all_allocations(case):
    samples, n_after = np.array(CASES[case][0], float), CASES[case][1]
    values, chances = exact_law(samples, n_after)
    assert chances.sum() == pytest.approx(1)
    n = 40_000
    *drawn, observed = null_divergences(samples, n_after, n, np.random.default_rng(1))
    after, before = samples[:n_after], samples[n_after:]
    assert observed == pytest.approx(np.mean([bits(x, y) for x in after for y in before]), abs=1e-12)
    for null, value in zip(drawn, values, strict=True):
        assert set(null.round(9)) <= set(value.round(9))
        for at in np.unique(
            value.round(9)
        ):  # the whole distribution: each value's share within 4.5 standard errors
            chance = chances[value.round(9) <= at].sum()
            error = np.sqrt(chance * (1 - min(chance, 1)) / n) + 1e-9
            assert abs((null.round(9) <= at).mean() - chance) < 4.5 * error


def shuffled(samples, n_after, n_resamples, rng):
    """The plain way: shuffle the reads and cut the row where each sample ends."""
    n_taxa, depths = samples.shape[1], samples.sum(axis=1).astype(int)
    reads = np.repeat(np.arange(n_taxa), samples.sum(axis=0).astype(int))
    home = np.repeat(np.arange(len(depths)), depths) * n_taxa
    for _ in range(n_resamples):
        allocated = np.bincount(home + rng.permutation(reads), minlength=samples.size).reshape(samples.shape)
        after, before = allocated[:n_after], allocated[n_after:]
        yield (
            bits(after.sum(axis=0), before.sum(axis=0)),
            np.mean([bits(x, y) for x in after for y in before]),
        )


@pytest.mark.parametrize("depths", [(900, 1500), (300, 3000), (400, 900, 600, 1500), (500, 2000, 100)])
def test_mean_and_quantiles_are_those_of_a_plain_shuffle(depths):
    rng = np.random.default_rng(2)
    weights = rng.lognormal(0, 2, 60)  # some taxa with most reads, many with few
    samples = np.array([rng.multinomial(depth, weights / weights.sum()) for depth in depths], float)
    n_after = len(depths) // 2
    plain = np.array(list(shuffled(samples, n_after, 1500, rng))).T
    *fast, _ = null_divergences(samples, n_after, 20_000, rng)
    for one, other in zip(plain, fast, strict=True):
        spread = one.std() / np.sqrt(len(one))
        assert other.mean() == pytest.approx(one.mean(), abs=4 * spread)
        for share in (0.05, 0.5, 0.95):
            at = np.quantile(one, share)
            assert (other <= at).mean() == pytest.approx(share, abs=4 * np.sqrt(share * (1 - share) / 1500))


@settings(max_examples=40, deadline=None)
@given(st.lists(st.integers(0, 400), min_size=2, max_size=6), st.integers(2, 4), st.integers(0, 99))
def test_every_read_is_dealt_once_to_the_depths(pool, n_samples, seed):
    pool = np.array([*pool, n_samples])
    parts = np.full(n_samples, pool.sum() // n_samples)
    parts[0] += pool.sum() - parts.sum()
    allocated, rng = np.empty((n_samples, len(pool)), np.int64), np.random.default_rng(seed)
    split(pool, len(pool), splits_of(parts), rng, allocated)
    assert (allocated.sum(axis=0) == pool).all()
    settle(parts, rng, allocated)
    assert (allocated >= 0).all()
    assert (allocated.sum(axis=0) == pool).all()
    assert (allocated.sum(axis=1) == parts).all()


@pytest.mark.parametrize(
    "reads", [1, 12, HELD, HELD + 1, 3 * HELD, 29 * HELD + 5, (HELD << DOUBLED + 1) + 100]
)
@pytest.mark.parametrize("n_samples", [2, 3, 5])
def test_reads_fall_by_depth_as_binomials(reads, n_samples):
    from scipy import stats

    depths, n = np.array([10, 30, 60, 25, 5])[:n_samples], 20_000
    allocated = np.empty((n_samples, n), np.int64)
    n_common = n if reads > HELD else 0
    split(np.full(n, reads), n_common, splits_of(depths), np.random.default_rng(3), allocated)
    for found, depth in zip(allocated, depths, strict=True):
        expected = stats.binom.pmf(np.arange(reads + 1), reads, depth / depths.sum()) * n
        often = expected > 5
        counted = np.bincount(found, minlength=reads + 1)[often]
        squares = ((counted - expected[often]) ** 2 / expected[often]).sum()
        assert squares < stats.chi2.isf(1e-5, often.sum())


def test_of_many_pairs_some_are_drawn_in_which_samples_come_equally_often():
    pairs = chosen_pairs(40, 60)
    assert len(np.unique(pairs, axis=0)) == len(pairs) == 400
    for side, n in zip(pairs.T, (40, 60), strict=True):
        times = np.bincount(side)[side.min() :]
        assert len(times) == n
        assert np.ptp(times) <= 1
    assert len(chosen_pairs(20, 20)) == 400
    assert sorted(map(tuple, chosen_pairs(3, 6).tolist())) == [(i, 3 + j) for i in range(3) for j in range(6)]


def test_what_is_drawn_over_some_pairs_is_held_against_the_same_pairs():
    x = np.random.default_rng(5).multinomial(200, np.full(9, 1 / 9), 50).astype(float)
    floor = Floor.drawn(x[:20], x[20:], 99, np.random.default_rng(0))
    observed = np.mean([bits(x[i], x[j]) for i, j in chosen_pairs(20, 30)])
    assert floor.observed == pytest.approx(observed, abs=1e-12)
    assert floor.p_value("pairs", 9.0) == (1 + (floor.pairs >= observed - 1e-12).sum()) / 100
    assert floor.p_value("pooled", 9.0) == 1 / 100
    assert Floor.drawn(x[:20], x[20:40], 19, np.random.default_rng(0)).observed is None


@given(st.lists(st.integers(0, 50), min_size=1, max_size=9).filter(any))
def test_an_alias_table_holds_its_law(weights):
    table = weighted(np.array(weights))
    n = len(weights)
    chances = table.keep / n
    for place, other in enumerate(table.other):
        chances[other] += (1 - table.keep[place]) / n
    assert chances == pytest.approx(np.array(weights) / sum(weights), abs=1e-12)


@pytest.mark.parametrize(("total", "share"), [(7, 0.5), (60, 0.1), (1, 0.9), (30, 0.999)])
def test_binomial_weights(total, share):
    from scipy import stats

    weight = np.empty(total + 1)
    binomial(total, share, 0, weight)
    chances = stats.binom.pmf(np.arange(total + 1), total, share)
    assert weight / weight.sum() == pytest.approx(chances, rel=1e-9, abs=1e-15)


def test_reads_settle_beyond_the_reach_of_the_tables():
    pool, depths, rng = np.array([100_000, 300]), (50, 100_250), np.random.default_rng(6)
    tables = side_tables(pool, *depths)
    # tables of a single count each, and nothing beyond: most reads must leave them
    inside = np.isin(np.arange(len(tables.bits)), tables.start)
    nothing = np.where(inside, tables.bits, np.nan)
    tables = tables._replace(stop=tables.start + 1, bits=nothing, keep=np.ones_like(tables.keep))
    side, found = np.empty((2, 21), np.int64)[:, :20], np.empty(20)  # part of a block, as the product has it
    allocate_sides(pool, tables, weighted(pool), *depths, rng, side, found)
    assert (side.sum(axis=0) == 50).all()
    assert found == pytest.approx([bits(one, pool - one) for one in side.T], abs=1e-12)


def test_categories_of_as_many_reads_share_a_table():
    pool = np.array([7, 30, 7, 1, 30])
    tables = side_tables(pool, 40, 35)
    assert tables.start[0] == tables.start[2]
    assert tables.start[1] == tables.start[4]
    assert len(tables.keep) == 8 + 31 + 2
    for k, total in enumerate(pool):
        x = np.arange(total + 1)
        expected = [bits_of_term(a / 40, (total - a) / 35) for a in x]
        assert tables.low[k] == 0
        assert tables.bits[tables.start[k] : tables.stop[k]] == pytest.approx(expected, abs=1e-15)


def test_sides_are_of_their_depth_and_their_divergence_is_that_of_their_counts():
    rng = np.random.default_rng(4)
    pool = rng.integers(1, 200, 50)
    n = int(pool.sum()) // 3
    side, found = np.empty((50, 31), np.int64)[:, :30], np.empty(30)
    allocate_sides(
        pool, side_tables(pool, n, pool.sum() - n), weighted(pool), n, pool.sum() - n, rng, side, found
    )
    assert (side.sum(axis=0) == n).all()
    assert (side >= 0).all()
    assert (side <= pool[:, None]).all()
    assert found == pytest.approx([bits(one, pool - one) for one in side.T], abs=1e-12)


def test_alias_is_filled_in_place():
    table = Alias(np.empty(2), np.empty(2, np.int64))
    alias(np.array([3.0, 1.0]), table.keep, table.other)
    assert table.keep.tolist() == [1.0, 0.5]
    assert table.other.tolist() == [0, 0]


def test_each_place_of_a_sample_is_one_read():
    counts, blocks = np.array([1, 2, 0, 3, 1]), np.empty(3, np.int64)
    assert add_up(counts, 2, blocks) == 7
    assert blocks.tolist() == [3, 3, 1]
    assert [taken(counts.copy(), blocks.copy(), 2, place) for place in range(7)] == [0, 1, 1, 3, 3, 3, 4]
    assert [taken(counts, blocks, 2, 0) for _ in range(7)] == [0, 1, 1, 3, 3, 3, 4]
    assert not counts.any()
    assert not blocks.any()
