"""GC classes of two gene models matched, so that sequence of one composition is compared with its like."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from klbio.distributions import FloatArray
from klbio.models.content_model import ContentModel
from klbio.models.gene_model import GCClass, GeneModel
from klbio.models.markov.content import comparable, smoothing_name
from klbio.models.markov.gc_matching import gc_contents
from klbio.models.markov.log_ratios import Places, log_ratio_sums, logarithms
from klbio.models.markov.rates import EPSILON, common_order
from klbio.models.markov.stationary import stationary_law

__all__ = ["ClassMatch", "match_classes", "rates_of_pairs"]

ONE_EACH, AGAINST_EACH, STATED, CODING = (
    "one class each", "one class against each", "closest stated GC", "closest GC of coding sequence",
)  # fmt: skip
Band = tuple[float, float]


@dataclass(frozen=True)
class ClassMatch:
    """Which classes of two models are compared.

    Parameters
    ----------
    matching : str
        How they were found.
    pairs : sequence of (int, int)
        Numbers of a class of p and a class of q, counted from 0; all weigh the same.
    """

    matching: str
    pairs: tuple[tuple[int, int], ...]


def match_classes(p: GeneModel, q: GeneModel) -> ClassMatch:
    """Find the class of q that is made for the GC content of each class of p.

    A model with one class is compared with each class of the other.  Where both have several, the
    closest class is the one whose band of GC content is the smallest gap away, or of
    several like that the one whose middle is closest; of equals the first.  Where not all classes of both state
    what they are made for, the GC content of their coding sequence stands in.

    Parameters
    ----------
    p, q : GeneModel

    Returns
    -------
    ClassMatch
        One pair for each class of p, or for each class of q where p has one.

    Examples
    --------
    >>> fair = ContentModel(np.full((3, 1, 4), 0.25))
    >>> at, gc = (GCClass(fair, centre=c) for c in ((0.3, 0.2, 0.2, 0.3), (0.2, 0.3, 0.3, 0.2)))
    >>> match_classes(GeneModel("p", (at, gc)), GeneModel("q", (gc, at))).pairs
    ((0, 1), (1, 0))
    """
    if len(p.classes) == 1 or len(q.classes) == 1:
        pairs = [(i, j) for i in range(len(p.classes)) for j in range(len(q.classes))]
        return ClassMatch(ONE_EACH if len(pairs) == 1 else AGAINST_EACH, tuple(pairs))
    bands = [one.gc for model in (p, q) for one in model.classes]
    stated = [band for band in bands if band is not None]
    used = stated if len(stated) == len(bands) else [coding_gc(one) for m in (p, q) for one in m.classes]
    theirs = used[len(p.classes) :]
    closest = [
        min(range(len(theirs)), key=lambda j: _distance(band, theirs[j])) for band in used[: len(p.classes)]
    ]
    return ClassMatch(STATED if used is stated else CODING, tuple(enumerate(closest)))


def coding_gc(one: GCClass) -> Band:
    """Give the GC content of a class's coding sequence in its long run."""
    rows = one.coding.probabilities
    share = float(gc_contents(stationary_law(rows), rows).mean())
    return share, share


def _distance(one: Band, other: Band) -> tuple[float, float]:
    gap = max(one[0] - other[1], other[0] - one[1], 0.0)
    return round(gap, 12), round(abs(sum(one) - sum(other)) / 2, 12)


def rates_of_pairs(
    models: Sequence[ContentModel], pairs: Sequence[tuple[int, int]], *, epsilon: float = EPSILON
) -> FloatArray:
    """Relative entropy rates of chosen ordered pairs, as `klbio.models.markov.rates.relative_entropy_rates` has them.

    Parameters
    ----------
    models : sequence of ContentModel
        All of one period.
    pairs : sequence of (int, int)
        Places of p and of q among them.
    epsilon : float

    Returns
    -------
    ndarray of shape (n_pairs,)
        Bits per base, the mean over the period.
    """
    smoothing_name(epsilon)  # refuses an epsilon that is no probability
    chosen = np.array(pairs, dtype=int).reshape(-1, 2)
    orders = np.array([common_order([model]) for model in models], dtype=int)
    needed = orders[chosen].max(axis=1, initial=0)
    found = np.empty(len(chosen))
    for order in sorted(set(needed.tolist())):
        mine = np.flatnonzero(needed == order)
        members, places = np.unique(chosen[mine], return_inverse=True)
        tables = np.stack([comparable(models[i], order=order, epsilon=epsilon) for i in members.tolist()])
        found[mine] = _nats(tables, places.reshape(-1, 2))
    return np.asarray(np.maximum(found, 0.0) / math.log(2))


def _nats(tables: FloatArray, pairs: Places) -> FloatArray:
    """Nats per base of pairs of tables of shape (n_models, period, n_contexts, 4)."""
    rows = tables.reshape(len(tables), -1)
    possible = rows.any(axis=0)
    logs, found = logarithms(rows[:, possible]), np.empty(len(pairs))
    for i in np.unique(pairs[:, 0]):
        words = (stationary_law(tables[i])[..., None] * tables[i]).ravel()[possible] / tables.shape[1]
        mine = np.flatnonzero(pairs[:, 0] == i)
        found[mine] = log_ratio_sums(words, logs, int(i), pairs[mine, 1])
    return found
