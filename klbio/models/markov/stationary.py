"""The distribution of a periodic Markov chain in the long run."""

from __future__ import annotations

import numpy as np

from klbio.distributions import FloatArray
from klbio.errors import InputError

__all__ = ["longer_contexts", "stationary_distribution", "stationary_distributions", "step"]

CYCLES = 10_000
IN_CACHE = 1 << 20  # bytes of the chains that are moved on together


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
    found: FloatArray = stationary_distributions(probabilities[None], tolerance=tolerance)[0]
    return found


def stationary_distributions(probabilities: FloatArray, *, tolerance: float = 1e-14) -> FloatArray:
    """Give `stationary_distribution` of several chains of one shape, each as it is by itself.

    Parameters
    ----------
    probabilities : ndarray of shape (n_models, period, n_contexts, 4)
    tolerance : float
        As of `stationary_distribution`.

    Returns
    -------
    ndarray of shape (n_models, period, n_contexts)

    Raises
    ------
    InputError
        As of `stationary_distribution`.
    """
    found = np.empty(probabilities.shape[:-1])
    at_once = max(1, IN_CACHE // probabilities[:1].nbytes)
    for start in range(0, len(found), at_once):
        here = slice(start, start + at_once)
        known = probabilities[here].sum(axis=-1, keepdims=True) > 0
        by_base = np.moveaxis(np.where(known, probabilities[here], 0.25), -1, 2)
        _settle(np.ascontiguousarray(by_base), found[here], tolerance)
    return found


def _settle(rows: FloatArray, found: FloatArray, tolerance: float) -> None:
    """Fill in the distributions of some chains, rows of shape (n_models, period, 4, n_contexts); settled ones rest."""
    n_contexts = rows.shape[3]
    going, contexts = np.arange(len(rows)), np.full(found.shape, 1 / n_contexts)
    for _ in range(CYCLES):
        for f in range(rows.shape[1] - 1):
            contexts[:, f + 1] = _steps(contexts[:, f], rows[:, f])
        after = _steps(contexts[:, -1], rows[:, -1])
        after /= after.sum(axis=1, keepdims=True)
        moving = np.abs(after - contexts[:, 0]).sum(axis=1) >= tolerance * max(1, n_contexts**0.5)
        if not moving.all():
            found[going[~moving]] = contexts[~moving]
            going, rows, contexts, after = (each[moving] for each in (going, rows, contexts, after))
        if not len(going):
            return
        contexts[:, 0] = after
    raise InputError.one(
        "content model", f"a chain that has not settled after {CYCLES} periods", "one stationary distribution",
        "Smooth it with an epsilon above 0, so that every context can be reached.",
    )  # fmt: skip


def _steps(contexts: FloatArray, rows: FloatArray) -> FloatArray:
    """Give `step` of several chains, rows base by base: all contexts of a base stand side by side."""
    joint = contexts[:, None] * rows
    n_chains, n_contexts = contexts.shape
    if n_contexts == 1:
        return np.asarray(joint.sum(axis=(1, 2))[:, None])
    shorter = joint.reshape(n_chains, 4, 4, -1).sum(axis=2)  # the oldest base leaves
    return np.asarray(np.moveaxis(shorter, 1, 2).reshape(n_chains, n_contexts))


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
