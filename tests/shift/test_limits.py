"""Each level and limit of a study, on both sides of it."""

import inspect

import numpy as np
import pytest
from scipy import stats

from klbio import Study
from klbio.design import Arms, Design, Sample
from klbio.distributions import Counts
from klbio.errors import InputError
from klbio.estimates import Estimate, Floor, Grid
from klbio.shift.cohort.arms import cohort_rows
from klbio.shift.cohort.multiverse import headline_rows
from klbio.shift.cohort.permanova import SampleDistances
from klbio.shift.inputs import check_words
from klbio.shift.settings import ShiftSettings
from klbio.shift.subject.clades import clade_rows, clade_terms_of
from klbio.shift.subject.contributions import taxon_rows
from klbio.shift.subject.decay import Divergences, fit_decay
from klbio.shift.subject.divergence import PairMeasure, Shift
from klbio.shift.subject.hierarchy import from_taxonomy
from klbio.shift.subject.rarefaction import depths_of, draws_each
from klbio.shift.subject.recovery import Recovery
from klbio.shift.subject.way_back import Errors, WayBack
from klbio.steps.shift import measure_shift
from klbio.taxonomy import Taxonomy
from tests.shift.test_divergence import AFTER, BEFORE, pair_of
from tests.shift.test_flags import study as flags_of
from tests.shift.test_permanova import design, rng, squares, subject_effect
from tests.shift.test_population import measured as population
from tests.shift.test_rarefaction import tables as comparison
from tests.shift.test_recovery import BACK, CONTRAST, REST, course


def row_where(n_as_far, before=BEFORE, estimand="pooled"):
    """A row whose floor has 99 draws, of which so many lie as far out as what was observed."""
    pair = pair_of(before, AFTER)
    null = np.repeat([1.0, 0.0], [n_as_far, 99 - n_as_far])
    pair.__dict__["floor"] = Floor(null, null)  # a cached property
    return PairMeasure(pair, estimand).row()


@pytest.mark.parametrize("estimand", ["pooled", "pairs"])
def test_a_shift_is_above_its_floor_up_to_a_p_of_one_in_twenty(estimand):
    above, not_above = row_where(4, estimand=estimand), row_where(5, estimand=estimand)
    assert (above.floor_p, not_above.floor_p) == (0.05, 0.06)
    assert (above.above_floor, not_above.above_floor) == (True, False)


def test_the_floor_is_its_mean_and_its_95th_percentile():
    assert row_where(4).floor_bits == pytest.approx(4 / 99)
    assert row_where(4).floor_high_bits == 0.0
    assert row_where(5).floor_high_bits == pytest.approx(0.1)


def test_one_sample_a_side_has_the_interval_of_its_reads():
    ones = np.ones(1)
    reads = Shift.mean(Grid.of([[Estimate(0.5, 0.4, 0.01, ones, ones, ones)]]))
    assert (reads.low, reads.high) == pytest.approx((0.4 - 0.1959964, 0.4 + 0.1959964))


def test_the_interval_of_a_mean_over_pairs_is_welch_s_of_both_sides_samples():
    pairs = np.array([[0.3, 0.4, 0.5], [0.6, 0.6, 0.9]])
    shift = Shift.mean(Grid(pairs, pairs, 0 * pairs))
    welch = stats.ttest_ind(pairs.mean(axis=1), pairs.mean(axis=0), equal_var=False).confidence_interval()
    half = (welch.high - welch.low) / 2
    assert (shift.value, shift.high) == pytest.approx((0.55, 0.55 + half))
    assert shift.low == max(0.0, shift.value - half)


def test_where_nothing_moved_no_taxon_has_a_share_of_it():
    rows = taxon_rows(pair_of(BEFORE, BEFORE))
    assert (rows["jsd_contribution_bits"] == 0).all()
    assert (rows["share"] == 0).all()


def test_relative_entropies_of_two_samples_a_side_are_of_all_four_pairs():
    pair = pair_of(BEFORE[:2], AFTER)
    there, back = pair.relative_entropies_of_pairs
    assert there.plugin.shape == back.plugin.shape == (2, 2)
    alone, _ = pair_of(BEFORE[1:2], AFTER[:1], ShiftSettings(n_resamples=19)).relative_entropies_of_pairs
    seen_alike = pair_of([BEFORE[1]], [AFTER[0]])
    assert alone.plugin[0, 0] == pytest.approx(seen_alike.relative_entropies[0].plugin)
    row = PairMeasure(pair, "pairs").row()
    mean = there.plugin.mean()
    assert row.relative_entropy_after_before_plugin_bits == pytest.approx(mean)
    mean = back.plugin.mean()
    assert row.relative_entropy_before_after_plugin_bits == pytest.approx(mean)


# --- the cohort


@pytest.mark.parametrize(("n_subjects", "severity"), [(1, "cannot tell"), (2, "ok")])
def test_one_subject_cannot_tell_whether_depth_goes_with_the_shift(n_subjects, severity):
    """Two of one depth can: it does not."""
    assert flags_of(n_subjects, arms=("",))["depth and shift"].severity == severity


