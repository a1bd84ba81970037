"""`Tally`: what one sample's sequences hold, and what could not be counted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from klbio.distributions import Counts

__all__ = ["CountArray", "Tally", "tabulate"]

CountArray = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Tally:
    """Counts of one sample over labelled words.

    Parameters
    ----------
    labels : tuple of str
        The words, in column order.
    values : ndarray of shape (n_words,)
        How often each was seen.
    n_sequences : int
        How many sequences were looked at.
    skipped : mapping of str to int
        What was not counted and how often, e.g. ``{"6-mers with an ambiguous symbol": 12}``.
    """

    labels: tuple[str, ...]
    values: CountArray
    n_sequences: int
    skipped: Mapping[str, int] = field(default_factory=dict)


def tabulate(tallies: Mapping[str, Tally], name: str = "counts") -> Counts:
    r"""Stack tallies over the same words into a table.

    Parameters
    ----------
    tallies : mapping of str to Tally
        At least one; the keys become the names of the rows.
    name : str
        What messages call the table.

    Returns
    -------
    Counts
        One row per sample, in the order given.

    Examples
    --------
    >>> from klbio.reads.kmers import count_kmers
    >>> tabulate({"day0": count_kmers([b"AAAC\n"], k=1)}).dense()
    array([[3., 1.]])
    """
    labels = next(iter(tallies.values())).labels
    return Counts(tuple(tallies), labels, np.stack([tally.values for tally in tallies.values()]), name)
