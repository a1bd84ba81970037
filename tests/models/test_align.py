"""Profiles against profiles: the compiled Viterbi and its plain twin, laws, and the bundled families."""

import math
from itertools import product

import numpy as np
import pytest

from klbio.alphabets import AMINO, DNA
from klbio.errors import InputError
from klbio.io import read_models
from klbio.models import ProfileHMM
from klbio.models.profiles.align_kernels import best_score, global_scores
from klbio.models.profiles.align_null import local_scores
from klbio.models.profiles.profile_pair import ProfilePair
from klbio.models.profiles.shuffling import Shuffling

MM, MI, MD, IM, II, DM, DD = range(7)
# state -> [(state before, moves in p, moves in q, transition of p, transition of q)]
MOVES = {
    "MM": [("MM", MM, MM), ("MI", MM, IM), ("IM", IM, MM), ("DG", DM, MM), ("GD", MM, DM)],
    "MI": [("MM", MM, MI), ("MI", MM, II)],
    "IM": [("MM", MI, MM), ("IM", II, MM)],
    "DG": [("MM", MD, None), ("DG", DD, None)],
    "GD": [("MM", None, MD), ("GD", None, DD)],
}
TAKES = {"MM": (1, 1), "MI": (1, 0), "IM": (0, 1), "DG": (1, 0), "GD": (0, 1)}


def random_profile(seed, n_match, alphabet=DNA, sharpness=0.3):
    rng = np.random.default_rng(seed)
    k = len(alphabet)
    match = rng.dirichlet([sharpness] * k, n_match)
    transitions = np.hstack([rng.dirichlet(a, n_match + 1) for a in ([8, 1, 1], [1, 1], [1, 1])])
    return ProfileHMM(f"toy{seed}", "", alphabet, match, np.full(k, 1 / k), transitions)


def mutated(profile, rows, name="other"):
    keep = [0, *[row + 1 for row in rows]]
    return ProfileHMM(name, "", profile.alphabet, profile.match_emissions[rows], profile.background,
                      profile.transitions[keep])  # fmt: skip


def naive(p, q, local):
    """Best path over a table of dictionaries, node 0 being begin: (score, pairs)."""
    with np.errstate(divide="ignore"):
        tp, tq = np.log2(p.transitions).tolist(), np.log2(q.transitions).tolist()
    best = {(0, 0, "MM"): (-math.inf if local else 0.0, ())}
    cells = [(i, j) for i in range(p.n_match + 1) for j in range(q.n_match + 1)]
    for (i, j), state in product(cells, MOVES):
        a, b = i - TAKES[state][0], j - TAKES[state][1]
        found = arrivals(best, state, (a, b), tp[max(a, 0)], tq[max(b, 0)])
        found += [(0.0, ())] if local and state == "MM" and min(a, b) >= 0 else []
        if found:
            score, pairs = max(found, key=lambda one: one[0])
            best[i, j, state] = (
                (score + naive_column(p, q, i, j), (*pairs, (i, j))) if state == "MM" else (score, pairs)
            )
    ends = [v for (_, _, state), v in best.items() if state == "MM"]
    return max(ends if local else arrivals(best, "MM", cells[-1], tp[-1], tq[-1]), key=lambda one: one[0])


def arrivals(best, state, before, tp, tq):
    """Each way into a state from the pair of nodes before, with the transitions of those nodes.

    An insert state waits at its own node: its transitions are those of the node where the other moves on.
    """
    return [
        (best[(*before, origin)][0] + (tp[x] if x is not None else 0) + (tq[y] if y is not None else 0),
         best[(*before, origin)][1])
        for origin, x, y in MOVES[state]
        if (*before, origin) in best
    ]  # fmt: skip


def naive_column(p, q, i, j):
    f = ((p.background + q.background) / 2).tolist()
    a, b = p.match_emissions[i - 1].tolist(), q.match_emissions[j - 1].tolist()
    return math.log2(sum(x * y / z for x, y, z in zip(a, b, f, strict=True)))


