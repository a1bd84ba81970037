"""Codons that carry the difference between two coding models."""

from __future__ import annotations

from functools import cached_property
from itertools import permutations

import numpy as np
import pandas as pd

from klbio.alphabets import CODONS
from klbio.models.comparison.gene_models import GeneModels
from klbio.models.markov.codons import codon_terms
from klbio.models.markov.genetic_code import genetic_code
from klbio.phrases import say
from klbio.phrases.gene_models import ManyModels, PartOf
from klbio.schema import MODEL_TABLES, CodonRow, DroppedRow, columns_of

__all__ = ["CodonPairs"]

CODONS_TABLE = MODEL_TABLES["codons"]
FEW = 20  # models up to which every ordered pair is listed codon by codon
Pair = tuple[int, int]


class CodonPairs:
    """Ordered pairs of coding models listed codon by codon: all of up to twenty models, else each and its nearest.

    Parameters
    ----------
    models : GeneModels
    """

    def __init__(self, models: GeneModels) -> None:
        self.models = models

    @cached_property
    def names(self) -> list[str]:
        """The models."""
        return list(self.models.having("coding"))

    @cached_property
    def listed(self) -> list[Pair]:
        """Places of p and of q of each pair."""
        n = len(self.names)
        if n <= FEW:
            return list(permutations(range(n), 2))
        rates = self.models.contents["coding"].rates
        nearest = np.where(np.eye(n, dtype=bool), np.inf, rates).argmin(axis=1).tolist()
        return sorted({pair for i, j in enumerate(nearest) for pair in ((i, j), (j, i))})

    def frame(self) -> pd.DataFrame:
        """Give the 64 codons of each pair."""
        if not self.listed:
            return CODONS_TABLE.frame([])
        p, q = np.array(self.listed).T
        names, coding = np.array(self.names, dtype=object), self.models.contents["coding"]
        usage_p, usage_q = coding.codon_usages(self.listed)
        terms, contributions = codon_terms(usage_p, usage_q)
        acids = "".join(genetic_code(coding.codes[i]).acids for i in p.tolist())
        columns = columns_of(
            CodonRow,
            model_p=np.repeat(names[p], len(CODONS)), model_q=np.repeat(names[q], len(CODONS)),
            codon=CODONS.symbols * len(p), amino_acid=list(acids),
            per_thousand_p=(1000 * usage_p).ravel(), per_thousand_q=(1000 * usage_q).ravel(),
            term_bits=terms.ravel(), contribution_bits=contributions.ravel(), per="codon",
        )  # fmt: skip
        return CODONS_TABLE.arranged(pd.DataFrame(columns))

    def dropped(self) -> list[DroppedRow]:
        """Say how many pairs are not listed."""
        n = len(self.names)
        left = n * (n - 1) - len(self.listed)
        name = say(PartOf(left, n * (n - 1), "ordered pairs of coding models"))
        row = DroppedRow(source="models", kind="pairs", name=name, reason=say(ManyModels(FEW)))
        return [row] if left else []
