"""Smoothing: how counts with zeros become distributions, by a named estimator.

Every estimator listed here is a linear shrinkage: it adds pseudocounts and
divides by the new total, ``p = (x + a) / (n + sum a)``.  They differ in how much
they add (the *prior weight*, a total) and how they share it out (the *prior
mean*).  An estimator's ``str`` is the name that stands beside every number.
"""

from __future__ import annotations

from klbio.smoothing.base import Estimator
from klbio.smoothing.estimators import (
    Additive,
    BackgroundMixing,
    DirichletPrior,
    JamesStein,
    MaximumLikelihood,
)
from klbio.smoothing.parsing import parse_smoothing
from klbio.smoothing.posterior import Moments, relative_entropy_posterior

__all__ = [
    "Additive",
    "BackgroundMixing",
    "DirichletPrior",
    "Estimator",
    "JamesStein",
    "MaximumLikelihood",
    "Moments",
    "parse_smoothing",
    "relative_entropy_posterior",
]
