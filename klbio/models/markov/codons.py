"""Codon usage implied by a coding model, and its divergence split into amino acids and synonyms."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import kl_div, rel_entr

from klbio.distributions import FloatArray
from klbio.models.content_model import ContentModel
from klbio.models.markov.content import comparable
from klbio.models.markov.rates import EPSILON, common_order
from klbio.models.markov.stationary import stationary_law

__all__ = [
    "STANDARD_CODE",
    "CodonDivergence",
    "codon_law",
    "codon_laws",
    "codon_relative_entropies",
    "codon_terms",
]

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


def codon_laws(models: Sequence[ContentModel], *, epsilon: float = EPSILON) -> FloatArray:
    """Codon usage of each model, smoothed and conditioned as their relative entropies are.

    Parameters
    ----------
    models : sequence of ContentModel
        Coding models, period 3.
    epsilon : float
        As for `klbio.models.markov.rates.relative_entropy_rates`.

    Returns
    -------
    ndarray of shape (n_models, 64)
        Rows sum to 1; codons in the order of `klbio.alphabets.CODONS`.
    """
    order = common_order(models)
    return np.stack([codon_law(comparable(model, order=order, epsilon=epsilon)) for model in models])


def codon_terms(p: FloatArray, q: FloatArray) -> tuple[FloatArray, FloatArray]:
    r"""What each codon adds to the relative entropy D(p || q) of codon usage.

    .. math::
        D = \sum_c p_c \log_2 \frac{p_c}{q_c}
          = \sum_c \left( p_c \log_2 \frac{p_c}{q_c} + \frac{q_c - p_c}{\ln 2} \right)

    Both sums are the same number, since p and q each sum to 1.  A term of the first is
    negative where p uses the codon less than q; none of the second is, and it is 0 only
    where both use it alike: it ranks the codons by how much they tell the two apart.

    Parameters
    ----------
    p, q : ndarray of shape (..., 64)
        Codon usage; rows sum to 1.

    Returns
    -------
    terms, contributions : ndarray of shape (..., 64)
        Bits per codon; either sums to D over the last axis.

    Examples
    --------
    >>> terms, contributions = codon_terms(np.array([0.5, 0.5]), np.array([0.25, 0.75]))
    >>> terms.round(3), contributions.round(3)
    (array([ 0.5  , -0.292]), array([0.139, 0.068]))
    """
    return rel_entr(p, q) / math.log(2), kl_div(p, q) / math.log(2)


def codon_relative_entropies(models: Sequence[ContentModel], *, epsilon: float = EPSILON) -> CodonDivergence:
    r"""Relative entropy of codon usage, split by the chain rule.

    .. math::
        D(\text{codon}) = D(\text{amino acid}) + \sum_a P(a)\, D(P(\cdot \mid a) \parallel Q(\cdot \mid a))

    Parameters
    ----------
    models : sequence of ContentModel
        Coding models, period 3.
    epsilon : float
        As for `klbio.models.markov.rates.relative_entropy_rates`.

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
    laws = codon_laws(models, epsilon=epsilon)
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
