"""The order in which a file lists its taxa is no information: no table depends on it."""

import numpy as np
import pandas as pd
from pandas.testing import assert_frame_equal

from klbio import Counts, ShiftSettings, Study, Taxonomy


def study(order):
    rng = np.random.default_rng(3)
    samples = [f"{who}{n}" for who in "ABCD" for n in (1, 2)]
    taxa = [f"t{k}" for k in range(12)]
    values = rng.poisson(rng.gamma(0.5, 60, (len(samples), 12)) + 20)
    sheet = pd.DataFrame(
        {"subject": [s[0] for s in samples], "phase": ["before", "after"] * 4, "arm": list("xxxxyyyy")},
        index=pd.Index(samples, name="sample"),
    )
    lineages = Taxonomy(("genus",), {taxon: (f"g{k % 4}",) for k, taxon in enumerate(taxa)})
    counts = Counts(samples, [taxa[k] for k in order], values[:, order])
    settings = ShiftSettings(ranks=("genus", "feature"), n_resamples=19)
    return Study(counts, sheet, taxonomy=lineages, settings=settings)


def test_no_table_depends_on_the_order_of_the_taxa():
    plain = study(np.arange(12)).tables
    for seed in (1, 2):
        other = study(np.random.default_rng(seed).permutation(12)).tables
        for name, frame in plain.items():
            assert_frame_equal(frame, other[name])
