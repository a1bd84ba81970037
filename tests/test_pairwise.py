"""All pairs: against 50 digits, a plain twin and the divergences of two rows; laws; refusals."""

import math
import subprocess
import sys

import mpmath
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse

from klbio import divergences
from klbio.distributions import Counts
from klbio.errors import InputError
from klbio.pairwise import (
    MEASURES,
    AllPairs,
    jensen_shannon_matrix,
    relative_entropy_matrix,
)

ALPHA = 0.5
EACH_MEASURE = pytest.mark.parametrize("measure", MEASURES)


def each(trait, value=True):
    """Run a test for the measures that have a trait, or that lack it."""
    return pytest.mark.parametrize("measure", [m for m in MEASURES if getattr(MEASURES[m], trait) == value])


def matrix(counts, measure, other=None, **settings):
    run = {name: settings.pop(name) for name in ("threads", "progress") if name in settings}
    alpha = ALPHA if MEASURES[measure].smoothed else None
    return AllPairs(counts, other, measure=measure, alpha=alpha, **settings).matrix(**run)


def table(n_samples, n_categories, density, seed, depth=1000):
    """A random sparse table without empty rows."""
    rng = np.random.default_rng(seed)
    counts = rng.integers(1, depth, (n_samples, n_categories)) * (
        rng.random((n_samples, n_categories)) < density
    )
    counts[:, 0] += counts.sum(axis=1) == 0
    return counts


@st.composite
def tables(draw, fewest=1):
    shape = draw(st.integers(fewest, 6)), draw(st.integers(1, 8))
    count = st.sampled_from([0, 0, 0, 1, 2, 3, 10, 1000, 12345])
    counts = np.array(draw(st.lists(count, min_size=math.prod(shape), max_size=math.prod(shape)))).reshape(
        shape
    )
    counts[:, -1] += counts.sum(axis=1) == 0
    return counts


# worked by hand


def test_half_the_reads_in_common():
    assert jensen_shannon_matrix([[1, 1, 0], [2, 0, 2]])[0, 1] == pytest.approx(0.5, abs=1e-15)


def test_nothing_in_common_is_one_bit_exactly():
    assert jensen_shannon_matrix([[3, 4, 0, 0], [0, 0, 1, 0], [0, 0, 0, 9]]).tolist() == [
        [0, 1, 1], [1, 0, 1], [1, 1, 0],
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("measure", "value"),
    [
        ("jensen-shannon-divergence", 1.5 - 0.75 * math.log2(3)),  # (1, 0) against (1/2, 1/2)
        ("jensen-shannon-distance", math.sqrt(1.5 - 0.75 * math.log2(3))),
        ("hellinger-distance", math.sqrt(1 - math.sqrt(0.5))),
        ("total-variation-distance", 0.5),
        ("relative-entropy", 0.75 * math.log2(1.5) + 0.25 * math.log2(0.5)),  # (3/4, 1/4) against (1/2, 1/2)
        ("jeffreys-divergence", 0.25 * math.log2(3)),
    ],
)
def test_one_taxon_against_two(measure, value):
    counts = [[1, 0], [1, 1]]
    assert matrix(counts, measure)[0, 1] == pytest.approx(value, rel=1e-14)


def test_order_is_row_then_column():
    forward = 0.75 * math.log2(1.5) + 0.25 * math.log2(0.5)
    backward = 0.5 * math.log2(2 / 3) + 0.5 * math.log2(2)
    expected = [[0, forward], [backward, 0]]
    np.testing.assert_allclose(relative_entropy_matrix([[1, 0], [1, 1]], alpha=0.5), expected, rtol=1e-14)


# reference implementations


