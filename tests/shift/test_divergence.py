from dataclasses import asdict
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from klbio.design import Contrast, Sample, Unit
from klbio.distributions import Counts
from klbio.divergences import jensen_shannon_divergence, relative_entropy, total_variation_distance
from klbio.estimates import Chance, Floor, jensen_shannon_estimate
from klbio.shift.phase_pair import PhasePair
from klbio.shift.samples import SampleCounts
from klbio.shift.settings import ShiftSettings
from klbio.shift.subject.divergence import PairMeasure

CONTRAST = Contrast("before", "after")
QUICK = ShiftSettings(n_resamples=99)


def unit_of(before, after, subject="S1"):
    """A unit and its table, from arrays of counts."""
    samples = [Sample(f"b{i}", subject, "before", time=i) for i in range(len(before))]
    samples += [Sample(f"a{i}", subject, "after", time=10 + i) for i in range(len(after))]
    labels = [f"t{k}" for k in range(len(before[0]))]
    counts = Counts([sample.name for sample in samples], labels, np.vstack([before, after]))
    return SampleCounts(counts), Unit(subject, "", tuple(samples))


def pair_of(before, after, options=QUICK, **kwargs):
    """The same as a pair of phases."""
    rows, unit = unit_of(before, after, **kwargs)
    return PhasePair(rows.of(unit), CONTRAST, options)


def measured(before, after, options=QUICK):
    return {row.estimand: asdict(row) for row in PairMeasure.rows(pair_of(before, after, options))}


BEFORE = [[50, 30, 20, 0, 0], [40, 40, 20, 0, 0], [60, 20, 18, 2, 0]]
AFTER = [[10, 10, 20, 60, 0], [5, 15, 25, 55, 0]]


def by_hand(x, y):
    x, y = np.asarray(x, float), np.asarray(y, float)
    return float(jensen_shannon_divergence(x / x.sum(), y / y.sum()))


def test_pooled_and_pairs_are_what_they_say():
    rows = measured(BEFORE, AFTER)
    assert rows["pooled"]["jsd_plugin_bits"] == pytest.approx(
        by_hand(np.sum(AFTER, axis=0), np.sum(BEFORE, axis=0))
    )
    pairs = [by_hand(x, y) for x, y in product(AFTER, BEFORE)]
    assert rows["pairs"]["jsd_plugin_bits"] == pytest.approx(np.mean(pairs))


def test_relative_entropy_names_its_order():
    p, q = ((np.sum(side, axis=0)[:4] + 0.5) / (np.sum(side) + 2) for side in (AFTER, BEFORE))
    row = measured(BEFORE, AFTER)["pooled"]
    assert row["relative_entropy_after_before_plugin_bits"] == pytest.approx(float(relative_entropy(p, q)))
    assert row["relative_entropy_before_after_plugin_bits"] == pytest.approx(float(relative_entropy(q, p)))


def test_support_is_the_pair_or_the_study():
    rows, unit = unit_of(BEFORE, AFTER)
    other = Counts(["x"], rows.counts.labels, [[0, 0, 0, 0, 9]])
    both = Counts(
        [*rows.counts.samples, "x"], rows.counts.labels, np.vstack([rows.counts.dense(), other.dense()])
    )
    for support, n in (("pair", 4), ("study", 5)):
        options = ShiftSettings(support=support, n_resamples=19)
        row = PairMeasure.rows(PhasePair(SampleCounts(both).of(unit), CONTRAST, options))[0]
        assert row.n_categories == n
        assert row.jsd_plugin_bits == pytest.approx(measured(BEFORE, AFTER)["pooled"]["jsd_plugin_bits"])


def test_pinsker_bound_holds_the_total_variation():
    row = measured(BEFORE, AFTER)["pooled"]
    p, q = (np.sum(side, axis=0) / np.sum(side) for side in (AFTER, BEFORE))
    assert row["total_variation"] == pytest.approx(float(total_variation_distance(p, q)))
    assert row["total_variation"] <= row["pinsker_bound"]


def test_one_baseline_sample_leaves_the_baseline_empty():
    row = measured(BEFORE[:1], AFTER)["pooled"]
    assert row["baseline_bits"] is None
    assert row["above_baseline"] is None
    assert row["n_baseline_pairs"] == 0


def test_disjoint_communities_are_one_bit_apart_and_far_above_the_floor():
    row = measured([[90, 10, 0, 0]], [[0, 0, 10, 90]])["pooled"]
    assert row["jsd_plugin_bits"] == pytest.approx(1)
    assert row["floor_p"] == pytest.approx(1 / 100)
    assert row["jsd_high_bits"] <= 1


def test_floor_rejects_few_true_nulls():
    rng = np.random.default_rng(3)
    community = rng.dirichlet(np.full(60, 0.4))
    rejected = 0
    for i in range(150):
        before, after = rng.multinomial(3000, community), rng.multinomial(400, community)
        pair = pair_of([before], [after], subject=f"S{i}")
        rejected += PairMeasure.rows(pair)[0].floor_p <= 0.05
    assert 0 < rejected / 150 <= 0.10  # 5 % expected, 3.1 standard errors allowed


