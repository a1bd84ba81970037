r"""One number per subject: how far it moved, with interval, floor and baseline.

Two estimands, never to be held against each other:

pooled
    the divergence between the summed counts of the two phases;
pairs
    the mean divergence over all pairs of an after-sample and a before-sample.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from itertools import combinations

import numpy as np
from scipy import stats

from klbio.design import Contrast, Unit
from klbio.distributions import FloatArray
from klbio.divergences import kernels
from klbio.estimates import (
    MOST_PRIOR,
    Estimate,
    generator,
    jackknife,
    jensen_shannon_estimate,
    relative_entropy_estimate,
    total,
)
from klbio.shift.phase_pair import PhaseCounts, Rows
from klbio.shift.settings import ShiftSettings
from klbio.shift.subject.floor import floor
from klbio.shift.subject.richness import presumed_categories
from klbio.smoothing import Estimator

__all__ = ["ESTIMANDS", "Row", "baseline", "jsd", "measure_unit", "relative_entropy"]

Row = dict[str, object]
ESTIMANDS = ("pooled", "pairs")
MOST_SPLITS = 200  # of a subject's baseline samples into two halves
UNDERSAMPLED = 5.0  # reads per category below which the simulated coverage falls short
LN2 = float(np.log(2))


def _jsd_terms(p: FloatArray, q: FloatArray) -> FloatArray:
    terms: FloatArray = kernels.jensen_shannon_terms(p, q) / LN2
    return terms


def _relative_entropy_terms(p: FloatArray, q: FloatArray) -> FloatArray:
    terms: FloatArray = kernels.relative_entropy_terms(p, q) / LN2
    return terms


def jsd(x: FloatArray, y: FloatArray) -> Estimate:
    """Jensen-Shannon divergence in bits between two rows of counts, unsmoothed, bias-corrected.

    Reads are read as `klbio.estimates.jensen_shannon_estimate` does, groups of reads by the jackknife.
    """
    seen = (total(x) + total(y)) > 0
    if x.ndim == 1:
        return _jsd_of_reads(*(np.asarray(side[seen], dtype=float).tobytes() for side in (x, y)))
    return jackknife(x[..., seen], y[..., seen], _jsd_terms)


@lru_cache(maxsize=64)  # a subject's one pair is also its pools, is split over taxa, and stands in its course
def _jsd_of_reads(x: bytes, y: bytes) -> Estimate:
    return jensen_shannon_estimate(np.frombuffer(x), np.frombuffer(y))


def relative_entropy(x: FloatArray, y: FloatArray, estimator: Estimator) -> Estimate:
    """Relative entropy D(x || y) in bits between two smoothed rows of counts, bias-corrected.

    Reads are read as `klbio.estimates.relative_entropy_estimate` does; groups of reads, and counts that are
    not smoothed, by the jackknife.
    """
    if x.ndim == 1:
        return _relative_entropy_of_reads(
            *(np.asarray(side, dtype=float).tobytes() for side in (x, y)), estimator
        )
    return _relative_entropy(x, y, estimator)


@lru_cache(maxsize=64)  # as above: both estimands of a subject's one pair, and its taxa
def _relative_entropy_of_reads(x: bytes, y: bytes, estimator: Estimator) -> Estimate:
    return _relative_entropy(np.frombuffer(x), np.frombuffer(y), estimator)


def _relative_entropy(x: FloatArray, y: FloatArray, estimator: Estimator) -> Estimate:
    prior = estimator.pseudocounts(np.vstack([total(x), total(y)]))
    if x.ndim == 1 and prior.min() > 0 and prior.max() <= MOST_PRIOR:
        return relative_entropy_estimate(x, y, prior[0], prior[1])
    return jackknife(x, y, _relative_entropy_terms, prior[0], prior[1])


def measure_unit(rows: Rows, unit: Unit, contrast: Contrast, settings: ShiftSettings) -> list[Row]:
    """Measure one subject's shift, once per estimand.

    Returns
    -------
    list of dict
        Rows of ``pairs.tsv`` without their rank.
    """
    counts = rows.phases(unit.names(contrast.after), unit.names(contrast.before), settings.support)
    rng = generator(settings.seed, unit.key, contrast.before, contrast.after)
    null = floor(counts.seen(), settings.n_resamples, rng)
    head: Row = {
        "subject": unit.subject,
        "arm": unit.arm,
        "before": contrast.before,
        "after": contrast.after,
        "n_categories": len(counts.labels),
        "support": f"{settings.support} union" if settings.support == "pair" else settings.support,
        "smoothing": f"jsd none; relative entropy {settings.estimator}",
        "n_before": len(counts.before),
        "n_after": len(counts.after),
        "depth_before": int(counts.before.sum()),
        "depth_after": int(counts.after.sum()),
        **_distance_fields(counts),
    }
    return [head | _measured(counts, estimand, null[estimand], settings.estimator) for estimand in ESTIMANDS]


def _measured(counts: PhaseCounts, estimand: str, null: FloatArray, estimator: Estimator) -> Row:
    shift = _SHIFTS[estimand](counts)
    floor_fields = _floor_fields(null, shift[1])
    above_floor = floor_fields["above_floor"] == "yes"
    return {
        "estimand": estimand,
        **_shift_fields(shift),
        **floor_fields,
        **_baseline_fields(baseline(counts.before, estimand), shift[0], above_floor),
        **_directed_fields(counts, estimand, estimator),
        "note": _note(counts, estimand),
    }


Shift = tuple[float, float, float, float]  # value, plugin, low, high


def _pooled_shift(counts: PhaseCounts) -> Shift:
    estimate = jsd(*counts.pooled)
    return (estimate.value, estimate.plugin, *estimate.interval())


def _pairs_shift(counts: PhaseCounts) -> Shift:
    return _mean_over_pairs(counts, jsd)


def _mean_over_pairs(counts: PhaseCounts, measure: Callable[[FloatArray, FloatArray], Estimate]) -> Shift:
    """Mean over all pairs; the interval covers the choice of samples, each with its own reads."""
    grid = [[measure(x, y) for y in counts.before] for x in counts.after]
    (first, *_), *_ = grid
    if len(grid) == len(grid[0]) == 1 and np.isfinite(first.freedom):
        return first.value, first.plugin, *first.interval()
    values = np.array([[estimate.value for estimate in line] for line in grid])
    plugin = float(np.mean([[estimate.plugin for estimate in line] for line in grid]))
    value, half = float(values.mean()), _half_width(values, grid)
    return value, plugin, max(value - half, 0.0), value + half


def _half_width(values: FloatArray, grid: list[list[Estimate]]) -> float:
    """Student interval of a two-sample mean of pairs, from the marginal means of each side.

    A side with one sample has no spread between samples: its reads stand in.
    """
    parts = [(values.mean(axis=1), values.shape[0]), (values.mean(axis=0), values.shape[1])]
    variances = [(marginal.var(ddof=1) / n, n - 1) for marginal, n in parts if n > 1]
    if len(variances) < 2:
        reads = float(np.mean([[estimate.variance for estimate in line] for line in grid]))
        variances.append((reads, grid[0][0].freedom))
    both = sum(variance for variance, _ in variances)
    per_freedom = sum(variance**2 / df for variance, df in variances)  # Welch-Satterthwaite
    freedom = both**2 / per_freedom if per_freedom > 0 else np.inf
    return float(stats.t.ppf(0.975, freedom) * np.sqrt(both))


_SHIFTS: dict[str, Callable[[PhaseCounts], Shift]] = {"pooled": _pooled_shift, "pairs": _pairs_shift}


def _shift_fields(shift: Shift) -> Row:
    value, plugin, low, high = shift
    return {
        "jensen_shannon_divergence_bits": min(max(value, 0.0), 1.0),
        "jsd_low_bits": min(low, 1.0),
        "jsd_high_bits": min(high, 1.0),
        "jsd_plugin_bits": plugin,
    }


def _floor_fields(null: FloatArray, observed: float) -> Row:
    """What would be observed at these depths if nothing had changed, and how often as much as was."""
    p_value = (1 + int((null >= observed - 1e-12).sum())) / (1 + len(null))
    return {
        "floor_bits": float(null.mean()),
        "floor_high_bits": float(np.quantile(null, 0.95)),
        "floor_p": p_value,
        "above_floor": "yes" if p_value <= 0.05 else "no",
    }


def baseline(before: FloatArray, estimand: str) -> list[float]:
    """Bias-corrected divergences among a subject's own before-samples, as the estimand sees them.

    Parameters
    ----------
    before : ndarray of shape (n_samples, [n_groups,] n_categories)
    estimand : {"pooled", "pairs"}
        ``pairs``: every pair of samples.  ``pooled``: every split into two halves (as even as
        the number allows), each summed; at most 200 splits, evenly spaced in their order.

    Returns
    -------
    list of float
        Bits; empty for fewer than two samples.
    """
    if len(before) < 2:
        return []
    seen = before[..., before.sum(axis=tuple(range(before.ndim - 1))) > 0]
    return list(_baseline(np.ascontiguousarray(seen, dtype=float).tobytes(), seen.shape, estimand))


@lru_cache(maxsize=8)  # the contrasts of a subject share their baseline
def _baseline(counts: bytes, shape: tuple[int, ...], estimand: str) -> tuple[float, ...]:
    before = np.frombuffer(counts).reshape(shape)
    if estimand == "pairs":
        return tuple(max(jsd(x, y).value, 0.0) for x, y in combinations(before, 2))
    whole = before.sum(axis=0)
    halves = [before[list(chosen)].sum(axis=0) for chosen in _halves(len(before))]
    return tuple(max(jsd(half, whole - half).value, 0.0) for half in halves)


def _halves(n: int) -> Sequence[tuple[int, ...]]:
    splits = list(combinations(range(n), n // 2)) if n <= 16 else [tuple(range(i, n, 2)) for i in (0, 1)]
    if n % 2 == 0 and n <= 16:
        splits = [split for split in splits if 0 in split]  # each split once
    step = max(1, -(-len(splits) // MOST_SPLITS))
    return splits[::step]


def _baseline_fields(resting: list[float], shift: float, above_floor: bool) -> Row:
    """Baseline beside the shift; what depth alone explains is above no baseline."""
    if not resting:
        return {"baseline_bits": None, "baseline_max_bits": None, "n_baseline_pairs": 0, "above_baseline": ""}
    mean = float(np.mean(resting))
    return {
        "baseline_bits": mean,
        "baseline_max_bits": max(resting),
        "n_baseline_pairs": len(resting),
        "above_baseline": "yes" if above_floor and shift > mean else "no",
    }


def _directed_fields(counts: PhaseCounts, estimand: str, estimator: Estimator) -> Row:
    """Both relative entropies over the support at hand, smoothed."""
    fields: Row = {}
    sides = {"after_before": counts, "before_after": PhaseCounts(counts.labels, counts.before, counts.after)}
    for order, side in sides.items():
        if estimand == "pooled":
            estimate = relative_entropy(*side.pooled, estimator)
            value, plugin, low, high = (estimate.value, estimate.plugin, *estimate.interval())
        else:
            value, plugin, low, high = _mean_over_pairs(side, lambda x, y: relative_entropy(x, y, estimator))
        name = f"relative_entropy_{order}"
        fields |= {f"{name}_bits": max(value, 0.0), f"{name}_low_bits": low, f"{name}_high_bits": high}
        fields[f"{name}_plugin_bits"] = plugin
    return fields


def _distance_fields(counts: PhaseCounts) -> Row:
    """Total variation of the pools, and the most that it can be by Pinsker for their divergence."""
    x, y = counts.totals
    p, q = x / x.sum(), y / y.sum()
    # Pinsker on both halves of the JSD: TV(p, q) = 2 TV(p, m) <= 2 sqrt(JSD ln2 / 2)
    bound = min(2 * np.sqrt(_jsd_terms(p, q).sum() * LN2 / 2), 1.0)
    return {"total_variation": float(np.abs(p - q).sum() / 2), "pinsker_bound": float(bound)}


def _note(counts: PhaseCounts, estimand: str) -> str:
    """Warn where the simulation of docs/method-shift.md found the interval too narrow."""
    sides = (counts.after, counts.before) if estimand == "pairs" else tuple(x[None] for x in counts.pooled)
    shallowest = min(sample.sum() for side in sides for sample in side)
    of_reads = counts.after.ndim == 2  # a k-mer seen once is no sign of others unseen: they come in reads
    n_categories = presumed_categories(np.add(*counts.totals)) if of_reads else len(counts.seen().labels)
    if shallowest / n_categories >= UNDERSAMPLED:
        return ""
    unit = "reads" if of_reads else "counts"
    few = f"{shallowest / n_categories:.1f} {unit} per category, of about {n_categories:,} (below {UNDERSAMPLED:g})"
    enough = (
        f"{UNDERSAMPLED * n_categories:,.0f} {unit} or more a {'pool' if estimand == 'pooled' else 'sample'}"
    )
    return f"undersampled: {few}; the intervals may miss, {enough} would settle it"
