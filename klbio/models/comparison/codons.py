"""Codons that carry the difference between two coding models."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from itertools import permutations

import numpy as np

from klbio.alphabets import CODONS
from klbio.models.comparison.gene_models import GeneModels
from klbio.models.markov.codons import STANDARD_CODE, codon_terms
from klbio.phrases import say
from klbio.phrases.gene_models import ManyModels, PartOf
from klbio.schema import CodonRow, DroppedRow

__all__ = ["CodonPairs"]

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

    def rows(self) -> Iterator[CodonRow]:
        """Give the 64 codons of each pair."""
        for i, j in self.listed:
            usage = self.models.contents["coding"].codon_usage
            terms, contributions = codon_terms(usage[i], usage[j])
            numbers = zip(
                (1000 * usage[i]).tolist(), (1000 * usage[j]).tolist(), terms.tolist(), contributions.tolist(),
                strict=True,
            )  # fmt: skip
            for codon, acid, (here, there, term, part) in zip(
                CODONS.symbols, STANDARD_CODE, numbers, strict=True
            ):
                yield CodonRow(
                    model_p=self.names[i], model_q=self.names[j], codon=codon, amino_acid=acid,
                    per_thousand_p=here, per_thousand_q=there, term_bits=term, contribution_bits=part, per="codon",
                )  # fmt: skip

    def dropped(self) -> list[DroppedRow]:
        """Say how many pairs are not listed."""
        n = len(self.names)
        left = n * (n - 1) - len(self.listed)
        name = say(PartOf(left, n * (n - 1), "ordered pairs of coding models"))
        row = DroppedRow(source="models", kind="pairs", name=name, reason=say(ManyModels(FEW)))
        return [row] if left else []