def test_both_estimands_agree_where_there_is_one_sample_a_side():
    null = pair_of([[50, 50]], [[30, 70]]).floor
    assert null.pooled == pytest.approx(null.pairs, abs=1e-12)


def test_interval_covers_the_truth():
    rng = np.random.default_rng(4)
    q, p = rng.dirichlet(np.full(40, 0.5), size=2)
    truth, inside = float(jensen_shannon_divergence(p, q)), 0
    for i in range(200):
        before, after = [rng.multinomial(4000, q)], [rng.multinomial(1500, p)]
        row = PairMeasure.rows(pair_of(before, after, ShiftSettings(n_resamples=19), subject=f"S{i}"))[0]
        inside += row.jsd_low_bits <= truth <= row.jsd_high_bits
    assert 0.89 <= inside / 200 < 1.0  # 95 % nominal, 3.9 standard errors allowed


@settings(max_examples=20, deadline=None)
@given(st.permutations(range(5)))
def test_order_of_taxa_changes_nothing(order):
    straight = measured(BEFORE, AFTER)["pairs"]
    turned = measured(np.array(BEFORE)[:, order], np.array(AFTER)[:, order])["pairs"]
    for column in (
        "jensen_shannon_divergence_bits",
        "jsd_low_bits",
        "baseline_bits",
        "relative_entropy_after_before_bits",
    ):
        assert turned[column] == pytest.approx(straight[column], abs=1e-12)


def test_other_subjects_change_nothing():
    alone = measured(BEFORE, AFTER)["pooled"]
    rows, unit = unit_of(BEFORE, AFTER)
    crowd = Counts(
        [*rows.counts.samples, "z"], rows.counts.labels, np.vstack([rows.counts.dense(), [[1, 2, 3, 4, 0]]])
    )
    crowded = PairMeasure.rows(PhasePair(SampleCounts(crowd).of(unit), CONTRAST, QUICK))[0]
    assert asdict(crowded) == alone


def test_wrong_settings_are_named_together():
    from klbio.errors import InputError

    with pytest.raises(InputError) as caught:
        ShiftSettings(support="all", n_resamples=5, min_depth=0)
    assert all(word in str(caught.value) for word in ("support", "n_resamples", "min_depth"))


# --- reads that bring many counts each


@pytest.mark.parametrize("depths", [(400, 400), (800, 200)])
def test_floor_of_groups_rejects_few_true_nulls_and_the_mean_shift_is_near_zero(depths):
    rng = np.random.default_rng(6)
    kinds = rng.dirichlet(np.full(40, 0.5), size=8)
    p_values, shifts = [], []
    for i in range(200):
        reads = [rng.multinomial(30, kinds[rng.integers(0, 8, n)]).astype(float) for n in depths]
        x, y = (np.array([sample[g::32].sum(axis=0) for g in range(32)])[None] for sample in reads)
        estimate = jensen_shannon_estimate(x[0], y[0])
        chance = Chance(*2 * [estimate.plugin - estimate.value])
        floor = Floor.of_groups((x, y), chance, 99, np.random.default_rng(i))
        p_values.append(floor.p_value("pooled", estimate.plugin))
        shifts.append(estimate)
    assert 0 < np.mean(np.array(p_values) <= 0.05) <= 0.10  # 5 % expected, 3.2 standard errors allowed
    assert abs(np.mean([e.value for e in shifts])) < np.mean([e.plugin for e in shifts]) / 5


# --- each once


def test_a_pair_is_cut_out_and_measured_once_a_rank(monkeypatch):
    """The shift, its taxa, its course and its full depth rest on one estimate; so do both estimands of two samples."""
    from klbio.shift import samples
    from klbio.shift.subject.contributions import taxon_columns
    from klbio.shift.subject.trajectory import trajectory_rows

    calls = []

    def counted(x, y):
        calls.append((x.tolist(), y.tolist()))
        return jensen_shannon_estimate(x, y)

    monkeypatch.setattr(samples, "jensen_shannon_estimate", counted)
    pair = pair_of(BEFORE[:1], AFTER[:1])
    PairMeasure.rows(pair)
    taxon_columns(pair)
    trajectory_rows(pair.source, "before")
    assert len(calls) == 1
    assert pair.corrected.pairs == pair.jsd.value
    assert len(calls) == 1


def test_all_pairs_of_samples_at_once_are_the_pairs_one_by_one():
    apart, alone = pair_of(BEFORE, AFTER).corrected, pair_of(BEFORE, AFTER).source
    one_by_one = [[alone.point(f"a{i}", f"b{j}").value for j in range(3)] for i in range(2)]
    assert apart.between.tolist() == one_by_one
    assert apart.after[0, 1] == apart.after[1, 0] == alone.point("a0", "a1").value
    assert apart.before[0, 2] == alone.point("b0", "b2").value
