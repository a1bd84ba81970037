"""Flags of designs that are sound, partly confounded and wholly confounded."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from klbio.design import Contrast, Design, Sample
from klbio.distributions import Counts
from klbio.shift.checks.association import rank_correlation, uncertainty_coefficient
from klbio.shift.checks.controls import Controls
from klbio.shift.checks.flags import flag_rows
from klbio.shift.samples import SampleCounts
from klbio.shift.settings import ShiftSettings
from klbio.statistics import WithinBlocks

CONTRAST = Contrast("before", "after")
ARMS = ("control", "treated")


def study(
    n_per_arm,
    arms=ARMS,
    depth=lambda s, a, p: 1000,
    batch=lambda s, a, p: "",
    time=lambda s, a, p: 7 * p,
    within=None,
    n=lambda a, p: 1,
):
    """Rows of flags.tsv by check, for a study of two samples a subject, given by functions of subject, arm, phase."""
    samples, depths, pairs = [], [], []
    for a, arm in enumerate(arms):
        for s in range(n_per_arm):
            for p, phase in enumerate(("before", "after")):
                who = f"{arm}{s}"
                for k in range(n(a, p)):
                    name = f"{who}.{p}.{k}"
                    samples.append(Sample(name, who, phase, time(s, a, p), arm, batch(s, a, p)))
                    depths.append(int(depth(s, a, p)))
            here = {"subject": who, "arm": arm, "before": "before", "after": "after", "rank": "genus"}
            least = min(depths[-2:])
            pairs.append(
                here
                | {"estimand": "pooled", "depth_before": depths[-2], "depth_after": depths[-1], "n_baseline_pairs": 0,
                   "jensen_shannon_divergence_bits": 0.1 + 0.01 * ((7 * s) % 5), "jsd_plugin_bits": 0.2,
                   "floor_bits": 10 / least, "floor_high_bits": 20 / least, "within_batch_bits": within}
            )  # fmt: skip
    names = [sample.name for sample in samples]
    rows = SampleCounts(Counts(names, ["x", "y"], np.array([[depth - 1, 1] for depth in depths])))
    found = flag_rows(
        rows, Controls(rows.counts, Design(samples)), pd.DataFrame(pairs), ShiftSettings((CONTRAST,))
    )
    return {row.check: row for row in found}


def test_a_batch_for_each_phase_is_named_outright():
    row = study(4, batch=lambda s, a, p: f"b{p + 1}")["batch and phase"]
    assert row.severity == "flag"
    assert row.value == 1
    assert row.meaning.startswith(
        "Batch 'b1' holds all 'before' samples, batch 'b2' holds all 'after' samples"
    )
    assert "cannot be told apart" in row.meaning


def test_a_batch_for_each_arm_is_named_outright():
    found = study(4, batch=lambda s, a, p: f"{ARMS[a]}-{s // 2}")
    assert found["batch and arm"].severity == "flag"
    assert "'control-0', 'control-1' hold all 'control' samples" in found["batch and arm"].meaning
    assert found["batch and phase"].severity == "ok"
    assert "all 8 subjects have both phases in one batch" in found["batch and phase"].meaning


def test_a_partly_confounded_batch_is_flagged_by_its_p():
    row = study(8, batch=lambda s, a, p: "late" if p and s else "early")["batch and phase"]
    assert row.severity == "flag"
    assert 0 < row.value < 1
    assert row.p_value < 0.001
    assert "2 of 16 subjects have both phases in one batch" in row.meaning


def test_batches_across_phases_and_arms_are_no_flag():
    found = study(6, batch=lambda s, a, p: f"b{s % 3}")
    assert found["batch and phase"].severity == found["batch and arm"].severity == "ok"
    assert found["batch and arm"].value == pytest.approx(0)


@pytest.mark.parametrize(
    ("batch", "check", "words"),
    [
        (lambda s, a, p: "", "batch", "names no batch"),
        (lambda s, a, p: "x" if s else "", "batch", "4 samples have no batch"),
        (lambda s, a, p: f"{s}{a}{p}", "batch and phase", "a batch of its own"),
        (lambda s, a, p: f"{s}{a}", "batch and arm", "No batch holds two subjects"),
    ],
)
def test_what_batches_cannot_tell(batch, check, words):
    row = study(3, batch=batch)[check]
    assert row.severity == "cannot tell"
    assert words in row.meaning


def test_one_subject_with_both_phases_in_a_batch_switches_nothing_off():
    """Nine of ten samples after are in another batch: the share and its p count, and what is left within batches."""
    row = study(8, batch=lambda s, a, p: "late" if p and s else "early", within=0.01)["batch and phase"]
    assert row.severity == "flag"
    assert "the shift within batches 0.01 (medians)" in row.meaning
    assert row.meaning.endswith("Part of a difference between batches would look like one of phase.")


def test_times_that_contradict_the_phases_are_flagged():
    found = study(3, time=lambda s, a, p: -7 * p)
    assert found["order of phases"].severity == "flag"
    assert found["order of phases"].meaning.startswith(
        "'after' was sampled before 'before' in all 6 subjects"
    )
    assert found["time between arms"].severity != "flag"
    sound = study(3, time=lambda s, a, p: -30 + 7 * p)["order of phases"]  # days before an operation
    assert (sound.severity, sound.p_value is None or np.isnan(sound.p_value)) == ("ok", True)
    assert "order of phases" not in study(3, time=lambda s, a, p: None)
    one = study(3, time=lambda s, a, p: 7 * p * (-1 if (s, a) == (0, 0) else 1))["order of phases"]
    assert "in 1 of 6 subjects" in one.meaning


def test_one_subject_an_arm_has_its_checks_too():
    """What the design settles is flagged; of what takes a test the row says why there is none."""
    found = study(1, time=lambda s, a, p: (7 + 60 * a) * p)
    assert found["time between arms"].severity == "flag"
    assert "no subject of the one as long as any of the other" in found["time between arms"].meaning
    alike = study(1)
    for check in (
        "time between arms",
        *(f"{what} between arms" for what in ("depth", "change of depth", "floor")),
    ):
        row = alike[check]
        assert (row.severity, row.meaning) == (
            "cannot tell",
            f"cannot tell: one subject in arm {ARMS[1]!r} and one in {ARMS[0]!r}",
        )
    assert study(1, n=lambda a, p: 1 + a)["samples between arms"].severity == "flag"


def test_the_same_moment_contradicts_nothing_and_proves_nothing():
    row = study(3, time=lambda s, a, p: 4 * (s + p * a))["order of phases"]
    assert row.severity == "cannot tell"
    assert "In 3 of 6 subjects with times" in row.meaning


def test_times_of_arms_that_do_not_overlap_are_settled_by_the_design():
    """Two against two subjects cannot reach a small p, and need none."""
    found = study(2, time=lambda s, a, p: p * (30 if a else 14))["time between arms"]
    assert (found.severity, found.n_permutations) == ("flag", None)
    assert "no subject of the one as long as any of the other" in found.meaning
    assert study(2, time=lambda s, a, p: p * (30 if a else 29))["time between arms"].severity == "ok"
    overlapping = study(2, time=lambda s, a, p: p * (30 if a or s else 20))["time between arms"]
    assert overlapping.severity == "cannot tell"


def test_depth_that_falls_with_phase_is_flagged_with_what_it_does():
    row = study(5, depth=lambda s, a, p: 8000 + 10 * s if not p else 1000 + 10 * s)["depth between phases"]
    assert row.severity == "flag"
    assert row.value == pytest.approx(1 / 8, rel=0.02)
    assert row.p_value == row.smallest_p == pytest.approx(2.0**-9)
    assert row.meaning.startswith(
        "Samples before are 7.9 times as deep as those after: 8,020 against 1,020 reads"
    )
    assert "0.0098 of the 0.2 bits as observed" in row.meaning


def test_a_trifling_difference_of_depth_is_no_flag_however_small_its_p():
    row = study(6, depth=lambda s, a, p: 1000 + 30 * p + s)["depth between phases"]
    assert row.p_value < 0.05
    assert row.severity == "ok"
    assert "too little to matter" in row.meaning


def test_few_subjects_cannot_tell():
    found = study(3, arms=("",), depth=lambda s, a, p: 9000 if p else 1000)
    assert found["depth between phases"].severity == "cannot tell"
    assert found["depth between phases"].smallest_p == 0.25


def test_depth_that_goes_with_arm_is_flagged_with_both_floors():
    found = study(6, depth=lambda s, a, p: (1000 if a else 5000) + 7 * s)
    assert found["depth between arms"].severity == "flag"
    assert found["depth between arms"].value == pytest.approx(0.2, rel=0.02)
    assert found["floor between arms"].severity == "flag"
    assert found["depth between arms"].meaning.startswith("Samples of control are 4.9 times as deep")
    assert found["depth between phases"].severity == "ok"


def test_opposite_changes_of_depth_do_not_cancel():
    found = study(6, depth=lambda s, a, p: 1000 * 4 ** (p if a else 1 - p) + s)
    assert found["depth between phases"].severity == "ok"
    assert found["change of depth between arms"].severity == "flag"
    assert found["change of depth between arms"].value == pytest.approx(16, rel=0.05)


def test_depth_that_goes_with_the_shift_within_arms():
    found = study(5, depth=lambda s, a, p: 9000 - 1000 * ((7 * s) % 5))["depth and shift"]
    assert found.value == pytest.approx(-1)
    assert found.severity == "flag"
    assert "less deeply moved further" in found.meaning


def test_time_without_a_second_arm_is_always_named():
    assert study(9, arms=("",))["time and phase"].severity == "flag"
    assert study(9)["time and phase"].severity == "ok"


def test_arms_that_waited_unequally_long():
    found = study(5, time=lambda s, a, p: p * (30 if a else 10 + s))["time between arms"]
    assert found.severity == "flag"
    assert "treated took 30 and control 12" in found.meaning


def test_a_crossover_is_compared_within_subjects():
    samples, pairs = [], []
    for s in range(7):
        for arm in ARMS:
            samples += [
                Sample(f"{s}{arm}{p}", f"S{s}", p, 0, arm, f"run-{arm}-{s % 2}") for p in ("before", "after")
            ]
            pairs.append(
                {"subject": f"S{s}", "arm": arm, "before": "before", "after": "after", "rank": "otu",
                 "estimand": "pooled", "depth_before": 9, "depth_after": 9, "n_baseline_pairs": 1, "floor_bits": 0.1,
                 "floor_high_bits": 0.2,
                 "within_batch_bits": None,
                 "jensen_shannon_divergence_bits": s, "jsd_plugin_bits": 0.2}
            )  # fmt: skip
    depths = [[9000 if "treated" in sample.name else 1000, s] for s, sample in enumerate(samples)]
    rows = SampleCounts(Counts([sample.name for sample in samples], ["x", "y"], np.array(depths)))
    found = flag_rows(
        rows, Controls(rows.counts, Design(samples)), pd.DataFrame(pairs), ShiftSettings((CONTRAST,))
    )
    by_check = {row.check: row for row in found}
    assert by_check["depth between arms"].n_subjects == 7
    assert by_check["depth between arms"].p_value == pytest.approx(2.0**-6)
    assert by_check["batch and arm"].severity == "flag"
    assert by_check["batch and arm"].n_permutations == 2**7


def test_flags_come_first_and_the_seed_repeats():
    depth = np.random.default_rng(3).integers(500, 9000, (12, 2, 2))
    first, again = (
        study(12, depth=lambda s, a, p: depth[s, a, p], batch=lambda s, a, p: f"b{p}") for _ in "ab"
    )
    assert str(first) == str(again)
    order = [row.severity for row in first.values()]
    assert order == sorted(order, key=("flag", "cannot tell", "ok").index)


def test_a_sound_study_is_seldom_flagged():
    rng = np.random.default_rng(11)
    n_studies, flagged, checks = 40, 0, 0
    for _ in range(n_studies):
        depth, batch = rng.lognormal(8, 0.5, (6, 2, 2)), rng.integers(3, size=(6, 2, 2))
        found = study(
            6, depth=lambda s, a, p, d=depth: d[s, a, p], batch=lambda s, a, p, b=batch: f"b{b[s, a, p]}"
        )
        flagged += sum(row.severity == "flag" for row in found.values())
        checks += sum(row.n_permutations is not None for row in found.values())
    assert 7 * n_studies <= checks
    assert (
        flagged / checks < 0.08
    )  # 0.05, and twice the binomial error of 320 checks that are not independent


def test_rank_correlation_is_spearmans_and_exact():
    x, y = np.array([3.0, 1, 4, 1, 5, 9]), np.array([2.0, 7, 1, 8, 2, 8])
    test = rank_correlation(x, y, "aaaaaa", np.random.default_rng(1))
    assert test.value == pytest.approx(stats.spearmanr(x, y).statistic)
    assert (test.n_permutations, test.exact) == (720, True)
    many = stats.permutation_test(
        (x,), lambda order: stats.spearmanr(order, y).statistic, permutation_type="pairings", n_resamples=720
    )
    assert test.p_value == pytest.approx((np.abs(many.null_distribution) >= abs(test.value) - 1e-9).mean())


def test_rank_correlation_does_not_see_what_differs_between_arms():
    x, y = np.array([1.0, 2, 3, 101, 102, 103]), np.array([0.1, 0.2, 0.3, 9.1, 9.3, 9.2])
    assert rank_correlation(x, y, "aaabbb", np.random.default_rng(1)).value == pytest.approx(0.75)
    assert np.isnan(rank_correlation(x, y, "abcdef", np.random.default_rng(1)).value)


def test_the_uncertainty_coefficient_counts_all_ways_or_draws():
    rng = np.random.default_rng(1)
    each = np.eye(2)[[0, 0, 0, 1, 1, 1]]
    free = uncertainty_coefficient(WithinBlocks.of("aaabbb"), each, rng)
    assert (free.p_value, free.n_permutations, free.exact) == (pytest.approx(2 / 20), 20, True)
    three = uncertainty_coefficient(WithinBlocks.of("aabbcc"), each, rng)
    assert three.n_permutations == 90
    many = uncertainty_coefficient(
        WithinBlocks.of("ab" * 20, [i // 2 for i in range(40)]), np.eye(2)[[0, 1] * 20], rng
    )
    assert not many.exact
    assert many.p_value == many.smallest_p == pytest.approx(1 / 10_000)


@pytest.mark.parametrize("n_per_arm", [5, 12])
def test_equal_depths_are_no_flag_whether_counted_or_drawn(n_per_arm):
    """Sums of equal logarithms in another order differ by rounding, which is no difference of depths."""
    found = study(n_per_arm, depth=lambda s, a, p: 723)
    for check in ("depth between phases", "depth between arms", "change of depth between arms"):
        assert (found[check].p_value, found[check].severity) == (1, "ok")
        assert found[check].exact == (
            n_per_arm < 6 or (check == "depth between phases" and 2 * n_per_arm < 15)
        )


def test_arms_with_unlike_numbers_of_samples_are_not_on_equal_terms_when_pooled():
    """Of days that differ more is in a pooled shift of two samples than in one of five: known without a p."""
    found = study(5, n=lambda a, p: 2 if a and p else 1)["samples between arms"]
    assert found.severity == "flag"
    assert np.isnan(found.p_value)
    assert found.meaning.startswith("A subject of treated has 1 sample before and 2 after on average")
    assert "samples between arms" not in study(5, n=lambda a, p: 1 + p)
