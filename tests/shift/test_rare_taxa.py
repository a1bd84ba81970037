"""What rests on taxa too rare to tell is told, row by row."""

from dataclasses import replace

import numpy as np
import pytest

from klbio.shift.cohort.days import marked
from klbio.shift.settings import ShiftSettings
from klbio.shift.subject.pairs import pair_rows
from klbio.shift.subject.rare_taxa import RareTaxa
from tests.shift.test_divergence import AFTER, BEFORE, pair_of

QUICK = ShiftSettings(n_resamples=19, min_depth=2)


def rows_of(before, after):
    return {row.estimand: marked(row) for row in pair_rows(pair_of(before, after, QUICK), None)}


def replicates(n_rare, depth, sizes=(1, 1)):
    """Common taxa as they were, each rare one in one library only."""
    rng = np.random.default_rng(3)
    common = rng.lognormal(0, 1, 30)
    there = rng.random(n_rare) < 0.5
    laws = [np.append(0.97 * common / common.sum(), 0.03 * side / side.sum()) for side in (there, ~there)]
    return [[rng.multinomial(depth, law) for _ in range(n)] for law, n in zip(laws, sizes, strict=True)]


def test_near_libraries_whose_rare_taxa_differ_are_flagged_at_any_reads_a_taxon():
    row = rows_of(*replicates(200, 3_000))["pooled"]
    assert row.undersampled
    assert row.note.startswith("undersampled: ")
    assert "rest on taxa too rare to tell" in row.note


def test_deep_samples_are_not_flagged():
    row = rows_of(BEFORE[:1], AFTER[:1])["pooled"]
    assert not row.undersampled
    assert "undersampled" not in row.note


def test_bounds_hold_the_interval():
    row = rows_of(*replicates(200, 3_000))["pooled"]
    assert row.jsd_lowest_bits <= row.jsd_low_bits < row.jsd_high_bits <= row.jsd_highest_bits


def test_the_flag_is_what_its_column_says():
    for depth in (300, 3_000, 30_000):
        row = rows_of(*replicates(100, depth))["pooled"]
        assert row.undersampled == (row.rare_taxa_bits > (row.jsd_high_bits - row.jsd_low_bits) / 2)


def test_one_sample_a_side_says_the_same_in_both_estimands():
    rows = rows_of(*replicates(100, 1_000))
    assert rows["pairs"].rare_taxa_bits == rows["pooled"].rare_taxa_bits
    assert rows["pairs"].jsd_highest_bits == rows["pooled"].jsd_highest_bits


def test_several_samples_have_the_mean_of_theirs():
    pair = pair_of(*replicates(100, 1_000, (3, 2)), QUICK)
    rare = {row.estimand: row.rare_taxa_bits for row in pair_rows(pair, None)}
    after, before = pair.names
    of_each = [
        max(pair.source.jensen_shannon((x,), (y,)).gap)
        for x, y in zip([*after, after[0]], before, strict=True)
    ]
    assert rare["pairs"] == rare["excess"] == pytest.approx(np.mean(of_each))
    assert 0 < rare["pooled"] == max(pair.jsd.gap) != rare["pairs"]


def test_an_interval_of_days_is_bounded_by_what_rare_taxa_may_add():
    row = next(row for row in pair_rows(pair_of(BEFORE, AFTER, QUICK), None) if row.estimand == "excess")
    row = marked(replace(row, jsd_low_bits=-0.1, jsd_high_bits=0.3, rare_taxa_bits=0.25))
    assert (row.jsd_lowest_bits, row.jsd_highest_bits) == pytest.approx((-0.35, 0.55))
    assert row.undersampled


def test_kmers_have_no_such_columns():
    counts = np.full((1, 4, 5), 20.0)
    pair = pair_of(BEFORE[:1], AFTER[:1], QUICK)
    whole = replace(pair.whole, after=counts, before=counts)
    object.__setattr__(pair, "whole", whole)
    rows = pair_rows(pair_of(BEFORE[:1], AFTER[:1], QUICK), None)
    assert RareTaxa.of(pair).beside(rows) == rows


@pytest.mark.parametrize(("times", "said"), [(1, True), (50, False)])
def test_few_reads_a_taxon_are_said_beside_relative_entropies(times, said):
    after, before = np.arange(1.0, 6.0), np.arange(5.0, 0.0, -1.0)
    rows = pair_rows(pair_of(np.array([after * times]), np.array([before * times]), QUICK), None)
    assert {"relative entropies: 3.0 reads per taxon" in row.note for row in rows} == {said}
