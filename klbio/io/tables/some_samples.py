"""Which samples of a large table are read where a sheet asks for some: these, and others to judge the table by."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil

import numpy as np
from numpy.typing import NDArray

from klbio.design import Design, called_in

__all__ = ["MOST", "some_samples"]

MOST = 1_000_000  # numbers of samples that nobody asked for: 12 MB


def some_samples(
    names: Sequence[str], sizes: NDArray[np.int64], design: Design | None = None, most: int = MOST
) -> NDArray[np.bool_]:
    """Choose the samples that are read.

    All where nobody is asked for, or under another name.  Whether values are reads, and whether taxa are the sums of
    others, is judged by what is read; so a part of the others is, as evenly spread as they stand in the file.

    Parameters
    ----------
    names : sequence of str
        Samples of the file.
    sizes : ndarray of int of shape (n_samples,)
        How many taxa each has.
    design : Design, optional
        Who is asked for.
    most : int
        How many numbers of others are read, or a sample more.

    Returns
    -------
    ndarray of bool of shape (n_samples,)

    Examples
    --------
    >>> from klbio.design import Sample
    >>> design = Design([Sample("c", "Ann", "before")])
    >>> some_samples(["a", "b", "c", "d", "e"], np.array([9, 9, 9, 9, 9]), design, most=18).tolist()
    [True, False, True, True, False]
    """
    asked = None if design is None else called_in(design, names)
    if asked is None:
        return np.ones(len(names), dtype=bool)
    chosen = np.array([name in asked for name in names])
    others = np.flatnonzero(~chosen)
    chosen[others[:: max(1, ceil(sizes[others].sum() / most))]] = True
    return chosen
