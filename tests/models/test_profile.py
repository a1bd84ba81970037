"""Profile HMMs against their background, and against hmmstat itself."""

import math
import shutil
import subprocess

import numpy as np
import pytest

from klbio.alphabets import DNA
from klbio.io import read_models
from klbio.models import ProfileHMM
from klbio.models.profile import LOOP, match_occupancy, match_relative_entropies, summarize_profile

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
    return tuple(f"{value:.2f}" for value in vars(summarize_profile(profile)).values())


def toy(transitions):
    match = [[1, 0, 0, 0], [0.5, 0.5, 0, 0]]
    return ProfileHMM("toy", "", DNA, match, np.full(4, 0.25), transitions)


STRAIGHT = np.tile([1, 0, 0, 1, 0, 1, 0.0], (3, 1))
INSERTING = STRAIGHT.copy()
INSERTING[1] = [0.5, 0.25, 0.25, 0.5, 0.5, 0.5, 0.5]


def test_columns_by_hand():
    assert match_relative_entropies(toy(STRAIGHT)).tolist() == [2.0, 1.0]


def test_occupancy_by_hand():
    """Node 2 is skipped with probability 1/4 from match 1; a path in delete 1 comes back with 1/2."""
    assert match_occupancy(INSERTING).tolist() == [1.0, 0.75]
    skipping = INSERTING.copy()
    skipping[0] = [0.5, 0, 0.5, 1, 0, 1, 0]
    assert match_occupancy(skipping).tolist() == [0.5, 0.5 * 0.75 + 0.5 * 0.5]


def test_summary_by_hand():
    """All paths go straight: one transition, certain, against the null model's loop of 350/351."""
    found = summarize_profile(toy(STRAIGHT))
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
    found = summarize_profile(toy(INSERTING)).positional_relative_entropy_bits
    assert found == pytest.approx(emissions + expected)


def test_a_profile_of_one_node_has_no_transition():
    one = ProfileHMM("one", "", DNA, [[1, 0, 0, 0]], np.full(4, 0.25), STRAIGHT[:2])
    assert summarize_profile(one).positional_relative_entropy_bits == 2.0


@pytest.mark.parametrize("name", NAMES)
def test_columns_of_the_examples(root, name):
    assert four_columns(example(root, name)) == PRINTED[name]


@pytest.mark.parametrize(("name", "relent"), [("globins4", 0.588640), ("MADE1", 0.707757)])
def test_mean_relative_entropy_to_six_digits(root, name, relent):
    assert summarize_profile(example(root, name)).mean_relative_entropy_bits == pytest.approx(
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
    found = summarize_profile(example(root, "fn3"))
    assert found.mean_relative_entropy_bits == pytest.approx(theirs, abs=1e-6)
