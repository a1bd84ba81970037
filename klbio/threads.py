"""Threads of the libraries underneath: one each, so that klbio's `threads` alone says how many there are."""

from __future__ import annotations

import os

__all__ = ["one_thread_per_library"]

VARIABLES = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS")


def one_thread_per_library() -> None:
    """Tell BLAS and OpenMP to use one thread; heard only where numpy is not loaded yet.

    The matrices of a study are small: a second thread of OpenBLAS burns a processor and saves no time.
    Snakemake sets these variables to the threads of the rule, which klbio uses for subjects instead.
    """
    os.environ.update(dict.fromkeys(VARIABLES, "1"))