def test_what_phase_and_subject_leave_to_rounding_has_no_f():
    after, subject = design(2)
    everything = SampleDistances.of(squares([0, 1, 10, 11]), after, subject).phase(rng())
    assert np.isnan(everything.test.value)
    nearly = SampleDistances.of(squares([0, 1, 10, 11.001]), after, subject).phase(rng())
    assert nearly.test.value == pytest.approx(1.0005**2 / (0.001**2 / 4), rel=1e-6)
    assert np.isnan(subject_effect(squares([3, 3, 10, 10]), ["a", "a", "b", "b"]).test.value)


def test_half_as_many_taxa_as_subjects_are_kept():
    assert {row.n_amalgamated for row in population(4, 5)} == {3}
    assert {row.n_amalgamated for row in population(6, 5)} == {2}


def test_ten_taxa_at_most_are_kept():
    assert {(row.n_dimensions, row.n_amalgamated) for row in population(20, 15)} == {(10, 5)}
    assert {(row.n_dimensions, row.n_amalgamated) for row in population(24, 15)} == {(10, 5)}


@pytest.mark.parametrize(
    ("arms", "pairs"),
    [
        (Arms(), [("x", "z"), ("y", "z"), ("y", "x")]),  # as they come
        (Arms(("x", "y", "z")), [("y", "x"), ("z", "x"), ("z", "y")]),  # as the sheet names them
        (Arms(("x", "y", "z"), control="y"), [("x", "y"), ("z", "y")]),
    ],
)
def test_arms_are_compared_in_one_order_everywhere(arms, pairs):
    shifts = {"z": [0.1, 0.2, 0.3], "x": [0.4, 0.3, 0.2], "y": [0.5, 0.6, 0.7]}
    tables = comparison(shifts)
    for rows in (headline_rows(*tables, seed=1, arms=arms), cohort_rows(tables[0], seed=1, arms=arms)):
        assert list(dict.fromkeys((row.arm_a, row.arm_b) for row in rows if row.arm_b)) == pairs


def test_a_sample_of_the_least_depth_takes_part_and_one_of_an_empty_group_does_not():
    names = ["b1", "a1", "b2", "a2"]
    counts = Counts(names, ["x", "y"], [[60, 40], [10, 90], [60, 39], [80, 80]])
    design = Design([Sample(name, f"S{name[1]}", "before" if name[0] == "b" else "after") for name in names])
    study = Study(counts, design, settings=ShiftSettings(min_depth=100))
    assert study.dropped[["kind", "name"]].values.tolist() == [["sample", "b2"], ["subject", "S2"]]
    assert "99 reads, fewer than min_depth (100)" in study.dropped["reason"][0]
    halves = [[30, 20], [30, 20], [5, 45], [5, 45], [60, 39], [0, 0], [40, 40], [40, 40]]
    groups = Counts([f"{name}/{g}" for name in names for g in (1, 2)], ["x", "y"], halves)
    study = Study(counts, design, groups=groups, settings=ShiftSettings(min_depth=50))
    assert study.dropped[["kind", "name"]].values.tolist() == [["sample", "b2"], ["subject", "S2"]]
    assert (
        study.dropped["reason"][0]
        == "too few different reads: 1 of 2 groups is empty (of amplicons say library: amplicon)"
    )


def test_a_clade_goes_up_or_down_or_stays():
    tree = from_taxonomy(["t0", "t1", "t2"], Taxonomy(("phylum",), {f"t{k}": (f"P{k}",) for k in range(3)}))
    rows = clade_rows(clade_terms_of(pair_of([[50, 25, 25]], [[50, 10, 40]]), tree))
    directions = {
        clade.rpartition(";")[2]: way for clade, way in zip(rows["clade"], rows["direction"], strict=True)
    }
    assert (directions["t0"], directions["t1"], directions["t2"]) == ("none", "down", "up")


def test_clades_of_one_contribution_stand_by_name():
    """Four taxa that mirror each other."""
    labels = ["t0", "t1", "t2", "t3"]
    tree = from_taxonomy(
        labels, Taxonomy(("phylum",), {label: (f"P{9 - i}",) for i, label in enumerate(labels)})
    )
    pair = pair_of([[50, 10, 50, 10]], [[10, 50, 10, 50]])
    rows = clade_rows(clade_terms_of(pair, tree))
    assert rows["contribution_bits"].is_monotonic_decreasing
    alike = rows[rows["contribution_bits"] == 0]["clade"].tolist()
    assert alike == sorted(alike)
    assert len(alike) == 8


# --- the way back


def decay_of(time, above, noise=0.02, rest=(0.0, 0.0, 0.0)):
    """Fit divergences whose reads bring one noise."""
    back, still = (Divergences(np.array(bits), np.full(len(bits), noise**2)) for bits in (above, rest))
    return fit_decay(time, back, still)


def test_half_lives_are_given_up_to_the_time_that_was_seen():
    time = np.arange(11.0)
    slow = decay_of(time, 0.5 * 0.5 ** (time / 30), 1e-4)
    assert slow.half_life == pytest.approx(30, rel=0.05)
    assert slow.observed == 10
    assert not slow.has_half_life
    assert decay_of(time, 0.5 * 0.5 ** (time / 8), 1e-4).has_half_life