@pytest.mark.parametrize("local", [True, False])
@pytest.mark.parametrize("seed", range(12))
def test_equals_the_naive_twin(seed, local):
    p = random_profile(seed, 9 + seed % 4)
    q = mutated(p, [0, 1, 2, 5, 6, 7, 8]) if seed % 2 else random_profile(seed + 100, 8)
    found = ProfilePair(p, q, local=local).align()
    score, pairs = naive(p, q, local)
    assert found.score_bits == pytest.approx(score, abs=1e-9)
    assert [tuple(pair) for pair in found.pairs.tolist()] == list(pairs)


@pytest.mark.parametrize("seed", range(6))
def test_the_score_alone_and_the_order_of_the_two_make_no_difference(seed):
    p, q = random_profile(seed, 12), random_profile(seed + 50, 17)
    scores = ProfilePair(p, q).scores
    one, two = ProfilePair(p, q).align(), ProfilePair(q, p).align()
    assert best_score(scores, p.log_transitions, q.log_transitions, True) == one.score_bits
    assert two.score_bits == pytest.approx(one.score_bits, abs=1e-9)


@pytest.mark.parametrize("n", [1, 4, 7])
@pytest.mark.parametrize(("rows", "columns"), [(1, 1), (1, 9), (13, 1), (23, 31)])
def test_scores_of_many_orders_are_those_of_each(rows, columns, n):
    """Four at once or one by one: the same to the last bit."""
    p, q = random_profile(rows, rows), random_profile(columns + 60, columns)
    scores = ProfilePair(p, q).scores
    orders = np.random.default_rng(n).permuted(np.tile(np.arange(columns), (n, 1)), axis=1)
    steps = p.log_transitions, q.log_transitions
    for kernel, local in ((local_scores, True), (global_scores, False)):
        expected = [best_score(np.ascontiguousarray(scores[:, order]), *steps, local) for order in orders]
        assert kernel(scores, *steps, orders).tolist() == expected


@pytest.mark.parametrize("seed", range(6))
def test_pairs_go_forward(seed):
    p, q = random_profile(seed, 15), random_profile(seed + 9, 11)
    assert (np.diff(ProfilePair(p, q).align().pairs, axis=0) > 0).all()


def test_a_deleted_stretch_is_found():
    p = random_profile(3, 40, AMINO, 0.1)
    rows = [*range(15), *range(20, 40)]
    found = ProfilePair(p, mutated(p, rows)).align()
    assert [tuple(pair) for pair in found.pairs.tolist()] == [(row + 1, k) for k, row in enumerate(rows, 1)]
    assert (found.coverage_p, found.coverage_q) == (35 / 40, 1.0)


def test_divergences_by_hand():
    straight = np.tile([1.0, 0, 0, 1, 0, 1, 0], (3, 1))
    p = ProfileHMM("p", "", DNA, [[0.5, 0.5, 0, 0], [0.25] * 4], [0.25] * 4, straight)
    q = ProfileHMM("q", "", DNA, [[0.25, 0.25, 0.25, 0.25], [0.25] * 4], [0.25] * 4, straight)
    found = ProfilePair(p, q).divergences(np.array([[1, 1], [2, 2]]))
    assert found.forward.tolist() == [1.0, 0.0]
    assert found.backward.tolist() == [math.inf, 0.0]
    assert found.jensen_shannon.tolist() == pytest.approx([0.75 * math.log2(4 / 3), 0.0])
    assert found.mean_forward == 0.5


def test_a_mean_counts_a_column_as_often_as_it_is_used():
    steps = np.tile([1.0, 0, 0, 1, 0, 1, 0], (3, 1))
    steps[1] = [0.25, 0, 0.75, 1, 0, 1, 0]
    p = ProfileHMM("p", "", DNA, [[0.25] * 4, [0.5, 0.5, 0, 0]], [0.25] * 4, steps)
    q = ProfileHMM("q", "", DNA, [[0.25] * 4, [0.25] * 4], [0.25] * 4, steps)
    found = ProfilePair(p, q).divergences(np.array([[1, 1], [2, 2]]))
    assert found.mean_forward == pytest.approx(0.25 / 1.25)


