"""Divergences: worked by hand, against references, as theorems, and their refusals."""

from __future__ import annotations

import math

import mpmath
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.spatial.distance import jensenshannon
from scipy.special import rel_entr
from scipy.stats import entropy as scipy_entropy

from klbio.divergences import (
    chi_squared_divergence,
    cross_entropy,
    entropy,
    gaussian_relative_entropy,
    gaussian_relative_entropy_terms,
    generalized_relative_entropy,
    hellinger_distance,
    jeffreys_divergence,
    jensen_shannon_distance,
    jensen_shannon_divergence,
    jensen_shannon_split,
    jensen_shannon_terms,
    kernels,
    mutual_information,
    relative_entropy,
    relative_entropy_split,
    relative_entropy_terms,
    renyi_divergence,
    total_variation_distance,
)
from tests.measures import MEASURES, SPLITS
from tests.strategies import (
    distributions,
    grouped_pairs,
    independent_pairs,
    near_pairs,
    pairs,
    triples,
    weights,
)

HALF = [0.5, 0.5]
LOG2_3 = math.log2(3)
ORDERS = [0, 1e-9, 0.3, 0.5, 1 - 1e-9, 1, 1 + 1e-9, 2, 50, math.inf]

SYMMETRIC = ["jensen_shannon_divergence", "jensen_shannon_distance", "jeffreys_divergence", "hellinger_distance",
             "total_variation_distance"]  # fmt: skip


# ---------------------------------------------------------------- worked by hand


@pytest.mark.parametrize(
    ("p", "q", "bits"),
    [
        pytest.param(HALF, HALF, 0, id="equal"),
        pytest.param([1, 0], HALF, 1, id="certain-vs-fair-coin"),
        pytest.param(HALF, [0.75, 0.25], 1 - LOG2_3 / 2, id="fair-vs-3:1"),
        pytest.param([0.9, 0.1], [1, 0], math.inf, id="mass-where-q-has-none"),
        pytest.param([1, 0], [0.9, 0.1], -math.log2(0.9), id="zero-in-p-is-free"),
        pytest.param([1], [1], 0, id="one-category"),
    ],
)
def test_relative_entropy_by_hand(p, q, bits):
    assert relative_entropy(p, q) == pytest.approx(bits)


@pytest.mark.parametrize(
    ("p", "q", "bits"),
    [
        pytest.param([1, 0], [0, 1], 1, id="disjoint"),
        pytest.param([0.5, 0.5, 0], [0.5, 0, 0.5], 0.5, id="half-shared"),
        pytest.param([1, 0], HALF, 2 - 3 * LOG2_3 / 4 - 0.5, id="certain-vs-fair-coin"),
    ],
)
def test_jensen_shannon_by_hand(p, q, bits):
    assert jensen_shannon_divergence(p, q) == pytest.approx(bits)
    assert jensen_shannon_distance(p, q) == pytest.approx(math.sqrt(bits))


@pytest.mark.parametrize(
    ("measure", "value"),
    [
        (jeffreys_divergence, LOG2_3 / 4),
        (total_variation_distance, 0.25),
        (hellinger_distance, math.sqrt(1 - math.cos(math.pi / 4 - math.pi / 6))),
        (chi_squared_divergence, 1 / 16 / 0.75 + 1 / 16 / 0.25),
        (cross_entropy, 2 - LOG2_3 / 2),
        (lambda p, q: renyi_divergence(p, q, 0), 0),
        (lambda p, q: renyi_divergence(p, q, 0.5), -2 * math.log2(math.cos(math.pi / 4 - math.pi / 6))),
        (lambda p, q: renyi_divergence(p, q, 2), math.log2(1 / 3 + 1)),
        (lambda p, q: renyi_divergence(p, q, math.inf), 1),
    ],
)
def test_fair_against_three_to_one(measure, value):
    assert measure(HALF, [0.75, 0.25]) == pytest.approx(value, rel=1e-13, abs=0)


