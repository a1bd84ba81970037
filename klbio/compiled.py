"""Functions compiled to machine code."""

from __future__ import annotations

import atexit
import gc
import sys
from collections.abc import Callable, Mapping
from mmap import mmap
from pathlib import Path
from typing import ParamSpec, TypeVar, cast

from numba import njit
from numba.core.event import Event, Listener, register

from klbio.progress import shown

__all__ = ["compiled", "compiled_sums"]

# At its end Python goes through all objects once more, in search of rings of them that nobody needs.  With numba's
# there are some hundred thousand, which takes .3 s; the process gives its memory back all the same.
atexit.register(gc.freeze)

ROOM = 16 << 20  # bytes: some times what the machine code of one function takes to be loaded

P = ParamSpec("P")
T = TypeVar("T")


def compiled(function: Callable[P, T]) -> Callable[P, T]:
    """Compile free of the interpreter lock; keep the machine code for the next process if that can be.

    `error_model="numpy"` lets a division be vectorised; no `fastmath`, so that a number does not depend on
    where in a vector it stood, and any number of threads gives the same bytes.  numba renews what it kept by
    the age of the file a function stands in; here those of the compiled functions that it may call count too.
    """
    return _kept(function, set())


def compiled_sums(function: Callable[P, T]) -> Callable[P, T]:
    """Compile as `compiled` does, with sums in as many strands as the machine adds side by side, products fused in.

    Any number of threads gives the same bytes still, because a loop begins where its array does; another machine may
    give another last digit.
    """
    return _kept(function, {"reassoc", "contract"})


class _Told(Listener):  # type: ignore[misc]
    """Say on a terminal what the first run after an install waits for."""

    once = False

    def on_start(self, event: Event) -> None:
        """Speak before the first function that no earlier run compiled."""
        if shown() and not self.once:
            self.once = True
            sys.stderr.write("klbio: compiling its loops, once after an install or update (up to a minute)\n")

    def on_end(self, event: Event) -> None:
        """Say nothing more."""


class _Roomy(Listener):  # type: ignore[misc]
    """Ask for memory before LLVM does: it ends the process where there is none, by SIGABRT and without a word."""

    def on_start(self, event: Event) -> None:
        """Refuse to compile, or to load what was kept."""
        try:
            mmap(-1, ROOM).close()
        except OSError as error:
            raise MemoryError(f"{ROOM >> 20} MB for compiled loops") from error

    def on_end(self, event: Event) -> None:
        """Nothing was kept of it."""


register("numba:compile", _Told())
register("numba:compiler_lock", _Roomy())  # begins before the lock is held


def _kept(function: Callable[P, T], fastmath: set[str]) -> Callable[P, T]:
    options = {"nogil": True, "error_model": "numpy", "fastmath": fastmath}
    try:
        kept = njit(cache=True, **options)(function)
    except RuntimeError:  # neither the package folder, NUMBA_CACHE_DIR nor the user's cache can be written
        return cast(Callable[P, T], njit(**options)(function))
    _date_by_what_it_calls(kept, function.__globals__)
    _drop_unreadable(kept)
    return cast(Callable[P, T], kept)


def _date_by_what_it_calls(kept: object, names: Mapping[str, object]) -> None:
    """Let kept code be as old as the newest file of the functions compiled into it: numba looks at its own alone."""
    file = getattr(getattr(kept, "_cache", None), "_cache_file", None)
    if file is not None:
        files: set[str] = set()
        _gather_files(names, files)
        found = [Path(path).stat() for path in sorted(files) if Path(path).is_file()]
        file._source_stamp = (file._source_stamp, *((of.st_mtime_ns, of.st_size) for of in found))


def _gather_files(names: Mapping[str, object], files: set[str]) -> None:
    """Gather the files of the compiled functions among some names, and of those that these may call."""
    for value in list(names.values()):
        called = getattr(value, "py_func", None)
        if called is not None and called.__code__.co_filename not in files:
            files.add(called.__code__.co_filename)
            _gather_files(called.__globals__, files)


def _drop_unreadable(kept: object) -> None:
    """Forget code kept for arguments of a class that an earlier version had: numba would fail on its name."""
    cache = getattr(kept, "_cache", None)
    if cache is None or not hasattr(cache, "_cache_file"):
        return
    try:
        cache._cache_file._load_index()
    except (AttributeError, ImportError):
        cache.flush()
