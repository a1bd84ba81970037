"""What features are called, down to where that is sure; where reads were lost."""

import numpy as np
import pytest

from klbio.amplicons import Calls, Losses
from klbio.amplicons.call_range import CUTOFFS, Pools, RankCalls, Subject
from klbio.distributions import Counts
from klbio.divergences import jensen_shannon_divergence
from klbio.errors import InputError
from klbio.phrases.amplicons import CAUSES, no_reads_left
from klbio.schema import AmpliconReadsRow
from klbio.taxonomy import collapse

RANKS = ("family", "genus", "species")


def calls(*shares, names=("F", "G", "S"), reference="gold"):
    features = tuple(f"f{k}" for k in range(len(shares)))
    return Calls(features, RANKS, (names,) * len(shares), np.array(shares, dtype=float), reference)


@pytest.mark.parametrize(
    ("shares", "cutoff", "lineage"),
    [
        ((1.0, 0.9, 0.2), 0.8, ("F", "G", "")),
        ((1.0, 0.8, 0.2), 0.8, ("F", "G", "")),  # the cutoff itself is enough
        ((0.5, 0.4, 0.2), 0.8, ("", "", "")),
        ((0.5, 0.4, 0.2), 0.0, ("F", "G", "S")),
        ((0.7, 0.9, 0.2), 0.8, ("", "", "")),  # a genus is not surer than its family
        ((0.9, np.nan, 0.85), 0.8, ("F", "G", "S")),  # no name at a rank: as sure as the next above it
    ],
)
def test_a_lineage_ends_where_it_is_no_longer_sure(shares, cutoff, lineage):
    assert calls(shares).taxonomy(cutoff).lineages == {"f0": lineage}


def test_each_feature_may_have_a_cutoff_of_its_own():
    both = calls((1.0, 0.6, 0.1), (1.0, 0.6, 0.1))
    assert both.depths(np.array([0.5, 0.7])).tolist() == [2, 1]


def test_a_feature_without_any_name():
    found = Calls.of({"a": {}, "b": {"family": ("F", 0.9)}}, RANKS, "gold")
    assert found.taxonomy(0.8).lineages == {"a": ("", "", ""), "b": ("F", "", "")}


def test_names_of_two_references_are_not_compared():
    one = calls((1.0, 1.0, 1.0))
    one.same_reference(calls((1.0, 0.5, 0.5)))
    with pytest.raises(InputError, match="'gold', 'silva'; expected one reference"):
        one.same_reference(calls((1.0, 1.0, 1.0), reference="silva"))


@pytest.mark.parametrize(
    ("numbers", "emptied"),
    [
        ({}, None),
        ({"with_primers": 0}, ("primers", 100)),
        ({"with_primers": 60, "merged": 0}, ("merge", 60)),
        ({"merged": 50, "kept": 0}, ("filter", 50)),
        ({"merged": None, "kept": 0}, ("filter", 100)),
        ({"counted": 0}, ("features", 80)),
        ({"counted": 0, "chimeric": 7}, ("chimeras", 7)),
    ],
)
def test_the_step_that_left_nothing(numbers, emptied):
    usual = {
        "reads": 100,
        "with_primers": None,
        "merged": 90,
        "kept": 80,
        "unique": 9,
        "chimeric": 0,
        "counted": 70,
    }
    assert Losses(AmpliconReadsRow(sample="s", **(usual | numbers))).emptied == emptied


def test_every_loss_has_its_likeliest_cause():
    assert all("; likely " in no_reads_left(step, 1) for step in CAUSES)


# --- how far a divergence hangs on the calls

WHO = Subject("S", "", "before", "after")


def several(n=40, seed=1):
    """Features of a few genera, with support that falls from rank to rank, and two pools of reads."""
    rng = np.random.default_rng(seed)
    homes = [(f"F{k % 3}", f"G{k % 7}", f"S{k}") for k in range(n)]
    support = np.sort(rng.random((n, 3)).round(2), axis=1)[:, ::-1]
    found = Calls(tuple(f"f{k}" for k in range(n)), RANKS, tuple(homes), support, "gold")
    return found, Pools(WHO, rng.integers(1, 90, n).astype(float), rng.integers(1, 90, n).astype(float))


@pytest.mark.parametrize("rank", RANKS)
def test_each_cutoff_gives_what_a_table_of_its_names_gives(rank):
    found, pools = several()
    counts = Counts(["b", "a"], found.features, np.stack([pools.before, pools.after]))
    for row in RankCalls(found, rank, 1).cutoff_rows(pools):
        taxonomy = found.taxonomy(row.cutoff)
        before, after = (side / side.sum() for side in collapse(counts, taxonomy, rank, "lineage").dense())
        assert row.jsd_plugin_bits == pytest.approx(float(jensen_shannon_divergence(after, before)))
        named = [bool(taxonomy.lineages[feature][RANKS.index(rank)]) for feature in found.features]
        assert row.named_share_before == pytest.approx(pools.before[named].sum() / pools.before.sum())


@pytest.mark.parametrize("rank", RANKS)
def test_no_names_are_further_apart_than_the_features(rank):
    """The data processing inequality."""
    for seed in range(5):
        found, pools = several(seed=seed)
        measure = RankCalls(found, rank, seed)
        row = measure.range_row(pools, 0.8)
        assert row.calls_low_bits <= row.calls_mean_bits <= row.calls_high_bits <= row.features_bits
        assert all(one.jsd_plugin_bits <= row.features_bits + 1e-12 for one in measure.cutoff_rows(pools))


def test_sure_calls_have_no_range():
    found, pools = several()
    sure = Calls(found.features, found.ranks, found.names, np.ones_like(found.bootstraps), "gold")
    row = RankCalls(sure, "genus", 1).range_row(pools, 0.8)
    assert row.calls_low_bits == row.calls_high_bits == pytest.approx(row.jsd_plugin_bits)
    assert not row.wider_than_reads


def test_a_coin_of_two_calls_has_both_ends_in_its_range():
    """A feature of half the reads that is G with a chance of 0.5, as another feature surely is."""
    names = (("F", "G", ""), ("F", "G", ""))
    found = Calls(("sure", "coin"), RANKS, names, np.array([[1, 1, 0], [1, 0.5, 0]]), "gold")
    pools = Pools(WHO, np.array([90.0, 10.0]), np.array([10.0, 90.0]))
    row = RankCalls(found, "genus", 1).range_row(pools, 0.8)
    assert row.calls_low_bits == 0
    assert row.calls_high_bits == pytest.approx(row.features_bits)
    assert 0.3 * row.features_bits < row.calls_mean_bits < 0.7 * row.features_bits
    assert row.wider_than_reads


def test_a_chance_of_a_call_is_its_support():
    found = calls((1.0, 0.3, 0.0))
    measure = RankCalls(found, "genus", 1)
    assert abs((measure._drawn[:, 0] == measure._at(0.0)[0]).mean() - 0.3) < 0.1


def test_the_seed_decides_and_an_unknown_rank_is_refused():
    found, pools = several()
    first, again, other = (RankCalls(found, "genus", seed).range_row(pools, 0.8) for seed in (1, 1, 2))
    assert first == again != other
    assert [row.cutoff for row in RankCalls(found, "genus", 1).cutoff_rows(pools)] == list(CUTOFFS)
    with pytest.raises(InputError, match="no rank 'tribe'"):
        RankCalls(found, "tribe", 1)
