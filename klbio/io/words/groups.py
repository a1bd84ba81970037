"""Groups of reads as a study takes them: from batches a sample at a time, or from a table of all."""

from __future__ import annotations

from collections.abc import Sequence
from os import PathLike

import numpy as np
from scipy import sparse

from klbio.errors import InputError, StrPath
from klbio.io import read_table
from klbio.io.words.batch import Batches, is_batch
from klbio.read_groups import ReadGroups
from klbio.reads.tally import GroupArray

__all__ = ["read_groups"]


def read_groups(paths: StrPath | Sequence[StrPath], labels: Sequence[str]) -> ReadGroups:
    """Read the groups of reads that belong to a table of words.

    Parameters
    ----------
    paths : path-like or sequence of path-like
        Batches that `klbio.steps.kmers.count_kmers` wrote; or one table with rows ``sample/1``, ``sample/2`` and so on.
    labels : sequence of str
        The words of the table.

    Raises
    ------
    InputError
        If they are neither, or hold other words.
    """
    files = [paths] if isinstance(paths, str | PathLike) else list(paths)
    if len(files) == 1 and not is_batch(files[0]):
        return ReadGroups.held(read_table(files[0]))
    batches, words, name = Batches.of(files), tuple(labels), str(files[0])

    def of(sample: str) -> np.ndarray:
        tallies = batches.record(sample).counted.tallies
        found = next((tally.groups for tally in tallies if tally.labels == words), None)
        if found is None:
            raise InputError.one(
                batches.places[sample][0].path, f"sample {sample!r} without the words of the table",
                "the groups of the same words", "Count the reads again.",
            )  # fmt: skip
        return _dense(found)

    return ReadGroups(tuple(batches.places), words, of, name)


def _dense(groups: GroupArray) -> np.ndarray:
    dense: np.ndarray = groups.toarray() if sparse.issparse(groups) else groups
    return dense
