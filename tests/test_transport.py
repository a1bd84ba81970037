import warnings

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal
from scipy.optimize import linprog
from scipy.stats import wasserstein_distance

from klbio.distributions import Counts
from klbio.divergences import total_variation_distance
from klbio.errors import InputError
from klbio.io import read_table
from klbio.io.tables.tree import read_tree
from klbio.transport import (
    GroundDistance,
    Tree,
    matrix_wasserstein,
    matrix_wasserstein_terms,
    optimal_plan,
    ordered_wasserstein,
    ordered_wasserstein_terms,
    tree_wasserstein,
    tree_wasserstein_matrix,
    tree_wasserstein_terms,
)
from tests.strategies import distributions

# ((a:1,b:2)AB:4,c:8);
SMALL = Tree([-1, 0, 1, 1, 0], [0, 4, 1, 2, 8], ["", "AB", "a", "b", "c"])
ABC = ("a", "b", "c")


def star(n, length):
    return Tree([-1] + [0] * n, [0] + [length] * n, ["", *(f"t{i}" for i in range(n))])


def random_tree(rng, n_nodes):
    """Random parents, so that there are polytomies, single children and stems."""
    parents = [-1] + [int(rng.integers(i)) for i in range(1, n_nodes)]
    return Tree(parents, rng.random(n_nodes), [f"n{i}" for i in range(n_nodes)])


def path_distances(tree, labels):
    """Distance of tips through their last common ancestor, by walking up."""

    def way(label):
        node, steps = tree.tips[label], {}
        total = 0.0
        while node >= 0:
            steps[node] = total
            total, node = total + tree.lengths[node], int(tree.parents[node])
        return steps

    ways = [way(label) for label in labels]
    return np.array([[min(a[n] + b[n] for n in a.keys() & b.keys()) for b in ways] for a in ways])


def by_linear_programming(p, q, distance):
    n = len(p)
    rows = [np.kron(np.eye(n), np.ones(n)), np.kron(np.ones(n), np.eye(n))]
    return linprog(np.ravel(distance), A_eq=np.vstack(rows), b_eq=np.r_[p, q]).fun


def to_skbio(tree):
    from skbio import TreeNode

    nodes = [TreeNode(name, length) for name, length in zip(tree.names, tree.lengths, strict=True)]
    for node, parent in zip(nodes[1:], tree.parents[1:].tolist(), strict=True):
        nodes[parent].append(node)
    return nodes[0]


def by_skbio(p_counts, q_counts, labels, tree, normalized):
    from skbio.diversity.beta import weighted_unifrac

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return weighted_unifrac(p_counts, q_counts, list(labels), tree, normalized=normalized, validate=False)


# worked by hand


@pytest.mark.parametrize(
    ("p", "q", "way"),
    [
        pytest.param([1, 0, 0], [1, 0, 0], 0, id="equal"),
        pytest.param([1, 0, 0], [0, 1, 0], 1 + 2, id="sister"),
        pytest.param([1, 0, 0], [0, 0, 1], 1 + 4 + 8, id="other-clade"),
        pytest.param([0.5, 0.5, 0], [0, 0.5, 0.5], (1 + 4 + 8) / 2, id="half-stays"),
        pytest.param([0.5, 0, 0.5], [0, 1, 0], (1 + 2) / 2 + (2 + 4 + 8) / 2, id="both-move-to-b"),
    ],
)
def test_tree_by_hand(p, q, way):
    assert tree_wasserstein(p, q, SMALL, ABC) == pytest.approx(way)


def test_tree_terms_by_hand():
    p, q = [0.5, 0, 0.5], [0.25, 0.75, 0]
    assert_allclose(tree_wasserstein_terms(p, q, SMALL, ABC), [0, 4 * 0.5, 1 * 0.25, 2 * 0.75, 8 * 0.5])


def test_normalised_by_hand():
    # ways to the root: a 5, b 6, c 8
    assert tree_wasserstein([1, 0, 0], [0, 1, 0], SMALL, ABC, normalized=True) == pytest.approx(3 / (5 + 6))
    assert tree_wasserstein([1, 0, 0], [0, 0, 1], SMALL, ABC, normalized=True) == pytest.approx(1)


def test_a_tree_without_any_way_to_the_root_keeps_all_at_one_place():
    assert tree_wasserstein([1, 0], [0, 1], star(2, 0.0), ["t0", "t1"], normalized=True) == 0


