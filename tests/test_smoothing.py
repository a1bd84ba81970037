"""Estimators: worked by hand, against references and simulation, as laws, and their refusals."""

from __future__ import annotations

import inspect
import math
import time

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import sparse
from scipy.optimize import minimize_scalar
from scipy.special import gammaln

from klbio import smoothing
from klbio.distributions import Counts, Distribution
from klbio.divergences import kernels
from klbio.errors import InputError
from klbio.smoothing import (
    Additive,
    BackgroundMixing,
    DirichletPrior,
    Estimator,
    JamesStein,
    MaximumLikelihood,
    parse_smoothing,
    relative_entropy_posterior,
)
from klbio.smoothing.weights import ALL_SHRUNK, empirical_bayes_weight, james_stein_intensity
from tests.strategies import tables

BY_NAME = {
    "none": MaximumLikelihood(),
    "additive(alpha=0.5)": Additive(0.5),
    "additive(alpha=2)": Additive(2),
    "dirichlet(mean=uniform, weight=10)": DirichletPrior(weight=10),
    "dirichlet(mean=uniform, weight=empirical-bayes)": DirichletPrior(weight="empirical-bayes"),
    "james-stein": JamesStein(),
}
TWO = np.array([0.25, 0.75])
GIVEN = {
    "dirichlet(mean=given, weight=10)": DirichletPrior(TWO, 10),
    "dirichlet(mean=given, weight=empirical-bayes)": DirichletPrior(TWO, "empirical-bayes"),
    "james-stein(target=given)": JamesStein(TWO),
    "background(weight=0.1)": BackgroundMixing(TWO, 0.1),
}
every_estimator = pytest.mark.parametrize("estimator", (BY_NAME | GIVEN).values(), ids=BY_NAME | GIVEN)


def fit(estimator, row):
    return estimator.probabilities(np.array([row], dtype=float))[0]


# ---------------------------------------------------------------- worked by hand


@pytest.mark.parametrize(
    ("estimator", "row", "expected"),
    [
        (MaximumLikelihood(), [3, 1, 0], [3 / 4, 1 / 4, 0]),
        (Additive(1), [3, 0, 0, 0], [4 / 7, 1 / 7, 1 / 7, 1 / 7]),  # per category
        (DirichletPrior(weight=1), [3, 0, 0, 0], [3.25 / 4, 0.25 / 4, 0.25 / 4, 0.25 / 4]),  # in total
        (DirichletPrior([0.8, 0.2], 5), [1, 4], [5 / 10, 5 / 10]),
        (BackgroundMixing([0.5, 0.5], 0.2), [10, 0], [0.9, 0.1]),
        (BackgroundMixing([0.5, 0.5], 0), [10, 0], [1, 0]),
        (BackgroundMixing([0.25, 0.75], 1), [10, 0], [0.25, 0.75]),
        # intensity (1 - 17/25) / (4 * 2 * 0.3^2)
        (JamesStein(), [4, 1], [0.8 - 0.3 * (8 / 25) / 0.72, 0.2 + 0.3 * (8 / 25) / 0.72]),
        (JamesStein([0.2, 0.8]), [1, 0], [0.2, 0.8]),  # one read says nothing of the spread
    ],
)
def test_by_hand(estimator, row, expected):
    assert fit(estimator, row) == pytest.approx(expected)


def test_perks_is_a_total_of_one():
    assert fit(DirichletPrior(weight=1), [5, 0, 2]) == pytest.approx(fit(Additive(1 / 3), [5, 0, 2]))


def test_an_estimator_makes_a_distribution_that_bears_its_name():
    counts = Counts(["day0", "day7"], ["a", "b"], sparse.csr_array([[8.0, 0.0], [1.0, 3.0]]))
    made = Additive(0.5)(counts)
    assert (made.samples, made.labels, made.smoothing) == (
        counts.samples,
        counts.labels,
        "additive(alpha=0.5)",
    )
    assert made.values == pytest.approx(np.array([[8.5 / 9, 0.5 / 9], [1.5 / 5, 3.5 / 5]]))


