"""Rows of the tables behind sequence logos: the letters of sites, and of the aligned columns of profiles."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from klbio.alphabets import DNA
from klbio.models import GeneModel, ProfileHMM
from klbio.models.comparison.aligned_profiles import AlignedProfiles
from klbio.models.profiles.logos import letter_heights

__all__ = ["ALIGNED_LETTER_COLUMNS", "SITE_LETTER_COLUMNS", "aligned_letter_rows", "site_letter_rows"]

SITE_LETTER_COLUMNS = ("model", "site", "position", "letter", "probability", "height_bits")
ALIGNED_LETTER_COLUMNS = (
    "model_p", "model_q", "side", "column", "node", "letter", "probability", "height_bits",
)  # fmt: skip
MOST_PAIRS = 10  # related pairs of profiles whose letters are written, the best first
UNIFORM = np.full(4, 0.25)
Row = dict[str, Any]


def site_letter_rows(models: Mapping[str, GeneModel]) -> Iterator[Row]:
    """Give each base at each position of each site, as the model has it: not smoothed."""
    for name, model in models.items():
        for site, table in model.sites.items():
            heights = letter_heights(table.probabilities, UNIFORM)
            for place, probabilities, bits in zip(table.positions, table.probabilities, heights, strict=True):
                for letter, p, height in zip(DNA.symbols, probabilities, bits, strict=True):
                    values = (name, site, place, letter, p, height)
                    yield dict(zip(SITE_LETTER_COLUMNS, values, strict=True))


def aligned_letter_rows(aligned: AlignedProfiles) -> Iterator[Row]:
    """Give each letter of both sides at each aligned column of the best related pairs."""
    related = sorted(aligned.related(), key=lambda one: (aligned.expected(one), one.i, one.j))
    for pair in related[:MOST_PAIRS]:
        if pair.alignment is None:
            continue
        names = {"model_p": aligned.names[pair.i], "model_q": aligned.names[pair.j]}
        for side, place, nodes in (("p", pair.i, 0), ("q", pair.j, 1)):
            own = aligned.profiles[place].profile
            for row in _letters(own, pair.alignment.pairs[:, nodes]):
                yield {**names, "side": side, **row}


def _letters(profile: ProfileHMM, nodes: npt.NDArray[np.int64]) -> Iterator[Row]:
    emissions = profile.match_emissions[nodes - 1]
    heights = letter_heights(emissions, profile.background)
    for column, (node, probabilities, bits) in enumerate(zip(nodes, emissions, heights, strict=True), 1):
        for letter, p, height in zip(profile.alphabet.symbols, probabilities, bits, strict=True):
            yield {"column": column, "node": node, "letter": letter, "probability": p, "height_bits": height}
