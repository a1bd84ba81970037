"""What is done to content models before they are compared: orders lifted, stops removed, zeros smoothed."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from klbio.alphabets import STOP_CODONS, kmers
from klbio.distributions import FloatArray
from klbio.errors import InputError
from klbio.models.content_model import ContentModel, closed
from klbio.models.markov.stationary import stationary_law

__all__ = [
    "comparable",
    "completes_stop",
    "holds_stop",
    "lifted",
    "smoothing_name",
    "stop_mass_per_codon",
]

CODING_PERIOD = 3
CODON_CONTEXT = 2  # the two bases before codon position 3


def lifted(probabilities: FloatArray, order: int) -> FloatArray:
    """Write a chain as one of higher order that ignores the older bases: the same law, exactly.

    Parameters
    ----------
    probabilities : ndarray of shape (period, 4**k, 4)
    order : int
        Not below k.

    Returns
    -------
    ndarray of shape (period, 4**order, 4)

    Examples
    --------
    >>> lifted(np.full((1, 1, 4), 0.25), order=2).shape
    (1, 16, 4)
    """
    copies = 4**order // probabilities.shape[1]
    return np.tile(probabilities, (1, copies, 1))


def completes_stop(order: int) -> NDArray[np.bool_]:
    """Mark the entries (codon position, context, base) where the base completes an in-frame stop codon.

    Parameters
    ----------
    order : int
        At least 2.

    Returns
    -------
    ndarray of bool of shape (3, 4**order, 4)

    Examples
    --------
    TAA, TAG and TGA, each once:

    >>> int(completes_stop(2).sum())
    3
    """
    last = [[context + base in STOP_CODONS for base in "ACGT"] for context in kmers(CODON_CONTEXT)]
    mask = np.zeros((CODING_PERIOD, 4**order, 4), dtype=bool)
    mask[2] = np.tile(last, (4 ** (order - CODON_CONTEXT), 1))
    return mask


def holds_stop(order: int) -> NDArray[np.bool_]:
    """Mark the contexts (codon position of the next base, context) that hold a whole in-frame stop codon.

    Returns
    -------
    ndarray of bool of shape (3, 4**order)

    Examples
    --------
    With order 4, a stop just before codon position 1 or one base earlier before position 2:

    >>> holds_stop(4).sum(axis=1)
    array([12, 12,  0])
    """
    starts = [
        [start for start in range(order - 2) if (f - order + start) % 3 == 0] for f in range(CODING_PERIOD)
    ]
    return np.array(
        [[any(word[i : i + 3] in STOP_CODONS for i in where) for word in kmers(order)] for where in starts]
    )


def comparable(model: ContentModel, *, order: int, epsilon: float) -> FloatArray:
    r"""Bring a content model to a given order, without in-frame stops, without zeros.

    1. The order is lifted (exact).
    2. With period 3, entries that complete an in-frame stop codon are set to 0 and the
       rows divided by their sums: P(b | c, no stop here).
    3. `epsilon` is added to every entry but those, and the rows are divided by their sums.

    Parameters
    ----------
    model : ContentModel
    order : int
        At least the model's own, and at least 2 with period 3.
    epsilon : float
        Added per symbol; 0 leaves zeros, and so possibly infinite relative entropies.

    Returns
    -------
    ndarray of shape (period, 4**order, 4)
        Rows sum to 1; with epsilon 0 rows of zeros may remain.

    Examples
    --------
    >>> model = ContentModel(np.full((3, 1, 4), 0.25))
    >>> comparable(model, order=2, epsilon=0.0)[2, 12].round(3)  # after TA only C and T are left
    array([0. , 0.5, 0. , 0.5])
    """
    rows = lifted(model.probabilities, order)
    allowed = ~completes_stop(order) if model.period == CODING_PERIOD else np.ones(rows.shape, dtype=bool)
    return closed(closed(np.where(allowed, rows, 0.0)) + epsilon * allowed)


def smoothing_name(epsilon: float) -> str:
    """Say how zeros were treated, as it stands beside every number.

    >>> smoothing_name(1e-4)
    'additive(0.0001 per probability), no in-frame stop'
    """
    if not 0 <= epsilon < 1:
        raise InputError.one("epsilon", repr(epsilon), "a number from 0 to below 1", "Usual is 1e-4.")
    return f"additive({epsilon:g} per probability), no in-frame stop"


def stop_mass_per_codon(coding: ContentModel) -> float:
    r"""Probability that a codon of the model's own long run is a stop codon.

    .. math:: \sum_c \pi_3(c) \sum_{b:\, c b \text{ ends in a stop}} P_3(b \mid c)

    with :math:`\pi` the stationary law of the model as it was read.  A gene finder that
    forbids stops elsewhere may leave some mass here; compared unconditioned, it would
    dominate everything else.

    Examples
    --------
    >>> stop_mass_per_codon(ContentModel(np.full((3, 1, 4), 0.25))) == 3 / 64
    True
    """
    rows = lifted(coding.probabilities, max(coding.order, CODON_CONTEXT))
    stops = np.where(completes_stop(max(coding.order, CODON_CONTEXT))[2], rows[2], 0.0).sum(axis=1)
    return float(stationary_law(rows)[2] @ stops)
