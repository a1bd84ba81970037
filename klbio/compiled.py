"""Functions compiled to machine code."""

from __future__ import annotations

from collections.abc import Callable
from typing import ParamSpec, TypeVar, cast

from numba import njit

__all__ = ["compiled"]

P = ParamSpec("P")
T = TypeVar("T")


def compiled(function: Callable[P, T]) -> Callable[P, T]:
    """Compile free of the interpreter lock; keep the machine code for the next process if that can be.

    `error_model="numpy"` lets a division be vectorised; no `fastmath`, so that a number does not depend on
    where in a vector it stood, and any number of threads gives the same bytes.  numba renews what it kept by
    the age of the file a function stands in: compiled functions that call each other stand in one.
    """
    try:
        return cast(Callable[P, T], njit(nogil=True, error_model="numpy", cache=True)(function))
    except RuntimeError:  # neither the package folder, NUMBA_CACHE_DIR nor the user's cache can be written
        return cast(Callable[P, T], njit(nogil=True, error_model="numpy")(function))
