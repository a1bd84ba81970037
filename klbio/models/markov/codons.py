"""Codon usage implied by a coding model, and its divergence split into amino acids and synonyms."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from scipy.special import kl_div, rel_entr

from klbio.distributions import FloatArray
from klbio.models.markov.genetic_code import STANDARD, genetic_code

__all__ = ["CodonDivergence", "codon_terms"]


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

    @classmethod
    def of(cls, usage: FloatArray, code: int = STANDARD) -> CodonDivergence:
        r"""Relative entropy of codon usage, split by the chain rule.

        .. math::
            D(\text{codon}) = D(\text{amino acid}) + \sum_a P(a)\, D(P(\cdot \mid a) \parallel Q(\cdot \mid a))

        Parameters
        ----------
        usage : ndarray of shape (n_models, 64)
            Rows sum to 1; codons in the order of `klbio.alphabets.CODONS`.
        code : int, default 1
            NCBI's number of the genetic code that says which codons are synonyms.

        Returns
        -------
        CodonDivergence
            Bits per codon, ``[i, j]`` = D(i || j).

        Notes
        -----
        It sees single codons, each model under its own stationary distribution.  A third of it is the
        rate per base where codons follow each other independently; otherwise it may be less
        (which codon follows which tells more) or more (a base tells less once its context is
        known).
        """
        membership = _membership(genetic_code(code).acids)
        acids = usage @ membership
        mass = acids @ membership.T  # of the amino acid each codon stands for
        within = np.divide(usage, mass, out=np.zeros_like(usage), where=mass > 0)
        return cls(
            codon=_bits(rel_entr(usage[:, None], usage)),
            amino_acid=_bits(rel_entr(acids[:, None], acids)),
            synonymous=_bits(mass[:, None] * rel_entr(within[:, None], within)),
        )


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


def _membership(code: str) -> FloatArray:
    """Which codon (row) codes for which amino acid or stop (column)."""
    letters = sorted(set(code))
    return np.array([[letter == acid for acid in letters] for letter in code], dtype=float)


def _bits(nats: FloatArray) -> FloatArray:
    return np.asarray(np.maximum(nats.sum(axis=-1), 0.0) / math.log(2))
