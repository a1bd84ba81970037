"""Rows of the table of codons: which of them carry the difference between two coding models."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import permutations
from typing import Any

import numpy as np

from klbio.alphabets import CODONS
from klbio.models.comparison.gene_models import GeneModels
from klbio.models.markov.codons import STANDARD_CODE, codon_laws, codon_terms

__all__ = ["CODON_COLUMNS", "codon_rows", "pairs_without_codons"]

CODON_COLUMNS = (
    "model_p", "model_q", "codon", "amino_acid", "per_thousand_p", "per_thousand_q", "term_bits",
    "contribution_bits", "per",
)  # fmt: skip
FEW = 20  # models up to which every ordered pair is told codon by codon
Row = dict[str, Any]
Pair = tuple[int, int]


def codon_rows(comparison: GeneModels) -> Iterator[Row]:
    """Give the 64 codons of each pair told: all of up to twenty models, else each model and its nearest."""
    models = comparison.having("coding")
    if len(models) < 2:
        return
    names, laws = list(models), codon_laws(list(models.values()), epsilon=comparison.epsilon)
    for i, j in _told(comparison):
        terms, contributions = codon_terms(laws[i], laws[j])
        columns = (CODONS.symbols, STANDARD_CODE, 1000 * laws[i], 1000 * laws[j], terms, contributions)
        for values in zip(*columns, strict=True):
            yield dict(zip(CODON_COLUMNS, (names[i], names[j], *values, "codon"), strict=True))


def pairs_without_codons(comparison: GeneModels) -> list[dict[str, str]]:
    """Say how many pairs are not told codon by codon."""
    n = len(comparison.having("coding"))
    left = n * (n - 1) - len(_told(comparison))
    name = f"{left} of {n * (n - 1)} ordered pairs of coding models"
    reason = f"more than {FEW} models: codons.tsv holds each model and its nearest only"
    return [{"source": "models", "kind": "pairs", "name": name, "reason": reason}] if left else []


def _told(comparison: GeneModels) -> list[Pair]:
    n = len(comparison.having("coding"))
    if n <= FEW:
        return list(permutations(range(n), 2))
    bits = comparison.rates["coding"].mean(axis=-1)
    nearest = np.where(np.eye(n, dtype=bool), np.inf, bits).argmin(axis=1).tolist()
    return sorted({pair for i, j in enumerate(nearest) for pair in ((i, j), (j, i))})
