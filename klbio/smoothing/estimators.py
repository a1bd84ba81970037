"""The estimators: small frozen classes, each with a name and its parameters."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeGuard, cast

import numpy as np
from numpy.typing import ArrayLike

from klbio.distributions import Distribution, FloatArray
from klbio.errors import InputError, shorten
from klbio.smoothing.base import Estimator, Mean
from klbio.smoothing.weights import ALL_SHRUNK, empirical_bayes_weight, james_stein_intensity

__all__ = ["Additive", "BackgroundMixing", "DirichletPrior", "JamesStein", "MaximumLikelihood"]

EMPIRICAL_BAYES = "empirical-bayes"
TOLERANCE = 1e-9
LEAST, MOST = 1e-12, 1e12  # of a pseudocount or a weight


@dataclass(frozen=True)
class MaximumLikelihood(Estimator):
    r"""No smoothing: observed proportions, :math:`p_k = x_k / n`.

    A category without counts gets probability 0, so relative entropy may be
    infinite; the Jensen-Shannon divergence stays finite.

    Examples
    --------
    >>> MaximumLikelihood().probabilities(np.array([[3.0, 1.0, 0.0]]))
    array([[0.75, 0.25, 0.  ]])
    """

    def prior_weight(self, values: FloatArray) -> FloatArray:
        """Nothing is added."""
        return np.zeros(len(values))

    def __str__(self) -> str:
        return "none"


@dataclass(frozen=True)
class Additive(Estimator):
    r"""The same pseudocount for every category, :math:`p_k = (x_k + \alpha) / (n + \alpha K)`.

    Parameters
    ----------
    alpha : float
        Pseudocount **per category**, more than 0.  Laplace 1, Jeffreys 1/2, Perks
        1/K (which is ``DirichletPrior(weight=1)``).  The total added grows with the
        support, so the support belongs beside the number.

    References
    ----------
    .. [1] Schurmann T, Grassberger P (1996) Entropy estimation of symbol
       sequences. Chaos 6:414-427. doi:10.1063/1.166191

    Examples
    --------
    >>> Additive(0.5)([[3, 0], [1, 1]])
    array([[0.875, 0.125],
           [0.5  , 0.5  ]])
    >>> str(Additive(0.5))
    'additive(alpha=0.5)'
    """

    alpha: float

    def __post_init__(self) -> None:
        _require_positive("alpha", self.alpha, "For no smoothing say so: 'none', MaximumLikelihood().")

    def prior_weight(self, values: FloatArray) -> FloatArray:
        """Alpha times the number of categories."""
        return np.full(len(values), self.alpha * values.shape[1])

    def __str__(self) -> str:
        return f"additive(alpha={_number(self.alpha)})"


@dataclass(frozen=True, eq=False)
class DirichletPrior(Estimator):
    r"""Posterior mean under a Dirichlet prior with any mean, :math:`p_k = (x_k + A t_k) / (n + A)`.

    Parameters
    ----------
    mean : array_like of shape (n_categories,) or Distribution of one row, optional
        Where the prior puts its mass: a study pool, a background.  Uniform unless given.
    weight : float or "empirical-bayes", default 1
        Pseudocounts **in total**, more than 0; or learnt from each row by the greatest
        Dirichlet-multinomial likelihood.

    Notes
    -----
    The likelihood has a single maximum [1]_.  It lies at infinity, and the
    estimate is the mean alone, where a row spreads no wider about the mean than
    reads drawn from it do; it lies at 0, and nothing is smoothed, where all reads
    fall in one category.  Each row has its own weight, so that a sample's estimate
    does not depend on its company.

    References
    ----------
    .. [1] Levin B, Reeds J (1977) Compound multinomial likelihood functions are
       unimodal: proof of a conjecture of I. J. Good. Ann Stat 5:79-87.
       doi:10.1214/aos/1176343741

    Examples
    --------
    >>> DirichletPrior([0.9, 0.1], weight=10).probabilities(np.array([[5.0, 5.0]]))
    array([[0.7, 0.3]])
    >>> str(DirichletPrior(weight="empirical-bayes"))
    'dirichlet(mean=uniform, weight=empirical-bayes)'
    """

    mean: ArrayLike | Distribution | None = None
    weight: float | Literal["empirical-bayes"] = 1.0

    def __post_init__(self) -> None:
        object.__setattr__(self, "mean", _checked_mean("mean", self.mean))
        if self.weight != EMPIRICAL_BAYES:
            _require_positive("weight", self.weight, f"It may also be {EMPIRICAL_BAYES!r}.")

    @property
    def given_mean(self) -> Mean:
        """The mean, checked."""
        return cast(Mean, self.mean)

    def prior_weight(self, values: FloatArray) -> FloatArray:
        """Weight as given, or as the likelihood of each row has it."""
        if isinstance(self.weight, str):
            return empirical_bayes_weight(values, self.prior_mean(values.shape[1]))
        return np.full(len(values), float(self.weight))

    def __str__(self) -> str:
        weight = self.weight if isinstance(self.weight, str) else _number(self.weight)
        return f"dirichlet(mean={_mean_name(self.given_mean)}, weight={weight})"


@dataclass(frozen=True, eq=False)
class JamesStein(Estimator):
    r"""James-Stein shrinkage towards a target, with the intensity learnt from each row.

    .. math:: p_k = \lambda t_k + (1 - \lambda) \frac{x_k}{n}, \qquad
              \lambda = \frac{1 - \sum_k (x_k/n)^2}{(n - 1) \sum_k (t_k - x_k/n)^2}

    clipped to [0, 1].  Amounts to :math:`A = n \lambda / (1 - \lambda)` pseudocounts.

    Parameters
    ----------
    target : array_like of shape (n_categories,) or Distribution of one row, optional
        Uniform unless given.

    Notes
    -----
    A row of one read, or one that lies on the target, becomes the target.

    References
    ----------
    .. [1] Hausser J, Strimmer K (2009) Entropy inference and the James-Stein
       estimator, with application to nonlinear gene association networks.
       J Mach Learn Res 10:1469-1484. doi:10.48550/arXiv.0811.3579

    Examples
    --------
    >>> JamesStein().probabilities(np.array([[4.0, 0.0]]))
    array([[1., 0.]])
    >>> JamesStein().probabilities(np.array([[3.0, 1.0]]))
    array([[0.5, 0.5]])
    """

    target: ArrayLike | Distribution | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "target", _checked_mean("target", self.target))

    @property
    def given_mean(self) -> Mean:
        """The target, checked."""
        return cast(Mean, self.target)

    def prior_weight(self, values: FloatArray) -> FloatArray:
        """Pseudocounts that the intensity amounts to."""
        intensity = james_stein_intensity(values, self.prior_mean(values.shape[1]))
        return _weight_of(intensity, values)

    def __str__(self) -> str:
        return "james-stein" if self.target is None else "james-stein(target=given)"


@dataclass(frozen=True, eq=False)
class BackgroundMixing(Estimator):
    r"""A fixed mixture with a background (Jelinek-Mercer), :math:`p_k = (1 - w)\,x_k / n + w\,b_k`.

    Parameters
    ----------
    background : array_like of shape (n_categories,) or Distribution of one row
        What to mix in.
    weight : float
        Share of the background, from 0 to 1: a proportion, not pseudocounts, so that
        deep and shallow samples are smoothed alike.

    References
    ----------
    .. [1] Zhai C, Lafferty J (2004) A study of smoothing methods for language
       models applied to information retrieval. ACM Trans Inf Syst 22:179-214.
       doi:10.1145/984321.984322

    Examples
    --------
    >>> BackgroundMixing([0.5, 0.5], 0.25).probabilities(np.array([[8.0, 0.0]]))
    array([[0.875, 0.125]])
    """

    background: ArrayLike | Distribution
    weight: float

    def __post_init__(self) -> None:
        object.__setattr__(self, "background", _checked_mean("background", self.background))
        if not (_is_number(self.weight) and 0 <= self.weight <= 1):
            raise InputError.one("weight", repr(self.weight), "a share from 0 to 1")

    @property
    def given_mean(self) -> Mean:
        """The background, checked."""
        return cast(Mean, self.background)

    def prior_weight(self, values: FloatArray) -> FloatArray:
        """Pseudocounts that the share amounts to at each row's depth."""
        return _weight_of(np.full(len(values), float(self.weight)), values)

    def __str__(self) -> str:
        return f"background(weight={_number(self.weight)})"


