"""Does the conclusion hang on a choice: arms held against each other under every choice, in one table."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

import numpy as np
import pandas as pd

from klbio.estimates import generator
from klbio.shift.cohort.differential import difference_p, sign_flip_p
from klbio.shift.subject.divergence import Row

__all__ = ["headline_rows"]

CHOICE = ["measure", "estimand", "corrected", "smoothing", "support", "depth"]
GROUP = ["before", "after", "rank"]
MEASURES = {
    "jensen_shannon_divergence_bits": "Jensen-Shannon divergence",
    "relative_entropy_after_before_bits": "D(after || before)",
    "relative_entropy_before_after_bits": "D(before || after)",
}
LEVEL = 0.05


def headline_rows(
    pairs: pd.DataFrame, sensitivity: pd.DataFrame, rarefaction: pd.DataFrame, seed: int
) -> list[Row]:
    """Give the median of each arm, and the test between arms, under every choice.

    Parameters
    ----------
    pairs, sensitivity, rarefaction : DataFrame
        Rows of ``pairs.tsv``, ``sensitivity.tsv`` and ``rarefaction.tsv``.
    seed : int
        Used only where subjects can be dealt to arms in more than 20,000 ways.

    Returns
    -------
    list of dict
        Rows of ``headline.tsv``: a row per choice and pair of arms, or per choice and arm where there is
        one.  The first row of a contrast is the number reported: pooled, corrected, of the first rank;
        `agrees` says whether a choice leads to the same conclusion: the same arm ahead, and p on the same
        side of 0.05; ``cannot tell`` where so few subjects have the depth that p cannot fall there.

    Notes
    -----
    The difference is of means, with whole subjects dealt to arms; in a crossover it is of those subjects
    that were in both arms, with signs flipped.  All choices share their arrangements of subjects, so that
    two values of p differ by the choice alone.
    """
    values = pd.concat(
        [_from_pairs(pairs), _from_sensitivity(sensitivity), _from_rarefaction(rarefaction)],
        ignore_index=True,
    )
    first = {key: part["rank"].iloc[0] for key, part in pairs.groupby(["before", "after"], sort=False)}
    found: list[Row] = []
    for (before, after), part in values.groupby(["before", "after"], sort=False):
        mine = [row for _, group in part.groupby(GROUP, sort=False) for row in _of_rank(group, seed)]
        mine.sort(key=lambda row: row["rank"] != first[before, after])  # stable: the first rank ahead
        found += _compared(mine)
    return found


def _from_pairs(pairs: pd.DataFrame) -> pd.DataFrame:
    """The numbers of the report, by both estimands."""
    smoothing = pairs["smoothing"].str.partition("relative entropy ")[2]
    frames = [
        pairs.assign(
            measure=name,
            corrected="yes",
            value=pairs[column],
            smoothing="none" if name == "Jensen-Shannon divergence" else smoothing,
            depth="full depth",
        )
        for column, name in MEASURES.items()
    ]
    return pd.concat(frames)[[*GROUP, "subject", "arm", *CHOICE, "value"]]


def _from_sensitivity(sensitivity: pd.DataFrame) -> pd.DataFrame:
    frames = [
        sensitivity.assign(
            measure=name, corrected="no", estimand="pooled", depth="full depth", value=sensitivity[column]
        )
        for column, name in MEASURES.items()
    ]
    return pd.concat(frames)[[*GROUP, "subject", "arm", *CHOICE, "value"]]


def _from_rarefaction(rarefaction: pd.DataFrame) -> pd.DataFrame:
    """Depths that many subjects share; those of one subject alone are no choice for a study."""
    if rarefaction.empty:
        return pd.DataFrame()
    shared = rarefaction[~rarefaction["choice"].isin(["full depth", "own shallower side"])]
    frames = [
        shared.assign(
            measure="Jensen-Shannon divergence",
            estimand="pooled",
            corrected=corrected,
            smoothing="none",
            support="pair union",
            depth="rarefied to " + shared["depth_before"].astype(str),
            value=shared[column],
        )
        for column, corrected in (("jsd_corrected_bits", "yes"), ("jsd_plugin_bits", "no"))
    ]
    return pd.concat(frames)[[*GROUP, "subject", "arm", *CHOICE, "value"]]


def _of_rank(group: pd.DataFrame, seed: int) -> Iterator[Row]:
    """Every choice of one rank, for every two arms; for each arm where there are not two."""
    where: Row = {name: group[name].iloc[0] for name in GROUP}
    numbers = group.groupby(CHOICE, sort=False).ngroup()
    choices: list[Row] = [
        dict(zip(CHOICE, choice, strict=True))
        for choice in group[CHOICE].drop_duplicates().itertuples(index=False, name=None)
    ]
    arms = {
        str(arm): part.pivot_table("value", "subject", "choice", aggfunc="first", sort=False).reindex(
            columns=range(len(choices))
        )
        for arm, part in group.assign(choice=numbers).groupby("arm", sort=True)
    }
    couples = list(combinations([arm for arm in arms if arm], 2))
    for b, a in couples:
        tests = _tests(arms[a], arms[b], generator(seed, "headline", *map(str, where.values()), a, b))
        for i, choice in enumerate(choices):
            yield where | choice | _medians(a, arms[a][i]) | _medians(b, arms[b][i], "b") | tests[i]
    for arm, table in arms.items() if not couples else ():
        yield from (where | choice | _medians(arm, table[i]) for i, choice in enumerate(choices))


def _medians(arm: str, values: pd.Series[float], side: str = "a") -> Row:
    known = values.dropna()
    return {
        f"arm_{side}": arm,
        f"n_{side}": len(known),
        f"median_{side}_bits": float(known.median()) if len(known) else None,
    }


def _tests(x: pd.DataFrame, y: pd.DataFrame, rng: np.random.Generator) -> list[Row]:
    """Test every column; those that all subjects have in one go, with the same arrangements."""
    state = rng.bit_generator.state
    every = list(range(x.shape[1]))
    found: list[Row] = [{} for _ in every]
    whole = [i for i in every if np.isfinite([*x[i], *y[i]]).all()]
    for columns in ([whole] if whole else []) + [[i] for i in every if i not in whole]:
        rng.bit_generator.state = state
        left, right = x[columns].dropna(), y[columns].dropna()
        if (
            len(left)
            and len(right)
            and np.isfinite(left).all(axis=None)
            and np.isfinite(right).all(axis=None)
        ):
            for i, row in zip(columns, _tested(left, right, rng), strict=True):
                found[i] = row
    return found


def _tested(x: pd.DataFrame, y: pd.DataFrame, rng: np.random.Generator) -> Iterator[Row]:
    both = [subject for subject in x.index if subject in y.index]
    if both:
        n = np.full(x.shape[1], len(both))
        test = sign_flip_p(x.loc[both].to_numpy(dtype=float) - y.loc[both].to_numpy(dtype=float), n, rng)
    else:
        n = np.full(x.shape[1], len(x) + len(y))
        test = difference_p(x.to_numpy(dtype=float), y.to_numpy(dtype=float), n, rng)
    for effect, p_value, smallest in zip(test.effect, test.p_value, test.smallest_p, strict=True):
        yield {
            "difference_of_means_bits": float(effect),
            "p_value": float(p_value),
            "smallest_p": float(smallest),
            "n_permutations": test.n_permutations,
            "exact": "yes" if test.exact else "no",
        }


def _compared(rows: list[Row]) -> list[Row]:
    """Say of each choice whether it leads where the reported one does; the first of two arms is that."""
    reported: dict[object, Row] = {}
    found = []
    for row in rows:
        first = reported.setdefault((row["arm_a"], row.get("arm_b")), row)
        found.append(row | {"reported": "yes" if row is first else "no", "agrees": _agrees(row, first)})
    return found


def _agrees(row: Row, first: Row) -> str:
    if "p_value" not in row or "p_value" not in first:
        return ""
    (effect, p_value), (other, other_p) = (
        (float(str(one["difference_of_means_bits"])), float(str(one["p_value"]))) for one in (row, first)
    )
    if (effect > 0) == (other > 0) and other_p <= LEVEL < float(str(row["smallest_p"])):
        return "cannot tell"
    return "yes" if (effect > 0) == (other > 0) and (p_value <= LEVEL) == (other_p <= LEVEL) else "no"
