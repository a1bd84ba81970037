"""Relative entropy rates between content models, in bits per base, for all ordered pairs."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.special import rel_entr

from klbio.distributions import FloatArray
from klbio.errors import InputError
from klbio.models.content_model import ContentModel, closed
from klbio.models.markov.content import CODING_PERIOD, CODON_CONTEXT, comparable, lifted, smoothing_name
from klbio.models.markov.log_ratios import Places, log_ratio_sums, logarithms
from klbio.models.markov.stationary import longer_law, stationary_law

__all__ = [
    "EPSILON", "bases_to_tell_apart", "by_order", "common_order", "rates_in_contexts", "relative_entropy_rates",
    "truncation_cost",
]  # fmt: skip

EPSILON = 1e-4


def common_order(models: Sequence[ContentModel]) -> int:
    """Give the order at which all of them can be written: the greatest, with period 3 at least 2.

    Raises
    ------
    InputError
        If their periods differ.
    """
    periods = sorted({model.period for model in models})
    if len(periods) != 1:
        raise InputError.one(
            "content models", f"periods {periods}", "one period", "Compare one component at a time."
        )
    return max([model.order for model in models] + [CODON_CONTEXT] * (periods[0] == CODING_PERIOD))


def relative_entropy_rates(models: Sequence[ContentModel], *, epsilon: float = EPSILON) -> FloatArray:
    r"""Relative entropy rate of every model from every other, at each position of the period.

    .. math::
        D_f(P \parallel Q) = \sum_c \pi_f(c) \sum_b P_f(b \mid c) \log_2 \frac{P_f(b \mid c)}{Q_f(b \mid c)},
        \qquad D = \tfrac{1}{3} \sum_f D_f

    with :math:`\pi` the stationary law of P.  Read D as the extra bits paid per base when
    sequence drawn from P is coded with Q, or as the evidence against Q that each base of
    it brings on average.

    Parameters
    ----------
    models : sequence of ContentModel
        All of one period.  Orders may differ: shorter ones are lifted, which is exact.
    epsilon : float
        Added to every probability but those of in-frame stop codons, see
        `klbio.models.markov.content.comparable`.

    Returns
    -------
    ndarray of shape (n_models, n_models, period)
        ``[i, j, f]`` is D_f(i || j) in bits per base; the mean over f is the rate.  0 for
        equal models; ``inf`` only with epsilon 0, where P emits what Q rules out.

    Raises
    ------
    InputError
        If the periods differ, or a chain has no single stationary law.

    See Also
    --------
    klbio.models.markov.codons.codon_relative_entropies : the same per codon, amino acids apart.

    Notes
    -----
    Not a distance: neither symmetric nor bound by the triangle inequality.  For period 3
    both models are conditioned on no in-frame stop, row by row.

    References
    ----------
    .. [1] Rached Z, Alajaji F, Campbell LL (2004) The Kullback-Leibler divergence rate
       between Markov sources. IEEE Trans Inf Theory 50:917-921.
       doi:10.1109/TIT.2004.826687

    Examples
    --------
    A model that emits A and C only, against a fair one, and back, unsmoothed:

    >>> biased, fair = ContentModel([[[0.5, 0.5, 0, 0]]]), ContentModel([[[0.25] * 4]])
    >>> relative_entropy_rates([biased, fair], epsilon=0.0)[..., 0]
    array([[ 0.,  1.],
           [inf,  0.]])
    """
    smoothing_name(epsilon)  # refuses an epsilon that is no probability
    common_order(models)  # refuses mixed periods
    found = np.zeros((len(models), len(models), models[0].period))
    for members, new, laws, tables in by_order(models, epsilon):
        for f in range(found.shape[-1]):
            for i, rows, nats in _of_position(laws[:, f], tables[:, f], new):
                found[members[i], members[rows], f] = nats
    return np.asarray(np.maximum(found, 0.0) / math.log(2))


def by_order(
    models: Sequence[ContentModel], epsilon: float
) -> Iterator[tuple[Places, NDArray[np.bool_], FloatArray, FloatArray]]:
    """Give, for each order there is, the models up to it, which of them are of it, and all their laws and tables.

    So each pair meets at its own order: lifting further changes nothing.  A law is found once, and lifted too.
    """
    orders = np.array([common_order([model]) for model in models])
    laws: dict[int, FloatArray] = {}
    tables: dict[int, FloatArray] = {}
    reached = 0
    for order in sorted(set(orders.tolist())):
        for i in laws:
            for longer in range(reached + 1, order + 1):
                laws[i] = longer_law(laws[i], tables[i])
                tables[i] = lifted(tables[i], longer)
        for i in np.flatnonzero(orders == order).tolist():
            tables[i] = comparable(models[i], order=order, epsilon=epsilon)
            laws[i] = stationary_law(tables[i])
        reached, members = order, np.array(sorted(laws))
        at = members.tolist()
        yield (
            members, orders[members] == order, np.stack([laws[i] for i in at]), np.stack([tables[i] for i in at]),
        )  # fmt: skip


def _of_position(
    laws: FloatArray, tables: FloatArray, new: NDArray[np.bool_]
) -> Iterator[tuple[int, Places, FloatArray]]:
    """Give models, others, and nats from the former to the latter, where either is new, at one position of the period.

    Parameters
    ----------
    laws : ndarray of shape (n_models, n_contexts)
    tables : ndarray of shape (n_models, n_contexts, 4)
    new : ndarray of bool of shape (n_models,)
    """
    rows = tables.reshape(len(tables), -1)
    possible = rows.any(axis=0)  # no model completes a stop codon
    words = (laws[..., None] * tables).reshape(rows.shape)[:, possible]
    logs = logarithms(rows[:, possible])
    for i in range(len(rows)):
        others = np.flatnonzero(new | new[i])
        yield i, others, log_ratio_sums(words[i], logs, i, others)


def rates_in_contexts(law: FloatArray, p: FloatArray, tables: FloatArray) -> FloatArray:
    """Give D_f(p || q) for each q of few `tables`, the contexts weighted by `law`.

    Parameters
    ----------
    law : ndarray of shape (period, 4**k)
    p : ndarray of shape (period, 4**k, 4)
    tables : ndarray of shape (n_models, period, 4**k, 4)

    Returns
    -------
    ndarray of shape (n_models, period)
    """
    return _weighted(law, rel_entr(p, tables).sum(axis=-1))


def _weighted(law: FloatArray, nats: FloatArray) -> FloatArray:
    """Mean over contexts, in bits; what is infinite counts only where the law has mass."""
    terms = np.where(law > 0, nats, 0.0) * law
    return np.asarray(np.maximum(terms.sum(axis=-1), 0.0) / math.log(2))


def truncation_cost(model: ContentModel) -> float:
    r"""Bits per base lost by forgetting the oldest base of the context.

    The relative entropy rate from the model to its own projection on order k - 1,

    .. math:: Q_f(b \mid c_2 \dots c_k) = \frac{\sum_{c_1} \pi_f(c) P_f(b \mid c)}{\sum_{c_1} \pi_f(c)}.

    What the highest order has learnt; large in a model trained on few sequences is a sign
    of over-fitting.  0 for order 0.

    Examples
    --------
    A chain of order 1 that always moves on, A to C to G to T to A, forgets 2 bits:

    >>> truncation_cost(ContentModel(np.roll(np.eye(4), 1, axis=1)[None]))
    2.0
    """
    if not model.order:
        return 0.0
    rows, law = model.probabilities, stationary_law(model.probabilities)
    joint = (law[..., None] * rows).reshape(model.period, 4, -1, 4).sum(axis=1)
    return float(_weighted(law, rel_entr(rows, lifted(closed(joint), model.order)).sum(axis=-1)).mean())


def bases_to_tell_apart(bits_per_base: float, *, error: float = 0.01) -> float:
    r"""Length of sequence after which a wrong model is accepted with probability `error` (Stein).

    .. math:: n = \lceil \log_2(1 / \text{error}) / D \rceil

    At a fixed rate of wrong rejection, the best test's rate of wrong acceptance falls as
    :math:`2^{-nD(P \parallel Q)}`.  It is the asymptotic rate: read n as an order of magnitude.

    Returns
    -------
    float
        A whole number of bases, ``inf`` where the models are equal, 1 where D is infinite.

    References
    ----------
    .. [1] Cover TM, Thomas JA (2006) Elements of Information Theory, 2nd edn, chapter 11.
       doi:10.1002/047174882X

    Examples
    --------
    >>> bases_to_tell_apart(0.1115)
    60.0
    """
    if bits_per_base == 0:
        return math.inf
    return max(float(math.ceil(math.log2(1 / error) / bits_per_base)), 1.0)
