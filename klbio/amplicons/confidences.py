"""How far the composition of a sample hangs on how sure a classifier had to be."""

from __future__ import annotations

import numpy as np

from klbio.distributions import Counts, FloatArray
from klbio.divergences import jensen_shannon_divergence

__all__ = ["between_tables"]


def between_tables(one: Counts, other: Counts) -> FloatArray:
    r"""Jensen-Shannon divergence in bits of each sample between two tables of the same samples.

    Read as: of a study whose shifts are no larger than this, nothing can be said that does not hang on the classifier.

    Parameters
    ----------
    one, other : Counts
        The same samples in the same order; their taxa may differ.

    Returns
    -------
    ndarray of shape (n_samples,)

    Examples
    --------
    >>> sure = Counts(["S"], ["Blautia", "unclassified"], [[5, 5]])
    >>> between_tables(sure, Counts(["S"], ["unclassified", "Blautia", "Dorea"], [[0, 5, 5]])).tolist()
    [0.5]
    """
    labels = sorted({*one.labels, *other.labels})
    p, q = (_over(table, labels) for table in (one, other))
    return np.array([float(jensen_shannon_divergence(x, y)) for x, y in zip(p, q, strict=True)])


def _over(table: Counts, labels: list[str]) -> FloatArray:
    """Proportions over more taxa than the table has."""
    place = {label: k for k, label in enumerate(labels)}
    wide = np.zeros((len(table.samples), len(labels)))
    wide[:, [place[label] for label in table.labels]] = table.dense()
    shares: FloatArray = wide / wide.sum(axis=1, keepdims=True)
    return shares
