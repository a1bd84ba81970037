"""Divergences of many pairs of samples, corrected as `jensen_shannon_point` corrects one, in compiled loops."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise

import numpy as np

from klbio.compiled import compiled
from klbio.distributions import FloatArray
from klbio.estimates.alias_tables import Ints
from klbio.estimates.pair_terms import jackknife_bias, mixture_bits
from klbio.estimates.rarest_taxa import carried_on
from klbio.estimates.share_laws import different, fitted_laws, likely, summed

__all__ = ["jensen_shannon_points"]

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
        counts, n_taxa, _ = different(samples[i], samples[j])
        plugin[k], value[k] = point(counts, n_taxa, float(depths[i]), float(depths[j]))


@compiled
def point(pairs: FloatArray, n_taxa: FloatArray, n: float, m: float) -> tuple[float, float]:
    """Divergence as observed, and corrected."""
    laws = fitted_laws(pairs, n_taxa, n, m)
    shares, joint = likely(laws)
    sums = summed(joint, np.stack((np.ones(len(shares)), laws.bits[shares])))
    carried = carried_on(laws)
    plugin = value = 0.0
    for i in range(len(n_taxa)):
        x, y = pairs[0, i], pairs[1, i]
        observed = mixture_bits(x / n, y / m)
        plugin += n_taxa[i] * observed
        if laws.reads[i] < laws.many:
            value += n_taxa[i] * laws.reads[i] * carried[i] * sums[1, i] / sums[0, i]
        else:
            bias = jackknife_bias(x, y, n, m) + jackknife_bias(y, x, m, n)
            value += n_taxa[i] * (observed - bias)
    return max(plugin, 0.0), value
