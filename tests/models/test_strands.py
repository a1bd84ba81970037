"""Profiles of DNA are compared with reverse complements: the turned chain, the better strand, its null."""

from dataclasses import replace

import numpy as np
import pytest

from klbio.alphabets import AMINO, DNA, RNA
from klbio.errors import InputError
from klbio.models import ProfileHMM
from klbio.models.comparison import Comparison
from klbio.models.profiles.align_all import Aligner
from klbio.models.profiles.pairs_of import PairsOf
from klbio.models.profiles.profile_hmm import DD, DM, II, IM, MD, MI, MM
from klbio.models.profiles.profile_pair import ProfilePair
from klbio.models.profiles.reverse import reverse_complement
from klbio.models.profiles.shuffling import Shuffling
from tests.models.test_align import naive, random_profile


def proper(seed: int, n_match: int, sharpness: float = 0.3) -> ProfileHMM:
    """A random profile that deletes nothing behind its last node, as HMMER's do not."""
    profile = random_profile(seed, n_match, DNA, sharpness)
    t = np.array(profile.transitions)
    t[-1, [MM, MI, MD]] = t[-1, MM] / t[-1, [MM, MI]].sum(), t[-1, MI] / t[-1, [MM, MI]].sum(), 0
    t[[0, -1], DM], t[[0, -1], DD] = 1, 0
    return replace(profile, transitions=t)


def likelihood(profile: ProfileHMM, word: list[int]) -> float:
    """Probability of a sequence under the whole profile, by plain recursion; inserts emit the background."""
    t, n = profile.transitions, len(word)
    match = {(0, 0): 1.0}
    insert, delete = {}, {}
    for k in range(profile.n_match + 1):
        for i in range(n + 1):
            if k:
                into = (
                    match.get((k - 1, i - 1), 0) * t[k - 1, MM] + insert.get((k - 1, i - 1), 0) * t[k - 1, IM]
                    + delete.get((k - 1, i - 1), 0) * t[k - 1, DM]
                )  # fmt: skip
                match[k, i] = into * profile.match_emissions[k - 1, word[i - 1]] if i else 0.0
                delete[k, i] = (
                    match.get((k - 1, i), 0) * t[k - 1, MD] + delete.get((k - 1, i), 0) * t[k - 1, DD]
                )
            if i:
                before = match.get((k, i - 1), 0) * t[k, MI] + insert.get((k, i - 1), 0) * t[k, II]
                insert[k, i] = before * profile.background[word[i - 1]]
    last, end = profile.n_match, n
    return (
        match[last, end] * t[last, MM]
        + insert.get((last, end), 0) * t[last, IM]
        + delete[last, end] * t[last, DM]
    )


@pytest.mark.parametrize("seed", range(4))
def test_a_sequence_is_as_likely_as_its_reverse_complement_under_the_turned_profile(seed):
    profile = replace(proper(seed, 4), background=np.array([0.1, 0.2, 0.3, 0.4]))
    turned = reverse_complement(profile)
    rng = np.random.default_rng(seed)
    for n in (1, 3, 4, 6):
        word = rng.integers(0, 4, n).tolist()
        there, back = likelihood(profile, word), likelihood(turned, [3 - base for base in word[::-1]])
        assert back == pytest.approx(there, rel=1e-12)
        assert there > 0


@pytest.mark.parametrize("seed", range(4))
def test_twice_turned_is_the_profile(seed):
    profile = proper(seed, 6)
    turned = reverse_complement(profile)
    assert turned.match_occupancy[::-1] == pytest.approx(profile.match_occupancy, rel=1e-12)
    again = reverse_complement(turned)
    assert np.array_equal(again.match_emissions, profile.match_emissions)
    assert again.transitions[1:-1] == pytest.approx(profile.transitions[1:-1], rel=1e-9)


