"""Wasserstein distance for any distance matrix, by linear programming."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import ArrayLike
from scipy import sparse

from klbio.distributions import FloatArray
from klbio.divergences import kernels
from klbio.divergences.checks import pair
from klbio.errors import InputError
from klbio.transport.ground import GroundDistance

__all__ = ["matrix_wasserstein", "matrix_wasserstein_terms", "optimal_plan"]

MAX_ROUTES = 1_000_000  # pairs of categories that the programme may weigh
FEASIBILITY = 1e-10  # the tightest that HiGHS takes


def matrix_wasserstein(p: ArrayLike, q: ArrayLike, distance: GroundDistance | ArrayLike) -> FloatArray:
    r"""Wasserstein distance (of order 1) of `p` and `q` for a given distance of categories.

    .. math:: W(p, q) = \min_{\pi \ge 0} \sum_{kl} \pi_{kl}\, d_{kl}, \qquad
              \sum_l \pi_{kl} = p_k, \quad \sum_k \pi_{kl} = q_l

    Read as the mean distance that mass must be carried to turn `p` into `q` at the least cost, in the
    unit of `distance`, not bits.  Prefer `tree_wasserstein` and `ordered_wasserstein` where the
    distance is one of a tree or of an axis: they need no programme and are thousands of times faster.

    Parameters
    ----------
    p, q : array_like of shape (..., n_categories)
        Probabilities; each row sums to 1, leading axes broadcast.
    distance : GroundDistance or array_like of shape (n_categories, n_categories)
        How far apart the categories are.

    Returns
    -------
    ndarray of shape (...)
        From 0, where the rows are equal, to the largest distance.

    Raises
    ------
    InputError
        Where a row is negative, not finite or does not sum to 1 within 1e-9, the matrix is no distance
        or does not fit, or more than a million pairs of categories are to be weighed.

    Notes
    -----
    Solved by HiGHS over the categories that have mass, one pair of rows after the other.  The solver
    works to 1e-10 of the largest distance and of the whole mass: a category of less than that may be
    left where it is.

    References
    ----------
    .. [1] Peyre G, Cuturi M (2019) Computational optimal transport. Found Trends Mach Learn 11:355-607.
       doi:10.1561/2200000073
    .. [2] Huangfu Q, Hall JAJ (2018) Parallelizing the dual revised simplex method.
       Math Program Comput 10:119-142. doi:10.1007/s12532-017-0130-5

    Examples
    --------
    A transition (A to G) at 1, a transversion at 2:

    >>> distance = GroundDistance([[0, 2, 1, 2], [2, 0, 2, 1], [1, 2, 0, 2], [2, 1, 2, 0]], "ACGT")
    >>> matrix_wasserstein([1, 0, 0, 0], [[0.5, 0, 0.5, 0], [0.5, 0.5, 0, 0]], distance)
    array([0.5, 1. ])
    """
    p, q, ground = _checked(p, q, distance)
    shape = np.broadcast_shapes(p.shape, q.shape)[:-1]
    work = [float((plan * ground.values).sum()) for plan in _plans(p, q, ground)]
    return np.array(work).reshape(shape)


def matrix_wasserstein_terms(p: ArrayLike, q: ArrayLike, distance: GroundDistance | ArrayLike) -> FloatArray:
    """Contribution of each pair of categories: the mass carried between them times their distance.

    Parameters
    ----------
    p, q, distance
        As in `matrix_wasserstein`, which is the sum of what is given here.

    Returns
    -------
    ndarray of shape (..., n_categories, n_categories)
        Row k, column l: from category k of `p` to category l of `q`.  Where several plans are
        optimal it is one of them, the same one each time.

    Raises
    ------
    InputError
        As `matrix_wasserstein`.

    Examples
    --------
    >>> matrix_wasserstein_terms([1, 0], [0.75, 0.25], [[0, 2], [2, 0]])
    array([[0. , 0.5],
           [0. , 0. ]])
    """
    ground = _as_ground(distance)
    terms: FloatArray = optimal_plan(p, q, ground) * ground.values
    return terms


def optimal_plan(p: ArrayLike, q: ArrayLike, distance: GroundDistance | ArrayLike) -> FloatArray:
    """Give the mass to be carried between each pair of categories at the least cost.

    Parameters
    ----------
    p, q, distance
        As in `matrix_wasserstein`.

    Returns
    -------
    ndarray of shape (..., n_categories, n_categories)
        Rows add up to `p`, columns to `q`; the diagonal is what stays.

    Raises
    ------
    InputError
        As `matrix_wasserstein`.

    Examples
    --------
    >>> optimal_plan([1, 0], [0.75, 0.25], [[0, 2], [2, 0]])
    array([[0.75, 0.25],
           [0.  , 0.  ]])
    """
    p, q, ground = _checked(p, q, distance)
    shape = (*np.broadcast_shapes(p.shape, q.shape), p.shape[-1])
    return np.array(list(_plans(p, q, ground))).reshape(shape)


def _checked(
    p: ArrayLike, q: ArrayLike, distance: GroundDistance | ArrayLike
) -> tuple[FloatArray, FloatArray, GroundDistance]:
    left, right = pair(p, q)
    ground = _as_ground(distance)
    if len(ground.labels) != left.shape[-1]:
        raise InputError.one(
            ground.name,
            f"{len(ground.labels)} categories where p and q have {left.shape[-1]}",
            "the same categories in the same order",
        )
    _refuse_too_many(left, right)
    left, right, _ = kernels.balanced(left, right, kernels.HALVES)
    return left, right, ground


def _refuse_too_many(p: FloatArray, q: FloatArray) -> None:
    """Say so before the first row is solved, not hours later at a row that is too large."""
    sources, targets = np.broadcast_arrays((p > 0).sum(axis=-1), (q > 0).sum(axis=-1))
    worst = int(np.argmax(sources * targets))
    here, there = sources.ravel()[worst], targets.ravel()[worst]
    if here * there > MAX_ROUTES:
        raise InputError.one(
            "p and q",
            f"{here} by {there} categories with mass",
            f"at most {MAX_ROUTES} pairs to weigh",
            "Add up categories first, or use tree_wasserstein, which has no limit.",
        )


def _as_ground(distance: GroundDistance | ArrayLike) -> GroundDistance:
    return distance if isinstance(distance, GroundDistance) else GroundDistance(distance)


def _plans(p: FloatArray, q: FloatArray, ground: GroundDistance) -> Iterator[FloatArray]:
    """Solve row by row, each over the categories that have mass."""
    left, right = np.broadcast_arrays(p, q)
    n = p.shape[-1]
    for source, target in zip(left.reshape(-1, n), right.reshape(-1, n), strict=True):
        if np.array_equal(source, target):
            yield np.diag(source)  # nothing is cheaper than to stay, and here it is exactly free
            continue
        routes = np.ix_(source > 0, target > 0)
        plan = np.zeros((n, n))
        plan[routes] = _solved(source[source > 0], target[target > 0], ground.values[routes])
        yield plan


def _solved(source: FloatArray, target: FloatArray, cost: FloatArray) -> FloatArray:
    here, there = (sparse.eye_array(n) for n in cost.shape)
    leaving = sparse.kron(here, np.ones((1, len(target))))
    arriving = sparse.kron(np.ones((1, len(source))), there)
    from scipy.optimize import linprog  # here, because it is heavy

    solution = linprog(  # type: ignore[call-overload]  # the stubs know no sparse A_eq
        cost.ravel() / (cost.max() or 1.0),  # the solver's tolerances are absolute
        A_eq=sparse.vstack([leaving, arriving], format="csr"),
        b_eq=np.concatenate([source, target]),
        method="highs",
        options={
            "primal_feasibility_tolerance": FEASIBILITY,
            "dual_feasibility_tolerance": FEASIBILITY,
        },
    )
    if not solution.success:
        raise ArithmeticError(
            f"the transport of {len(source)} to {len(target)} categories: {solution.message}"
        )
    plan: FloatArray = np.maximum(solution.x, 0.0).reshape(cost.shape)
    return plan
