"""Excess shifts, their intervals, and the test by exchange of a subject's samples."""

from itertools import combinations
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from klbio import Study
from klbio.design import Design, Sample
from klbio.distributions import Counts
from klbio.estimates import DayVariation
from klbio.shift.cohort.baseline import baseline_rows
from klbio.shift.cohort.days import CohortDays
from klbio.shift.exchange import BaselineTest
from klbio.shift.phase_pair import PhasePair
from klbio.shift.samples import SampleCounts
from klbio.shift.settings import ShiftSettings
from klbio.shift.subject.divergence import Shift
from klbio.statistics import t_975


def points(n_after, n_before, move=0.0, seed=1, dimensions=4):
    """Squared distances of points: the root of the Jensen-Shannon divergence is such a distance."""
    rng = np.random.default_rng(seed)
    at = rng.normal(size=(n_after + n_before, dimensions)) * 0.1
    at[:n_after, 0] += move
    squares = ((at[:, None] - at[None]) ** 2).sum(axis=-1)
    return apart(squares, n_after)


def apart(squares, n_after):
    return DayVariation(squares[:n_after, n_after:], squares[:n_after, :n_after], squares[n_after:, n_after:])


@given(st.integers(1, 4), st.integers(2, 4), st.integers(0, 99))
def test_p_is_the_share_of_all_ways_to_deal_the_samples(n, m, seed):
    days = points(n, m, 0.1, seed)
    whole = days.whole
    ways = []
    for chosen in combinations(range(n + m), n):
        order = [*chosen, *(i for i in range(n + m) if i not in chosen)]
        ways.append(apart(whole[np.ix_(order, order)], n).excess)
    reached = np.mean(np.array(ways) >= days.excess - 1e-12)
    test = BaselineTest([days]).result(np.random.default_rng(1))
    assert test.value == pytest.approx(days.excess)
    assert test.p_value == pytest.approx(reached)
    assert test.p_value >= test.smallest_p - 1e-12
    assert test.exact


def test_several_subjects_are_dealt_each_by_itself():
    subjects = [points(2, 2, 0.2, 1), points(1, 3, 0.2, 2)]
    test = BaselineTest(subjects).result(np.random.default_rng(1))
    assert test.n_permutations == 6 * 4
    assert test.smallest_p == pytest.approx(2 / 6 / 4)
    assert test.value == pytest.approx(np.mean([days.excess for days in subjects]))


def test_many_subjects_are_dealt_at_random_and_a_plain_shift_is_seen():
    subjects = [points(3, 3, 0.5, seed) for seed in range(12)]
    test = BaselineTest(subjects).result(np.random.default_rng(1))
    assert not test.exact
    assert test.p_value == test.smallest_p == pytest.approx(1 / 10_000)


def test_samples_that_are_all_alike_have_no_excess_at_all():
    """Sums of equal terms differ in their last digit: it was printed as 4e-19 bits above the baseline."""
    alike = [apart(0.0035 * (1 - np.eye(4)), 2), apart(0.0027 * (1 - np.eye(7)), 4)]
    test = BaselineTest(alike).result(np.random.default_rng(1))
    assert (test.value, test.p_value) == (0.0, 1.0)


def test_ways_drawn_at_random_give_no_smaller_p_than_all_ways_counted():
    """Of 729 ways the smallest p is 1 / 729; of 10,000 drawn fewer may lie as far, by chance."""
    subjects = [points(2, 2, 0.8, seed) for seed in range(6)]
    tests = [BaselineTest(subjects).result(np.random.default_rng(seed)) for seed in range(6)]
    assert {test.exact for test in tests} == {False}
    assert min(test.p_value for test in tests) == tests[0].smallest_p == pytest.approx(1 / 729)


def test_days_that_differ_more_after_are_named_beside_the_p():
    """At 8 before and 3 looser after, p was small in a tenth of studies where no centre had moved."""
    key, wide = ("", "before", "after", "feature"), np.diag([3.0] * 4 + [1.0] * 6)
    days = {(f"S{k}", *key): apart(wide @ points(4, 6, 0.0, k).whole @ wide, 4) for k in range(8)}
    (row,) = baseline_rows(days, 1)
    assert row.note.startswith("Cannot tell centre from spread")
    (row,) = baseline_rows({(f"S{k}", *key): points(4, 6, 0.0, k) for k in range(8)}, 1)
    assert not row.note
    (row,) = list(baseline_rows({(f"S{k}", *key): points(1, 4, 0.0, k) for k in range(8)}, 1))[1:]
    assert row.note == "Days that differ more in the phase with one sample would look the same."


@pytest.mark.parametrize("design", [(2, 2), (3, 3), (1, 5), (8, 3)])
def test_nothing_happened_has_a_small_p_no_oftener_than_it_says(design):
    rng = np.random.default_rng(1)
    p = [
        BaselineTest([points(*design, 0.0, 100 * study + i) for i in range(4)]).result(rng).p_value
        for study in range(150)
    ]
    assert np.mean(np.array(p) <= 0.05) <= 0.05 + 2.6 * np.sqrt(0.05 * 0.95 / 150)


