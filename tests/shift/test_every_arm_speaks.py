"""The law of thin designs: every statistic of every arm is a value, or a row that says why there is none."""

from itertools import combinations, product

import numpy as np
import pytest

from klbio.schema import SHIFT_TABLES
from tests.shift.test_thin_designs import study_of

SIDES = [(1, 1), (1, 2), (2, 1), (2, 2), (3, 1), (3, 2)]
DRAWN = np.random.default_rng(10)
DESIGNS = [
    {arm: [SIDES[i] for i in DRAWN.integers(0, len(SIDES), DRAWN.integers(1, 5))] for arm in names}
    for names in (["x"], ["", "y"], ["x", "y"], ["x", "y"], ["x", "y", "z"], ["x", "y", "z"])
    for _ in range(3)
]
DESIGNS += [
    {"x": [(1, 1)], "y": [(2, 2)] * 2},
    {"x": [(1, 1)] * 3},
    {"": [(2, 2)]},
    {"x": [(3, 1)], "y": [(1, 3)]},
]
EMPTIED = [{"x": [(2, 2)] * 2, "y": [(2, 2)] * 2, "z": []}, {"x": [(1, 1)], "y": [], "z": [(2, 1)] * 2}]


@pytest.fixture(scope="module", params=[*DESIGNS, *EMPTIED], ids=str)
def measured(request):
    """A study of the design; an arm without subjects has one in the sheet, whose samples are too shallow."""
    return study_of(request.param), request.param


def full(design):
    return [arm for arm, subjects in design.items() if subjects]


def says(frame, value, why):
    """Rows without a value, and without a reason."""
    return frame[frame[value].isna() & frame[why].eq("")]


def test_every_table_is_whole(measured):
    study, _ = measured
    for name, frame in study.tables.items():
        assert SHIFT_TABLES[name].faults(frame) == []


def test_every_arm_is_held_against_its_own_days(measured):
    study, design = measured
    cohort = study.cohort[study.cohort["test"].eq("shift above baseline")]
    assert cohort.loc[cohort["estimand"].eq("excess"), "arm_a"].tolist() == full(design)
    assert says(cohort, "p_value", "cannot_tell").empty
    told = cohort["p_value"].notna()
    assert (cohort.loc[told, "p_value"] >= cohort.loc[told, "smallest_p"]).all()
    assert cohort.loc[~told, "meaning"].str.startswith("cannot tell: ").all()


def test_every_two_arms_are_held_against_each_other_by_every_estimand_there_is(measured):
    study, design = measured
    cohort = study.cohort[study.cohort["arm_b"].ne("")]
    arms = [arm for arm in full(design) if arm]
    wanted = set(product(study.pairs["estimand"].unique(), [frozenset(two) for two in combinations(arms, 2)]))
    found = [(row.estimand, frozenset([row.arm_a, row.arm_b])) for row in cohort.itertuples()]
    assert set(found) == wanted
    assert len(found) == len(wanted)
    assert says(cohort, "p_value", "cannot_tell").empty
    assert (cohort["effect_bits"].notna() == (cohort["n_a"].gt(0) & cohort["n_b"].gt(0))).all()


def test_every_arm_is_summed_up_by_every_estimand_there_is(measured):
    study, design = measured
    of_arm = {(row.estimand, row.arm) for row in study.arms.itertuples()}
    assert of_arm == set(product(study.pairs["estimand"].unique(), full(design)))
    assert says(study.arms, "median_bits", "note").empty


def test_every_arm_has_its_rows_among_samples_and_populations(measured):
    study, design = measured
    wanted = {(arm, test) for arm in full(design)
              for test in ("phase within subjects", "subject", "dispersion of phases")}  # fmt: skip
    assert {(row.arm, row.test) for row in study.permanova.itertuples()} == wanted
    assert says(study.permanova, "p_value", "note").empty
    assert set(study.population["arm"]) == set(full(design))
    assert says(study.population, "p_value", "note").empty


def test_taxa_of_two_arms_are_tested_or_left_out_by_name(measured):
    study, design = measured
    taxa = study.differential[study.differential["arm_b"].ne("")]
    tested = {frozenset(two) for two in zip(taxa["arm_a"], taxa["arm_b"], strict=True)}
    left = study.dropped[study.dropped["kind"].eq("comparison")]
    left_out = {frozenset(name.split(" against ")) for name in left["name"]}
    arms = [arm for arm in full(design) if arm]
    assert tested | left_out == {frozenset(two) for two in combinations(arms, 2)}
    assert not tested & left_out


def test_every_subject_says_of_its_baseline_what_it_can(measured):
    study, _ = measured
    rows = study.pairs[study.pairs["estimand"].ne("pooled")]
    assert says(rows.assign(above=rows["above_baseline"].astype(object)), "above", "note").empty
    silent = rows[rows["jsd_low_bits"].isna()]
    assert silent["note"].ne("").all()
    assert (study.pairs["jsd_low_bits"].isna() == study.pairs["interval_covers"].eq("")).all()


def test_an_arm_that_was_emptied_is_named(measured):
    study, design = measured
    gone = [arm for arm, subjects in design.items() if not subjects]
    assert study.dropped.loc[study.dropped["kind"].eq("arm"), "name"].tolist() == gone
