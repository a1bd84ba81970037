"""Threads and memory of the libraries underneath: klbio's `threads` alone says how many there are."""

from __future__ import annotations

import ctypes
import os
import sys
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Protocol, TypeVar

__all__ = ["Mapper", "give_back_memory", "mapper", "restrain_libraries"]

A = TypeVar("A")
B = TypeVar("B")

MMAP_THRESHOLD, LARGE = -3, 2**20  # of glibc's mallopt; bytes
TRIM_THRESHOLD, SPARE = -1, 2**26
VARIABLES = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS")


class Mapper(Protocol):
    """What `map` does."""

    def __call__(self, function: Callable[[A], B], items: Iterable[A], /) -> Iterable[B]:
        """Give what the function makes of each item, in their order."""


@contextmanager
def mapper(threads: int) -> Iterator[Mapper]:
    """Give a `map` over some threads; with one thread it is `map` itself.

    >>> with mapper(2) as over:
    ...     list(over(abs, [-1, 2]))
    [1, 2]
    """
    if threads == 1:
        yield map
        return
    with ThreadPoolExecutor(threads) as pool:
        yield pool.map


def restrain_libraries() -> None:
    """Tell BLAS and OpenMP to use one thread, Arrow to take memory when it needs it; heard only before they load.

    The matrices of a study are small: a second thread of OpenBLAS burns a processor and saves no time.
    Snakemake sets these variables to the threads of the rule, which klbio uses for subjects instead.
    Arrow, in which pandas keeps its text, would reserve a GiB at once, which a limit of addresses may forbid.
    glibc is to give large blocks back at once: it learns to keep them, and small ones that stay come to lie between.
    What is free at the end of its memory it is to keep: giving that back for each array and taking it anew costs time.
    """
    os.environ.update(dict.fromkeys(VARIABLES, "1") | {"ARROW_DEFAULT_MEMORY_POOL": "system"})
    if sys.platform == "linux" and (choose := getattr(ctypes.CDLL(None), "mallopt", None)):
        choose(MMAP_THRESHOLD, LARGE)
        choose(TRIM_THRESHOLD, SPARE)


def give_back_memory() -> None:
    """Give back to the system what is free between blocks of memory in use: glibc keeps it, for each thread its own.

    After the subjects of a study that is a quarter of all.
    """
    if sys.platform == "linux" and (trim := getattr(ctypes.CDLL(None), "malloc_trim", None)):
        trim(0)
