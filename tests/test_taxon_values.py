"""What values of taxa are like does not depend on how many numbers are looked at together."""

import numpy as np
import pytest

from klbio import taxon_values
from klbio.design import Design, Sample
from klbio.distributions import Counts
from klbio.taxon_values import TaxonValues

N_SUBJECTS = 8
SAMPLES = [f"s{subject}.{time}" for subject in range(N_SUBJECTS) for time in range(3)]
DESIGN = Design([
    Sample(name, f"p{i // 3}", "before" if i % 3 == 0 else "after") for i, name in enumerate(SAMPLES)
])  # fmt: skip


@pytest.fixture(params=[1, 7, 1 << 20])
def values(request, monkeypatch):
    """Of an age, one value a subject; of a steady number; of reads; and of a taxon that leads each sample."""
    monkeypatch.setattr(taxon_values, "PART", request.param)
    rng = np.random.default_rng(3)
    n = len(SAMPLES)
    table = np.column_stack([
        np.repeat(np.arange(20, 20 + N_SUBJECTS), 3), np.full(n, 36.0), rng.negative_binomial(1, 0.005, (n, 5)),
        np.full(n, 1e5) + rng.integers(0, 9e4, n),
    ])  # fmt: skip
    return TaxonValues(Counts(SAMPLES, ["age", "warmth", *"ABCDE", "leader"], table))


def test_each_kind_is_found(values):
    def names(these):
        return [
            name for name, found in zip(["age", "warmth", *"ABCDE", "leader"], these, strict=True) if found
        ]

    assert names(values.same_in_subjects(DESIGN)) == ["age", "warmth"]
    assert "warmth" in names(values.are_steady)
    assert not set("ABCDE") & set(names(values.are_steady))
    assert names(values.is_beyond_all) == ["leader"]
    assert {"age", "warmth", "leader"} <= set(names(values.in_all))


def test_without_a_design_nobody_has_samples(values):
    assert not values.same_in_subjects(None).any()