def test_a_distribution_may_be_the_prior_mean():
    pool = Distribution(["pool"], ["a", "b"], [[0.9, 0.1]])
    made = DirichletPrior(pool, 10)(Counts(["s"], ["a", "b"], [[0, 10]]))
    assert made.values[0] == pytest.approx([0.45, 0.55])


def test_empirical_bayes_at_its_ends():
    uniform = np.full(3, 1 / 3)
    assert (
        empirical_bayes_weight(np.array([[9.0, 0, 0]]), uniform)[0] == 0
    )  # nothing speaks for a second category
    assert empirical_bayes_weight(np.array([[4.0, 4, 4]]), uniform)[0] == ALL_SHRUNK * 12  # no spread at all
    assert fit(DirichletPrior(weight="empirical-bayes"), [4, 5, 4]).tolist() == uniform.tolist()


# ---------------------------------------------------------------- references


def log_likelihood(weight, row, mean):
    """Dirichlet-multinomial, term by term, without what does not depend on the weight."""
    a = weight * mean
    return gammaln(weight) - gammaln(weight + row.sum()) + (gammaln(row + a) - gammaln(a)).sum()


@given(tables())
def test_empirical_bayes_weight_is_the_best_there_is(rows):
    size = rows.shape[1]
    mean = np.arange(1, size + 1) / (size * (size + 1) / 2)
    for row, weight in zip(rows, empirical_bayes_weight(rows, mean), strict=True):
        if 0 < weight < ALL_SHRUNK:
            best = log_likelihood(weight, row, mean)
            others = [log_likelihood(weight * by, row, mean) for by in (1e-3, 0.5, 0.99, 1.01, 2, 1e3)]
            assert best >= max(others) - 1e-9 * abs(best)


@pytest.mark.parametrize(
    ("row", "mean"),
    [
        pytest.param([50, 30, 15, 5], [0.25] * 4, id="uniform"),
        pytest.param([1, 2, 40, 0], [0.1, 0.2, 0.3, 0.4], id="given"),
        pytest.param([516, 484], [0.5, 0.5], id="hardly-wider-than-the-reads"),
        pytest.param([1e6, 1], [1e-3, 0.999], id="all-but-one-read-in-one-category"),
        pytest.param([0.5, 2.5, 7.25], [1 / 3] * 3, id="fractions-of-reads"),
    ],
)
def test_empirical_bayes_agrees_with_an_optimiser(row, mean):
    row, mean = np.array(row, dtype=float), np.array(mean)
    found = empirical_bayes_weight(row[None], mean)[0]
    seen = minimize_scalar(
        lambda t: -log_likelihood(math.exp(t), row, mean),
        bounds=(-6, 12),
        method="bounded",
        options={"xatol": 1e-9},
    )
    assert math.log(found) == pytest.approx(seen.x, abs=1e-4)


def test_empirical_bayes_finds_the_weight_behind_the_counts():
    generator = np.random.default_rng(8)
    mean = np.full(2000, 1 / 2000)
    row = generator.multinomial(50_000, generator.dirichlet(200 * mean)).astype(float)
    assert empirical_bayes_weight(row[None], mean)[0] == pytest.approx(200, rel=0.15, abs=0)


def test_empirical_bayes_on_a_sparse_row_of_a_hundred_thousand_taxa():
    generator = np.random.default_rng(1)
    row = np.zeros((1, 100_000))
    row[0, generator.choice(100_000, 400, replace=False)] = 1 + generator.geometric(0.01, 400)
    started = time.process_time()
    made = DirichletPrior(weight="empirical-bayes").probabilities(row)
    assert time.process_time() - started < 2
    assert made.sum() == pytest.approx(1)
    assert made.min() > 0