def test_entropies_by_hand():
    assert entropy([0.25] * 4) == 2
    assert entropy([1, 0]) == 0
    assert cross_entropy([0.5, 0.5], [1, 0]) == math.inf
    assert cross_entropy([1, 0], [1, 0]) == 0
    assert mutual_information([[0.5, 0], [0, 0.5]]) == pytest.approx(1)
    assert mutual_information(np.outer([0.3, 0.7], [0.6, 0.4])) == pytest.approx(0, abs=1e-15)


def test_generalised_form_counts_the_change_of_the_total():
    assert generalized_relative_entropy([2, 4], [1, 4], base=math.e) == pytest.approx(2 * math.log(2) - 1)


def test_gaussian_by_hand():
    terms = gaussian_relative_entropy_terms([1, 2], np.diag([4, 4]), [1, 5], np.diag([1, 9]), base=math.e)
    a = (4 / 1 + 4 / 9) / 2
    assert terms.location == pytest.approx(3**2 / 9 / 2)
    assert terms.scale == pytest.approx(a - 1 - math.log(a))
    assert terms.shape == pytest.approx(math.log(a) - math.log(4 * 4 / 9) / 2)


def test_bases():
    assert relative_entropy([1, 0], HALF, base=math.e) == pytest.approx(math.log(2))
    assert relative_entropy([1, 0], HALF, base=4) == pytest.approx(0.5)


def test_weights_bound_the_jensen_shannon_divergence():
    assert jensen_shannon_divergence([1, 0], [0, 1], weights=[0.25, 0.75]) == pytest.approx(2 - 0.75 * LOG2_3)
    assert jensen_shannon_divergence([1, 0], [0, 1], weights=[1, 0]) == 0


def test_chain_rule_by_hand():
    split = jensen_shannon_split([1, 0, 0], [0, 0.5, 0.5], ["x", "x", "y"])
    assert split.groups == ("x", "y")
    assert split.mass == pytest.approx([0.75, 0.25])
    assert split.within[0] == pytest.approx(entropy([2 / 3, 1 / 3]))  # the clade's own weights are 2:1
    assert split.within[1] == 0
    assert split.between == pytest.approx(jensen_shannon_divergence([1, 0], HALF))


def test_a_group_ruled_out_is_infinite_between_and_undefined_within():
    split = relative_entropy_split([0.5, 0.25, 0.25], [1, 0, 0], ["x", "y", "y"])
    assert split.between == math.inf
    assert list(split.within_terms) == [0, 0]


# ---------------------------------------------------------------- references


def normalised(row):
    parts = [mpmath.mpf(float(x)) for x in row]
    total = mpmath.fsum(parts)
    return [x / total for x in parts]


def exact_relative_entropy(p, q):
    return mpmath.fsum(a * mpmath.log(a / b) for a, b in zip(p, q, strict=True) if a) / mpmath.log(2)


def exact_jensen_shannon(p, q):
    m = [(a + b) / 2 for a, b in zip(p, q, strict=True)]
    return (exact_relative_entropy(p, m) + exact_relative_entropy(q, m)) / 2


def exact_renyi(order):
    power = mpmath.mpf(order)

    def measure(p, q):
        total = mpmath.fsum(a**power * b ** (1 - power) for a, b in zip(p, q, strict=True) if a)
        return mpmath.log(total) / (power - 1) / mpmath.log(2)

    return measure


EXACT = [
    pytest.param(relative_entropy, exact_relative_entropy, id="relative-entropy"),
    pytest.param(jensen_shannon_divergence, exact_jensen_shannon, id="jensen-shannon"),
    pytest.param(
        jeffreys_divergence,
        lambda p, q: exact_relative_entropy(p, q) + exact_relative_entropy(q, p),
        id="jeffreys",
    ),
    pytest.param(
        hellinger_distance,
        lambda p, q: mpmath.sqrt(1 - mpmath.fsum(mpmath.sqrt(a * b) for a, b in zip(p, q, strict=True))),
        id="hellinger",
    ),
    pytest.param(
        total_variation_distance,
        lambda p, q: mpmath.fsum(abs(a - b) for a, b in zip(p, q, strict=True)) / 2,
        id="tv",
    ),
    pytest.param(
        chi_squared_divergence,
        lambda p, q: mpmath.fsum((a - b) ** 2 / b for a, b in zip(p, q, strict=True)),
        id="chi2",
    ),
    *(
        pytest.param(
            lambda p, q, order=order: renyi_divergence(p, q, order), exact_renyi(order), id=f"renyi-{order}"
        )
        for order in (1e-9, 0.3, 0.5, 1 - 1e-9, 1 + 1e-9, 2, 50)
    ),
]