def test_the_excess_is_the_squared_distance_of_the_centres_at_any_number_of_samples():
    for design in ((2, 2), (2, 7), (6, 3)):
        found = [points(*design, 0.3, seed).excess for seed in range(600)]
        assert np.mean(found) == pytest.approx(0.09, abs=4 * np.std(found) / np.sqrt(600))


@pytest.mark.parametrize(("design", "move"), [((2, 2), 0.3), ((3, 3), 0.3), ((3, 8), 0.3), ((3, 3), 0.0)])
def test_the_interval_of_an_excess_covers_days(design, move):
    inside = []
    for study in range(12):
        subjects = [points(*design, move, 1000 * study + i) for i in range(24)]
        cohort = CohortDays(subjects)
        for days in subjects:
            spread = cohort.of_excess(days)
            inside.append(abs(days.excess - move**2) <= 2.1 * np.sqrt(spread.variance))
    assert 0.91 <= np.mean(inside) <= 0.995


def test_a_lone_sample_takes_the_variance_of_the_other_side():
    subjects = [points(1, 3, 0.3, seed) for seed in range(20)]
    cohort = CohortDays(subjects)
    _, before = subjects[0].sides
    moderated = cohort._sides.moderated(before.times(subjects[0].pairs ** -2)).times(subjects[0].pairs ** 2)
    assert cohort.of_pairs(subjects[0]) == moderated.times(1 + 1 / 3)  # one variance for both: it counts once


@pytest.mark.parametrize(
    ("before", "after", "thinned"),
    [
        ([900] * 3, [900] * 3, False),
        ([900] * 3, [899] * 3, True),
        ([900] * 3, [300] * 3, True),
        ([900] * 3, [300, 900, 2700], True),  # as deep on average
        ([300, 900, 2700], [2700, 300, 900], True),
        ([900] * 5, [900], False),
    ],
)
def test_what_is_exchanged_is_at_one_depth(before, after, thinned):
    rng = np.random.default_rng(1)
    sides = {"before": before, "after": after}
    design = Design([Sample(f"{phase}{k}", "S", phase) for phase in sides for k in range(len(sides[phase]))])
    rows = [rng.multinomial(depth, np.full(9, 1 / 9)) for depths in sides.values() for depth in depths]
    counts = Counts([sample.name for sample in design.samples], [f"t{k}" for k in range(9)], np.array(rows))
    (pair,) = PhasePair.each(SampleCounts(counts, None, "feature").of(design.units[0]), ShiftSettings())
    even = pair.corrected.even
    assert (even is not None) == thinned
    if even is not None:
        if max(after) <= min(before):  # the shallow ones stay as they are
            assert np.allclose(even.after, pair.observed.after)
        assert not np.array_equal(even.between, pair.corrected.between)
        assert pair.corrected.exchangeable is even


def test_relative_entropies_of_a_lone_sample_take_the_spread_of_the_other_side():
    value = np.array([[0.2], [0.4], [0.9]])
    grid = SimpleNamespace(value=value, plugin=value, variance=np.full((3, 1), 1e-9), freedom=np.inf)
    shift = Shift.mean(grid)
    half = t_975(2) * np.sqrt(np.var([0.2, 0.4, 0.9], ddof=1) * (1 / 3 + 1))
    assert (shift.low, shift.high) == (0.0, pytest.approx(0.5 + half))


def test_two_samples_borrow_from_the_cohort_alone():
    others = [points(3, 3, 0.3, seed) for seed in range(20)]
    alone = points(1, 1, 0.3, 50)
    cohort = CohortDays([*others, alone])
    prior = cohort._sides
    assert cohort.of_pairs(alone).variance == pytest.approx(2 * prior.variance * alone.pairs**2)


def test_samples_that_do_not_differ_have_no_interval():
    still = DayVariation(np.zeros((2, 2)), np.zeros((2, 2)), np.zeros((2, 2)))
    assert CohortDays([still, still]).of_excess(still).variance == 0


def test_one_subject_is_no_cohort():
    key = ("S1", "x", "before", "after", "genus")
    (alone,) = baseline_rows({key: points(3, 3)}, 1)
    assert (alone.n_a, alone.effect_bits, alone.p_value) == (1, points(3, 3).excess, None)
    assert alone.meaning.startswith(
        "cannot tell: one subject of arm 'x' has two samples or more in both phases"
    )
    rows = list(baseline_rows({key: points(3, 3), ("S2", *key[1:]): points(3, 3, seed=2)}, 1))
    assert [(row.estimand, row.test, row.n_a) for row in rows] == [("excess", "shift above baseline", 2)]


# --- the tables


