"""Values that were made taxon by taxon, or of logarithms; names that the eye takes for one; codes between names."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd

from .shapes_tables import tsv
from .study import Given, Study, given, shape


@shape
def scaled_from_least_to_most(s: Study, d: Path) -> Given:
    shares = s.percent()
    least, most = shares.min(axis=1), shares.max(axis=1)
    text = tsv(shares.sub(least, axis=0).div(most - least, axis=0).round(6))
    return given(s, d, text, refused="largest value is 1 each: scaled taxon by taxon")


@shape
def shares_of_the_largest(s: Study, d: Path) -> Given:
    return given(
        s, d, tsv(100 * s.counts.div(s.counts.max(axis=1), axis=0)), refused="largest value is 100 each"
    )


@shape
def shares_over_the_samples(s: Study, d: Path) -> Given:
    return given(
        s, d, tsv(s.counts.div(s.counts.sum(axis=1), axis=0)), refused="taxa that each sum to 1 over"
    )


@shape
def ranks_of_taxa(s: Study, d: Path) -> Given:
    return given(s, d, tsv(s.counts.rank(method="min").astype(int)), refused="ranks of the taxa within each")


@shape
def ranks_of_samples(s: Study, d: Path) -> Given:
    return given(
        s, d, tsv(s.counts.rank(axis=1, method="max").astype(int)), refused="ranks of the samples by"
    )


@shape
def clr_moved_above_zero(s: Study, d: Path) -> Given:
    logs = np.log(s.counts + 0.5)
    centred = logs - logs.mean()
    return given(s, d, tsv((centred - centred.min().min()).round(5)), refused="logarithms less their mean")


@shape
def inverse_hyperbolic_sines(s: Study, d: Path) -> Given:
    return given(s, d, tsv(np.arcsinh(s.counts)), refused="hyperbolic sines of counts")


def called(s: Study, at: int, name: str) -> pd.DataFrame:
    names = [name if i == at else species for i, species in enumerate(s.ranks["species"])]
    return s.counts.set_axis(names)


@shape
def species_in_capitals(s: Study, d: Path) -> Given:
    return given(s, d, tsv(called(s, 8, "BLAUTIA OBEUM")), warns="'BLAUTIA OBEUM': one name but for capitals")


@shape
def species_with_an_underscore(s: Study, d: Path) -> Given:
    return given(s, d, tsv(called(s, 8, "Blautia_obeum")), warns="'Blautia_obeum': one name but for")


@shape
def code_among_species(s: Study, d: Path) -> Given:
    frame = called(s, 8, "MMP9")
    return given(s, d, tsv(frame), of=replace(s, counts=frame), warns="'MMP9': a code among Latin names")


@shape
def concentrations_and_copies(s: Study, d: Path) -> Given:
    rng = np.random.default_rng(1)
    frame = s.species.T.assign(
        DNA_conc=rng.integers(5, 80, 24), **{"16S_copies": rng.integers(10**6, 10**9, 24)}
    )
    return given(s, d, tsv(frame, "Sample"), warns="'DNA_conc', '16S_copies'; left out")
