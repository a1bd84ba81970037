"""Rarefied shifts, and the headline under every choice."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from klbio.design import Contrast, Sample, Unit
from klbio.distributions import Counts
from klbio.estimates import rarefied
from klbio.read_groups import ReadGroups
from klbio.shift.cohort.arms import cohort_rows
from klbio.shift.cohort.multiverse import _agrees, headline_rows
from klbio.shift.phase_pair import PhasePair
from klbio.shift.samples import SampleCounts
from klbio.shift.settings import ShiftSettings
from klbio.shift.subject.rarefaction import (
    OF_LARGE_STUDIES,
    Rarefaction,
    depths_of,
    draws_each,
)
from tests.shift.test_divergence import AFTER, BEFORE, CONTRAST, by_hand, unit_of


def rng(seed=1):
    return np.random.default_rng(seed)


@given(st.lists(st.integers(0, 60), min_size=2, max_size=6).filter(lambda n: sum(n) > 1), st.data())
@settings(max_examples=30, deadline=None)
def test_a_draw_has_its_depth_and_never_more_than_there_was(pool, data):
    depth = data.draw(st.integers(1, sum(pool)))
    drawn = rarefied(np.array(pool, dtype=float), depth, 5, rng())
    assert (drawn.sum(axis=1) == depth).all()
    assert (drawn <= pool).all()


def test_draws_have_the_hypergeometric_mean_and_law():
    pool, depth, n = np.array([50.0, 30, 15, 5]), 20, 4000
    drawn = rarefied(pool, depth, n, rng())
    for k, count in enumerate(pool):
        law = stats.hypergeom(int(pool.sum()), int(count), depth)
        assert law.mean() == pytest.approx(depth * count / pool.sum())
        assert abs(drawn[:, k].mean() - law.mean()) < 4 * law.std() / np.sqrt(n)
        assert drawn[:, k].var() == pytest.approx(law.var(), rel=0.12)


def test_the_mean_of_draws_is_the_exact_expectation_of_the_plugin():
    """Two categories: the expectation is a sum over both hypergeometric laws."""
    after, before = np.array([70.0, 230]), np.array([180.0, 120])
    rows, unit = unit_of([before], [after])
    row = next(row for row in found(rows, [unit]) if row.depth_after == 150)
    laws = [stats.hypergeom(300, int(side[0]), 150) for side in (after, before)]
    xs = [np.flatnonzero(law.pmf(np.arange(151)) > 1e-12) for law in laws]
    exact = sum(
        laws[0].pmf(x) * laws[1].pmf(y) * by_hand([x, 150 - x], [y, 150 - y]) for x in xs[0] for y in xs[1]
    )
    spread = (row.jsd_plugin_highest_bits - row.jsd_plugin_lowest_bits) / np.sqrt(row.n_draws)
    assert row.jsd_plugin_bits == pytest.approx(exact, abs=spread)


def found(rows, units, seed=1):
    rarefaction = Rarefaction.planned(rows, units, CONTRAST)
    return [
        row
        for unit in units
        for row in rarefaction.rows(PhasePair(rows.of(unit), CONTRAST, ShiftSettings(seed=seed)))
    ]


def test_full_depth_is_the_plain_number_and_the_shallower_side_is_kept_whole():
    full, own, *_ = found(*_one())
    assert (full.choice, full.n_draws) == ("full depth", 0)
    assert full.jsd_plugin_bits == pytest.approx(by_hand(np.sum(AFTER, axis=0), np.sum(BEFORE, axis=0)))
    assert full.jsd_plugin_lowest_bits == full.jsd_plugin_highest_bits
    assert (own.choice, own.depth_before) == ("shallowest side of the study", 200)


def _one():
    rows, unit = unit_of(BEFORE, AFTER)
    return rows, [unit]


def test_the_seed_repeats_and_matters():
    first, again, other = (found(*_one(), seed=seed) for seed in (1, 1, 2))
    assert first == again
    assert first != other


def test_other_subjects_do_not_change_a_subjects_draws():
    samples = [Sample(f"{s}{p}", s, p) for s in "AB" for p in ("before", "after")]
    table = np.array([[400, 600], [700, 300], [800, 400], [300, 900]])
    rows = SampleCounts(Counts([sample.name for sample in samples], ["x", "y"], table))
    units = [Unit(s, "", tuple(sample for sample in samples if sample.subject == s)) for s in "AB"]
    both, alone = found(rows, units), found(rows, units[:1])
    assert [row for row in both if row.subject == "A"] == alone


def test_the_observed_number_rises_as_reads_become_few_and_the_corrected_stays():
    rates = np.exp(rng(5).normal(0, 1.0, (2, 40)))
    before, after = (
        rng(7).multinomial(20_000, rates[0] / rates[0].sum(), 1),
        rng(8).multinomial(20_000, (rates[0] * np.sqrt(rates[1])) / (rates[0] * np.sqrt(rates[1])).sum(), 1),
    )
    rows, unit = unit_of(before, after)
    table = pd.DataFrame(found(rows, [unit])).sort_values("depth_before")
    shallow, deep = (
        table[table["depth_before"] == 500].iloc[0],
        table[table["choice"] == "full depth"].iloc[0],
    )
    assert shallow["jsd_plugin_bits"] - deep["jsd_plugin_bits"] > 0.02
    assert abs(shallow["jsd_corrected_bits"] - deep["jsd_corrected_bits"]) < 0.01


def test_one_community_keeps_its_identity():
    rows, unit = unit_of([[600, 300, 100]], [[600, 300, 100]])
    table = pd.DataFrame(found(rows, [unit]))
    assert table["jsd_plugin_bits"].iloc[0] == 0
    assert (table["jsd_plugin_bits"].iloc[2:] > 0).all()
    assert (table["jsd_corrected_bits"] <= table["jsd_plugin_bits"]).all()
    apart = pd.DataFrame(found(*_pair([[900, 0]], [[0, 900]])))
    assert len(apart) > 2
    assert apart["jsd_plugin_bits"].tolist() == pytest.approx([1.0] * len(apart))


def _pair(before, after):
    rows, unit = unit_of(before, after)
    return rows, [unit]


def test_grouped_reads_are_not_rarefied():
    rows, units = _one()
    groups = Counts([f"{name}/1" for name in rows.counts.samples], rows.counts.labels, rows.counts.dense())
    assert found(SampleCounts(rows.counts, ReadGroups.held(groups)), units) == []


def test_a_large_study_is_rarefied_to_two_depths_once():
    samples = [Sample(f"{s}{p}", f"S{s}", p) for s in range(300) for p in ("before", "after")]
    table = np.tile([[400, 3600], [3000, 2000]], (300, 1))
    units = [Unit(f"S{s}", "", tuple(samples[2 * s : 2 * s + 2])) for s in range(300)]
    frame = pd.DataFrame(
        found(SampleCounts(Counts([sample.name for sample in samples], ["x", "y"], table)), units)
    )
    assert set(frame["choice"]) == {"full depth", *OF_LARGE_STUDIES}
    assert frame["subject"].nunique() == 300
    assert set(frame["n_draws"]) == {0, 1}


def test_depths_are_few_and_none_too_shallow():
    assert list(depths_of(150, 150)) == [150]
    assert list(depths_of(99, 99)) == []
    assert depths_of(2000, 2000)[2000] == "shallowest side of the study"
    assert draws_each(0) == 20


def tables(shifts, rarefied_to=None):
    """Pairs, sensitivity and rarefaction of two arms, from shifts by arm."""
    who = [
        {
            "subject": f"{arm}{i}",
            "arm": arm,
            "before": "before",
            "after": "after",
            "rank": "genus",
            "bits": bits,
        }
        for arm, values in shifts.items()
        for i, bits in enumerate(values)
    ]
    directed = ("relative_entropy_after_before_bits", "relative_entropy_before_after_bits")
    pairs = pd.DataFrame(
        row | {"estimand": "pooled", "n_before": 1, "n_after": 1, "depth_before": 1000, "depth_after": 1050,
               "smoothing_jsd": "none", "smoothing_relative_entropy": "additive(alpha=0.5)",
               "support": "pair union", "jensen_shannon_divergence_bits": row["bits"], "n_baseline_pairs": 0,
               "baseline_bits": None, "above_floor": True, "above_baseline": None}
        | dict.fromkeys(directed, row["bits"])
        for row in who
    )  # fmt: skip
    sensitivity = pd.DataFrame(
        row | {"smoothing": "none", "support": "study", "jensen_shannon_divergence_bits": 1 - row["bits"]}
        | dict(zip(directed, (np.inf, 2 * row["bits"]), strict=True))
        for row in who
    )  # fmt: skip
    rarer = pd.DataFrame(
        row | {"choice": "ladder", "depth_before": 500, "depth_after": 500, "n_draws": 20,
               "jsd_plugin_bits": row["bits"], "jsd_corrected_bits": row["bits"]}
        for row in who if rarefied_to is None or row["subject"] in rarefied_to
    )  # fmt: skip
    return pairs, sensitivity, rarer


SHIFTS = {"x": [0.1, 0.2, 0.3, 0.15], "y": [0.5, 0.6, 0.55, 0.4]}


def headline(shifts, rarefied_to=None):
    rows = headline_rows(*tables(shifts, rarefied_to), seed=1)
    return {(row.measure, row.corrected, row.support, row.rarefied_to): row for row in rows}


JSD = "Jensen-Shannon divergence"


def test_the_reported_choice_comes_first_and_is_the_test_of_the_cohort():
    rows = headline(SHIFTS)
    first = next(iter(rows.values()))
    (test,) = cohort_rows(tables(SHIFTS)[0], seed=1)
    assert (first.reported, first.agrees) == (True, "yes")
    assert (first.arm_a, first.arm_b) == ("y", "x")
    assert first.p_value == pytest.approx(test.p_value)
    assert first.difference_of_means_bits == pytest.approx(test.effect_bits)
    assert first.median_a_bits == pytest.approx(0.525)
    assert sum(row.reported for row in rows.values()) == 1


def test_a_choice_that_turns_the_conclusion_says_so():
    rows = headline(SHIFTS)
    assert rows[JSD, False, "study", None].agrees == "no"
    assert rows["D(before || after)", False, "study", None].agrees == "yes"


def test_infinite_numbers_have_a_median_and_no_test():
    row = headline(SHIFTS)["D(after || before)", False, "study", None]
    assert row.median_a_bits == np.inf
    assert row.agrees == ""
    assert row.p_value is None


def test_relative_entropies_are_compared_at_one_depth_or_not_at_all():
    pairs, sensitivity, rarer = tables(SHIFTS)
    measures = {row.measure for row in headline_rows(pairs, sensitivity, rarer, seed=1)}
    assert measures == {JSD, "D(after || before)", "D(before || after)"}
    pairs.loc[3, "depth_after"] = 1200
    assert {row.measure for row in headline_rows(pairs, sensitivity, rarer, seed=1)} == {JSD}


def test_too_few_subjects_at_a_depth_cannot_tell():
    row = headline(SHIFTS, {"x0", "y0", "y1"})[JSD, True, "pair union", 500]
    assert (row.n_a, row.n_b) == (2, 1)
    assert row.agrees == "cannot tell"


def test_one_arm_has_medians_and_no_conclusion():
    rows = headline({"": [0.1, 0.3, 0.2]})
    assert all(row.agrees == "" and row.arm_b == "" for row in rows.values())
    assert rows[JSD, True, "pair union", None].median_a_bits == pytest.approx(0.2)


def test_a_crossover_is_tested_by_signs():
    pairs, sensitivity, rarer = (frame.assign(subject=frame["subject"].str[1:]) for frame in tables(SHIFTS))
    first = headline_rows(pairs, sensitivity, rarer, seed=1)[0]
    assert (first.n_permutations, first.p_value) == (2**4, pytest.approx(2 / 2**4))


def test_contrasts_stay_apart():
    pairs, sensitivity, rarer = tables(SHIFTS)
    later = [frame.assign(after="later") for frame in (pairs, sensitivity, rarer)]
    both = [pd.concat(two) for two in zip((pairs, sensitivity, rarer), later, strict=True)]
    rows = headline_rows(*both, seed=1)
    assert [row.after for row in rows if row.reported] == ["after", "later"]


@pytest.mark.parametrize("study", ["dethlefsen2011", "ecam2016"])
def test_real_studies(shared, study):
    """Full depth is the reference table's plug-in; fewer reads raise it, and the corrected number by less."""
    folder = shared / study
    sheet = pd.read_csv(folder / "metadata.tsv", sep="\t")
    phase, before, after = {
        "dethlefsen2011": ("phase", "baseline", "during1"),
        "ecam2016": ("abx_phase", "pre", "post"),
    }[study]
    sheet = sheet[sheet[phase].isin([before, after])]
    keep = sorted(
        set(sheet.loc[sheet[phase] == before, "subject"]) & set(sheet.loc[sheet[phase] == after, "subject"])
    )
    sheet = sheet[sheet["subject"].isin(keep[:3])]
    table = pd.read_csv(folder / "table.tsv", sep="\t", index_col=0)
    table = table.T if sheet["sample_id"].iloc[0] in table.columns else table
    names = sheet["sample_id"].tolist()
    rows = SampleCounts(Counts(names, list(map(str, table.columns)), table.loc[names].to_numpy()))
    units = [
        Unit(s, "", tuple(Sample(n, s, p) for n, p in zip(part["sample_id"], part[phase], strict=True)))
        for s, part in sheet.groupby("subject")
    ]
    contrast = Contrast(before, after)
    rarefaction = Rarefaction.planned(rows, units, contrast)
    frame = pd.DataFrame(
        [
            row
            for unit in units
            for row in rarefaction.rows(PhasePair(rows.of(unit), contrast, ShiftSettings()))
        ]
    )
    assert frame["subject"].nunique() == 3
    expected = pd.read_csv(folder / "expected.tsv", sep="\t")
    expected = expected[expected["subject"].isin(keep[:3])]
    column = next(name for name in expected if name.startswith("jsd_pooled"))
    whole = frame[frame["choice"] == "full depth"].set_index("subject")["jsd_plugin_bits"]
    for subject, bits in whole.items():
        assert (expected.loc[expected["subject"] == subject, column] - bits).abs().min() < 1.5e-6
    shallow = frame[frame["depth_before"] == 500].set_index("subject")
    assert (shallow["jsd_plugin_bits"] > whole + 0.01).all()
    rise = (shallow["jsd_plugin_bits"] - whole) - (
        shallow["jsd_corrected_bits"]
        - frame[frame["choice"] == "full depth"].set_index("subject")["jsd_corrected_bits"]
    )
    assert (rise > 0).all()  # the correction takes part of what few reads add