@pytest.mark.parametrize(("measure", "exact"), EXACT)
@pytest.mark.parametrize("perturbed_by", [None, 1e-1, 1e-3, 1e-6, 1e-9, 1e-12])
def test_fifty_digits(measure, exact, perturbed_by):
    generator = np.random.default_rng(7)
    for spread in (0.5, 1, 30):
        p, other = generator.dirichlet(np.full(20, spread), 2)
        q = other if perturbed_by is None else p * (1 + perturbed_by * generator.standard_normal(20))
        q = q / q.sum()
        with mpmath.workdps(50):
            truth = exact(normalised(p), normalised(q))
        # what the rows themselves do not hold, their differences being rounded to 1e-16, cannot be asked for
        digits = 1e-12 if perturbed_by is None else 1e-14 + 1e-21 / perturbed_by
        assert float(measure(p, q)) == pytest.approx(float(truth), rel=max(digits, 1e-12), abs=0)


@pytest.mark.parametrize(("measure", "exact"), EXACT[:2])
def test_fifty_digits_over_many_categories(measure, exact):
    generator = np.random.default_rng(11)
    p = generator.dirichlet(np.ones(30_000))
    q = p * (1 + 1e-9 * generator.standard_normal(p.size))
    q /= q.sum()
    with mpmath.workdps(50):
        truth = exact(normalised(p), normalised(q))
    assert float(measure(p, q)) == pytest.approx(float(truth), rel=1e-9, abs=0)


@pytest.mark.parametrize(("measure", "exact"), EXACT)
def test_totals_that_differ_by_rounding_are_no_divergence(measure, exact):
    generator = np.random.default_rng(13)
    p = generator.dirichlet(np.ones(20))
    q = p * (1 + 1e-9 * generator.standard_normal(20))
    q *= (1 + 3e-12) / q.sum()
    with mpmath.workdps(50):
        truth = exact(normalised(p), normalised(q))
    assert float(measure(p, q)) == pytest.approx(float(truth), rel=1e-9, abs=0)
    assert measure(p, p * (1 + 1e-12)) <= 1e-15


def test_each_term_keeps_its_digits_on_both_sides_of_the_switch():
    p, ratios = np.float64(0.3), np.exp(np.linspace(-0.3, 0.3, 301))
    with mpmath.workdps(50):
        for q in p * ratios[ratios != 1]:
            a, b = mpmath.mpf(float(p)), mpmath.mpf(float(q))
            truth = float(a * mpmath.log(a / b) - a + b)
            digits = 1e-15 if abs(p - q) < 0.05 * (p + q) else 1e-14
            assert float(kernels.generalized_terms(p, q)) == pytest.approx(truth, rel=digits, abs=0)


def test_no_term_of_the_smallest_numbers_is_negative():
    p, q = np.meshgrid(*[np.arange(60) * 5e-324] * 2)
    for shares in ([0.5, 0.5], [0.1, 0.9]):
        m = shares[0] * p + shares[1] * q
        assert (kernels.split_terms(p, m, shares[1] * (p - q)) >= 0).all()
        assert (kernels.jensen_shannon_terms(p, q, shares) >= 0).all()


def test_rounding_never_lifts_disjoint_rows_above_one_bit():
    for n in range(1, 60):
        p = np.repeat([1 / n, 0], n)
        assert 1 - 1e-15 <= jensen_shannon_divergence(p, p[::-1]) <= 1


