"""`Tally`: what one sample's sequences hold, and what could not be counted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from klbio.distributions import Counts
from klbio.reads.fragments import Library

__all__ = ["CountArray", "GroupArray", "Tally", "tabulate", "tabulate_groups"]

CountArray = NDArray[np.int64]
GroupArray: TypeAlias = "NDArray[np.integer] | sparse.csr_array"


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
    groups : ndarray of shape (n_groups, n_words), optional
        `values` split among groups of whole fragments.
    library : Library
        Its fragments, reads, bases and copies.
    """

    labels: tuple[str, ...]
    values: CountArray
    n_sequences: int
    skipped: Mapping[str, int] = field(default_factory=dict)
    groups: GroupArray = field(default_factory=lambda: np.zeros((0, 0), dtype=np.int64))
    library: Library = field(default_factory=Library)

    def packed(self) -> Tally:
        """Give the same, its groups without their zeros: of a sample with few reads a small part of the memory.

        A single group, which says no more than the whole, is left out.
        """
        several = self.groups.shape[0] > 1
        return replace(
            self, groups=sparse.csr_array(self.groups) if several else np.zeros((0, 0), dtype=np.int64)
        )


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


def tabulate_groups(tallies: Mapping[str, Tally], name: str = "groups of reads") -> Counts:
    r"""Stack the groups of tallies over the same words into a table.

    Parameters
    ----------
    tallies : mapping of str to Tally
        At least one, each with its ``groups``.
    name : str
        What messages call the table.

    Returns
    -------
    Counts
        Rows named ``sample/group``, groups from 1, samples in the order given.

    Examples
    --------
    >>> from klbio.reads.kmers import count_kmers
    >>> tabulate_groups({"day0": count_kmers([b"AA\n", b"AC\n"], k=1)}).samples
    ('day0/1',)
    """
    labels = next(iter(tallies.values())).labels
    rows = {sample: sparse.csr_array(tally.groups) for sample, tally in tallies.items()}
    names = [f"{sample}/{group}" for sample, table in rows.items() for group in range(1, table.shape[0] + 1)]
    return Counts(names, labels, sparse.vstack(list(rows.values())), name)
