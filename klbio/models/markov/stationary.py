"""The distribution of a periodic Markov chain in the long run."""

from __future__ import annotations

import numpy as np

from klbio.distributions import FloatArray
from klbio.errors import InputError

__all__ = ["longer_contexts", "stationary_distribution", "step"]

CYCLES = 10_000


def step(contexts: FloatArray, probabilities: FloatArray) -> FloatArray:
    """Move the distribution of the context one base on: the new base enters, the oldest leaves.

    Parameters
    ----------
    contexts : ndarray of shape (n_contexts,)
        Distribution of the k bases before the next one.
    probabilities : ndarray of shape (n_contexts, 4)
        Of the next base in each context.

    Returns
    -------
    ndarray of shape (n_contexts,)

    Examples
    --------
    From a certain A, a chain of order 1 that always emits T:

    >>> step(np.array([1.0, 0, 0, 0]), np.tile([0.0, 0, 0, 1], (4, 1)))
    array([0., 0., 0., 1.])
    """
    joint = contexts[:, None] * probabilities
    return np.asarray(joint.reshape(4, -1).sum(axis=0) if len(contexts) > 1 else joint.sum(axis=1))


def stationary_distribution(probabilities: FloatArray, *, tolerance: float = 1e-14) -> FloatArray:
    r"""Stationary distribution of the context at each position of the period.

    .. math:: \pi_{f+1}(c_2 \dots c_k b) = \sum_{c_1} \pi_f(c_1 \dots c_k) P_f(b \mid c_1 \dots c_k)

    found by power iteration from the uniform distribution over whole periods.

    Parameters
    ----------
    probabilities : ndarray of shape (period, n_contexts, 4)
        Rows sum to 1.  A row of zeros is read as uniform: nothing is known of a context
        the model calls impossible, and it carries no mass where it cannot be reached.
    tolerance : float
        Stop when one period moves less than this in total (L1).

    Returns
    -------
    ndarray of shape (period, n_contexts)
        Row f is the distribution of the context before the base at position f; rows sum to 1.

    Raises
    ------
    InputError
        If the iteration does not settle: the chain runs in circles or falls apart.

    Examples
    --------
    A base is kept with probability 1/2 and is A otherwise; in the long run all are A:

    >>> keep = np.eye(4) / 2
    >>> keep[:, 0] += 1 / 2
    >>> stationary_distribution(keep[None]).round(6) + 0
    array([[1., 0., 0., 0.]])
    """
    from klbio.models.markov.stationary_kernels import settled  # here, because it is heavy

    known = probabilities.sum(axis=-1, keepdims=True) > 0
    rows = np.ascontiguousarray(np.where(known, probabilities, 0.25))
    found = np.full(rows.shape[:2], 1 / rows.shape[1])
    if settled(rows, found, tolerance * max(1, rows.shape[1] ** 0.5), CYCLES):
        return found
    raise InputError.one(
        "content model", f"a chain that has not settled after {CYCLES} periods", "one stationary distribution",
        "Smooth it with an epsilon above 0, so that every context can be reached.",
    )  # fmt: skip


def longer_contexts(contexts: FloatArray, probabilities: FloatArray) -> FloatArray:
    r"""Stationary distribution of contexts one base longer, which the chain itself has no use for.

    .. math:: \pi_{f+1}(c\,b) = \pi_f(c)\, P_f(b \mid c)

    Parameters
    ----------
    contexts : ndarray of shape (period, n_contexts)
        As `stationary_distribution` gives it.
    probabilities : ndarray of shape (period, n_contexts, 4)
        Of the same chain.

    Returns
    -------
    ndarray of shape (period, 4 * n_contexts)

    Examples
    --------
    >>> fair = np.full((1, 1, 4), 0.25)
    >>> longer_contexts(stationary_distribution(fair), fair)
    array([[0.25, 0.25, 0.25, 0.25]])
    """
    known = probabilities.sum(axis=-1, keepdims=True) > 0
    words = contexts[..., None] * np.where(known, probabilities, 0.25)
    return np.roll(words.reshape(len(contexts), -1), 1, axis=0)
