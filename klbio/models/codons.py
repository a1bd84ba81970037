"""Codon usage implied by a coding model, and its divergence split into amino acids and synonyms."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import rel_entr

from klbio.distributions import FloatArray
from klbio.models.content import comparable
from klbio.models.rates import EPSILON, common_order
from klbio.models.stationary import stationary_law
from klbio.models.tables import ContentModel

__all__ = ["STANDARD_CODE", "CodonDivergence", "codon_law", "codon_relative_entropies"]

# one letter per codon AAA, AAC, ... TTT; * is stop (NCBI table 1)
STANDARD_CODE = "KNKNTTTTRSRSIIMIQHQHPPPPRRRRLLLLEDEDAAAAGGGGVVVV*Y*YSSSS*CWCLFLF"


@dataclass(frozen=True, eq=False)
class CodonDivergence:
    """Relative entropies of codon usage for all ordered pairs, in bits per codon.

    Parameters
    ----------
    codon, amino_acid, synonymous : ndarray of shape (n_models, n_models)
        ``codon`` = ``amino_acid`` + ``synonymous``: what is told by which amino acid comes,
        and by which of its codons is taken.
    """

    codon: FloatArray
    amino_acid: FloatArray
    synonymous: FloatArray


def codon_law(probabilities: FloatArray) -> FloatArray:
    """Long-run frequency of each codon.

    Parameters
    ----------
    probabilities : ndarray of shape (3, 4**k, 4)
        k at least 2.

    Returns
    -------
    ndarray of shape (64,)
        In the order of `klbio.alphabets.CODONS`; sums to 1.

    Examples
    --------
    >>> bool(np.allclose(codon_law(np.full((3, 16, 4), 0.25)), 1 / 64))
    True
    """
    joint = stationary_law(probabilities)[2][:, None] * probabilities[2]
    law = joint.reshape(-1, 64).sum(axis=0)
    return np.asarray(law / law.sum())


def codon_relative_entropies(models: Sequence[ContentModel], *, epsilon: float = EPSILON) -> CodonDivergence:
    r"""Relative entropy of codon usage, split by the chain rule.

    .. math::
        D(\text{codon}) = D(\text{amino acid}) + \sum_a P(a)\, D(P(\cdot \mid a) \parallel Q(\cdot \mid a))

    Parameters
    ----------
    models : sequence of ContentModel
        Coding models, period 3.
    epsilon : float
        As for `klbio.models.rates.relative_entropy_rates`.

    Returns
    -------
    CodonDivergence
        Bits per codon, ``[i, j]`` = D(i || j).

    Notes
    -----
    It sees single codons, each model under its own stationary law.  A third of it is the
    rate per base where codons follow each other independently; otherwise it may be less
    (which codon follows which tells more) or more (a base tells less once its context is
    known).
    """
    order = common_order(models)
    laws = np.stack([codon_law(comparable(model, order=order, epsilon=epsilon)) for model in models])
    acids = laws @ _membership()
    mass = acids @ _membership().T  # of the amino acid each codon stands for
    within = np.divide(laws, mass, out=np.zeros_like(laws), where=mass > 0)
    return CodonDivergence(
        codon=_bits(rel_entr(laws[:, None], laws)),
        amino_acid=_bits(rel_entr(acids[:, None], acids)),
        synonymous=_bits(mass[:, None] * rel_entr(within[:, None], within)),
    )


def _membership() -> FloatArray:
    """Which codon (row) codes for which amino acid or stop (column)."""
    letters = sorted(set(STANDARD_CODE))
    return np.array([[letter == acid for acid in letters] for letter in STANDARD_CODE], dtype=float)


def _bits(nats: FloatArray) -> FloatArray:
    return np.asarray(np.maximum(nats.sum(axis=-1), 0.0) / math.log(2))
