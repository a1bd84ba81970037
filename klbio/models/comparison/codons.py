"""Codons that carry the difference between two coding models."""

from __future__ import annotations

import numpy as np
import pandas as pd

from klbio.alphabets import CODONS
from klbio.models.comparison.gene_models import GeneModels
from klbio.models.markov.codons import codon_terms
from klbio.models.markov.genetic_code import genetic_code
from klbio.schema import MODEL_TABLES, CodonRow, columns_of

__all__ = ["CodonPairs"]

CODONS_TABLE = MODEL_TABLES["codons"]


class CodonPairs:
    """Ordered pairs of coding models listed codon by codon.

    Parameters
    ----------
    models : GeneModels
    """

    def __init__(self, models: GeneModels) -> None:
        self.models = models

    def frame(self) -> pd.DataFrame:
        """Give the 64 codons of each pair."""
        listed = self.models.listed
        if not listed.detailed:
            return CODONS_TABLE.frame([])
        p, q = np.array(listed.detailed).T
        names, coding = np.array(listed.names, dtype=object), self.models.contents["coding"]
        usage_p, usage_q = coding.codon_usages(listed.detailed)
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
