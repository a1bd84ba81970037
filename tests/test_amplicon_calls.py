"""What features are called, down to where that is sure; where reads were lost."""

import numpy as np
import pytest

from klbio.amplicons import Calls, Losses
from klbio.errors import InputError
from klbio.phrases.amplicons import CAUSES, no_reads_left
from klbio.schema import AmpliconReadsRow

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
