"""What users of other programs stumbled over, rebuilt small: each has an answer here, or a reason why there is none."""

import warnings

import numpy as np
import pytest

from klbio import ShiftSettings, Study
from klbio.design import Design, Sample
from klbio.distributions import Counts


def study(subjects, taxa=6, *, draw=None, **settings):
    """A study of subjects, each (name, arm, samples before, samples after); `draw` gives a sample's counts."""
    rng, samples, rows = np.random.default_rng(8), [], []
    draw = draw or (lambda sample: rng.multinomial(900, rng.dirichlet(np.full(taxa, 4.0))))
    for subject, arm, *sides in subjects:
        for phase, n in zip(("before", "after"), sides, strict=True):
            for k in range(n):
                samples.append(Sample(f"{subject}{arm}{phase}{k}", subject, phase, None, arm))
                rows.append(draw(samples[-1]))
    counts = Counts(
        [sample.name for sample in samples], [f"t{k}" for k in range(len(rows[0]))], np.array(rows)
    )
    return Study(counts, Design(samples), settings=ShiftSettings(n_resamples=19, **settings))


def in_arms(arms, n=3, sides=(1, 1)):
    return [(f"{arm}{i}", arm, *sides) for arm in arms for i in range(n)]


def test_every_pair_of_arms_has_the_smallest_p_and_it_says_so():
    """Three comparisons by adonis, one p: 0.01961 (vegan, issue 339)."""
    far = {"x": [800, 50, 50], "y": [50, 800, 50], "z": [50, 50, 800]}
    moved = study(in_arms("xyz"), draw=lambda s: far[s.arm] if s.phase == "after" else [300, 300, 300])
    taxa = moved.differential[moved.differential["arm_b"].ne("")]
    assert (taxa["p_value"].min(), taxa["smallest_p"].min()) == (0.1, 0.1)
    cohort = moved.cohort[moved.cohort["arm_b"].ne("")]
    assert cohort["smallest_p"].eq(0.1).all()
    assert cohort["meaning"].str.contains("the smallest this design can give is 0.1").all()


@pytest.mark.parametrize("n", [1, 2])
def test_a_set_of_arrangements_so_small_that_it_is_counted(n):
    """'nperm >= set of all permutations' (pairwiseAdonis, issues 27, 38, 54)."""
    small = study(in_arms("xy", n))
    row = small.cohort[small.cohort["arm_b"].ne("")].iloc[0]
    assert (row["p_value"] >= 1 / 3) if n == 2 else row["meaning"].startswith("cannot tell")


def test_a_second_run_gives_the_same_p():
    """P of pairwise.adonis differs from run to run (pairwiseAdonis, issue 12)."""
    subjects = in_arms("xy", 12)
    first, second = (study(subjects, seed=5).cohort["p_value"] for _ in range(2))
    assert first.equals(second)


def test_subjects_with_unlike_numbers_of_samples():
    """Strata of two, three or four samples a person (vegan, issue 384); replicates dropped (q2-longitudinal)."""
    uneven = study([("A", "", 2, 1), ("B", "", 1, 2), ("C", "", 2, 2), ("D", "", 1, 3)])
    phase = uneven.permanova.set_index("test").loc["phase within subjects"]
    assert (phase["n_samples"], phase["p_value"] > 0) == (14, True)
    assert uneven.pairs.groupby("subject")[["n_before", "n_after"]].first().to_numpy().sum() == 14


def test_an_arm_is_the_same_in_all_samples_of_a_subject():
    """Strata within which the treatment does not vary (vegan, issue 603): subjects are exchanged, not samples."""
    paired = study(in_arms("xy", 4, (2, 2)))
    row = paired.cohort[paired.cohort["arm_b"].ne("")].iloc[0]
    assert row["n_permutations"] == 70  # ways to choose four of eight subjects


def test_a_taxon_that_one_arm_lacks_has_numbers_as_any_other():
    """NA in every column (ANCOMBC, issues 186 and 305)."""
    rng = np.random.default_rng(1)
    only = study(in_arms("xy", 4), draw=lambda s: [*rng.multinomial(900, [0.6, 0.4]), 50 * (s.arm == "y")])
    row = only.differential.set_index(["taxon", "arm_a", "arm_b"]).loc[("t2", "y", "x")]
    assert row[["mean_change_of_proportion", "p_value", "q_value", "smallest_q"]].notna().all()


def test_a_phase_in_which_all_values_are_alike():
    """A taxon of 0 in one group breaks the test off (microeco, issue 339)."""
    same = study(in_arms("x", 5), draw=lambda s: [500, 400, 0 if s.phase == "before" else 60])
    row = same.differential.set_index("taxon").loc["t2"]
    assert (row["p_value"], row["smallest_p"]) == (pytest.approx(1 / 16), 1 / 16)


def test_differences_that_are_all_zero():
    """Wilcoxon's test cannot rank them; here nothing changed, p = 1."""
    still = study(in_arms("x", 5), draw=lambda s: [500, 400, 60])
    assert set(still.differential["p_value"]) == {1.0}


def test_subjects_given_as_groups():
    """A group of one sample each, and no test is valid (ANCOM, issue 29)."""
    alone = study([(name, name, 1, 1) for name in "ABC"])
    assert alone.flags.loc[alone.flags["check"].eq("arms"), "severity"].tolist() == ["cannot tell"]
    assert alone.cohort["p_value"].isna().all()
    assert alone.cohort["cannot_tell"].ne("").all()


def test_fewer_than_five_in_a_group_are_tested_and_not_refused():
    """'permutation test will be inaccurate with n < 5' (ideas, issue 5): it is exact, and says how small p can be."""
    few = study(in_arms("xy", 3, (2, 2)))
    assert few.permanova["p_value"].dropna().ge(few.permanova["smallest_p"].dropna()).all()


@pytest.mark.parametrize("taxa", [1, 2])
@pytest.mark.parametrize("sides", [(1, 1), (2, 2), (3, 1)])
@pytest.mark.parametrize("arms", ["x", "xy"])
def test_one_taxon_says_nothing_and_warns_of_nothing(taxa, sides, arms):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        warnings.filterwarnings("ignore", ".*one taxon alone")  # which is the trouble, and is said
        dull = study(in_arms(arms, 4, sides), draw=lambda s: [900] * taxa)
        for frame in dull.tables.values():
            if "p_value" in frame:
                full = frame[frame["rarefied_to"].isna()] if "rarefied_to" in frame else frame
                assert set(full["p_value"].dropna()) <= {1.0}


def test_samples_that_are_all_zeros_are_left_out_by_name():
    empty = study(in_arms("xy", 3, (2, 2)), draw=lambda s: [0 if s.name == "x0xafter1" else 300] * 3)
    assert empty.dropped[["name", "reason"]].to_numpy().tolist() == [
        ["x0xafter1", "0 reads, fewer than min_depth (100)"]
    ]
    assert len(empty.pairs["subject"].unique()) == 6
