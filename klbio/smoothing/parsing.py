"""Estimators by name, for config files and command lines."""

from __future__ import annotations

import re
from collections.abc import Callable

from klbio.errors import InputError, shorten
from klbio.smoothing.base import Estimator
from klbio.smoothing.estimators import Additive, DirichletPrior, JamesStein, MaximumLikelihood

__all__ = ["parse_smoothing"]

Settings = dict[str, str]

KNOWN = "none, additive(ALPHA), dirichlet(weight=W), dirichlet(empirical-bayes) or james-stein"
REMEDY = "ALPHA is a pseudocount per category, W the total of pseudocounts."


def parse_smoothing(text: str) -> Estimator:
    """Make the estimator that a config value names.

    Parameters
    ----------
    text : str
        ``none``, ``additive(0.5)``, ``dirichlet(weight=10)``,
        ``dirichlet(empirical-bayes)``, ``james-stein``; the ``str`` of each of these
        estimators reads back as itself.

    Returns
    -------
    Estimator

    Raises
    ------
    InputError
        Showing the text and listing what is known.

    Examples
    --------
    >>> parse_smoothing("additive(0.5)")
    Additive(alpha=0.5)
    >>> str(parse_smoothing("dirichlet(empirical-bayes)"))
    'dirichlet(mean=uniform, weight=empirical-bayes)'
    """
    shape = re.fullmatch(r"\s*([a-z-]+)\s*(?:\((.*)\))?\s*", text) if isinstance(text, str) else None
    if not shape or shape[1] not in BUILDERS:
        raise _unknown(text)
    words = shape[2].split(",") if shape[2] else []
    first, build = BUILDERS[shape[1]]
    settings = dict(_setting(word, first) for word in words)
    try:
        if len(settings) < len(words):
            raise KeyError(text)
        return build(settings)
    except (KeyError, ValueError) as error:
        raise _unknown(text) from error


def _setting(word: str, first: str) -> tuple[str, str]:
    """Split ``key=value``; a bare value is that of the estimator's first parameter."""
    key, equals, value = word.partition("=")
    return (key.strip(), value.strip()) if equals else (first, word.strip())


def _none(settings: Settings) -> Estimator:
    return _only(MaximumLikelihood(), settings)


def _additive(settings: Settings) -> Estimator:
    return _only(Additive(float(settings.pop("alpha"))), settings)


def _dirichlet(settings: Settings) -> Estimator:
    weight = settings.pop("weight")
    if settings.pop("mean", "uniform") != "uniform":
        raise KeyError("mean")
    return _only(
        DirichletPrior(None, "empirical-bayes" if weight == "empirical-bayes" else float(weight)), settings
    )


def _james_stein(settings: Settings) -> Estimator:
    return _only(JamesStein(), settings)


def _only(estimator: Estimator, left_over: Settings) -> Estimator:
    """Refuse settings that the estimator does not have."""
    if left_over:
        raise KeyError(*left_over)
    return estimator


# name -> (what a bare value means, how to build it)
BUILDERS: dict[str, tuple[str, Callable[[Settings], Estimator]]] = {
    "none": ("", _none),
    "additive": ("alpha", _additive),
    "dirichlet": ("weight", _dirichlet),
    "james-stein": ("", _james_stein),
}


def _unknown(text: object) -> InputError:
    return InputError.one("smoothing", shorten(text), KNOWN, REMEDY)
