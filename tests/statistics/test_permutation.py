"""The engine of all tests by permutation: levels, limits, ties, and which arrangements there are."""

from fractions import Fraction
from itertools import permutations, product
from math import comb, factorial

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from klbio.statistics import Signs, Statistic, TestResult, TwoGroups, WithinBlocks, designs
from klbio.statistics import permutation as engine

PAIRS = [i // 2 for i in range(40)]


def rng(seed=1):
    return np.random.default_rng(seed)


def every(exchange):
    return np.concatenate(list(exchange.arrangements(rng())))


def column(values):
    return np.array(values, dtype=float)[:, None]


# arrangements


def test_every_arrangement_once_and_the_observed_first():
    assert sorted(map(tuple, every(Signs(3)))) == sorted(product([-1.0, 1.0], repeat=3))
    assert every(Signs(3))[0].tolist() == [1, 1, 1]
    weights = every(TwoGroups(2, 3))
    assert len(weights) == len({tuple(row) for row in weights}) == comb(5, 2)
    assert weights[0] == pytest.approx([1 / 2] * 2 + [-1 / 3] * 3)
    assert weights.sum(axis=1) == pytest.approx(np.zeros(10))


def test_labels_stay_in_their_blocks():
    exchange = WithinBlocks.of("aabcbc", "SSSTTT")
    ways = {(*first, *second) for first in permutations([0, 0, 1]) for second in permutations([2, 1, 2])}
    assert {tuple(row) for row in every(exchange).astype(int)} == ways
    assert exchange.n_ways == len(every(exchange)) == len(ways) == 9
    free = WithinBlocks.of("aabbcc")
    assert free.n_ways == len({tuple(row) for row in every(free)}) == factorial(6) // 8


@pytest.mark.parametrize("exchange", [Signs(20), TwoGroups(10, 12), WithinBlocks.of("ab" * 20, PAIRS)])  # fmt: skip
def test_drawn_arrangements_keep_what_the_design_keeps(exchange):
    drawn = every(exchange)
    assert drawn.shape == (9_999, exchange.n_units)
    assert not exchange.exact
    assert drawn.mean(axis=0) == pytest.approx(
        np.full(exchange.n_units, drawn.mean()), abs=5 * drawn.std() / 100
    )
    if isinstance(exchange, WithinBlocks):
        assert (drawn.reshape(9_999, 20, 2).sum(axis=2) == 1).all()
    else:
        assert len(np.unique(np.abs(drawn).round(12))) <= 2


@pytest.mark.parametrize("exchange", [Signs(20), TwoGroups(10, 12)])
def test_the_size_of_blocks_changes_nothing_that_is_drawn(exchange, monkeypatch):
    whole = every(exchange)
    monkeypatch.setattr(engine, "BLOCK_CELLS", 7 * exchange.n_units)
    assert (every(exchange) == whole).all()
    assert len(list(exchange.arrangements(rng()))) == -(-9_999 // 7)
    assert len(next(exchange.arrangements(rng(), width=7 * exchange.n_units))) == 1


def test_signs_and_labels_take_a_byte_each_and_are_drawn_as_doubles_would_be():
    signs = next(Signs(300).arrangements(rng()))
    assert signs.dtype == np.int8
    assert (signs == 1 - 2 * rng().integers(0, 2, size=signs.shape)).all()
    for n_labels, dtype in ((10, np.uint8), (300, np.uint16)):
        labels, blocks = np.arange(600) % n_labels, np.arange(600) // 300
        drawn = next(WithinBlocks(labels, blocks).arrangements(rng()))
        twin, draws = np.tile(labels.astype(float), (len(drawn), 1)), rng()
        for place in np.split(np.arange(600), 2):
            twin[:, place] = draws.permuted(twin[:, place], axis=1)
        assert drawn.dtype == dtype
        assert (drawn == twin).all()


@pytest.mark.parametrize("width", [1, 3_000])
def test_what_is_made_of_arrangements_is_bounded_however_many_columns_there_are(width, monkeypatch):
    monkeypatch.setattr(engine, "PART_CELLS", 10_000)
    made = []

    def of(signs):
        assert signs.dtype == float
        made.append(signs.shape)
        return np.zeros((len(signs), width))

    Signs(20).p_value(Statistic(np.zeros(width), of), rng())
    assert sum(height for height, _ in made) == 9_999
    assert max(height * max(width, 20) for height, _ in made) < 2 * 10_000


@pytest.mark.parametrize(
    "exchange", [Signs(6), TwoGroups(3, 4), WithinBlocks.of("aabcbc", "SSSTTT"), WithinBlocks.of("aabb")]
)
def test_the_size_of_blocks_changes_nothing_that_is_counted(exchange, monkeypatch):
    whole = every(exchange)
    monkeypatch.setattr(engine, "BLOCK_CELLS", 4 * exchange.n_units)
    assert (every(exchange) == whole).all()
    assert {len(block) for block in exchange.arrangements(rng())} <= {4, exchange.n_ways % 4}


@pytest.mark.parametrize(
    "exchange", [TwoGroups(1, 3_000), WithinBlocks.of("ab" * 2_000, [0, 0, *range(1, 3_999)])]
)
def test_few_arrangements_of_many_units_never_stand_in_memory_at_once(exchange, monkeypatch):
    """One subject against thousands, or thousands of samples of which two change places."""
    monkeypatch.setattr(engine, "BLOCK_CELLS", 100_000)
    assert exchange.exact
    sizes = [block.size for block in exchange.arrangements(rng())]
    assert sum(sizes) == exchange.n_ways * exchange.n_units
    assert max(sizes) <= 100_000


def test_blocks_without_a_choice_are_as_many_as_they_like():
    """More than numpy has dimensions: subjects of one sample beside two of two."""
    exchange = WithinBlocks.of("abab" + "a" * 80, [0, 0, 1, 1, *range(2, 82)])
    assert every(exchange)[:, :4].tolist() == every(WithinBlocks.of("abab", [0, 0, 1, 1])).tolist()
    assert (every(exchange)[:, 4:] == 0).all()
    assert every(WithinBlocks.of("a" * 80, range(80))).tolist() == [[0] * 80]


# limits and the smallest p


@pytest.mark.parametrize(
    ("inside", "outside"),
    [
        (Signs(14), Signs(15)),  # 16,384 and 32,768
        (TwoGroups(8, 8), TwoGroups(8, 9)),  # 12,870 and 24,310
        (WithinBlocks.of("abcdefg"), WithinBlocks.of("abcdefgh")),  # 5,040 and 40,320
        (Signs(10, costly=True), Signs(11, costly=True)),  # 1,024 and 2,048
        (WithinBlocks.of("ab" * 14, PAIRS[:28]), WithinBlocks.of("ab" * 15, PAIRS[:30])),
    ],
)  # fmt: skip
def test_exact_up_to_twenty_thousand_and_drawn_beyond(inside, outside):
    most, n_drawn = (1_024, 999) if outside.costly else (20_000, 9_999)
    assert inside.exact
    assert inside.n_permutations == inside.n_ways <= most < outside.n_ways
    assert inside.least == 0
    assert not outside.exact
    assert outside.n_permutations == n_drawn
    assert outside.least == 1 / (n_drawn + 1)


def test_the_limit_itself_is_exact(monkeypatch):
    monkeypatch.setattr(engine, "USUAL", engine.Limits(8, 99))
    assert Signs(3).exact
    monkeypatch.setattr(engine, "USUAL", engine.Limits(7, 99))
    assert not Signs(3).exact
    assert (Signs(3).n_permutations, Signs(3).least) == (99, 1 / 100)


@pytest.mark.parametrize(
    ("exchange", "smallest"),
    [(Signs(1), 1), (Signs(5), 2 / 32), (Signs(14), 2 / 2**14), (Signs(15), 1e-4), (TwoGroups(3, 3), 2 / 20),
     (TwoGroups(2, 3), 1 / 10), (TwoGroups(1, 1), 1), (TwoGroups(9, 9), 1e-4),
     (WithinBlocks.of("abab", "SSTT"), 2 / 4), (WithinBlocks.of("abb"), 1 / 3),
     (WithinBlocks.of("ab" * 20, PAIRS), 1e-4)],
)  # fmt: skip
def test_the_smallest_p_of_each_design(exchange, smallest):
    assert float(exchange.smallest_p()) == pytest.approx(smallest, rel=1e-12)


def test_units_that_do_not_move_raise_the_smallest_p():
    assert Signs(5).smallest_p(np.array([0, 1, 2, 5])).tolist() == [1, 1, 1 / 2, 1 / 16]
    # of 2 against 3, one that moves: in the first group in 4 ways, in the second in 6
    assert TwoGroups(2, 3).smallest_p(np.array([0, 1, 2, 5])) == pytest.approx([1, 4 / 10, 1 / 10, 1 / 10])


@settings(max_examples=30, deadline=None)
@given(st.integers(1, 6), st.integers(1, 6), st.integers(0, 12))
def test_the_smallest_p_of_two_groups_is_that_of_the_fewest_ways(first, second, moving):
    k = min(moving, first + second)
    ways = [comb(first + second - k, first - j) for j in range(k + 1) if 0 <= first - j <= first + second - k]
    sides = 2 if first == second else 1
    assert TwoGroups(first, second).smallest_p(k) == pytest.approx(
        min(1, sides * min(ways) / comb(first + second, first))
    )


def plain_smallest_p(first, second, k, least):
    """Every way to place those that move, in whole numbers; nothing left out."""
    ways = [comb(first + second - k, first - j) for j in range(k + 1) if 0 <= first - j <= first + second - k]
    share = Fraction((2 if first == second else 1) * min(ways), comb(first + second, first))
    return max(float(min(share, 1)), least)


@pytest.mark.parametrize("limits", [engine.USUAL, engine.Limits(1, 1), engine.Limits(1, 19)])
def test_the_smallest_p_of_two_groups_is_the_plain_one_though_it_stops_early(limits, monkeypatch):
    monkeypatch.setattr(engine, "USUAL", limits)
    for first, second in product(range(1, 25), repeat=2):
        exchange, k = TwoGroups(first, second), np.arange(first + second + 1)
        plain = [plain_smallest_p(first, second, moving, exchange.least) for moving in k.tolist()]
        assert exchange.smallest_p(k).tolist() == plain


@pytest.mark.parametrize("first", [1, 2, 40, 5_000])
def test_the_smallest_p_of_ten_thousand_units_takes_few_large_numbers(first, monkeypatch):
    calls = []
    monkeypatch.setattr(designs, "comb", lambda *given: calls.append(given) or comb(*given))
    smallest = TwoGroups(first, 10_000 - first).smallest_p(np.arange(10_001))
    assert (np.diff(smallest) <= 0).all()
    assert (smallest[0], smallest[-1]) == (1, 1e-4)
    assert (
        len(calls) < 200 or first == 1
    )  # where all arrangements are counted, none is cut off; they are small


@pytest.mark.parametrize(
    "exchange",
    [Signs(5_000), Signs(5_000, costly=True), TwoGroups(5_000, 5_000), WithinBlocks.of("ab" * 2_000, PAIRS * 100),
     WithinBlocks.of(range(3_000))],
)  # fmt: skip
def test_more_ways_than_a_floating_point_number_holds(exchange):
    """2^1,024 is none: 1,025 subjects have more signs, 520 in two groups more arrangements."""
    assert exchange.n_ways > 2**1_024
    assert exchange.smallest(7) == exchange.least > 0


def test_the_smallest_p_of_a_statistic_counts_its_ties():
    exchange = WithinBlocks.of("aabb")
    same_label = Statistic(1.0, lambda block: (block[:, 0] == block[:, 1]).astype(float))
    assert exchange.counted(0.5, same_label, rng()) == TestResult(0.5, 2 / 6, 2 / 6, 6, True)
    drawn = WithinBlocks.of(range(9)).counted(0.5, Statistic(9.0, lambda block: block[:, 0]), rng())
    assert drawn == TestResult(0.5, 1e-4, 1e-4, 9_999, False)


# p


def test_p_by_hand():
    signs = Signs(3).test(column([0.1, 0.2, -0.3]), np.array([3]), rng())
    assert signs.p_value[0] == 1  # all signs alike, or not: 0 is reached by every arrangement
    assert Signs(2).test(column([1, 2]), np.array([2]), rng()).p_value[0] == 2 / 4
    groups = TwoGroups(3, 2).test(column([5, 4, 3]), column([1, 2]), np.array([5]), rng())
    assert groups.value[0] == 2.5
    assert groups.p_value[0] == 2 / 10  # {3, 4, 5} against {1, 2} and {1, 2, 3} against {4, 5}


@pytest.mark.parametrize("n", [3, 8, 12])
def test_signs_and_groups_against_scipy(n):
    values = rng(n).normal(0.3, 1, (n, 4))
    expected = stats.permutation_test(
        (values,), np.mean, permutation_type="samples", vectorized=True, n_resamples=np.inf, axis=0
    )
    assert Signs(n).test(values, np.full(4, n), rng()).p_value == pytest.approx(expected.pvalue)
    first, second = rng(n).normal(size=(4, 3)), rng(n + 1).normal(1, 1, (4, 3))
    expected = stats.permutation_test(
        (first, second), lambda x, y, axis: x.mean(axis) - y.mean(axis), vectorized=True, n_resamples=np.inf
    )
    found = TwoGroups(4, 4).test(first, second, np.full(3, 8), rng()).p_value
    assert found == pytest.approx(expected.pvalue)


@pytest.mark.parametrize("exchange", ["signs", "groups", "blocks"])
def test_of_a_null_p_is_at_or_below_a_level_as_often_as_it_says(exchange):
    """Over all arrangements of one data set, an exact p has its level exactly, without ties."""
    values = rng(7).normal(size=6)
    if exchange == "signs":
        p = [Signs(6).test(column(s * values), np.array([6]), rng()).p_value[0] for s in every(Signs(6))]
    elif exchange == "groups":
        orders = [np.flatnonzero(np.isin(range(6), chosen)) for chosen in permutations(range(6), 3)]
        p = [TwoGroups(3, 3).test(column(values[o]), column(np.delete(values, o)), np.array([6]), rng()).p_value[0]
             for o in orders]  # fmt: skip
    else:
        design = WithinBlocks.of("ababab", "SSTTUU")
        p = [design.p_value(Statistic(abs(row @ values - values.sum() / 2),
                                      lambda block: np.abs(block @ values - values.sum() / 2)), rng())
             for row in every(design)]  # fmt: skip
    p = np.array(p)
    assert all((p <= level + 1e-12).mean() == pytest.approx(level) for level in np.unique(p))


def test_drawn_and_exact_p_agree(monkeypatch):
    values = rng(3).normal(0.4, 1, (10, 1))
    exact = Signs(10).test(values, np.array([10]), rng())
    monkeypatch.setattr(engine, "USUAL", engine.Limits(1, 9_999))
    drawn = Signs(10).test(values, np.array([10]), rng())
    assert (exact.exact, drawn.exact) == (True, False)
    error = np.sqrt(exact.p_value * (1 - exact.p_value) / 9_999)
    assert drawn.p_value == pytest.approx(exact.p_value, abs=4 * float(error[0]))


def test_p_of_what_is_drawn_counts_the_observed_too():
    exchange = TwoGroups(10, 10)
    assert exchange.share(0) == 1 / 10_000
    assert exchange.share(9_999) == 1
    assert TwoGroups(2, 2).share(2) == 2 / 6


# ties


@pytest.mark.parametrize("n", [3, 12])
def test_means_that_differ_by_rounding_are_equal(n):
    """Samples of equal depth: all differences are rounding, and none is more than chance gives."""
    same = np.log2(np.full((n, 1), 723.0)) * 1.1 / 3
    assert TwoGroups(n, n).test(same, same.copy(), np.array([2 * n]), rng()).p_value[0] == 1
    mixed = np.log2(np.tile([[723.0], [811.0]], (n, 1))) / 7
    shuffled = mixed[rng().permutation(len(mixed))]
    difference = TwoGroups(2 * n, 2 * n).test(mixed, shuffled, np.array([4 * n]), rng())
    assert abs(difference.value[0]) < 1e-14
    assert difference.p_value[0] == 1
    assert Signs(2 * n).test(np.concatenate([same, -same]), np.array([2 * n]), rng()).p_value[0] == 1


@pytest.mark.parametrize(("apart", "p_value"), [(0.5e-10, 1), (2e-10, 1 / 2)])
def test_ties_are_relative_to_the_scale(apart, p_value):
    for scale in (0.1, 1.0, 1e6):
        statistic = Statistic(
            scale * (1 + apart), lambda block, s=scale: s * (1 + apart * (block[:, 0] < 0)), scale
        )
        flipped = Statistic(
            scale * (1 + apart), lambda block, s=scale: s * (1 + apart * (block[:, 0] > 0)), scale
        )
        assert Signs(4).p_value(statistic, rng()) == Signs(4).p_value(flipped, rng()) == p_value


@pytest.mark.parametrize("n", [3, 12])
def test_changes_that_are_nothing_but_rounding_have_p_1(n):
    """Every sample has 723 reads: means of one and of three logarithms differ in the last digit."""
    depth = np.log2(723.0)
    changes = np.array([np.mean([depth] * k) - depth + (k % 3 - 1) * 2e-15 for k in range(1, n + 1)])
    assert changes.any()
    moving = np.array([n])
    assert Signs(n).test(column(changes), moving, rng()).p_value[0] == 1
    half = n // 2
    both = TwoGroups(half, n - half).test(column(changes[:half]), column(changes[half:]), moving, rng())
    assert both.p_value[0] == 1
    one_read = np.full((n, 1), 1e-9)
    assert Signs(n).test(one_read, moving, rng()).p_value[0] == Signs(n).smallest_p()


@pytest.mark.parametrize("exchange", [Signs(3), Signs(16), TwoGroups(3, 3), TwoGroups(12, 12)])
def test_zero_differences_have_p_1(exchange):
    statistic = Statistic(0.0, lambda block: np.abs(block @ np.zeros(exchange.n_units)), 0.0)
    assert exchange.p_value(statistic, rng()) == 1


# results


def test_results_come_one_by_one():
    tests = Signs(4).test(rng().normal(size=(4, 3)), np.array([4, 2, 1]), rng())
    assert len(tests) == len(list(tests)) == 3
    assert list(tests)[1] == tests[1]
    assert tests[2] == TestResult(float(tests.value[2]), float(tests.p_value[2]), 1.0, 16, True)
    with pytest.raises(IndexError):
        tests[3]


@pytest.mark.parametrize("labels", ["a", "ab", "aab", "abba", "abcab", "aabbcc"])
def test_every_order_of_labels_is_counted_once(labels):
    (every,) = WithinBlocks.of(labels)._every(1_000_000)
    every = every.astype(int)
    named = ["".join(row) for row in np.array(list("abc"))[every]]  # codes are by first appearance
    assert sorted(named) == sorted({"".join(order) for order in permutations(labels)})