def test_james_stein_intensity_is_clipped():
    even, rows = np.full(2, 0.5), np.array([[5.0, 5.0], [9.0, 1.0], [6.0, 4.0]])
    spread = 1 - (rows / 10) ** 2 @ np.ones(2)
    expected = [1, spread[1] / (9 * 2 * 0.4**2), 1]
    assert james_stein_intensity(rows, even) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("alpha_p", "alpha_q"),
    [([3.0, 1.5, 0.7], [2.0, 4.0, 1.1]), ([30, 20, 10, 5], [12, 25, 8, 3]), ([0.5, 0.5], [3.0, 3.0])],
)
def test_posterior_of_relative_entropy_agrees_with_simulation(alpha_p, alpha_q):
    generator, n = np.random.default_rng(12), 400_000
    p, q = generator.dirichlet(alpha_p, n), generator.dirichlet(alpha_q, n)
    draws = kernels.relative_entropy(p, q) / math.log(2)
    mean, variance = relative_entropy_posterior(alpha_p, alpha_q)
    assert mean == pytest.approx(draws.mean(), abs=5 * draws.std() / math.sqrt(n))
    fourth = ((draws - draws.mean()) ** 4).mean()
    assert variance == pytest.approx(draws.var(), abs=5 * math.sqrt((fourth - draws.var() ** 2) / n))


def test_posterior_of_two_categories_agrees_with_integration():
    grid = (np.arange(1500) + 0.5) / 1500
    p, q = np.meshgrid(grid, grid, indexing="ij")
    density = np.exp(2 * np.log(p) + np.log1p(-p) + 4 * np.log(q) + 2 * np.log1p(-q))
    density /= density.sum()
    nats = p * np.log(p / q) + (1 - p) * (np.log1p(-p) - np.log1p(-q))
    mean = (density * nats).sum()
    moments = relative_entropy_posterior([3, 2], [5, 3], base=math.e)
    assert moments.mean == pytest.approx(mean, rel=1e-5, abs=0)
    assert moments.variance == pytest.approx((density * (nats - mean) ** 2).sum(), rel=1e-4, abs=0)


# ---------------------------------------------------------------- laws and contract


def test_every_estimator_listed_is_under_contract():
    listed = [thing for name in smoothing.__all__ if inspect.isclass(thing := getattr(smoothing, name))]
    estimators = {thing for thing in listed if issubclass(thing, Estimator)} - {Estimator}
    assert estimators == {type(estimator) for estimator in (BY_NAME | GIVEN).values()}


@pytest.mark.parametrize("name", smoothing.__all__)
def test_documented(name):
    thing = getattr(smoothing, name)
    assert thing.__doc__
    if inspect.isclass(thing) and issubclass(thing, Estimator) and thing is not Estimator:
        assert thing.__dataclass_params__.frozen
        assert "Examples" in thing.__doc__


@pytest.mark.parametrize(("name", "estimator"), (BY_NAME | GIVEN).items())
def test_the_name_beside_the_number(name, estimator):
    assert str(estimator) == name


@given(tables())
def test_rows_sum_to_one_and_are_what_the_pseudocounts_say(rows):
    for name, estimator in BY_NAME.items():
        made, added = estimator.probabilities(rows), estimator.pseudocounts(rows)
        assert made.shape == added.shape == rows.shape, name
        assert np.isfinite(added).all(), name
        assert (added >= 0).all(), name
        assert made.sum(axis=1) == pytest.approx(1, abs=1e-12), name
        total = rows.sum(axis=1, keepdims=True) + added.sum(axis=1, keepdims=True)
        assert made == pytest.approx((rows + added) / total, rel=1e-12, abs=0), name


@given(st.lists(st.tuples(st.integers(0, 50), st.integers(1, 50)), min_size=1, max_size=4))
def test_the_estimate_lies_between_the_counts_and_the_mean(pairs_of_counts):
    rows = np.array(pairs_of_counts, dtype=float)
    observed = rows / rows.sum(axis=1, keepdims=True)
    for name, estimator in GIVEN.items():
        made = estimator.probabilities(rows)
        assert (made >= np.minimum(observed, TWO) - 1e-12).all(), name
        assert (made <= np.maximum(observed, TWO) + 1e-12).all(), name


@every_estimator
def test_a_row_does_not_depend_on_its_company(estimator):
    rows = np.array([[9.0, 2.0], [1.0, 7.0], [5.0, 0.0]])
    alone = [estimator.probabilities(row[None])[0] for row in rows]
    assert estimator.probabilities(rows) == pytest.approx(np.array(alone), rel=1e-14, abs=0)


