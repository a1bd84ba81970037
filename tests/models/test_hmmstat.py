"""Profile HMMs against their background, and against hmmstat itself."""

import math
import shutil
import subprocess

import numpy as np
import pytest
from scipy.special import entr, rel_entr

from klbio.alphabets import AMINO, DNA
from klbio.io import read_models
from klbio.models import ProfileHMM
from klbio.models.arrays import closed
from klbio.models.profiles.hmmstat import LOOP, summarize_profiles
from klbio.models.profiles.profile_hmm import DM, IM, MI, MM, occupancies
from tests.models.test_align import random_profile

NAMES = ("globins4", "MADE1", "RRM_1", "fn3", "Pkinase")
PRINTED = {  # relent, info, p relE, compKL as hmmstat 3.3.2 prints them
    "globins4": ("0.59", "0.59", "0.52", "0.03"),
    "MADE1": ("0.71", "0.71", "0.53", "0.04"),
    "RRM_1": ("0.79", "0.81", "0.75", "0.03"),
    "fn3": ("0.66", "0.63", "0.57", "0.04"),
    "Pkinase": ("0.59", "0.57", "0.50", "0.02"),
}


def example(root, name):
    (profile,) = read_models(root / "examples" / "gene-models" / "hmmer" / f"{name}.hmm")
    return profile


def four_columns(profile):
    return tuple(f"{value:.2f}" for value in vars(summarize_profiles([profile])[0]).values())


def toy(transitions):
    match = [[1, 0, 0, 0], [0.5, 0.5, 0, 0]]
    return ProfileHMM("toy", "", DNA, match, np.full(4, 0.25), transitions)


STRAIGHT = np.tile([1, 0, 0, 1, 0, 1, 0.0], (3, 1))
INSERTING = STRAIGHT.copy()
INSERTING[1] = [0.5, 0.25, 0.25, 0.5, 0.5, 0.5, 0.5]


def test_columns_by_hand():
    assert toy(STRAIGHT).match_relative_entropies.tolist() == [2.0, 1.0]


def test_occupancy_by_hand():
    """Node 2 is skipped with probability 1/4 from match 1; a path in delete 1 comes back with 1/2."""
    assert toy(INSERTING).match_occupancy.tolist() == [1.0, 0.75]
    skipping = INSERTING.copy()
    skipping[0] = [0.5, 0, 0.5, 1, 0, 1, 0]
    assert toy(skipping).match_occupancy.tolist() == [0.5, 0.5 * 0.75 + 0.5 * 0.5]


def test_summary_by_hand():
    """All paths go straight: one transition, certain, against the null model's loop of 350/351."""
    found = summarize_profiles([toy(STRAIGHT)])[0]
    assert found.mean_relative_entropy_bits == 1.5
    assert found.information_bits == 2 - 0.5
    assert found.positional_relative_entropy_bits == pytest.approx(1.5 - math.log2(350 / 351))
    mean = [0.75, 0.25]
    assert found.composition_relative_entropy_bits == pytest.approx(2 + sum(x * math.log2(x) for x in mean))


def test_the_quirk_of_hmmers_source_is_kept():
    """The step from match to insert is scored by the match-to-match transition, in HMMER as here."""
    expected = (
        0.5 * math.log2(0.5 / LOOP) + 0.25 * (math.log2(0.5 / LOOP) + math.log2(0.5 / LOOP))
    ) / 0.75  # match, insert; no path is in delete 1
    emissions = (1.0 * 2 + 0.75 * 1) / 1.75
    found = summarize_profiles([toy(INSERTING)])[0].positional_relative_entropy_bits
    assert found == pytest.approx(emissions + expected)


def test_a_profile_of_one_node_has_no_transition():
    one = ProfileHMM("one", "", DNA, [[1, 0, 0, 0]], np.full(4, 0.25), STRAIGHT[:2])
    assert summarize_profiles([one])[0].positional_relative_entropy_bits == 2.0


@pytest.mark.parametrize("name", NAMES)
def test_columns_of_the_examples(root, name):
    assert four_columns(example(root, name)) == PRINTED[name]


@pytest.mark.parametrize(("name", "relent"), [("globins4", 0.588640), ("MADE1", 0.707757)])
def test_mean_relative_entropy_to_six_digits(root, name, relent):
    assert summarize_profiles([example(root, name)])[0].mean_relative_entropy_bits == pytest.approx(
        relent, abs=1e-6
    )


