"""Where nothing differs, or nothing can: p is 1, or there is none and the row says why."""

import numpy as np
import pandas as pd
import pytest

from klbio import ShiftSettings, Study
from klbio.design import Design, Sample
from klbio.distributions import Counts

RANKS = ("feature", "phylum", "class")
PHASES = ("before", "after")


def study(rows, n_samples=1, arms=("",)):
    """A study of counts by subject, phase and sample; arms are given to subjects in turn."""
    samples = [
        Sample(f"{subject}{phase}{k}", f"S{subject}", phase, arm=arms[subject % len(arms)])
        for subject in range(len(rows))
        for phase in PHASES
        for k in range(n_samples)
    ]
    table = np.array(rows).reshape(len(samples), -1)
    counts = Counts([sample.name for sample in samples], [f"t{k}" for k in range(table.shape[1])], table)
    return Study(counts, Design(samples), settings=ShiftSettings(n_resamples=19))


def p_of(frame):
    return set(frame["p_value"].dropna())


@pytest.mark.parametrize("n_subjects", [4, 16])  # counted and drawn
@pytest.mark.parametrize("arms", [("",), ("x", "y")])
def test_constant_counts_have_p_1_in_every_table(n_subjects, arms):
    """723 reads in every sample, of one composition."""
    flat = study(np.tile([500, 200, 23], (n_subjects, 6, 1)), 3, arms)
    assert p_of(flat.differential) == {1.0}
    assert p_of(flat.permanova) == {1.0}
    assert p_of(flat.cohort) <= {1.0}
    assert p_of(flat.flags) <= {1.0}  # floors too, which are drawn subject by subject
    assert p_of(flat.headline) <= {1.0}  # at fewer reads too: all draw alike
    assert set(flat.pairs["floor_p"].dropna()) == set(flat.pairs["baseline_p"].dropna()) == {1.0}
    assert flat.population["p_value"].isna().all()
    assert flat.population["note"].str.startswith("cannot tell").all()


def test_nothing_stands_below_0_beside_a_shift_that_was_cut_there():
    flat = study(np.tile([500, 200, 23], (3, 6, 1)), 3).pairs.set_index("estimand")
    shown = flat.loc["pairs", ["jensen_shannon_divergence_bits", "baseline_bits", "baseline_max_bits"]]
    assert (shown == 0).all(axis=None)
    assert (flat.loc["excess", "jensen_shannon_divergence_bits"] == 0).all()
    assert (flat.loc["excess", "baseline_bits"] < 0).all()  # taken off as it is: the column's meaning says so


@pytest.mark.parametrize(("n_subjects", "exact"), [(6, True), (24, False)])
def test_the_same_numbers_have_the_same_p(n_subjects, exact):
    """One sample a side: pooled and pairs are one number; so are two ranks that divide the taxa alike."""
    rows = np.random.default_rng(4).multinomial(900, [0.5, 0.3, 0.2], size=(n_subjects, 2))
    counts = study(rows, arms=("x", "y"))
    taxonomy = pd.DataFrame({"phylum": list("abc"), "class": list("xyz")}, index=["t0", "t1", "t2"])
    both = Study(
        counts.counts, counts.design, taxonomy=taxonomy, settings=ShiftSettings(ranks=RANKS, n_resamples=19)
    )
    assert set(both.cohort["exact"].dropna()) == {exact}
    of_arms = both.cohort[both.cohort["arm_b"].ne("")]
    reported = both.headline[both.headline["reported"]]
    assert p_of(of_arms) == p_of(reported)
    assert len(p_of(of_arms)) == 1
    by_rank = [part["p_value"].tolist() for _, part in both.differential.groupby("rank")]
    assert by_rank[0] == by_rank[1] == by_rank[2]


@pytest.mark.parametrize("n_subjects", [5, 16])
def test_subjects_that_differ_and_do_not_change_have_p_1(n_subjects):
    """All differences are 0, in every subject at another composition and another depth."""
    own = np.random.default_rng(1).integers(20, 400, (n_subjects, 1, 6))
    still = study(np.repeat(own, 2, axis=1))
    assert p_of(still.differential) == {1.0}
    assert p_of(still.permanova[still.permanova["test"] != "subject"]) == {1.0}
    assert p_of(still.population) == {1.0}


def test_a_taxon_that_never_changes_has_p_1_beside_others_that_do():
    draw = np.random.default_rng(2)
    others = draw.multinomial(900, [0.5, 0.3, 0.2], size=(16, 2))
    rows = np.concatenate([np.full((16, 2, 1), 100), others], axis=-1)
    taxa = study(rows).differential.set_index("taxon")
    assert taxa.loc["t0", "p_value"] == 1
    assert (taxa.loc[["t1", "t2", "t3"], "p_value"] < 1).any()


def test_a_taxon_in_one_subject_has_no_p_and_counts_for_no_q():
    rows = np.random.default_rng(3).multinomial(900, [0.5, 0.3, 0.2], size=(6, 2))
    alone = np.zeros((6, 2, 1), dtype=int)
    alone[2, 1] = 40
    taxa = study(np.concatenate([rows, alone], axis=-1)).differential.set_index("taxon")
    assert taxa.loc["t3", ["p_value", "q_value", "smallest_p", "smallest_q"]].isna().all()
    assert taxa.loc[["t0", "t1", "t2"], "q_value"].notna().all()


def test_one_subject_keeps_every_table_and_says_what_it_cannot():
    alone = study(np.array([[[60, 40], [10, 90]]]))
    assert p_of(alone.differential) <= {1.0}
    assert alone.permanova["p_value"].isna().all()
    assert alone.permanova["note"].str.startswith("cannot tell").all()
    assert alone.population["note"].str.startswith("cannot tell").all()


@pytest.mark.parametrize("n_subjects", [4, 7])
def test_no_p_is_below_the_smallest(n_subjects):
    rows = np.random.default_rng(5).multinomial(900, [0.5, 0.3, 0.2], size=(n_subjects, 4))
    measured = study(rows, 2)
    for frame in (measured.differential, measured.permanova, measured.population):
        known = frame[frame["p_value"].notna()]
        assert (known["p_value"] >= known["smallest_p"] - 1e-12).all()
    taxa = measured.differential.dropna(subset=["q_value"])
    assert (taxa["q_value"] >= taxa["smallest_q"] - 1e-12).all()