def test_a_tree_of_one_tip():
    assert tree_wasserstein([1], [1], Tree([-1], [np.nan], ["a"]), ["a"]) == 0


def test_leading_axes_broadcast():
    p = np.eye(3)
    both = tree_wasserstein(p[:, None], p[None], SMALL, ABC)
    assert_array_equal(both, path_distances(SMALL, ABC))
    assert tree_wasserstein_terms(p[:, None], p[None], SMALL, ABC).shape == (3, 3, 5)


def test_further_tips_and_another_order_of_labels_do_no_harm():
    assert tree_wasserstein([1, 0], [0, 1], SMALL, ["c", "a"]) == 1 + 4 + 8


def test_another_root_changes_the_normalised_form_alone():
    p, q = [0.2, 0.3, 0.5], [0.6, 0.1, 0.3]
    elsewhere = Tree([-1, 0, 0, 0], [0, 1, 2, 4 + 8], ["", *ABC])
    way = 1 * 0.4 + 2 * 0.2 + (4 + 8) * 0.2
    for tree, ways_to_root in (
        (SMALL, 5 * 0.8 + 6 * 0.4 + 8 * 0.8),
        (elsewhere, 1 * 0.8 + 2 * 0.4 + 12 * 0.8),
    ):
        assert tree_wasserstein(p, q, tree, ABC) == pytest.approx(way)
        assert tree_wasserstein(p, q, tree, ABC, normalized=True) == pytest.approx(way / ways_to_root)


def test_clade_names_the_tips_below():
    assert [SMALL.clade(node) for node in range(5)] == [ABC, ("a", "b"), ("a",), ("b",), ("c",)]


def test_arrays_are_frozen_and_the_callers_are_not_touched():
    lengths = np.array([7.0, 1.0])
    tree = Tree(np.array([-1, 0]), lengths, ["", "a"])
    assert lengths[0] == 7
    assert tree.lengths[0] == 0
    with pytest.raises(ValueError, match="read-only"):
        tree.lengths[1] = 2


def test_ordered_by_hand():
    assert_array_equal(ordered_wasserstein_terms([1, 0, 0], [0.25, 0.25, 0.5], [0, 1, 5]), [0.75, 4 * 0.5])
    assert ordered_wasserstein([1, 0, 0], [0.25, 0.25, 0.5], [0, 1, 5]) == 0.75 + 2


def test_matrix_by_hand():
    # the cheap way from a to c leads over b: a plan over a distance that is no metric stays direct
    distance = [[0, 1, 5], [1, 0, 1], [5, 1, 0]]
    assert matrix_wasserstein([1, 0, 0], [0, 0, 1], distance) == pytest.approx(5)
    assert matrix_wasserstein([0.5, 0.5, 0], [0, 0.5, 0.5], distance) == pytest.approx(0.5 + 0.5)


# reference implementations


@pytest.mark.parametrize("normalized", [False, True])
@pytest.mark.parametrize("seed", range(8))
def test_agrees_with_skbio_on_random_trees(seed, normalized):
    rng = np.random.default_rng(seed)
    tree = random_tree(rng, int(rng.integers(3, 150)))
    counts = rng.negative_binomial(0.5, 0.05, size=(2, len(tree.tips))) + np.eye(2, len(tree.tips), dtype=int)
    p, q = counts / counts.sum(axis=1, keepdims=True)
    expected = by_skbio(*counts, tree.tips, to_skbio(tree), normalized)
    found = tree_wasserstein(p, q, tree, list(tree.tips), normalized=normalized)
    assert found == pytest.approx(expected, rel=1e-12, abs=1e-12)


