"""Divergences of many pairs of samples, corrected as `jensen_shannon_point` corrects one, in compiled loops."""

from __future__ import annotations

import math
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise

import numpy as np

from klbio.compiled import compiled
from klbio.distributions import FloatArray
from klbio.estimates.alias_tables import Ints
from klbio.estimates.law_fitting import class_laws, common_law, likelihoods, nearness
from klbio.estimates.pair_terms import jackknife_bias, mixture_bits, terms_of
from klbio.estimates.share_grid import LOG_ODDS, MANY, N_SHARES
from klbio.estimates.share_laws import BEYOND

__all__ = ["jensen_shannon_points"]

LEAST = math.log(np.finfo(float).tiny)
ALONE = 500  # pairs that one thread estimates as fast as two would


def jensen_shannon_points(
    samples: FloatArray, pairs: Ints, threads: int = 1
) -> tuple[FloatArray, FloatArray]:
    """Estimate the divergence of each pair of samples as `jensen_shannon_point` does, in compiled loops.

    Parameters
    ----------
    samples : ndarray of shape (n_samples, n_categories)
        Whole counts, two reads or more in each sample.
    pairs : ndarray of int of shape (n_pairs, 2)
        Places of the two samples of each pair.
    threads : int, default 1
        Used where pairs are many; no number depends on it.

    Returns
    -------
    plugin, value : ndarray of shape (n_pairs,)
        Bits, as observed and corrected.

    Examples
    --------
    >>> samples = np.array([[60.0, 40.0], [40.0, 60.0], [40.0, 60.0]])
    >>> plugin, value = jensen_shannon_points(samples, np.array([[0, 1], [1, 2]]))
    >>> plugin.round(3).tolist(), value.round(3).tolist()
    ([0.029, 0.0], [0.025, -0.004])
    """
    whole = samples.astype(np.int64)
    plugin, value = np.empty(len(pairs)), np.empty(len(pairs))
    n_parts = threads if len(pairs) > ALONE else 1
    if n_parts == 1:
        fill_points(whole, pairs, plugin, value)
        return plugin, value
    ends = np.linspace(0, len(pairs), n_parts + 1).astype(int).tolist()
    parts = [slice(a, b) for a, b in pairwise(ends)]
    with ThreadPoolExecutor(threads) as pool:
        list(pool.map(lambda part: fill_points(whole, pairs[part], plugin[part], value[part]), parts))
    return plugin, value


@compiled
def fill_points(samples: Ints, pairs: Ints, plugin: FloatArray, value: FloatArray) -> None:
    """Fill the divergences of each pair."""
    depths = samples.sum(axis=1)
    for k in range(len(pairs)):
        i, j = pairs[k]
        counts, n_taxa = different(samples[i], samples[j])
        plugin[k], value[k] = point(counts, n_taxa, float(depths[i]), float(depths[j]))


@compiled
def different(x: Ints, y: Ints) -> tuple[FloatArray, FloatArray]:
    """Different pairs of counts that the taxa have, in order, and how many taxa have each; those without reads not."""
    base = y.max() + 1
    keys = np.sort((x * base + y)[x + y > 0])
    first = np.flatnonzero(np.append(np.array([True]), keys[1:] != keys[:-1]))
    n_taxa = np.diff(np.append(first, len(keys))).astype(np.float64)
    counts = np.empty((2, len(first)))
    for i in range(len(first)):
        counts[0, i], counts[1, i] = keys[first[i]] // base, keys[first[i]] % base
    return counts, n_taxa


@compiled
def point(counts: FloatArray, n_taxa: FloatArray, n: float, m: float) -> tuple[float, float]:
    """Divergence as observed, and corrected."""
    many = MANY * (n + m) / (2 * min(n, m))
    odds = n / m * np.exp(LOG_ODDS)
    u = odds / (1 + odds)
    u[0], u[-1] = 0.0, 1.0
    reads = counts.sum(axis=0)
    expected = expected_bits(counts, n_taxa, many, u, terms_of(u / n, (1 - u) / m))
    plugin = value = 0.0
    for i in range(len(n_taxa)):
        x, y = counts[0, i], counts[1, i]
        observed = mixture_bits(x / n, y / m)
        plugin += n_taxa[i] * observed
        if reads[i] < many:
            value += n_taxa[i] * reads[i] * expected[i]
        else:
            bias = jackknife_bias(x, y, n, m) + jackknife_bias(y, x, m, n)
            value += n_taxa[i] * (observed - bias)
    return max(plugin, 0.0), value


@compiled
def expected_bits(
    counts: FloatArray, n_taxa: FloatArray, many: float, u: FloatArray, bits: FloatArray
) -> FloatArray:
    """Bits that a read of each pair of counts is expected to bring, by the laws of the two classes it lies between."""
    n_classes = math.ceil(math.log2(many)) + BEYOND + 1
    position = np.minimum(np.log2(counts.sum(axis=0)), n_classes - 1.0)
    likelihood = likelihoods(counts, logarithms(u))
    laws = class_laws(likelihood, n_taxa, position, common_law(likelihood, n_taxa), n_classes)
    chance, joint = np.zeros(len(n_taxa)), np.zeros(len(n_taxa))
    for c in range(n_classes):
        near = nearness(position, c)
        for k in np.flatnonzero(laws[c]):
            row = likelihood[k]
            for i in range(len(n_taxa)):
                part = near[i] * laws[c, k] * row[i]
                chance[i] += part
                joint[i] += part * bits[k]
    return joint / chance


@compiled
def logarithms(u: FloatArray) -> FloatArray:
    """Of the shares after and before, shape (2, n_shares); of 0, that of the least number."""
    found = np.full((2, N_SHARES), LEAST)
    for k in range(N_SHARES):
        if u[k] > 0.0:
            found[0, k] = math.log(u[k])
        if u[k] < 1.0:
            found[1, k] = math.log(1 - u[k])
    return found
