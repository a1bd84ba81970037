"""Contributions, trajectories, sensitivity and cohort tests."""

from itertools import product

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from klbio.shift.cohort.arm_summary import arm_rows
from klbio.shift.cohort.arms import cohort_rows
from klbio.shift.subject.contributions import taxon_rows
from klbio.shift.subject.mean_contributions import mean_over_arms
from klbio.shift.subject.sensitivity import SMOOTHINGS, sensitivity_rows
from klbio.shift.subject.trajectory import trajectory_rows
from tests.shift.test_divergence import AFTER, BEFORE, by_hand, measured, pair_of


def test_contributions_sum_to_the_shift_and_name_a_direction():
    frame = taxon_rows(pair_of(BEFORE, AFTER))
    row = measured(BEFORE, AFTER)["pooled"]
    assert frame["jsd_contribution_bits"].sum() == pytest.approx(row["jsd_plugin_bits"], abs=1e-12)
    assert frame["share"].sum() == pytest.approx(1)
    for order in ("after_before", "before_after"):
        total = frame[f"relative_entropy_{order}_contribution_bits"].sum()
        assert total == pytest.approx(row[f"relative_entropy_{order}_plugin_bits"], abs=1e-12)
    assert frame.set_index("taxon")["direction"].to_dict() == {
        "t0": "down",
        "t1": "down",
        "t2": "up",
        "t3": "up",
    }
    assert frame["taxon"].iloc[0] == "t3"


def test_a_taxon_that_a_subject_lacks_counts_as_nothing_in_the_mean():
    frame = pd.DataFrame(
        {
            "subject": ["A", "A", "B"], "arm": "x", "before": "b", "after": "a", "rank": "genus",
            "taxon": ["t", "u", "t"], "direction": ["up", "down", "down"],
            "jsd_contribution_bits": [0.2, 0.1, 0.4], "share": [0.6, 0.4, 1.0],
        }
    )  # fmt: skip
    table = mean_over_arms([frame]).set_index("taxon")
    assert table.loc["t", "mean_contribution_bits"] == pytest.approx(0.3)
    assert table.loc["u", "mean_contribution_bits"] == pytest.approx(0.05)
    assert table.loc["t", ["n_up", "n_down", "n_subjects"]].tolist() == [1, 1, 2]


def test_a_baseline_sample_is_held_against_the_others():
    rows = trajectory_rows(pair_of(BEFORE, AFTER).source, "before")
    assert [row.n_reference for row in rows] == [2, 2, 2, 3, 3]
    assert rows[0].jsd_plugin_bits == pytest.approx(by_hand(BEFORE[0], np.sum(BEFORE[1:], axis=0)))
    assert rows[-1].jsd_plugin_bits == pytest.approx(by_hand(AFTER[1], np.sum(BEFORE, axis=0)))


def test_the_only_baseline_sample_has_no_number():
    rows = trajectory_rows(pair_of(BEFORE[:1], AFTER).source, "before")
    assert rows[0].jsd_plugin_bits is None
    assert rows[1].jsd_plugin_bits is not None


def test_sensitivity_spans_the_grid_and_starts_unsmoothed():
    rows = sensitivity_rows(pair_of(BEFORE, AFTER))
    assert len(rows) == 2 * len(SMOOTHINGS)
    assert rows[0].smoothing == "none"
    assert rows[0].jensen_shannon_divergence_bits == pytest.approx(
        measured(BEFORE, AFTER)["pooled"]["jsd_plugin_bits"]
    )
    bits = [row.relative_entropy_before_after_bits for row in rows if row.support == "pair union"]
    assert all(np.isfinite(bits[1:]))


def test_no_smoothing_gives_infinity_where_a_taxon_is_gone():
    rows = sensitivity_rows(pair_of([[5, 5, 1]], [[5, 5, 0]]))
    assert rows[0].relative_entropy_before_after_bits == np.inf
    assert rows[0].relative_entropy_after_before_bits < np.inf


def cohort(shifts):
    """A pairs table of two arms."""
    rows = [
        {
            "before": "b", "after": "a", "rank": "genus", "estimand": "pooled", "subject": f"{arm}{i}", "arm": arm,
            "jensen_shannon_divergence_bits": shift, "above_floor": True, "above_baseline": True if i else None,
            "baseline_p": 0.01 if i else 0.1, "within_batch_bits": None, "n_batches_with_both": None,
        }
        for arm, values in shifts.items()
        for i, shift in enumerate(values)
    ]  # fmt: skip
    return pd.DataFrame(rows)