@pytest.mark.parametrize("normalized", [False, True])
@pytest.mark.parametrize("study", ["dethlefsen2011", "ecam2016"])
def test_agrees_with_skbio_on_real_data(shared, study, normalized):
    from skbio import TreeNode

    counts = read_table(shared / study / "table.tsv")
    few = counts.rows(counts.samples[:: len(counts.samples) // 4][:4])
    tree = read_tree(shared / study / "tree.nwk")
    reference = TreeNode.read(shared / study / "tree.nwk", format="newick", convert_underscores=False)
    dense = few.dense()
    expected = [[by_skbio(u, v, few.labels, reference, normalized) for v in dense] for u in dense]
    shares = dense / few.depth[:, None]
    pairs = tree_wasserstein(shares[:, None], shares[None], tree, few.labels, normalized=normalized)
    assert_allclose(pairs, expected, rtol=0, atol=1e-12)
    matrix = tree_wasserstein_matrix(few, tree, normalized=normalized)
    assert_allclose(matrix, expected, rtol=0, atol=1e-12)


@pytest.mark.parametrize("seed", range(8))
def test_tree_agrees_with_linear_programming(seed):
    rng = np.random.default_rng(seed)
    tree = random_tree(rng, 14)
    p, q = rng.dirichlet(np.ones(len(tree.tips)), size=2)
    distance = path_distances(tree, tree.tips)
    found = tree_wasserstein(p, q, tree, list(tree.tips))
    assert found == pytest.approx(by_linear_programming(p, q, distance), abs=1e-10)
    assert found == pytest.approx(float(matrix_wasserstein(p, q, distance)), abs=1e-10)


@given(st.data())
def test_ordered_agrees_with_scipy(data):
    p, q = data.draw(distributions(6)), data.draw(distributions(6))
    positions = sorted(data.draw(st.lists(st.floats(-1e3, 1e3), min_size=6, max_size=6)))
    expected = wasserstein_distance(positions, positions, p, q)
    assert ordered_wasserstein(p, q, positions) == pytest.approx(expected, abs=1e-10)


@pytest.mark.parametrize("seed", range(4))
def test_matrix_on_a_line_is_the_ordered_distance(seed):
    rng = np.random.default_rng(seed)
    positions = np.sort(rng.random(30))
    p, q = rng.dirichlet(np.full(30, 0.3), size=2)
    distance = np.abs(positions[:, None] - positions)
    expected = float(ordered_wasserstein(p, q, positions))
    assert matrix_wasserstein(p, q, distance) == pytest.approx(expected, abs=1e-10)


# laws


@st.composite
def trees(draw, shortest=0.0):
    n_nodes = draw(st.integers(2, 16))
    parents = [-1] + [draw(st.integers(0, i - 1)) for i in range(1, n_nodes)]
    lengths = draw(st.lists(st.floats(shortest, 10), min_size=n_nodes, max_size=n_nodes))
    return Tree(parents, lengths, [f"n{i}" for i in range(n_nodes)])


@st.composite
def communities(draw, n=2, shortest=0.0):
    """Give a tree, its tips in any order, and distributions over them."""
    tree = draw(trees(shortest))
    labels = draw(st.permutations(list(tree.tips)))
    return tree, labels, [draw(distributions(len(labels))) for _ in range(n)]


@given(communities(3))
def test_tree_distance_is_a_metric(case):
    tree, labels, (p, q, r) = case

    def way(a, b):
        return float(tree_wasserstein(a, b, tree, labels))

    assert way(p, p) == 0
    assert way(p, q) == way(q, p) >= 0
    assert way(p, r) <= way(p, q) + way(q, r) + 1e-12


@given(communities(), st.booleans())
def test_terms_sum_exactly(case, normalized):
    tree, labels, (p, q) = case
    terms = tree_wasserstein_terms(p, q, tree, labels, normalized=normalized)
    assert (terms >= 0).all()
    assert terms.sum() == tree_wasserstein(p, q, tree, labels, normalized=normalized)


@given(communities())
def test_normalised_lies_between_0_and_1(case):
    tree, labels, (p, q) = case
    assert 0 <= tree_wasserstein(p, q, tree, labels, normalized=True) <= 1 + 1e-12


@given(st.data())
def test_a_star_of_halves_is_total_variation(data):
    n = data.draw(st.integers(1, 12))
    p, q = data.draw(distributions(n)), data.draw(distributions(n))
    found = tree_wasserstein(p, q, star(n, 0.5), [f"t{i}" for i in range(n)])
    assert found == pytest.approx(float(total_variation_distance(p, q)), abs=1e-14)


@given(communities(), st.randoms())
def test_the_order_of_labels_is_of_no_consequence(case, random):
    tree, labels, (p, q) = case
    order = list(range(len(labels)))
    random.shuffle(order)
    again = tree_wasserstein(p[order], q[order], tree, [labels[k] for k in order])
    assert again == pytest.approx(float(tree_wasserstein(p, q, tree, labels)), abs=1e-13)


@given(communities(), st.data())
def test_splitting_a_branch_changes_nothing(case, data):
    tree, labels, (p, q) = case
    node = data.draw(st.integers(1, len(tree.parents) - 1))
    share = data.draw(st.floats(0, 1))
    lengths = np.insert(tree.lengths, node, tree.lengths[node] * share)
    lengths[node + 1] *= 1 - share
    parents = np.insert(tree.parents + (tree.parents >= node), node, tree.parents[node])
    parents[node + 1] = node
    halved = Tree(parents, lengths, [*tree.names[:node], "", *tree.names[node:]])
    for normalized in (False, True):
        before = float(tree_wasserstein(p, q, tree, labels, normalized=normalized))
        after = tree_wasserstein(p, q, halved, labels, normalized=normalized)
        assert after == pytest.approx(before, abs=1e-12)


@given(communities(shortest=0.01))
def test_between_the_least_and_the_largest_tip_distance_times_total_variation(case):
    tree, labels, (p, q) = case
    distance = path_distances(tree, labels)
    moved = float(total_variation_distance(p, q))
    nearest = distance[~np.eye(len(labels), dtype=bool)].min(initial=np.inf) if len(labels) > 1 else 0.0
    way = float(tree_wasserstein(p, q, tree, labels))
    assert nearest * moved - 1e-12 <= way <= distance.max() * moved + 1e-12


@given(st.data(), st.booleans())
def test_matrix_is_that_of_the_pairs_whatever_the_blocks(data, normalized):
    tree = data.draw(trees())
    labels = list(tree.tips)
    shares = np.array([data.draw(distributions(len(labels))) for _ in range(data.draw(st.integers(1, 5)))])
    counts = Counts([f"s{i}" for i in range(len(shares))], labels, shares)
    whole = tree_wasserstein_matrix(counts, tree, normalized=normalized)
    pairs = tree_wasserstein(shares[:, None], shares[None], tree, labels, normalized=normalized)
    assert_allclose(whole, pairs, rtol=0, atol=1e-12)
    assert_array_equal(whole, whole.T)
    assert not whole.diagonal().any()
    for height in (1, 2):
        blocks = tree_wasserstein_matrix(counts, tree, normalized=normalized, block_rows=height)
        assert_array_equal(blocks, whole)


@settings(deadline=None, max_examples=40)
@given(st.data())
def test_plans_keep_the_masses_and_terms_sum_to_the_distance(data):
    n = data.draw(st.integers(1, 6))
    p, q = data.draw(distributions(n)), np.array([data.draw(distributions(n)) for _ in range(2)])
    upper = np.array(data.draw(st.lists(st.floats(0, 5), min_size=n * n, max_size=n * n))).reshape(n, n)
    distance = GroundDistance(np.triu(upper, 1) + np.triu(upper, 1).T)
    plan = optimal_plan(p, q, distance)
    assert_allclose(plan.sum(axis=-1), np.broadcast_to(p, q.shape), atol=1e-9)
    assert_allclose(plan.sum(axis=-2), q, atol=1e-9)
    terms = matrix_wasserstein_terms(p, q, distance)
    assert_allclose(terms.sum(axis=(-2, -1)), matrix_wasserstein(p, q, distance), rtol=1e-14)
    assert_allclose(matrix_wasserstein(q, p, distance), matrix_wasserstein(p, q, distance), atol=1e-9)
    assert_array_equal(matrix_wasserstein(p, p, distance), 0)


# refusals


def refused(call, *words):
    with pytest.raises(InputError) as caught:
        call()
    for word in words:
        assert word in str(caught.value)


def test_faults_of_branches_and_names_come_together():
    parents = [-1, 0, 1, 1, 0, 0, 0]
    lengths = [np.nan, np.nan, np.nan, -0.5, np.inf, 1, 1]
    refused(
        lambda: Tree(parents, lengths, ["", "", "a", "b", "c", "d", "d"], "gut.nwk"),
        "gut.nwk: 2 of 6 branches have no length: 'clade of a', 'a'", "give each branch the length 1",
        "1 of 6 branches have a negative length: 'b'", "set them to 0",
        "1 of 6 branches have an infinite length: 'c'",
        "tips 'd' given more than once",
    )  # fmt: skip


def test_many_branches_without_length_are_counted():
    refused(lambda: star(9, np.nan), "9 of 9 branches have no length: 't0', 't1', 't2' and 6 more")


@pytest.mark.parametrize(
    ("parents", "words"),
    [
        ([-1, 2, 0], "node 1 has the parent 2"),
        ([-1, 1, 0], "node 1 has the parent 1"),
        ([-1, -1, 0], "one root"),
        ([0, 0, 0], "-1 for the root first"),
        ([-1, 0.5, 0], "whole numbers"),
        ([-1, 0], "parents of shape (2,)"),
    ],
)
def test_parents_that_are_no_tree(parents, words):
    refused(lambda: Tree(parents, [0, 1, 1], ["", "a", "b"]), words)


def test_labels_that_are_no_tip_are_all_named_shortened():
    labels = ["a", "w", "x", "y", "AB"]
    refused(
        lambda: tree_wasserstein(np.eye(5)[0], np.eye(5)[1], SMALL, labels),
        "4 of 5 categories are no tip of the tree ('w', 'x', 'y' and 1 more)",
        "verbatim", "1 are names of inner nodes",
    )  # fmt: skip


def test_labels_that_repeat_or_do_not_fit():
    refused(lambda: tree_wasserstein([1, 0], [0, 1], SMALL, ["a", "a"]), "'a' given more than once")
    refused(lambda: tree_wasserstein([1, 0], [0, 1], SMALL, ABC), "3 labels for 2 categories")


@pytest.mark.parametrize(
    "distance",
    [
        lambda p, q: tree_wasserstein(p, q, SMALL, ABC),
        lambda p, q: tree_wasserstein_terms(p, q, SMALL, ABC),
        lambda p, q: ordered_wasserstein(p, q, [0, 1, 2]),
        lambda p, q: matrix_wasserstein(p, q, 1 - np.eye(3)),
        lambda p, q: optimal_plan(p, q, 1 - np.eye(3)),
    ],
)
def test_rows_that_are_no_distribution(distance):
    refused(lambda: distance([2, 3, 5], [np.nan, 0.5, 0.5]), "p: the row sums to 10", "q: the row holds nan")
    refused(lambda: distance([1, 0, 0], [1.5, -0.5, 0]), "q: the row holds -0.5")
    refused(lambda: distance([1, 0, 0], [1, 0]), "same number of categories")


def test_samples_without_counts_and_blocks_of_no_rows():
    counts = Counts(["full", "empty"], ABC, [[1, 2, 3], [0, 0, 0]], "gut.tsv")
    refused(lambda: tree_wasserstein_matrix(counts, SMALL), "gut.tsv", "'empty'", "leave it out")
    refused(lambda: tree_wasserstein_matrix(counts.rows(["full"]), SMALL, block_rows=0), "block_rows")


@pytest.mark.parametrize(
    ("positions", "words"),
    [([0, 2, 1], "1 after 2 (category 2)"), ([0, np.nan, 1], "finite"), ([0, 1], "(3,)")],
)
def test_positions_that_do_not_rise(positions, words):
    refused(lambda: ordered_wasserstein([1, 0, 0], [0, 1, 0], positions), words)


@pytest.mark.parametrize(
    ("matrix", "labels", "words"),
    [
        ([[0, 1]], None, "(1, 2)"),
        ([[0, 1], [3, 0]], ["A", "G"], "1 from 'A' to 'G' but 3 back"),
        ([[0, -1], [-1, 0]], ["A", "G"], "-1 from 'A' to 'G' (and 1 more)"),
        ([[0, np.nan], [1, 0]], None, "nan from '0' to '1'"),
        ([[0, 1], [1, 2]], ["A", "G"], "above 0 from 'G' to itself"),
        ([[0, 1], [1, 0]], ["A"], "1 labels for 2 rows"),
        ([[0, 1], [1, 0]], ["A", "A"], "'A' given more than once"),
    ],
)
def test_matrices_that_are_no_distance(matrix, labels, words):
    refused(lambda: GroundDistance(matrix, labels, "d.tsv"), "d.tsv", words)


def test_a_matrix_of_other_categories_and_one_too_large():
    refused(lambda: matrix_wasserstein([1, 0], [0, 1], 1 - np.eye(3)), "3 categories where p and q have 2")
    many = np.full(1001, 1 / 1001)
    refused(lambda: matrix_wasserstein(many, many, 1 - np.eye(1001)), "1001 by 1001", "tree_wasserstein")
