"""Does the cohort speak with one voice?  Permutation tests that respect subjects."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import combinations
from math import comb
from typing import Literal

import numpy as np
import pandas as pd
from scipy import stats

from klbio.distributions import FloatArray
from klbio.estimates import generator
from klbio.shift.subject.divergence import Row

__all__ = ["arm_rows", "cohort_rows"]

MOST_EXACT = 20_000  # permutations enumerated; above that, as many are drawn
SHIFT, BASELINE = "jensen_shannon_divergence_bits", "baseline_bits"
GROUP = ["before", "after", "rank", "estimand"]


def arm_rows(pairs: pd.DataFrame) -> pd.DataFrame:
    """Summarise each arm: how many subjects lie above their floor and above their baseline."""
    rows = []
    for key, group in pairs.groupby([*GROUP, "arm"], sort=False):
        shifts = group[SHIFT]
        rows.append(
            dict(zip([*GROUP, "arm"], key, strict=True))
            | {
                "n_subjects": len(group),
                "n_above_floor": int(group["above_floor"].eq("yes").sum()),
                "n_with_baseline": int(group["n_baseline_pairs"].gt(0).sum()),
                "n_above_baseline": int(group["above_baseline"].eq("yes").sum()),
                "median_bits": float(shifts.median()),
                "lowest_bits": float(shifts.min()),
                "highest_bits": float(shifts.max()),
            }
        )
    return pd.DataFrame(rows)


def cohort_rows(pairs: pd.DataFrame, seed: int) -> list[Row]:
    """Test each rank and estimand: arms against each other, and each arm's shift against its baseline.

    Parameters
    ----------
    pairs : DataFrame
        Rows of ``pairs.tsv``.
    seed : int
        Used only where the permutations are too many to enumerate.

    Returns
    -------
    list of dict
        Rows of ``cohort.tsv``; a test that the design cannot hold is left out.  Where subjects were in both of
        two arms, each is held against itself (``crossover``).
    """
    rows: list[Row] = []
    for key, group in pairs.groupby(GROUP, sort=False):
        head: Row = dict(zip(GROUP, key, strict=True))
        rng = generator(seed, *map(str, key))
        rows += [head | row for row in _between_arms(group, rng) + _above_baseline(group, rng)]
    return rows


def _between_arms(group: pd.DataFrame, rng: np.random.Generator) -> list[Row]:
    arms = {str(arm): part for arm, part in group.groupby("arm", sort=True) if arm}
    return [
        row
        for b, a in combinations(arms, 2)
        for row in (
            _crossed(a, b, arms[a], arms[b], rng)
            if set(arms[a]["subject"]) & set(arms[b]["subject"])  # a crossover is no two-arm trial
            else [_two_arms(a, b, arms[a], arms[b], rng)]
        )
    ]


def _crossed(
    a: str, b: str, part_a: pd.DataFrame, part_b: pd.DataFrame, rng: np.random.Generator
) -> list[Row]:
    """Each subject that was in both arms against itself; those of one arm alone take no part."""
    x, y = (part.set_index("subject")[SHIFT] for part in (part_a, part_b))
    both = [subject for subject in x.index if subject in y.index]
    if len(both) < 2:
        return []
    more = (x[both] - y[both]).to_numpy(dtype=float)
    if more.mean() < 0:
        a, b, more = b, a, -more
    left_out = len(set(x.index) ^ set(y.index))
    rest = f"; {left_out} in one arm alone take no part" if left_out else ""
    row = _flipped(more, rng)
    return [
        row
        | {
            "test": "crossover",
            "arm_a": a,
            "arm_b": b,
            "n_a": len(both),
            "n_b": len(both),
            "meaning": f"{len(both)} subjects moved {row['effect_bits']:.3f} bits further in {a} than in {b} "
            f"on average {_by_signs(row)}{rest}.",
        }
    ]


def _two_arms(a: str, b: str, part_a: pd.DataFrame, part_b: pd.DataFrame, rng: np.random.Generator) -> Row:
    x, y = part_a[SHIFT].to_numpy(), part_b[SHIFT].to_numpy()
    if x.mean() < y.mean():
        a, b, x, y = b, a, y, x
    many = comb(len(x) + len(y), len(x))
    p_value, n_done = _permute((x, y), _difference, "independent", many, rng)
    low, high = _welch(x, y)
    effect = float(x.mean() - y.mean())
    smallest = _smallest(many, n_done)
    return {
        "test": "two-arm permutation",
        "arm_a": a,
        "arm_b": b,
        "n_a": len(x),
        "n_b": len(y),
        "effect_bits": effect,
        "effect_low_bits": low,
        "effect_high_bits": high,
        "p_value": p_value,
        "smallest_p": smallest,
        "n_permutations": n_done,
        "exact": "yes" if many <= MOST_EXACT else "no",
        "meaning": f"{a} moved {effect:.3f} bits further than {b} on average "
        f"({_kind(many)} permutation of {len(x)} against {len(y)} subjects: p = {p_value:.2g}; "
        f"the smallest this design can give is {smallest:.2g}).",
    }


def _above_baseline(group: pd.DataFrame, rng: np.random.Generator) -> list[Row]:
    with_baseline = group[group[BASELINE].notna()]
    parts = with_baseline.groupby("arm", sort=True)
    return [_signs(str(arm), part, rng) for arm, part in parts if len(part) > 1]


def _signs(arm: str, part: pd.DataFrame, rng: np.random.Generator) -> Row:
    row = _flipped((part[SHIFT] - part[BASELINE]).to_numpy(dtype=float), rng)
    effect = float(str(row["effect_bits"]))
    who = f"{arm}: " if arm else ""
    above = int(part["above_baseline"].eq("yes").sum())
    return row | {
        "test": "shift above baseline",
        "arm_a": arm,
        "arm_b": "",
        "n_a": len(part),
        "n_b": 0,
        "meaning": f"{who}{above} of {len(part)} subjects moved further than their own baseline varies; on average "
        f"the shift lies {abs(effect):.3f} bits {'above' if effect >= 0 else 'below'} it {_by_signs(row)}.",
    }


def _flipped(excess: FloatArray, rng: np.random.Generator) -> Row:
    """Mean over subjects, with Student's interval, and its p by flipping signs."""
    many = 2 ** len(excess)
    p_value, n_done = _permute((excess,), np.mean, "samples", many, rng)
    low, high = _student(excess)
    return {
        "effect_bits": float(excess.mean()),
        "effect_low_bits": low,
        "effect_high_bits": high,
        "p_value": p_value,
        "smallest_p": _smallest(many, n_done),
        "n_permutations": n_done,
        "exact": "yes" if many <= MOST_EXACT else "no",
    }