def study(designs, **settings):
    """Subjects with so many samples before and after."""
    rng = np.random.default_rng(3)
    before, after = rng.dirichlet(np.full(12, 0.7), 2)
    samples, counts = [], []
    for i, (n_before, n_after) in enumerate(designs):
        for phase, n, community in (("before", n_before, before), ("after", n_after, after)):
            for j in range(n):
                samples.append(Sample(f"S{i}.{phase}.{j}", f"S{i}", phase))
                counts.append(rng.multinomial(2000, rng.dirichlet(50 * community)))
    table = Counts([sample.name for sample in samples], [f"t{k}" for k in range(12)], np.array(counts))
    return Study(table, Design(samples), settings=ShiftSettings(n_resamples=19, **settings))


def test_rows_say_what_their_intervals_cover():
    pairs = study([(3, 2), (2, 2), (1, 2), (1, 1)]).pairs
    found = [tuple(row) for row in pairs[["subject", "estimand", "interval_covers"]].to_numpy()]
    assert found == [
        ("S0", "excess", "reads and days"), ("S0", "pooled", "reads"), ("S0", "pairs", "reads and days"),
        ("S1", "excess", "reads and days"), ("S1", "pooled", "reads"), ("S1", "pairs", "reads and days"),
        ("S2", "pooled", "reads"), ("S2", "pairs", "reads and days"),
        ("S3", "pooled", "reads"), ("S3", "pairs", "reads"),
    ]  # fmt: skip
    notes = pairs.set_index(["subject", "estimand"])["note"]
    assert notes["S3", "pooled"].startswith("these two samples: how the subject varies by itself is unknown")
    assert "takes its days from the other phase" in notes["S2", "pairs"]


def test_the_excess_is_what_pairs_have_beyond_the_baseline():
    pairs = study([(3, 2), (2, 2)]).pairs.set_index(["subject", "estimand"])
    value = pairs["jensen_shannon_divergence_bits"]
    for subject in ("S0", "S1"):
        beyond = value[subject, "pairs"] - pairs["baseline_bits"][subject, "excess"]
        assert value[subject, "excess"] == pytest.approx(beyond)
    excess = pairs.loc["S0", "excess"]
    assert (excess["n_baseline_pairs"], excess["smallest_baseline_p"]) == (4, pytest.approx(1 / 10))
    assert np.isnan(excess["floor_bits"])
    assert pairs["above_baseline"].isna().all()


def test_days_of_the_cohort_are_borrowed_where_asked():
    own, cohort = (study([(3, 3), (3, 2), (1, 1)], day_variance=kind).pairs for kind in ("own", "cohort"))
    own, cohort = (
        pairs[pairs["subject"] == "S2"].set_index("estimand").loc["pairs"] for pairs in (own, cohort)
    )
    assert (own["interval_covers"], cohort["interval_covers"]) == ("reads", "reads and the cohort's days")
    assert cohort["jsd_high_bits"] - cohort["jsd_low_bits"] > own["jsd_high_bits"] - own["jsd_low_bits"]
    assert cohort["note"].startswith("borrowed days")
    nobody = study([(1, 1), (1, 1)], day_variance="cohort").pairs.set_index(["subject", "estimand"])
    assert "so there are none to borrow), and the interval covers reads" in nobody["note"]["S0", "pairs"]


@pytest.mark.parametrize(
    ("designs", "reported"),
    [
        ([(2, 2)] * 9 + [(1, 2)], "excess"),
        ([(2, 2), (1, 2)], "pairs"),  # sums of unlike many samples are not to be compared
        ([(1, 2), (1, 2)], "pooled"),
    ],
)
def test_the_excess_is_reported_where_nearly_all_have_one(designs, reported):
    headline = study(designs).headline
    assert headline[headline["reported"]]["estimand"].tolist() == [reported]


def excess_of(after, before):
    """Row of the excess of one subject."""
    names = [f"a{i}" for i in range(len(after))] + [f"b{i}" for i in range(len(before))]
    labels = tuple(f"t{k}" for k in range(len(after[0])))
    design = Design([Sample(name, "S", {"a": "after", "b": "before"}[name[0]]) for name in names])
    pairs = Study(Counts(names, labels, np.array([*after, *before], dtype=float)), design).pairs
    return pairs.set_index("estimand").loc["excess"]


def test_phases_that_share_nothing_have_no_interval_from_few_samples():
    row = excess_of([[400, 100, 0, 0], [300, 200, 0, 0]], [[0, 0, 100, 400], [0, 0, 250, 250]])
    assert row["jensen_shannon_divergence_bits"] > 0.9
    assert np.isnan(row["jsd_low_bits"])
    assert np.isnan(row["jsd_high_bits"])
    assert row["interval_covers"] == ""
    assert "share next to nothing" in row["note"]


def test_samples_that_are_alike_have_no_interval_and_say_why():
    row = excess_of([[300, 200]] * 2, [[300, 200]] * 2)
    assert row["jensen_shannon_divergence_bits"] == pytest.approx(0.0, abs=1e-9)
    assert np.isnan(row["jsd_low_bits"])
    assert "do not differ" in row["note"]