@pytest.mark.parametrize("name", NAMES)
def test_hmmstat_says_the_same(root, name):
    if shutil.which("hmmstat") is None:
        pytest.skip("hmmstat (package hmmer) is not installed")
    path = root / "examples" / "gene-models" / "hmmer" / f"{name}.hmm"
    printed = subprocess.run(["hmmstat", path], capture_output=True, text=True, check=True).stdout
    (row,) = [line.split() for line in printed.splitlines() if line and not line.startswith("#")]
    assert four_columns(example(root, name)) == tuple(row[-4:])


def test_pyhmmer_says_the_same(root):
    from pyhmmer.plan7 import Background, HMMFile

    with HMMFile(root / "examples" / "gene-models" / "hmmer" / "fn3.hmm") as file:
        hmm = next(file)
    theirs = hmm.mean_match_relative_entropy(Background(hmm.alphabet))
    found = summarize_profiles([example(root, "fn3")])[0]
    assert found.mean_relative_entropy_bits == pytest.approx(theirs, abs=1e-6)


def plain_summary(profile):
    """The four columns by loops over nodes and `rel_entr`, as hmmstat goes."""
    t, match, f = profile.transitions, profile.match_emissions, profile.background
    used = [t[0, MI] + t[0, MM]]
    for k in range(1, profile.n_match):
        used.append(used[-1] * (t[k, MM] + t[k, MI]) + (1 - used[-1]) * t[k, DM])
    used = np.array(used)
    bits = rel_entr(match, f).sum(axis=1) / math.log(2)
    mean = used @ match / (used @ match).sum()
    steps = 0.0
    for k in range(1, profile.n_match):
        o, row = used[k - 1], t[k]
        for weight, ratio in (
            (o * row[MM], row[MM]), (o * row[MI], row[MM] * row[IM] / LOOP), ((1 - o) * row[DM], row[DM]),
        ):  # fmt: skip
            steps += weight * math.log2(ratio / LOOP) if weight else 0.0
    return (
        bits.mean(),
        (entr(f).sum() - entr(match).sum(axis=1).mean()) / math.log(2),
        used @ bits / used.sum() + (steps / used[1:].sum() if profile.n_match > 1 else 0.0),
        rel_entr(mean, f).sum() / math.log(2),
    )


def mixed_profiles():
    """Profiles of two alphabets and many lengths, a third of their emissions impossible."""
    rng, profiles = np.random.default_rng(3), []
    sizes = [(1, DNA), (2, DNA), (40, AMINO), (1500, AMINO), (7, AMINO), (1, AMINO), (300, DNA), (900, DNA)]
    for seed, (n, alphabet) in enumerate(sizes):
        p = random_profile(seed, n, alphabet)
        possible = rng.random(p.match_emissions.shape) > 1 / 3
        possible[np.arange(n), p.match_emissions.argmax(axis=1)] = True
        match = closed(p.match_emissions * possible)
        profiles.append(ProfileHMM(p.name, "", alphabet, match, p.background, p.transitions))
    return profiles


def test_many_at_once_equal_one_by_one_and_the_plain_twin():
    profiles = mixed_profiles()
    together = summarize_profiles(profiles)
    assert len(together) == len(profiles)
    for profile, found in zip(profiles, together, strict=True):
        values = list(vars(found).values())
        assert values == pytest.approx(list(vars(summarize_profiles([profile])[0]).values()), rel=1e-13)
        assert values == pytest.approx(plain_summary(profile), rel=1e-12)
    assert summarize_profiles([]) == []


def test_what_the_background_rules_out_is_infinitely_far():
    match = [[0.5, 0.5, 0, 0], [0.5, 0.25, 0.25, 0]]
    profile = ProfileHMM("toy", "", DNA, match, [0.5, 0.5, 0, 0], STRAIGHT)
    assert profile.match_relative_entropies.tolist() == [0, math.inf]
    assert summarize_profiles([profile])[0].mean_relative_entropy_bits == math.inf
    plain = ProfileHMM("plain", "", DNA, [[0.25] * 4, [1, 0, 0, 0]], [0.25] * 4, STRAIGHT)
    assert plain.match_relative_entropies.tolist() == [0, 2]


def test_occupancy_of_long_profiles_is_that_of_the_recursion():
    """Steps over many nodes at once: with memory over the whole profile, and without any."""
    for stay, back in ((1.0, 0.0), (0.999, 0.001), (0.5, 0.5)):
        t = np.tile([stay, 0, 1 - stay, 1, 0, back, 1 - back], (1001, 1))
        t[0] = [0.9, 0, 0.1, 1, 0, 1, 0]
        expected = [0.9]
        for _ in range(999):
            expected.append(expected[-1] * stay + (1 - expected[-1]) * back)
        assert occupancies(t[:-1], np.zeros(1, dtype=int)) == pytest.approx(expected, rel=1e-12)