def test_a_million_categories():
    p, q = np.random.default_rng(3).dirichlet(np.full(1_000_000, 0.01), 2)
    assert np.isinf(relative_entropy(p, q)) or relative_entropy(p, q) > 0
    assert jensen_shannon_divergence(p, q) == pytest.approx(
        jensenshannon(p, q, base=2) ** 2, rel=1e-12, abs=0
    )


def by_the_formula(p, q):
    """The definition, one category at a time, in plain Python."""
    total = 0.0
    for p_k, q_k in zip(p, q, strict=True):
        if p_k > 0 and q_k == 0:
            return math.inf
        if p_k > 0:
            total += p_k * math.log2(p_k / q_k)
    return total


def scipy_bits(p, q):
    return scipy_entropy(p, q, base=2)


@given(independent_pairs())
@pytest.mark.parametrize("reference", [by_the_formula, scipy_bits])
def test_relative_entropy_agrees(reference, pair):
    assert relative_entropy(*pair) == pytest.approx(reference(*pair), abs=1e-13)


@given(independent_pairs())
def test_jensen_shannon_agrees_with_scipy_where_scipy_has_a_value(pair):
    reference = jensenshannon(*pair, base=2)
    if not math.isnan(reference):  # it is nan for near-equal pairs
        assert jensen_shannon_divergence(*pair) == pytest.approx(reference**2, abs=1e-13)


def test_unit_vectors(shared):
    rows = [line.split("\t") for line in (shared / "unit_vectors.tsv").read_text().splitlines()[1:]]
    for name, p_text, q_text, *expected in rows:
        p, q = (np.array(text.split(","), dtype=float) for text in (p_text, q_text))
        found = [
            relative_entropy(p, q, base=math.e), relative_entropy(p, q),
            relative_entropy(q, p, base=math.e), relative_entropy(q, p),
            jensen_shannon_divergence(p, q), jensen_shannon_divergence(p, q, base=math.e),
            jensen_shannon_distance(p, q), jensen_shannon_distance(p, q, base=math.e),
            total_variation_distance(p, q),
        ]  # fmt: skip
        assert found == pytest.approx([float(x) for x in expected], abs=1e-12), name


def test_gaussian_agrees_with_the_textbook():
    generator = np.random.default_rng(5)
    for _ in range(20):
        roots = generator.standard_normal((2, 3, 3))
        one, other = roots @ np.swapaxes(roots, 1, 2) + 0.1 * np.eye(3)
        mean_p, mean_q = generator.standard_normal((2, 3))
        inverse, apart = np.linalg.inv(other), mean_q - mean_p
        log_determinants = np.linalg.slogdet(other)[1] - np.linalg.slogdet(one)[1]
        nats = (np.trace(inverse @ one) - 3 + log_determinants + apart @ inverse @ apart) / 2
        assert gaussian_relative_entropy(mean_p, one, mean_q, other, base=math.e) == pytest.approx(nats)


# ---------------------------------------------------------------- laws


@given(pairs())
def test_never_negative_never_nan(pair):
    for name, measure in MEASURES.items():
        assert measure(*pair) >= 0, name


@given(distributions())
def test_zero_between_equals(p):
    for name, measure in MEASURES.items():
        assert measure(p, p) == 0, name


@given(pairs())
def test_symmetric_to_the_last_bit(pair):
    p, q = pair
    for name in SYMMETRIC:
        assert MEASURES[name](p, q) == MEASURES[name](q, p), name


@given(near_pairs(), st.data())
def test_the_order_of_categories_is_of_no_account(pair, data):
    p, q = pair
    order = data.draw(st.permutations(range(len(p))))
    for name, measure in MEASURES.items():
        assert measure(p[order], q[order]) == pytest.approx(measure(p, q), rel=1e-6, abs=1e-15), name


