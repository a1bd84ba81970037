"""The chain rule down a hierarchy: exact whatever its shape."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from klbio.divergences import jensen_shannon_divergence, jensen_shannon_split, relative_entropy
from klbio.divergences.hierarchy import node_terms
from klbio.divergences.kernels import jensen_shannon_terms
from klbio.errors import InputError


@st.composite
def trees(draw, positive=False):
    """A random tree, unary nodes and polytomies included, and two compositions of its leaves."""
    n = draw(st.integers(2, 40))
    parents = [-1] + [draw(st.integers(max(0, i - 6), i - 1)) for i in range(1, n)]
    leaves = np.setdiff1d(np.arange(n), parents)
    counts = [
        draw(st.lists(st.integers(int(positive), 30), min_size=len(leaves), max_size=len(leaves)))
        for _ in range(2)
    ]
    p, q = (np.array(row, float) + (np.arange(len(leaves)) == 0) for row in counts)
    return p / p.sum(), q / q.sum(), leaves, np.array(parents)


@given(trees())
def test_nodes_sum_to_the_divergence(case):
    p, q, leaves, _parents = case
    terms = node_terms(*case)
    assert terms.jensen_shannon.sum() == pytest.approx(float(jensen_shannon_divergence(p, q)), abs=1e-12)
    assert (terms.jensen_shannon >= 0).all()
    assert not terms.jensen_shannon[leaves].any()


@given(trees(positive=True))
def test_relative_entropies_sum_in_both_directions(case):
    p, q, *_ = case
    terms = node_terms(*case)
    assert terms.relative_entropy_pq.sum() == pytest.approx(float(relative_entropy(p, q)), abs=1e-12)
    assert terms.relative_entropy_qp.sum() == pytest.approx(float(relative_entropy(q, p)), abs=1e-12)


@given(trees())
def test_what_one_side_lacks_makes_relative_entropy_infinite_as_a_whole(case):
    p, q, *_ = case
    assert np.isinf(node_terms(*case).relative_entropy_pq.sum()) == bool(((p > 0) & (q == 0)).any())


@given(trees(), st.randoms(use_true_random=False))
def test_the_order_of_categories_does_not_matter(case, random):
    p, q, leaves, parents = case
    order = list(range(len(leaves)))
    random.shuffle(order)
    turned = node_terms(p[order], q[order], leaves[order], parents)
    assert turned.jensen_shannon == pytest.approx(node_terms(*case).jensen_shannon, abs=1e-14)


@given(trees())
def test_sides_exchanged(case):
    p, q, leaves, parents = case
    there, back = node_terms(p, q, leaves, parents), node_terms(q, p, leaves, parents)
    assert back.jensen_shannon == pytest.approx(there.jensen_shannon, abs=1e-13)
    assert back.relative_entropy_qp == pytest.approx(there.relative_entropy_pq, abs=1e-12)


def test_a_star_holds_everything_at_its_root():
    p, q = np.array([0.5, 0.3, 0.2]), np.array([0.1, 0.3, 0.6])
    terms = node_terms(p, q, [1, 2, 3], [-1, 0, 0, 0])
    flat = jensen_shannon_terms(p, q).sum() / np.log(2)
    assert terms.jensen_shannon == pytest.approx([flat, 0, 0, 0], abs=1e-15)


def test_one_level_is_the_split_over_groups():
    p, q = np.array([0.4, 0.2, 0.3, 0.1]), np.array([0.1, 0.3, 0.2, 0.4])
    terms = node_terms(p, q, [3, 4, 5, 6], [-1, 0, 0, 1, 1, 2, 2])
    split = jensen_shannon_split(p, q, ["F", "F", "G", "G"])
    assert terms.jensen_shannon[:3] == pytest.approx([float(split.between), *split.within_terms], abs=1e-15)


def test_a_caterpillar_of_5000_tips():
    n = 5000
    inner = np.arange(1, 2 * n - 2, 2)  # node 2k+1 carries on, node 2k+2 is a tip
    parents = np.concatenate([[-1], np.repeat(np.concatenate([[0], inner]), 2)])[: 2 * n - 1]
    leaves = np.setdiff1d(np.arange(len(parents)), parents)
    p, q = np.random.default_rng(1).dirichlet(np.full(len(leaves), 0.5), 2)
    terms = node_terms(p, q, leaves, parents)
    assert len(leaves) == n
    assert terms.jensen_shannon.sum() == pytest.approx(float(jensen_shannon_divergence(p, q)), abs=1e-12)


def test_close_samples_keep_their_digits():
    p = np.array([0.3, 0.3, 0.4])
    terms = node_terms(p, p + np.array([1e-9, -1e-9, 0]), [2, 3, 4], [-1, 0, 1, 1, 0])
    assert terms.jensen_shannon[1] == pytest.approx(1e-18 / (4 * np.log(2)) / 0.3, rel=1e-6, abs=0)


def test_the_interval_is_as_wide_as_reads_scatter():
    rng, n = np.random.default_rng(2), 4000
    parents, leaves = np.array([-1, 0, 0, 1, 1, 2, 2, 2]), np.array([3, 4, 5, 6, 7])
    p, q = np.array([0.1, 0.3, 0.2, 0.3, 0.1]), np.array([0.3, 0.2, 0.3, 0.1, 0.1])
    drawn = [
        node_terms(rng.multinomial(n, p) / n, rng.multinomial(2 * n, q) / (2 * n), leaves, parents)
        for _ in range(600)
    ]
    low, high = node_terms(p, q, leaves, parents).interval(n, 2 * n)
    spread = np.std([terms.jensen_shannon for terms in drawn], axis=0)
    assert (high - low)[:3] == pytest.approx(2 * 1.96 * spread[:3], rel=0.15)


@pytest.mark.parametrize(
    ("leaves", "parents", "words"),
    [([1, 2], [-1, 0, 1], "inner node"), ([1, 2], [-1, 2, 0], "before its parent")],
)
def test_what_is_no_hierarchy_is_refused(leaves, parents, words):
    with pytest.raises(InputError, match=words):
        node_terms([0.5, 0.5], [0.4, 0.6], leaves, parents)
