"""The absolute probabilities behind a table of log-ratios: coding against a background that was not printed."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from klbio.distributions import FloatArray
from klbio.errors import InputError
from klbio.models.arrays import closed

__all__ = ["CONDITION_LIMIT", "Recovered", "recover_background"]

CONDITION_LIMIT = 1e3  # six printed digits then fix the background to three
NEGATIVE_BY_ROUNDING = -1e-3
EQUATIONS = 4  # three codon positions and the background itself, for four unknown bases


@dataclass(frozen=True, eq=False)
class Recovered:
    """What a table of log-ratios says once its background is known.

    Parameters
    ----------
    background : ndarray of shape (4**k, 4)
        q(b | c); rows sum to 1.
    coding : ndarray of shape (3, 4**k, 4)
        P_f(b | c); rows sum to 1 but for rounding wherever `solved`.
    solved : ndarray of bool of shape (4**k,)
        Whether the equations of the context fix its background; elsewhere it is borrowed.
    refuted : ndarray of bool of shape (4**k,)
        Well-conditioned contexts that no background fits: the values are no natural logarithms.
    """

    background: FloatArray
    coding: FloatArray
    solved: NDArray[np.bool_]
    refuted: NDArray[np.bool_]


def recover_background(log_ratios: FloatArray) -> Recovered:
    r"""Find the background that makes coding distributions of log-ratios.

    A gene finder that only needs scores prints :math:`L_f(b \mid c) = \ln P_f(b \mid c) / q(b \mid c)`.
    The three codon positions share one background, and all are distributions: four
    equations for the four unknown q(b | c) of each context,

    .. math::
        \sum_b q(b \mid c)\, e^{L_f(b \mid c)} = 1 \quad (f = 1, 2, 3), \qquad \sum_b q(b \mid c) = 1.

    Parameters
    ----------
    log_ratios : ndarray of shape (3, 4**k, 4)
        Natural logarithms; axes are the codon position of the base b, the context c, b.

    Returns
    -------
    Recovered

    Raises
    ------
    InputError
        If the shape is another.

    Notes
    -----
    Where the equations nearly repeat each other (condition number of 1e3 or more) or have
    no solution, the background is the mean of the contexts that differ in the oldest base
    only, or in the two oldest, and so on; the coding row is then scaled to sum to 1.

    Examples
    --------
    >>> p = np.array([[0.7, 0.1, 0.1, 0.1], [0.1, 0.7, 0.1, 0.1], [0.1, 0.1, 0.6, 0.2]])
    >>> recover_background(np.log(p / [0.4, 0.3, 0.2, 0.1])[:, None]).background.round(6)
    array([[0.4, 0.3, 0.2, 0.1]])
    """
    if log_ratios.ndim != 3 or (log_ratios.shape[0], log_ratios.shape[2]) != (3, 4):
        raise InputError.one("log-ratios", f"an array of shape {log_ratios.shape}", "shape (3, 4**k, 4)")
    ratios = np.exp(log_ratios)
    equations = np.concatenate([ratios, np.ones((1, *ratios.shape[1:]))]).swapaxes(0, 1)
    well = np.linalg.cond(equations) < CONDITION_LIMIT
    found = np.zeros(ratios.shape[1:])
    found[well] = np.linalg.solve(equations[well], np.ones((well.sum(), EQUATIONS, 1)))[..., 0]
    solved = well & (found > NEGATIVE_BY_ROUNDING).all(axis=-1)
    background = _borrowed(closed(np.clip(found, 0.0, None)), solved)
    coding = background * ratios
    coding[:, ~solved] = closed(coding[:, ~solved])
    return Recovered(background, coding, solved, well & ~solved)


def _borrowed(rows: FloatArray, known: NDArray[np.bool_]) -> FloatArray:
    """Fill unknown rows by the mean of the known ones that share the most recent bases."""
    if known.all():
        return rows
    if len(rows) == 1:
        return np.full_like(rows, 0.25)
    times = known.reshape(4, -1).sum(axis=0)
    total = np.where(known[:, None], rows, 0.0).reshape(4, -1, 4).sum(axis=0)
    shorter = _borrowed(total / np.maximum(times, 1)[:, None], times > 0)
    return np.where(known[:, None], rows, np.tile(shorter, (4, 1)))