@every_estimator
def test_callers_counts_are_not_touched(estimator):
    rows = np.array([[9.0, 2.0], [1.0, 7.0]])
    rows.setflags(write=False)
    estimator.probabilities(rows)
    estimator.pseudocounts(rows)
    assert rows.tolist() == [[9, 2], [1, 7]]


def test_a_given_mean_is_copied_and_frozen():
    mean = np.array([0.5, 0.5])
    prior = DirichletPrior(mean, 1)
    mean[:] = 0, 1
    assert fit(prior, [1, 1]).tolist() == [0.5, 0.5]
    assert not prior.given_mean.flags.writeable


def test_where_only_the_mean_is_left_nothing_is_nan():
    for estimator in (BackgroundMixing(TWO, 1), JamesStein(TWO), DirichletPrior(TWO, "empirical-bayes")):
        row = np.array([[1.0, 0.0]])
        added = estimator.pseudocounts(row)
        assert added.sum() >= 2.0**100
        assert estimator.probabilities(row)[0].tolist() == TWO.tolist()


@given(st.lists(st.floats(0.1, 1000), min_size=2, max_size=8))
def test_posterior_narrows_with_depth_and_tends_to_the_plain_divergence(parts):
    a = np.array(parts)
    b = a[::-1]
    moments = [relative_entropy_posterior(depth * a, depth * b) for depth in (1.0, 1e4, 1e8)]
    assert all(moment.variance >= 0 for moment in moments)
    plain = kernels.relative_entropy(a / a.sum(), b / b.sum()) / math.log(2)
    assert moments[2].mean == pytest.approx(plain, rel=1e-4, abs=1e-4)
    assert moments[2].mean >= plain * (1 - 1e-6) - 1e-6


def test_posterior_broadcasts():
    moments = relative_entropy_posterior(np.ones((4, 1, 3)), np.ones((2, 3)))
    assert moments.mean.shape == moments.variance.shape == (4, 2)


# ---------------------------------------------------------------- names


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("none", "none"),
        ("none()", "none"),
        (" additive( 0.5 ) ", "additive(alpha=0.5)"),
        ("additive(alpha=1e-6)", "additive(alpha=1e-06)"),
        ("dirichlet(10)", "dirichlet(mean=uniform, weight=10)"),
        ("dirichlet(weight=10)", "dirichlet(mean=uniform, weight=10)"),
        ("dirichlet(empirical-bayes)", "dirichlet(mean=uniform, weight=empirical-bayes)"),
        ("james-stein", "james-stein"),
    ],
)
def test_parsed(text, name):
    assert str(parse_smoothing(text)) == name


@pytest.mark.parametrize("name", BY_NAME)
def test_a_name_reads_back_as_itself(name):
    assert str(parse_smoothing(name)) == name


@given(st.floats(min_value=1e-12, max_value=1e12))
def test_no_digit_of_a_parameter_is_lost(alpha):
    assert parse_smoothing(str(Additive(alpha))) == Additive(alpha)


@pytest.mark.parametrize(
    "text",
    ["laplace", "Additive(1)", "additive", "additive()", "additive(1, 2)", "additive(beta=1)", "additive(one)",
     "none(1)", "dirichlet(mean=pool, weight=1)", "dirichlet(mean=uniform)", "james-stein(0.5)", "additive(1",
     "__import__('os')", "", None, 0.5],
)  # fmt: skip
def test_unknown_smoothings_are_refused_with_what_is_known(text):
    with pytest.raises(InputError) as error:
        parse_smoothing(text)
    words = ["smoothing: ", "none", "additive(ALPHA)", "dirichlet(weight=W)", "james-stein", "per category"]
    assert not [word for word in words if word not in str(error.value)]
    assert repr(text) in str(error.value)


@pytest.mark.parametrize("text", ["additive(0)", "additive(-1)", "additive(nan)", "dirichlet(inf)"])
def test_parsed_values_are_checked(text):
    with pytest.raises(InputError, match="a finite number more than 0"):
        parse_smoothing(text)


