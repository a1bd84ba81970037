"""A dendrogram of models, as line segments and an order of leaves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.cluster.hierarchy import dendrogram, linkage
from scipy.spatial.distance import squareform

from klbio.distributions import FloatArray

__all__ = ["Dendrogram", "average_linkage"]


@dataclass(frozen=True, eq=False)
class Dendrogram:
    """Where to draw it.

    Parameters
    ----------
    leaves : tuple of int
        Index of the model at each place, left to right.
    segments : ndarray of shape (n_segments, 4)
        x1, y1, x2, y2 of each line; x in leaf units from 0, y in the unit of the input.
    """

    leaves: tuple[int, ...]
    segments: FloatArray


def average_linkage(rates: FloatArray, names: Sequence[str] | None = None) -> Dendrogram:
    """Cluster models by the mean of both directions, average linkage (UPGMA).

    Parameters
    ----------
    rates : ndarray of shape (n_models, n_models)
        ``[i, j]`` = D(i || j).
    names : sequence of str, optional
        Of the models: where they are given, the picture is the same in whatever order the models stand.

    Returns
    -------
    Dendrogram
        Without leaves or segments where a rate is infinite, with one leaf for one model.

    Notes
    -----
    A picture of which models are alike, not a phylogeny.

    Examples
    --------
    >>> average_linkage(np.array([[0, 1.0], [3.0, 0]])).segments.tolist()
    [[0.0, 0.0, 0.0, 2.0], [0.0, 2.0, 1.0, 2.0], [1.0, 2.0, 1.0, 0.0]]
    """
    none = np.empty((0, 4))
    if len(rates) < 2 or not np.isfinite(rates).all():
        return Dendrogram((0,) if len(rates) == 1 else (), none)
    order = (
        np.arange(len(rates)) if names is None else np.argsort(np.array(names, dtype=object), kind="stable")
    )
    mean = ((rates + rates.T) / 2)[np.ix_(order, order)]
    tree = linkage(squareform(mean, checks=False), method="average")
    drawn = dendrogram(tree, no_plot=True)
    x = (np.array(drawn["icoord"]) - 5) / 10  # scipy puts leaf i at 5 + 10 i
    y = np.array(drawn["dcoord"])
    corners = np.stack([x[:, :-1], y[:, :-1], x[:, 1:], y[:, 1:]], axis=-1)
    return Dendrogram(tuple(order[drawn["leaves"] or []].tolist()), corners.reshape(-1, 4))