def test_the_conclusion_turns_at_a_p_of_one_in_twenty():
    """Three against three subjects reach 2/20 and never 0.05; four against four reach 2/70."""
    few = {arm: bits[:3] for arm, bits in SHIFTS.items()}
    (first, *_) = headline(few).values()
    assert (first.p_value, first.smallest_p) == (pytest.approx(0.1), pytest.approx(0.1))
    assert first.agrees == "yes"  # with itself, though it tells nothing

    def at(p_value, smallest_p=0.01, effect=1.0):
        return replace(first, p_value=p_value, smallest_p=smallest_p, difference_of_means_bits=effect)

    assert _agrees(at(0.05), at(0.05)) == "yes"
    assert _agrees(at(0.0501), at(0.05)) == "no"
    assert _agrees(at(0.05), at(0.0501)) == "no"
    assert _agrees(at(0.0501), at(0.0502)) == "yes"
    assert _agrees(at(0.06, smallest_p=0.05), at(0.05)) == "no"
    assert _agrees(at(0.06, smallest_p=0.0501), at(0.05)) == "cannot tell"
    assert _agrees(at(0.05, effect=-1.0), at(0.05)) == "no"
    assert _agrees(at(0.9, smallest_p=0.9, effect=-1.0), at(0.05)) == "no"
    assert _agrees(at(0.9, effect=0.0), at(0.9, effect=0.1)) == "no"