def _by_signs(row: Row) -> str:
    kind = "exact" if row["exact"] == "yes" else "Monte Carlo"
    return (
        f"({kind} sign-flip permutation: p = {row['p_value']:.2g}; "
        f"the smallest this design can give is {row['smallest_p']:.2g})"
    )


def _smallest(many: int, n_done: int) -> float:
    """Two-sided p of the most extreme arrangement; a drawn null never reaches below one in n + 1 a side."""
    return min(1.0, 2.0 / many if many <= MOST_EXACT else 2.0 / (n_done + 1))


def _kind(many: int) -> str:
    return "exact" if many <= MOST_EXACT else "Monte Carlo"


def _difference(x: FloatArray, y: FloatArray, axis: int = -1) -> FloatArray:
    difference: FloatArray = np.mean(x, axis=axis) - np.mean(y, axis=axis)
    return difference


def _permute(
    data: Sequence[FloatArray],
    statistic: Callable[..., FloatArray],
    kind: Literal["independent", "samples"],
    many: int,
    rng: np.random.Generator,
) -> tuple[float, int]:
    """Two-sided p and the number of permutations behind it, by scipy."""
    n_resamples = many if many <= MOST_EXACT else MOST_EXACT - 1
    result = stats.permutation_test(
        data, statistic, permutation_type=kind, vectorized=True, n_resamples=n_resamples, rng=rng
    )
    return float(result.pvalue), len(result.null_distribution)


def _welch(x: FloatArray, y: FloatArray) -> tuple[float, float]:
    if min(len(x), len(y)) < 2:
        return float("nan"), float("nan")
    interval = stats.ttest_ind(x, y, equal_var=False).confidence_interval(0.95)
    return float(interval.low), float(interval.high)


def _student(x: FloatArray) -> tuple[float, float]:
    interval = stats.ttest_1samp(x, 0.0).confidence_interval(0.95)
    return float(interval.low), float(interval.high)