def in_fifty_digits(measure, x, y, alpha):
    """The definition, one category at a time."""
    n_categories = len(x)
    p, q = (
        [(mpmath.mpf(int(c)) + alpha) / (int(sum(map(int, row))) + alpha * n_categories) for c in row]
        for row in (x, y)
    )

    def relative(a, b):
        return sum(s * mpmath.log(s / t, 2) for s, t in zip(a, b, strict=True) if s > 0)

    middle = [(s + t) / 2 for s, t in zip(p, q, strict=True)]
    divergence = (relative(p, middle) + relative(q, middle)) / 2
    return {
        "jensen-shannon-divergence": lambda: divergence,
        "jensen-shannon-distance": lambda: mpmath.sqrt(max(divergence, 0)),
        "relative-entropy": lambda: relative(p, q),
        "jeffreys-divergence": lambda: relative(p, q) + relative(q, p),
        "hellinger-distance": lambda: mpmath.sqrt(
            sum((mpmath.sqrt(s) - mpmath.sqrt(t)) ** 2 for s, t in zip(p, q, strict=True)) / 2
        ),
        "total-variation-distance": lambda: sum(abs(s - t) for s, t in zip(p, q, strict=True)) / 2,
    }[measure]()


def exact(measure, counts, alpha=ALPHA):
    alpha = mpmath.mpf(alpha) if MEASURES[measure].smoothed else mpmath.mpf(0)
    with mpmath.workdps(50):
        return [[in_fifty_digits(measure, x, y, alpha) for y in counts] for x in counts]


