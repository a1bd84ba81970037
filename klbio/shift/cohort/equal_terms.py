"""Both phases of a subject on equal terms, so that to exchange them changes nothing where nothing happened.

A phase with fewer samples, or with shallower ones, has the looser composition: exchanged with the other it gives
small p without any change.  What is exchanged has as many samples a phase, and samples as deep, conditional on
numbers and depths alone; so the exchange is exact whatever these are.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from klbio.distributions import FloatArray
from klbio.estimates import rarefied, total
from klbio.shift.samples import PhaseCounts, SampleCounts

__all__ = ["as_many", "at_equal_depth", "at_one_depth", "on_equal_terms", "thinned"]


def as_many(phases: PhaseCounts, rng: np.random.Generator) -> PhaseCounts:
    """Draw as many samples of the phase that has more as the other one has.

    Examples
    --------
    >>> phases = PhaseCounts(("t",), np.array([[3.0]]), np.array([[5.0], [5.0], [5.0]]))
    >>> as_many(phases, np.random.default_rng(1)).before.tolist()
    [[5.0]]
    """
    fewest = min(len(phases.after), len(phases.before))
    after, before = (
        side if len(side) == fewest else side[np.sort(rng.choice(len(side), fewest, replace=False))]
        for side in (phases.after, phases.before)
    )
    return replace(phases, after=after, before=before)


def on_equal_terms(samples: SampleCounts, phases: PhaseCounts, rng: np.random.Generator) -> PhaseCounts:
    """Thin samples of a study by `at_equal_depth`; proportions have no depth, and stay as they are."""
    return at_equal_depth(phases, rng) if samples.of_reads else phases


def at_equal_depth(phases: PhaseCounts, rng: np.random.Generator) -> PhaseCounts:
    """Thin as many samples on both sides until both phases have the same depths, with as few reads left out as can be.

    The deepest sample of one phase is matched with the deepest of the other, and so on, and both are thinned to the
    shallower.  So the phases can be exchanged as wholes; for single samples, see `at_one_depth`.

    Returns
    -------
    PhaseCounts
        Without the axis of groups.

    Examples
    --------
    >>> phases = PhaseCounts(("t",), np.array([[90.0], [5.0]]), np.array([[7.0], [60.0]]))
    >>> even = at_equal_depth(phases, np.random.default_rng(1))
    >>> even.after.tolist(), even.before.tolist()
    ([[60.0], [5.0]], [[5.0], [60.0]])
    """
    sides = phases.after, phases.before
    after, before = even = [np.empty((len(side), side.shape[-1])) for side in sides]
    for matched in zip(*map(_by_depth, sides), strict=True):
        depth = min(side[i].sum() for side, i in zip(sides, matched, strict=True))
        for side, lines, i in zip(sides, even, matched, strict=True):
            lines[i] = thinned(side[i], depth, rng)
    return replace(phases, after=after, before=before)


def _by_depth(side: FloatArray) -> list[int]:
    """The deepest sample first."""
    order: list[int] = np.argsort(-side.reshape(len(side), -1).sum(axis=1), kind="stable").tolist()
    return order


def at_one_depth(phases: PhaseCounts, rng: np.random.Generator, most: float = np.inf) -> PhaseCounts:
    """Thin all samples to the shallowest, so that any may be exchanged with any other.

    Parameters
    ----------
    phases : PhaseCounts
    rng : Generator
    most : float, optional
        Depth that is not exceeded, where samples are exchanged with those of others, too.

    Examples
    --------
    >>> phases = PhaseCounts(("t",), np.array([[90.0], [5.0]]), np.array([[7.0]]))
    >>> even = at_one_depth(phases, np.random.default_rng(1))
    >>> even.after.tolist(), even.before.tolist()
    ([[5.0], [5.0]], [[5.0]])
    """
    sides = phases.after, phases.before
    depth = min(most, *(sample.sum() for side in sides for sample in side))
    after, before = (np.array([thinned(sample, depth, rng) for sample in side]) for side in sides)
    return replace(phases, after=after, before=before)


def thinned(sample: FloatArray, depth: float, rng: np.random.Generator) -> FloatArray:
    """Draw so many of a sample's reads, without replacement.

    Parameters
    ----------
    sample : ndarray of shape ([n_groups,] n_categories)
        Of groups whole ones are drawn, as many as come closest: words of one read are no single draws.
    depth : float
        Reads, or counts, to be left; no more than the sample has.
    rng : Generator
        Not used where nothing is left out.

    Returns
    -------
    ndarray of shape (n_categories,)

    Examples
    --------
    >>> thinned(np.array([3.0, 0.0, 2.0]), 5, np.random.default_rng(1))
    array([3., 0., 2.])
    >>> thinned(np.array([[3.0, 0.0], [3.0, 0.0]]), 2, np.random.default_rng(1))
    array([3., 0.])
    """
    whole = float(sample.sum())
    if depth >= whole:
        return total(sample)
    if sample.ndim > 1:
        n_left = max(1, round(len(sample) * depth / whole))
        left: FloatArray = sample[rng.choice(len(sample), n_left, replace=False)].sum(axis=0)
        return left
    drawn, seen = np.zeros_like(sample), sample > 0
    drawn[seen] = rarefied(sample[seen], int(depth), 1, rng)[0]
    return drawn