def test_the_range_of_a_residual_is_that_of_its_profile():
    """Sum of squares as large as F at 95 % allows, found by brute force over half-life and level."""
    time, rng = np.arange(12.0), np.random.default_rng(8)
    above, rest = 0.1 + 0.4 * 0.5 ** (time / 2) + rng.normal(0, 0.02, 12), rng.normal(0, 0.02, 4)
    even = Errors(np.full(12, 4e-4), np.full(4, 4e-4), np.zeros(12))
    way = WayBack(time, above, rest, even)
    places = np.log(np.geomspace(0.25, 44, 4_000))
    limit = float(way.squares(places).min()) * (1 + stats.f.ppf(0.95, 1, 12) / 12)
    inside = places[way.squares(places) <= limit]
    shapes = 0.5 ** (time / np.exp(inside)[:, None])

    def squares(residual):
        levels = np.linspace(rest.mean() - 0.1, rest.mean() + 0.1, 401)
        over = above - (residual + levels)[:, None]
        left = (over**2).sum(axis=1) - (over @ shapes.T).T ** 2 / (shapes**2).sum(axis=1)[:, None]
        return ((left + ((rest - levels[:, None]) ** 2).sum(axis=1)) / 4e-4).min()

    for sign in (-1, 1):
        end = sign * float((sign * way.residual_limit(inside, sign, limit)).max())
        assert squares(end - sign * 0.003) < limit < squares(end + sign * 0.003)


@pytest.mark.parametrize(("n", "enough"), [(4, False), (5, True)])
def test_five_samples_from_the_peak_are_enough(n, enough):
    samples = REST + course(BACK[: n + 1])  # the first lies before the peak
    assert ("5 are needed" not in Recovery(samples, CONTRAST, [CONTRAST]).row().verdict) == enough
    assert bool(Recovery(samples, CONTRAST, [CONTRAST]).curve()) == enough


@pytest.mark.parametrize(("n", "enough"), [(2, False), (3, True)])
def test_three_samples_at_rest_are_enough(n, enough):
    row = Recovery(REST[:n] + course(BACK), CONTRAST, [CONTRAST]).row()
    assert (row.residual_bits is not None) == enough


def test_the_baselines_own_error_widens_the_residual():
    calm, restless = (
        decay_of(np.arange(10.0), BACK[1:], 0.01, rest) for rest in ([0.1] * 4, [0.02, 0.18] * 2)
    )
    (low, high), (lowest, highest) = calm.residual_range, restless.residual_range
    assert highest - lowest > 1.5 * (high - low)
    row = Recovery(REST + course(BACK), CONTRAST, [CONTRAST]).row()
    assert (row.baseline_bits, row.baseline_max_bits) == (pytest.approx(0.105), 0.12)
    assert (row.n_samples, row.peak_bits, row.peak_time) == (10, BACK[1], 1.0)


# --- depths


def test_depths_stop_at_a_hundred_reads():
    assert list(depths_of(100, 100)) == [100]
    assert depths_of(400, 400) == {
        400: "shallowest side of the study", 200: "half of the shallowest", 100: "quarter of the shallowest",
    }  # fmt: skip
    assert list(depths_of(399, 399)) == [399, 199]
    assert list(depths_of(10_001, 100)) == [10_001, 10_000, 5_000, 2_000, 1_000, 500, 100]


def test_draws_are_twenty_up_to_a_thousand_in_all():
    assert [draws_each(n) for n in (1, 50, 51, 500, 501, 1_000, 1_001)] == [20, 20, 19, 2, 1, 1, 1]


def test_words_up_to_twelve_letters_are_refused_without_their_reads():
    def table(*words):
        return Counts(["s"], words, np.ones((1, len(words))))

    for words in (["ACGTACGTACGT", "ACGTACGTACGA"], ["AC", "GT"]):
        with pytest.raises(InputError, match="words of DNA"):
            check_words(table(*words))
    check_words(table("ACGTACGTACGTA", "ACGTACGTACGTC"))  # amplicons
    check_words(table("A", "C"))
    check_words(table("AC", "GN"))


# --- what a user need not say


def test_defaults_of_a_study():
    usual = ShiftSettings()
    assert (usual.min_depth, usual.n_resamples, usual.seed, usual.threads) == (100, 999, 1, 1)
    assert (usual.smoothing, usual.support, usual.unassigned) == ("additive(0.5)", "pair", "parent")
    step = inspect.signature(measure_shift).parameters
    assert (step["min_depth"].default, step["smoothing"].default) == (100, "additive(0.5)")


@pytest.mark.parametrize(
    ("name", "least", "refused"),
    [("n_resamples", 19, 18), ("min_depth", 2, 1), ("seed", 0, -1), ("threads", 1, 0)],
)
def test_least_settings(name, least, refused):
    assert getattr(ShiftSettings(**{name: least}), name) == least
    with pytest.raises(InputError, match=name):
        ShiftSettings(**{name: refused})