def ladder():
    """Rows ever closer to the first, from 1e-1 to 1e-9 of the reads moved, and one a world apart."""
    total = 10**9
    moved = [0] + [10**power for power in range(9)]
    return np.array([[total // 2 + d, total // 4 - d, total // 4, 0] for d in moved] + [[0, 0, 1, 5]])


@EACH_MEASURE
@pytest.mark.parametrize(
    "counts",
    [table(5, 12, 0.4, 1), table(4, 40, 0.9, 2, depth=10**7), ladder()],
    ids=["sparse", "deep", "ladder"],
)
def test_fifty_digits(measure, counts):
    found, wanted = matrix(counts, measure), exact(measure, counts)
    for i, j in np.ndindex(found.shape):
        error = abs(mpmath.mpf(found[i, j]) - wanted[i][j])
        assert error <= 1e-13
        # a share is known to half an ulp, so a difference of shares no better
        slack = 1e-15 if MEASURES[measure].metric else 1e-15 * math.sqrt(wanted[i][j])
        assert error <= 1e-9 * wanted[i][j] + slack


def test_a_billionth_of_a_bit_keeps_six_digits():
    counts = np.array([[500_000, 500_000], [500_000 + 13, 500_000 - 13]])
    wanted = exact("relative-entropy", counts)[0][1]
    assert 4e-10 < wanted < 1e-9
    assert abs(relative_entropy_matrix(counts, alpha=ALPHA)[0, 1] / wanted - 1) < 1e-9


@pytest.mark.parametrize("alpha", [1e-9, 1.0, 1e6])
def test_relative_entropy_of_any_alpha(alpha):
    counts = table(4, 15, 0.5, 3)
    found, wanted = relative_entropy_matrix(counts, alpha=alpha), exact("relative-entropy", counts, alpha)
    for i, j in np.ndindex(found.shape):
        assert abs(mpmath.mpf(found[i, j]) - wanted[i][j]) <= 1e-9 * wanted[i][j]


def plain_twin(counts):
    """Jensen-Shannon divergence in plain Python, category by category."""
    shares = [[c / sum(row) for c in row] for row in counts.tolist()]

    def half(p, q):
        return sum(a * math.log2(2 * a / (a + b)) for a, b in zip(p, q, strict=True) if a > 0) / 2

    return [[half(p, q) + half(q, p) for q in shares] for p in shares]


@given(tables())
def test_agrees_with_the_plain_twin(counts):
    np.testing.assert_allclose(jensen_shannon_matrix(counts), plain_twin(counts), rtol=0, atol=1e-13)


PAIRS = {
    "jensen-shannon-divergence": divergences.jensen_shannon_divergence,
    "jensen-shannon-distance": divergences.jensen_shannon_distance,
    "relative-entropy": divergences.relative_entropy,
    "jeffreys-divergence": divergences.jeffreys_divergence,
    "hellinger-distance": divergences.hellinger_distance,
    "total-variation-distance": divergences.total_variation_distance,
}


@EACH_MEASURE
def test_agrees_with_the_divergence_of_two_rows(measure):
    counts = table(30, 200, 0.2, 4).astype(float)
    counts += ALPHA * MEASURES[measure].smoothed
    shares = counts / counts.sum(axis=1, keepdims=True)
    wanted = PAIRS[measure](shares[:, None, :], shares[None, :, :])
    found = matrix(counts - ALPHA * MEASURES[measure].smoothed, measure)
    np.testing.assert_allclose(found, wanted, rtol=1e-12, atol=1e-15)


@given(st.floats(1e-300, 2.0))
def test_logarithm_of_the_kernels(x):
    from klbio.pairwise.logarithm import natural_log

    assert abs(natural_log(x) - math.log(x)) <= 3 * math.ulp(math.log(x))


@given(st.lists(st.floats(1e-300, 2.0), min_size=1, max_size=70))
def test_a_logarithm_does_not_depend_on_where_in_a_vector_it_stood(numbers):
    from klbio.pairwise.logarithm import natural_log, scaled_log

    x = np.array(numbers)
    out = np.empty_like(x)
    scaled_log(x, out)
    assert out.tolist() == [number * natural_log(number) for number in numbers]


# laws


@EACH_MEASURE
@given(counts=tables())
@settings(max_examples=50)
def test_never_negative_and_zero_for_equal_samples(measure, counts):
    values = matrix(np.vstack([counts, counts]), measure)
    assert (values >= 0).all()
    n = len(counts)
    assert (np.diagonal(values, n) == 0).all()
    assert (np.diagonal(values) == 0).all()


@each("symmetric")
@given(counts=tables())
@settings(max_examples=50)
def test_symmetry_is_exact(measure, counts):
    values = matrix(counts, measure)
    assert (values == values.T).all()
    # and each half is what it would have been without the other
    assert values.tobytes() == matrix(counts, measure, other=counts).tobytes()


@each("metric")
@given(counts=tables(fewest=3))
@settings(max_examples=50)
def test_metrics_obey_the_triangle_inequality(measure, counts):
    d = matrix(counts, measure)
    assert (d[:, None, :] <= d[:, :, None] + d[None, :, :] + 1e-12).all()


@EACH_MEASURE
@given(counts=tables(), data=st.data())
@settings(max_examples=50)
def test_order_of_samples_does_not_matter(measure, counts, data):
    order = data.draw(st.permutations(range(len(counts))))
    assert matrix(counts[order], measure).tobytes() == matrix(counts, measure)[np.ix_(order, order)].tobytes()


@each("smoothed", value=False)
@given(counts=tables())
@settings(max_examples=50)
def test_empty_columns_change_nothing_unsmoothed(measure, counts):
    wider = np.hstack([counts, np.zeros((len(counts), 2), int)])
    assert matrix(wider, measure).tobytes() == matrix(counts, measure).tobytes()


def test_empty_columns_are_part_of_a_smoothed_support():
    wanted = relative_entropy_matrix([[1.5, 0.5], [0.5, 1.5]], alpha=0.5)
    assert (relative_entropy_matrix([[1.5, 0.5, 0], [0.5, 1.5, 0]], alpha=0.5) < wanted + np.eye(2)).all()


@given(counts=tables(), times=st.integers(2, 1000))
@settings(max_examples=50)
def test_depth_alone_is_no_divergence(counts, times):
    np.testing.assert_array_equal(np.diag(jensen_shannon_matrix(counts, counts * times)), 0)


@given(counts=tables())
def test_lumping_categories_never_adds_information(counts):
    lumped = np.hstack([counts[:, :2].sum(axis=1, keepdims=True), counts[:, 2:]])
    assert (jensen_shannon_matrix(lumped) <= jensen_shannon_matrix(counts) + 1e-13).all()


@given(counts=tables())
def test_pinsker(counts):
    smoothed = counts + ALPHA
    variation = AllPairs(smoothed, measure="total-variation-distance").matrix()
    bits = relative_entropy_matrix(counts, alpha=ALPHA)
    assert (variation <= np.sqrt(bits * math.log(2) / 2) + 1e-12).all()


# one result, however it is asked for


@EACH_MEASURE
def test_threads_change_no_byte(measure):
    counts = table(150, 300, 0.1, 5)
    assert matrix(counts, measure, threads=2).tobytes() == matrix(counts, measure).tobytes()


@EACH_MEASURE
@pytest.mark.parametrize("block_rows", [None, 1, 7, 1000])
def test_blocks_are_the_matrix(measure, block_rows):
    counts, smoothed = table(40, 60, 0.2, 6), MEASURES[measure].smoothed
    whole = matrix(counts, measure)
    put_together = np.full(whole.shape, np.nan)
    pairs = AllPairs(counts, measure=measure, alpha=ALPHA if smoothed else None)
    for rows, block in pairs.blocks(2, block_rows=block_rows):
        first = rows.start if MEASURES[measure].symmetric else 0
        put_together[rows, first:] = block
        if MEASURES[measure].symmetric:
            put_together[first:, rows] = block.T
    assert put_together.tobytes() == whole.tobytes()


def test_array_sparse_and_counts_are_one_table():
    counts = table(6, 20, 0.3, 7)
    names = [f"s{i}" for i in range(6)], [f"t{k}" for k in range(20)]
    wanted = jensen_shannon_matrix(counts).tobytes()
    shuffled = sparse.coo_array(counts[:, ::-1]).tocsr()[:, ::-1]  # CSR with entries out of order
    for other_form in (counts.astype(float), sparse.csr_matrix(counts), shuffled, Counts(*names, counts)):
        assert jensen_shannon_matrix(other_form).tobytes() == wanted


def test_the_given_table_is_left_alone():
    counts = sparse.csr_array(table(6, 20, 0.3, 8).astype(float))
    before = counts.data.tobytes(), counts.indices.tobytes()
    jensen_shannon_matrix(counts, counts)
    assert (counts.data.tobytes(), counts.indices.tobytes()) == before


@EACH_MEASURE
def test_two_tables(measure):
    counts = table(9, 30, 0.3, 9)
    np.testing.assert_array_equal(matrix(counts[:4], measure, counts[4:]), matrix(counts, measure)[:4, 4:])


def test_other_base():
    counts = table(5, 9, 0.5, 10)
    np.testing.assert_allclose(
        jensen_shannon_matrix(counts, base=math.e), jensen_shannon_matrix(counts) * math.log(2), rtol=1e-15
    )
    assert (
        matrix(counts, "hellinger-distance", base=10).tobytes()
        == matrix(counts, "hellinger-distance").tobytes()
    )


@pytest.mark.parametrize("k", [1, 3, 39])
def test_neighbours_are_those_of_the_matrix(k):
    counts = table(40, 30, 0.3, 11)
    counts[20:] = counts[:20]  # ties
    values = jensen_shannon_matrix(counts)
    np.fill_diagonal(values, np.inf)
    order = np.argsort(values, axis=1, kind="stable")[:, :k]
    found = AllPairs(counts).nearest(k, threads=2)
    np.testing.assert_array_equal(found.sample, order)
    np.testing.assert_array_equal(found.divergence, np.take_along_axis(values, order, axis=1))


def test_neighbours_in_another_table():
    counts = table(12, 30, 0.3, 12)
    found = AllPairs(counts[:5], counts).nearest(1)
    assert found.sample.ravel().tolist() == [0, 1, 2, 3, 4]
    assert (found.divergence == 0).all()


def test_progress_is_shown_when_asked_for(capsys):
    jensen_shannon_matrix(table(3, 4, 0.9, 13))
    assert capsys.readouterr().err == ""
    jensen_shannon_matrix(table(3, 4, 0.9, 13), progress=True)
    assert "3/3" in capsys.readouterr().err


def test_no_samples():
    assert jensen_shannon_matrix(np.zeros((0, 4))).shape == (0, 0)
    assert jensen_shannon_matrix([[1, 2]], np.zeros((0, 2))).shape == (1, 0)
    assert list(AllPairs(np.zeros((0, 4))).blocks()) == []


# the house


def test_import_does_not_load_numba():
    code = "import sys, klbio.pairwise; print('numba' in sys.modules)"
    assert (
        subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
        == "False\n"
    )


def test_compiles_where_no_cache_can_be_kept(monkeypatch):
    from klbio.compiled import compiled

    def nowhere(**options):
        if options.get("cache"):
            raise RuntimeError("cannot cache function: no locator available")
        return lambda function: function

    monkeypatch.setattr("klbio.compiled.njit", nowhere)
    assert compiled(math.sqrt)(4) == 2


# refusals

NAMED = Counts(["day0", "day7", "day9"], ["a", "b"], [[1, 2], [0, 0], [0, 0]], "gut.tsv")


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: jensen_shannon_matrix(NAMED), ["gut.tsv", "'day7', 'day9'", "no counts", "leave it out"]),
        (lambda: jensen_shannon_matrix([[1, 2], [0, 0]]), ["counts", "'row 1'", "leave it out"]),
        (lambda: jensen_shannon_matrix([[1, 2]], [[0, 0]]), ["other", "'row 0'"]),
        (lambda: jensen_shannon_matrix([[1, 2], [3, -1]]), ["'row 1'", "negative"]),
        (lambda: jensen_shannon_matrix([[1, 2], [3, math.nan]]), ["'row 1'", "non-finite"]),
        (lambda: jensen_shannon_matrix([[1e308, 1e308]]), ["'row 0'", "overflows"]),
        (lambda: jensen_shannon_matrix([1, 2, 3]), ["shape (3,)", "(n_samples, n_categories)"]),
        (lambda: jensen_shannon_matrix([["a", "b"]]), ["list", "array of counts"]),
        (lambda: jensen_shannon_matrix([[1, 2]], [[1, 2, 3]]), ["'column 2' only in the second", "support"]),
        (
            lambda: jensen_shannon_matrix(
                Counts(["s"], ["a", "b"], [[1, 2]], "before.tsv"),
                Counts(["s"], ["a", "c"], [[1, 2]], "after.tsv"),
            ),
            ["before.tsv against after.tsv", "'b' only in the first", "'c' only in the second"],
        ),
        (
            lambda: jensen_shannon_matrix(
                Counts(["s"], ["a", "b"], [[1, 2]]), Counts(["s"], ["b", "a"], [[1, 2]])
            ),
            ["'a' in the first where 'b' is in the second", "order", "Reorder"],
        ),
        (lambda: relative_entropy_matrix([[1, 2]], alpha=0), ["alpha", "0 for relative", "Jensen-Shannon"]),
        (lambda: relative_entropy_matrix([[1, 2]], alpha=math.nan), ["alpha", "nan"]),
        (lambda: AllPairs([[1, 2]], measure="relative-entropy"), ["alpha", "None"]),
        (lambda: AllPairs([[1, 2]], measure="hellinger-distance", alpha=1), ["alpha", "no alpha"]),
        (lambda: AllPairs([[1, 2]], measure="bray-curtis"), ["'bray-curtis'", "hellinger-distance"]),
        (lambda: jensen_shannon_matrix([[1, 2]], base=1), ["base", "1"]),
        (lambda: jensen_shannon_matrix([[1, 2]], threads=0), ["threads", "0", "1 or more"]),
        (lambda: AllPairs([[1, 2]]).blocks(block_rows=0), ["block_rows", "1 or more"]),
        (lambda: AllPairs([[1, 2], [2, 1]]).nearest(2), ["k", "from 1 to 1"]),
        (lambda: AllPairs([[1, 2]]).nearest(1), ["two samples"]),
    ],
)  # fmt: skip
def test_refusals(call, words):
    with pytest.raises(InputError) as error:
        call()
    for word in words:
        assert word in str(error.value)
