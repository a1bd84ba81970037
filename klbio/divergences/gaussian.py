"""Relative entropy of normal distributions, in closed form."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from klbio.divergences import kernels
from klbio.divergences.checks import base_nats
from klbio.divergences.kernels import FloatArray
from klbio.errors import InputError

__all__ = ["GaussianTerms", "gaussian_relative_entropy", "gaussian_relative_entropy_terms"]

ROUNDING = 1e-9


class GaussianTerms(NamedTuple):
    """Parts of a Gaussian relative entropy, each >= 0.

    Attributes
    ----------
    location, scale, shape : ndarray of shape (...)
        What the means, the overall spread and the form of the spread contribute.
    """

    location: FloatArray
    scale: FloatArray
    shape: FloatArray


def gaussian_relative_entropy(
    mean_p: ArrayLike,
    covariance_p: ArrayLike,
    mean_q: ArrayLike,
    covariance_q: ArrayLike,
    *,
    base: float = 2.0,
) -> FloatArray:
    r"""Relative entropy of one multivariate normal distribution from another.

    .. math:: D(p \parallel q) = \frac{1}{2 \ln b} \left[
              \operatorname{tr}(\Sigma_q^{-1} \Sigma_p) - K - \ln\det(\Sigma_q^{-1} \Sigma_p)
              + (\mu_q - \mu_p)^\top \Sigma_q^{-1} (\mu_q - \mu_p) \right]

    Read as the extra bits paid per observation when data from `p` are coded for `q`.

    Parameters
    ----------
    mean_p, mean_q : array_like of shape (..., n_dimensions)
        Means.
    covariance_p, covariance_q : array_like of shape (..., n_dimensions, n_dimensions)
        Covariances, symmetric and positive definite.  Leading axes broadcast.
    base : float, default 2
        Base of the logarithm.

    Returns
    -------
    ndarray of shape (...)
        Non-negative and finite.

    Raises
    ------
    InputError
        Where shapes do not fit, a value is not finite or a covariance is not
        symmetric and positive definite.

    See Also
    --------
    gaussian_relative_entropy_terms : split into location, scale and shape.

    References
    ----------
    .. [1] Kullback S (1959) Information Theory and Statistics, chapter 9. Wiley.

    Examples
    --------
    One standard deviation apart, in nats one half:

    >>> float(gaussian_relative_entropy([1.0], [[4.0]], [3.0], [[4.0]], base=np.e))
    0.5
    """
    location, scale, shape = gaussian_relative_entropy_terms(
        mean_p, covariance_p, mean_q, covariance_q, base=base
    )
    return location + scale + shape


def gaussian_relative_entropy_terms(
    mean_p: ArrayLike,
    covariance_p: ArrayLike,
    mean_q: ArrayLike,
    covariance_q: ArrayLike,
    *,
    base: float = 2.0,
) -> GaussianTerms:
    r"""Split the relative entropy of two normal distributions into location, scale and shape.

    With the eigenvalues :math:`\lambda_i` of :math:`\Sigma_q^{-1} \Sigma_p` and their mean :math:`a`,

    .. math:: \text{location} = \tfrac{1}{2} (\mu_q - \mu_p)^\top \Sigma_q^{-1} (\mu_q - \mu_p), \quad
              \text{scale} = \tfrac{K}{2} (a - 1 - \ln a), \quad
              \text{shape} = \tfrac{K}{2} \ln a - \tfrac{1}{2} \ln \det(\Sigma_q^{-1} \Sigma_p)

    divided by ``ln b``.  Read as what is owed to the means, to one common factor of
    spread, and to whatever else differs between the spreads.

    Parameters
    ----------
    mean_p, mean_q : array_like of shape (..., n_dimensions)
        Means.
    covariance_p, covariance_q : array_like of shape (..., n_dimensions, n_dimensions)
        Covariances, symmetric and positive definite.
    base : float, default 2
        Base of the logarithm.

    Returns
    -------
    GaussianTerms
        Each part >= 0; their sum is `gaussian_relative_entropy`.

    Raises
    ------
    InputError
        As `gaussian_relative_entropy`.

    References
    ----------
    .. [1] Kullback S (1959) Information Theory and Statistics, chapter 9. Wiley.

    Examples
    --------
    Twice the spread in every direction is all scale:

    >>> terms = gaussian_relative_entropy_terms([0, 0], [[4, 0], [0, 4]], [0, 0], [[1, 0], [0, 1]])
    >>> float(terms.location), float(terms.shape), round(float(terms.scale), 6)
    (0.0, 0.0, 2.328085)
    """
    unit = base_nats(base)
    root_p, root_q = _root("covariance_p", covariance_p), _root("covariance_q", covariance_q)
    apart = _means_apart(mean_p, mean_q, root_p, root_q)
    ones = np.array(1.0)
    spreads = np.linalg.svd(np.linalg.solve(root_q, root_p), compute_uv=False) ** 2
    common = spreads.mean(axis=-1, keepdims=True)
    scale = spreads.shape[-1] * kernels.generalized_terms(ones, common[..., 0])
    shape = kernels.generalized_terms(ones, spreads / common).sum(axis=-1)
    standardised = np.linalg.solve(root_q, apart[..., None])[..., 0]
    location = (standardised**2).sum(axis=-1)
    return GaussianTerms(*(part / (2 * unit) for part in np.broadcast_arrays(location, scale, shape)))


def _root(name: str, covariance: ArrayLike) -> FloatArray:
    """Lower triangular root of a covariance."""
    array = np.asarray(covariance, dtype=float)
    if array.ndim < 2 or array.shape[-1] != array.shape[-2] or not np.isfinite(array).all():
        raise InputError.one(name, f"an array of shape {array.shape}", "finite values, (..., n, n)")
    turned = np.swapaxes(array, -1, -2)
    try:
        if np.abs(array - turned).max() > ROUNDING * np.abs(array).max():
            raise np.linalg.LinAlgError
        root: FloatArray = np.linalg.cholesky(array)
    except np.linalg.LinAlgError as error:
        raise InputError.one(
            name, "a matrix that is not symmetric and positive definite", "a covariance of full rank",
            "Drop dimensions that depend on others, or shrink the covariance.",
        ) from error  # fmt: skip
    return root


def _means_apart(mean_p: ArrayLike, mean_q: ArrayLike, root_p: FloatArray, root_q: FloatArray) -> FloatArray:
    left, right = np.asarray(mean_p, dtype=float), np.asarray(mean_q, dtype=float)
    shapes = left.shape, root_p.shape[:-1], right.shape, root_q.shape[:-1]
    try:
        fits = bool(np.broadcast_shapes(*shapes)) and len({shape[-1:] for shape in shapes}) == 1
    except ValueError:
        fits = False
    if not (fits and np.isfinite(left).all() and np.isfinite(right).all()):
        raise InputError.one(
            "means and covariances",
            f"shapes {left.shape}, {root_p.shape}, {right.shape} and {root_q.shape}",
            "finite means and covariances of one number of dimensions, with leading axes that broadcast",
        )
    apart: FloatArray = right - left
    return apart
