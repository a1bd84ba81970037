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
        kept = njit(nogil=True, error_model="numpy", cache=True)(function)
    except RuntimeError:  # neither the package folder, NUMBA_CACHE_DIR nor the user's cache can be written
        return cast(Callable[P, T], njit(nogil=True, error_model="numpy")(function))
    _drop_unreadable(kept)
    return cast(Callable[P, T], kept)


def _drop_unreadable(kept: object) -> None:
    """Forget code kept for arguments of a class that an earlier version had: numba would fail on its name."""
    cache = getattr(kept, "_cache", None)
    if cache is None or not hasattr(cache, "_cache_file"):
        return
    try:
        cache._cache_file._load_index()
    except (AttributeError, ImportError):
        cache.flush()