@given(pairs(), weights)
def test_jensen_shannon_lies_between_zero_and_the_entropy_of_the_weights(pair, shares):
    assert 0 <= jensen_shannon_divergence(*pair) <= 1
    assert jensen_shannon_divergence(*pair, weights=shares) <= entropy(shares) * (1 + 1e-15)


@given(triples())
def test_triangle_inequality(rows):
    p, q, r = rows
    for distance in (jensen_shannon_distance, hellinger_distance, total_variation_distance):
        assert distance(p, r) <= distance(p, q) + distance(q, r) + 1e-12


@given(pairs())
def test_pinsker(pair):
    assert (
        total_variation_distance(*pair)
        <= np.sqrt(relative_entropy(*pair) * math.log(2) / 2) * (1 + 1e-12) + 1e-30
    )


@given(pairs())
def test_order_of_the_measures(pair):
    nats = relative_entropy(*pair, base=math.e)
    assert 2 * hellinger_distance(*pair) ** 2 <= nats * (1 + 1e-12) + 1e-30
    assert nats <= np.log1p(chi_squared_divergence(*pair)) * (1 + 1e-12) + 1e-30
    assert 4 * jensen_shannon_divergence(*pair) <= jeffreys_divergence(*pair) * (1 + 1e-12) + 1e-30


@given(grouped_pairs())
def test_lumping_categories_never_adds_information(grouped):
    p, q, groups = grouped
    members = [[group == name for group in groups] for name in dict.fromkeys(groups)]
    merged = np.array([[row[own].sum() for own in members] for row in (p, q)])
    for name in MEASURES.keys() - {"renyi_divergence"}:
        assert MEASURES[name](*merged) <= MEASURES[name](p, q) * (1 + 1e-6) + 1e-15, name


@pytest.mark.parametrize(
    ("terms", "total"),
    [(relative_entropy_terms, relative_entropy), (jensen_shannon_terms, jensen_shannon_divergence)],
)
@given(pair=pairs())
def test_terms_sum_to_the_total(terms, total, pair):
    assert terms(*pair).sum() == pytest.approx(total(*pair), rel=1e-12, abs=1e-15)


@given(pairs(), weights)
def test_jensen_shannon_terms_are_never_negative(pair, shares):
    terms = jensen_shannon_terms(*pair, weights=shares)
    assert (terms >= 0).all()
    assert terms.sum() == pytest.approx(
        jensen_shannon_divergence(*pair, weights=shares), rel=1e-12, abs=1e-15
    )


@given(grouped_pairs())
def test_chain_rule_of_relative_entropy(grouped):
    p, q, groups = grouped
    split = relative_entropy_split(p, q, groups)
    assert split.total == pytest.approx(relative_entropy(p, q), rel=1e-12, abs=1e-15)
    assert (split.within_terms >= 0).all()


@given(grouped_pairs(), weights)
def test_chain_rule_of_jensen_shannon(grouped, shares):
    p, q, groups = grouped
    split = jensen_shannon_split(p, q, groups, weights=shares)
    assert split.total == pytest.approx(jensen_shannon_divergence(p, q, weights=shares), rel=1e-12, abs=1e-15)
    assert (split.within_terms >= 0).all()
    assert split.mass.sum() == pytest.approx(1)


def test_a_rare_group_keeps_its_inside():
    p, q = [1 - 5e-20, 4e-20, 1e-20], [0.9, 0.02, 0.08]
    split = relative_entropy_split(p, q, ["common", "rare", "rare"])
    assert split.within == pytest.approx([0, relative_entropy([0.8, 0.2], [0.2, 0.8])])


def test_chain_rule_of_the_smallest_numbers_there_are():
    p, q = np.full(6, 1 / 6), np.array([0.2, 0.2, 0.2, 0.2, 5e-324, 0.2])
    split = relative_entropy_split(p, q, list("aaaaab"))
    assert split.total == pytest.approx(relative_entropy(p, q), rel=1e-12, abs=0)