def test_two_arms_fully_apart_give_the_smallest_p_of_the_design():
    (row,) = cohort_rows(cohort({"x": [0.1, 0.2, 0.3], "y": [0.7, 0.8, 0.9]}), seed=1)
    assert row.p_value == row.smallest_p == pytest.approx(2 / 20)  # 6 choose 3
    assert row.effect_bits == pytest.approx(0.6)
    assert (row.arm_a, row.exact) == ("y", True)


def test_large_cohorts_are_drawn_with_the_seed():
    rng = np.random.default_rng(0)
    pairs = cohort({"x": rng.normal(0.2, 0.1, 30), "y": rng.normal(0.21, 0.1, 30)})
    (first,), (again,) = cohort_rows(pairs, seed=1), cohort_rows(pairs, seed=1)
    assert first == again
    assert not first.exact
    x, y = (pairs.query("arm == @arm")["jensen_shannon_divergence_bits"] for arm in "xy")
    assert first.p_value == pytest.approx(stats.ttest_ind(x, y).pvalue, abs=0.01)


def test_a_crossover_is_tested_within_subjects():
    x, y = [0.1, 0.2, 0.35, 0.4], [0.3, 0.5, 0.3, 0.9]
    pairs = cohort({"x": x, "y": y}).assign(subject=["A", "B", "C", "D", "B", "A", "C", "E"])
    (row,) = cohort_rows(pairs, seed=1)
    more = np.array([0.5 - 0.1, 0.3 - 0.2, 0.3 - 0.35])  # A, B and C were in both arms
    assert (row.test, row.arm_a, row.arm_b, row.n_a, row.n_b) == ("crossover", "y", "x", 3, 3)
    assert row.effect_bits == pytest.approx(more.mean())
    interval = stats.ttest_1samp(more, 0).confidence_interval()
    assert (row.effect_low_bits, row.effect_high_bits) == pytest.approx(tuple(interval))
    flips = np.array(list(product([-1, 1], repeat=3))) @ more / 3
    p = 2 * min((flips >= more.mean() - 1e-12).mean(), (flips <= more.mean() + 1e-12).mean())
    assert row.p_value == pytest.approx(min(p, 1))
    assert row.smallest_p == 0.25
    assert "2 in one arm alone take no part" in row.meaning


def test_one_against_two_subjects_is_a_test_that_can_tell_little():
    (row,) = cohort_rows(cohort({"x": [0.1], "y": [0.7, 0.8]}), seed=1)
    assert (row.p_value, row.smallest_p, row.n_permutations) == (
        pytest.approx(1 / 3),
        pytest.approx(1 / 3),
        3,
    )
    assert np.isnan(row.effect_low_bits)


def test_arms_of_unlike_size_are_compared_by_the_size_of_the_difference():
    """As under every choice: ``headline.tsv`` and ``cohort.tsv`` give one p for one comparison."""
    (row,) = cohort_rows(cohort({"x": [0.1, 0.2], "y": [0.7, 0.8, 0.95]}), seed=1)
    assert row.p_value == row.smallest_p == pytest.approx(1 / 10)


def test_one_subject_in_both_arms_is_no_test():
    pairs = cohort({"x": [0.1, 0.2], "y": [0.3, 0.4]}).assign(subject=["A", "B", "A", "C"])
    (row,) = cohort_rows(pairs, seed=1)
    assert (row.test, row.p_value is None or np.isnan(row.p_value), row.n_a) == ("crossover", True, 1)
    assert row.cannot_tell == "one subject was in both arms 'y' and 'x'"
    assert row.meaning == f"cannot tell: {row.cannot_tell}"


def test_arms_are_counted():
    (row,) = arm_rows(cohort({"x": [0.1, 0.2, 0.6]}))
    assert (row.n_subjects, row.n_above_floor, row.n_with_baseline, row.n_above_baseline) == (3, 3, 2, 2)
    assert (row.median_bits, row.lowest_bits, row.highest_bits) == (0.2, 0.1, 0.6)


@pytest.mark.parametrize(
    ("p", "n_with_baseline"), [(None, None), (1 / 3, 0)], ids=["no test", "too few samples"]
)
def test_where_no_subject_can_be_told_alone_none_is_counted_above_its_baseline(p, n_with_baseline):
    """`0 of 0 above` would read as an answer."""
    pairs = cohort({"x": [0.1, 0.2]}).assign(above_baseline=None, baseline_p=p)
    (row,) = arm_rows(pairs)
    assert (row.n_with_baseline, row.n_above_baseline) == (n_with_baseline, None)