def test_real_profiles_turn_and_amino_acids_do_not(root):
    from klbio.io import read_models

    (made,) = read_models(root / "examples/gene-models/hmmer/MADE1.hmm")
    assert reverse_complement(reverse_complement(made)).match_occupancy == pytest.approx(
        made.match_occupancy,
        abs=1e-4,  # printed with five decimals
    )
    with pytest.raises(InputError, match="DNA or RNA"):
        reverse_complement(random_profile(1, 3, AMINO))


PROFILES = {
    "a": proper(11, 9, 0.2), "b": proper(12, 8, 0.2), "c": proper(13, 10, 0.2),
}  # fmt: skip
PROFILES["turned"] = replace(reverse_complement(PROFILES["a"]), name="turned")


def test_the_better_strand_is_given_by_plain_viterbi():
    every = Aligner(seed=1, n_shuffles=5, least_stretch=0.0, least_score=-np.inf)
    for pair in every.pairs(PairsOf(PROFILES)):
        p, q = list(PROFILES.values())[pair.i], list(PROFILES.values())[pair.j]
        scores = [naive(p, one, local=True)[0] for one in (q, reverse_complement(q))]
        assert pair.alignment.score_bits == pytest.approx(max(scores), abs=1e-9)
        assert pair.strand == "+-"[int(scores[1] > scores[0])]


def test_a_reverse_complement_is_a_near_duplicate_and_its_nodes_run_down():
    comparison = Comparison(PROFILES)
    row = comparison.alignments.iloc[0]
    assert (row["model_p"], row["model_q"], row["strand"]) == ("a", "turned", "-")
    assert (row["first_p"], row["first_q"], row["last_q"]) == (1, 9, 1)
    assert row["near_duplicate"]
    assert row["jensen_shannon_bits_per_column"] == pytest.approx(0, abs=1e-12)
    assert comparison.lint["finding"].str.contains("near-duplicate of the reverse complement of 'a'").any()
    columns = comparison.aligned_columns
    columns = columns[(columns.model_p == "a") & (columns.model_q == "turned")]
    assert columns["node_q"].tolist() == list(range(9, 0, -1))
    occupancy = PROFILES["turned"].match_occupancy
    assert columns["occupancy_q"].tolist() == pytest.approx(
        [occupancy[node - 1] for node in columns["node_q"]]
    )
    letters = comparison.aligned_letters.query("model_p == 'a' and model_q == 'turned'")
    sides = [letters[letters.side == side]["probability"].tolist() for side in "pq"]
    assert sides[0] == pytest.approx(sides[1])  # q's letters on the strand that was aligned


def test_the_null_of_a_better_of_two_is_the_better_of_two():
    p, q = PROFILES["b"], PROFILES["c"]
    pair, other = ProfilePair(p, q), ProfilePair(p, reverse_complement(q))
    both = Shuffling(seed=3, n=20).scores(pair, 99.0, other_strand=other)
    one = Shuffling(seed=3, n=20).scores(pair, 99.0)
    assert both.max_bits >= one.max_bits
    assert both.mean_bits > one.mean_bits
    from klbio.seeding import generator

    orders = generator(3, "align").permuted(np.tile(np.arange(10), (20, 1)), axis=1)
    best = []
    for order in orders:  # q in that order, and what its other strand then is
        shuffled = replace(q, match_emissions=q.match_emissions[order])
        turned = replace(reverse_complement(q), match_emissions=reverse_complement(shuffled).match_emissions)
        best.append(max(ProfilePair(p, one).align().score_bits for one in (shuffled, turned)))
    assert both.mean_bits == pytest.approx(np.mean(best), rel=1e-12)


@pytest.mark.parametrize(
    ("asked", "strands"), [(None, {""}), (True, {"+", "-"})], ids=["one strand", "asked for both"]
)
def test_rna_has_one_strand_unless_asked(asked, strands):
    profiles = {
        name: replace(one, alphabet=RNA, double_stranded=asked, name=name) for name, one in PROFILES.items()
    }
    assert set(Comparison(profiles).alignments["strand"]) == strands
