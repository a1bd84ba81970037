"""Genes in an order of their own, in which they are dealt to folds: how a file lists them is no information."""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import sha256
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

__all__ = ["in_own_order"]

Cells = TypeVar("Cells", bound=NDArray[np.integer[Any]])


def in_own_order(genes: Iterable[Cells]) -> list[Cells]:
    """Sort genes by the checksum of their words, which stands in for a shuffle.

    Neither the order of a file, in which neighbours on a chromosome or copies of one gene stand together, nor that of
    the alphabet, in which genes that begin alike do, has a say in who is dealt to which fold; and a sum over genes
    has the same last digit however they are listed.

    Parameters
    ----------
    genes : iterable of ndarray of int
        Of each gene its words, see `klbio.models.training.words.Gene.words`.

    Examples
    --------
    >>> a, b, c = np.array([7]), np.array([3, 4]), np.array([1])
    >>> [words.tolist() for words in in_own_order([a, b, c])] == [
    ...     words.tolist() for words in in_own_order([c, b, a])
    ... ]
    True
    """
    return sorted(genes, key=lambda words: sha256(words.astype("<i8").tobytes()).digest())