@pytest.mark.parametrize("rule", SPLITS.values(), ids=SPLITS)
def test_chain_rule_keeps_the_digits_of_close_rows(rule):
    generator = np.random.default_rng(2)
    p = generator.dirichlet(np.ones(60))
    q = p * (1 + 1e-9 * generator.standard_normal(60))
    q /= q.sum()
    split = rule(p, q, [str(i % 7) for i in range(60)])
    whole = rule(p, q, range(60))
    assert split.total == pytest.approx(whole.between, rel=1e-9, abs=0)
    assert split.between > 0


@given(independent_pairs(3), independent_pairs(4))
def test_additive_over_independent_parts(one, other):
    p, q = (np.outer(a, b).ravel() for a, b in zip(one, other, strict=True))
    for measure in (relative_entropy, jeffreys_divergence, lambda p, q: renyi_divergence(p, q, 0.5)):
        assert measure(p, q) == pytest.approx(measure(*one) + measure(*other), rel=1e-12, abs=1e-14)


@given(pairs())
def test_renyi_never_falls_as_its_order_rises(pair):
    values = np.array([renyi_divergence(*pair, order) for order in ORDERS])
    finite = values[np.isfinite(values)]
    assert np.isinf(values[len(finite) :]).all()
    assert (np.diff(finite) >= -1e-12 * finite[1:] - 1e-30).all()


@given(near_pairs())
def test_renyi_tends_to_relative_entropy(pair):
    for order in (1 - 1e-9, 1 + 1e-9):
        assert renyi_divergence(*pair, order) == pytest.approx(relative_entropy(*pair), rel=1e-8, abs=1e-300)


@given(pairs())
def test_renyi_of_one_half_is_the_hellinger_distance(pair):
    affinity = 1 - hellinger_distance(*pair) ** 2
    if affinity > 1e-3:
        assert renyi_divergence(*pair, 0.5) == pytest.approx(-2 * np.log2(affinity), rel=1e-10, abs=1e-15)


@given(independent_pairs())
def test_jensen_shannon_is_the_information_between_category_and_side(pair):
    assert mutual_information(np.stack(pair) / 2) == pytest.approx(
        jensen_shannon_divergence(*pair), abs=1e-14
    )


@given(independent_pairs())
def test_cross_entropy_is_entropy_plus_divergence(pair):
    p, _ = pair
    assert cross_entropy(*pair) == pytest.approx(entropy(p) + relative_entropy(*pair), abs=1e-13)


@given(distributions())
def test_entropy_is_largest_where_all_are_equal(p):
    assert 0 <= entropy(p) <= math.log2(len(p)) + 1e-14


@given(independent_pairs())
def test_generalised_form_of_distributions_is_relative_entropy(pair):
    assert generalized_relative_entropy(*pair) == pytest.approx(relative_entropy(*pair), rel=1e-12, abs=1e-15)


@given(st.integers(0, 2**32 - 1))
def test_gaussian_terms_are_never_negative(seed):
    generator = np.random.default_rng(seed)
    roots = generator.standard_normal((2, 2, 2))
    covariances = roots @ np.swapaxes(roots, 1, 2) + 0.01 * np.eye(2)
    terms = gaussian_relative_entropy_terms([0, 0], covariances[0], [0, 0], covariances[1])
    assert min(terms) >= 0
    assert sum(
        gaussian_relative_entropy_terms([1, 1], covariances[0], [1, 1], covariances[0])
    ) == pytest.approx(0)


@given(pairs())
def test_renyi_of_odd_orders_is_a_number(pair):
    for order in (5e-324, 1e-300, 0.2, 1 - 1e-16, 1 + 3e-16, 1e3, 1e99, 1e300):
        assert renyi_divergence(*pair, order) >= 0, order


@given(near_pairs())
def test_kernels_need_no_total_of_one(pair):
    p, q = pair
    assert kernels.generalized_terms(4 * p, 4 * q).sum() == pytest.approx(
        4 * kernels.generalized_terms(p, q).sum(), rel=1e-13, abs=1e-300
    )
    assert kernels.relative_entropy_terms(p, q) == pytest.approx(rel_entr(p, q))