@every_estimator
def test_counts_come_with_labels_or_as_anything_numpy_takes(estimator):
    rows = [[9, 2], [1, 7]]
    expected = estimator(Counts(["day0", "day7"], ["a", "b"], rows)).values
    for held in (rows, np.array(rows), pd.DataFrame(rows)):
        assert (estimator(held) == expected).all()
    assert (estimator(rows[0]) == expected[0]).all()
    assert (estimator([rows, rows[::-1]]) == [expected, expected[::-1]]).all()


# ---------------------------------------------------------------- refusals


@every_estimator
@pytest.mark.parametrize("counts", ["gut.tsv", None, [], [[]], 3, [[1, 2], [3]], [[0, 0]], [[-1, 2]]])
def test_what_is_no_counts_is_refused(estimator, counts):
    with pytest.raises(InputError, match=r"^(values|prior mean): "):
        estimator(counts)


@every_estimator
def test_empty_samples_are_named(estimator):
    with pytest.raises(InputError) as error:
        estimator(Counts(["day0", "day7", "day9"], ["a", "b"], [[0, 0], [1, 2], [0, 0]], "gut.tsv"))
    assert "gut.tsv: sample 'day0', 'day9' has no counts" in str(error.value)
    with pytest.raises(InputError, match=r"row 1 has no counts.*Leave it out"):
        estimator.probabilities(np.array([[1, 2], [0, 0]]))


@every_estimator
@pytest.mark.parametrize("rows", [[[-1, 2]], [[np.nan, 1]], [1, 2]])
def test_no_counts_no_estimate(estimator, rows):
    with pytest.raises(InputError, match=r"values: .*\(n_rows, n_categories\)"):
        estimator.pseudocounts(np.array(rows, dtype=float))


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: Additive(0), r"alpha: 0; .*more than 0.*MaximumLikelihood"),
        (lambda: Additive(1e308), r"alpha: 1e\+308; expected 1e-12 to 1e\+12"),
        (lambda: Additive(1e-320), r"alpha: 1e-320; expected 1e-12 to 1e\+12"),
        (lambda: Additive(True), r"alpha: True"),
        (lambda: Additive("1"), r"alpha: '1'"),
        (lambda: DirichletPrior(weight=math.inf), r"weight: inf; .*empirical-bayes"),
        (lambda: DirichletPrior(weight="bayes"), r"weight: 'bayes'"),
        (lambda: DirichletPrior([0.5, 0.6]), r"mean: .*1\.1.*sum to 1"),
        (lambda: DirichletPrior([-0.5, 1.5]), r"mean: .*0 or more"),
        (lambda: JamesStein([[0.5, 0.5]]), r"target: .*\(1, 2\)"),
        (lambda: JamesStein(Distribution(["s", "t"], ["a"], [[1], [1]])), r"target: .*2 rows"),
        (lambda: BackgroundMixing([1, 0], 1.5), r"weight: 1\.5; .*0 to 1"),
        (lambda: BackgroundMixing([1, 0], math.nan), r"weight: nan"),
        (lambda: fit(DirichletPrior([0.5, 0.5]), [1, 2, 3]), r"2 categories; expected 3"),
        (
            lambda: fit(DirichletPrior([1, 0], "empirical-bayes"), [1, 2]),
            r"no mass on a category counted in row 0",
        ),
        (lambda: relative_entropy_posterior([1, 0], [1, 1]), r"alpha_p: .*Additive\(0\.5\)"),
        (lambda: relative_entropy_posterior([1, 1], [1, math.inf]), r"alpha_q: .*finite"),
    ],
)
def test_refused(make, words):
    with pytest.raises(InputError, match=words):
        make()


def test_labels_of_the_prior_mean_must_be_those_of_the_counts():
    prior = DirichletPrior(Distribution(["pool"], ["a", "b"], [[0.9, 0.1]]), 10)
    with pytest.raises(InputError, match=r"gut: labels 'c' that the prior mean lacks"):
        prior(Counts(["s"], ["a", "c"], [[1, 2]], "gut"))
    with pytest.raises(InputError, match="labels in another order"):
        prior(Counts(["s"], ["b", "a"], [[1, 2]]))