def _weight_of(intensity: FloatArray, values: FloatArray) -> FloatArray:
    """Pseudocounts in total that a share of the prior mean amounts to."""
    with np.errstate(divide="ignore"):
        weight: FloatArray = values.sum(axis=1) * np.minimum(intensity / (1 - intensity), ALL_SHRUNK)
    return weight


def _checked_mean(name: str, mean: ArrayLike | Distribution | None) -> Mean:
    if mean is None:
        return None
    if isinstance(mean, Distribution):
        if len(mean.samples) != 1:
            raise InputError.one(name, f"a distribution of {len(mean.samples)} rows", "one row")
        return mean
    array = np.array(mean, dtype=float)
    if array.ndim != 1 or not (array >= 0).all() or abs(array.sum() - 1) > TOLERANCE:
        raise InputError.one(
            name,
            f"shape {array.shape} with sum {float(array.sum()):.6g}",
            "one row of values of 0 or more that sum to 1",
        )
    array.setflags(write=False)
    return array


def _require_positive(name: str, value: object, remedy: str) -> None:
    if not (_is_number(value) and 0 < value < np.inf):
        raise InputError.one(name, shorten(value), "a finite number more than 0", remedy)
    if not LEAST <= value <= MOST:
        raise InputError.one(
            name, shorten(value), f"{LEAST:g} to {MOST:g}: counts and logarithms bear no other"
        )


def _is_number(value: object) -> TypeGuard[float]:
    return isinstance(value, int | float | np.number) and not isinstance(value, bool)


def _number(value: float) -> str:
    """Write a number so that it reads back the same: 10, 0.5."""
    return repr(float(value)).removesuffix(".0")


def _mean_name(mean: Mean) -> str:
    return "uniform" if mean is None else "given"