@pytest.fixture(scope="module")
def families(root):
    folder = root / "examples" / "gene-models" / "hmmer"
    names = ("globins4", "Pkinase", "RRM_1", "fn3")
    return {name: read_models(folder / f"{name}.hmm")[0] for name in names}


def test_a_family_with_itself(families):
    one = families["RRM_1"]
    for local in (True, False):
        found = ProfilePair(one, one, local=local).align()
        assert found.pairs.tolist() == [[k, k] for k in range(1, 72)]
    columns = ProfilePair(one, one).divergences(found.pairs)
    assert columns.mean_forward == columns.mean_backward == 0
    assert abs(columns.jensen_shannon).max() < 1e-9


def test_unrelated_families_are_within_the_null_and_a_half_is_not(families):
    """Four families of four folds; the first 40 columns of one against the whole."""
    names = sorted(families)
    for k, a in enumerate(names):
        for b in names[k + 1 :]:
            p, q = families[a], families[b]
            score = ProfilePair(p, q).align().score_bits
            null = Shuffling(seed=1, n=50).scores(ProfilePair(p, q), score, a, b)
            assert score < 15
            assert null.p_extreme_value > 0.001
            assert 3 < null.mean_bits < null.max_bits < 15
    whole = families["RRM_1"]
    half = mutated(whole, list(range(40)))
    found = ProfilePair(whole, half).align()
    null = Shuffling(seed=1, n=50).scores(ProfilePair(whole, half), found.score_bits)
    assert (found.coverage_q, null.p_permutation) == (1.0, 1 / 51)
    assert null.p_extreme_value < 1e-6


def test_the_null_depends_on_seed_and_names_alone(families):
    p, q = families["RRM_1"], families["fn3"]
    a, b, c = (Shuffling(seed=seed, n=5).scores(ProfilePair(p, q), 8.0, "a", "b") for seed in (1, 1, 2))
    assert a == b != c


def test_more_shuffles_are_drawn_only_where_they_may_matter(families):
    p, q = families["RRM_1"], families["fn3"]
    first = Shuffling(seed=1, n=60).scores(ProfilePair(p, q), 5.0)
    assert first.n == 20  # reached by one of them
    above = first.max_bits + 0.1
    known, open_ = (
        Shuffling(seed=1, n=60, enough=enough).scores(ProfilePair(p, q), above) for enough in (1e-4, 1.0)
    )
    assert (known.n, known.p_permutation, open_.n) == (20, 1 / 21, 60)
    assert 1e-4 < known.p_extreme_value < 0.2
    assert Shuffling(seed=1, n=60, enough=1e-4).scores(ProfilePair(p, q), 60.0).n == 60


def test_refuses_two_alphabets():
    with pytest.raises(InputError, match="alphabet"):
        ProfilePair(random_profile(1, 5), random_profile(2, 5, AMINO))


def test_p_values_of_random_profiles_are_even(families):
    """Shuffled against itself the null holds by construction: 60 p-values, no heap at either end."""
    p, q = families["RRM_1"], families["fn3"]
    rng = np.random.default_rng(5)
    found = []
    for k in range(60):
        rows = q.match_emissions[rng.permutation(q.n_match)]
        pair = ProfilePair(p, ProfileHMM("", "", AMINO, rows, q.background, q.transitions))
        score = best_score(pair.scores, p.log_transitions, q.log_transitions, True)
        found.append(Shuffling(seed=k, n=40).scores(pair, score).p_extreme_value)
    assert 0.35 < np.mean(found) < 0.65
    assert np.mean(np.array(found) < 0.1) < 0.25
