"""Checks of depth: whether it goes with phase, with arm or with the shift itself."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

import numpy as np
import pandas as pd

from klbio.shift.checks.association import Association, rank_correlation
from klbio.shift.checks.verdict import CANNOT_TELL, FLAG, LEVEL, OK, flag_row, verdict, with_p
from klbio.shift.cohort.differential import TaxonTest, difference_p, sign_flip_p
from klbio.shift.subject.divergence import Row

__all__ = ["TRIFLE", "between_arms", "depth_checks"]

TRIFLE = 1.1  # a ratio nearer to 1 than this is no matter, however small its p
EQUAL = 1.05  # ratio of depths that is not worth a number


def depth_checks(facts: pd.DataFrame, rank: str, words: str, rng: np.random.Generator) -> Iterator[Row]:
    """Check depth between phases, between arms, against the shift, and the floors that follow from it.

    Parameters
    ----------
    facts : DataFrame
        A row per subject and arm: subject, arm, log2_before, log2_after (means over its samples),
        shallower (the smaller pooled depth), shift_bits, plugin_bits, floor_bits.
    rank : str
        At which the bits were measured.
    words : str
        What a depth counts: ``reads`` or ``counts``.
    rng : Generator
        Used only where arrangements are too many to enumerate.

    Yields
    ------
    dict
        Rows of ``flags.tsv`` without their contrast.
    """
    change = facts["log2_after"] - facts["log2_before"]
    facts = facts.assign(change=change, level=(facts["log2_after"] + facts["log2_before"]) / 2)
    yield _between_phases(facts, words, rng)
    for a, b, test, n in between_arms(facts, "level", rng):
        yield _depth_between_arms(facts, a, b, test, n, words)
    for a, b, test, n in between_arms(facts, "change", rng):
        yield _change_between_arms(a, b, test, n)
    yield _with_shift(facts, rank, rng)
    for a, b, test, n in between_arms(facts, "floor_bits", rng):
        yield _floor_between_arms(facts, a, b, test, n, rank)


def between_arms(
    facts: pd.DataFrame, column: str, rng: np.random.Generator
) -> Iterator[tuple[str, str, Association, int]]:
    """Test a column between every two arms: mean of the first less mean of the second.

    Subjects are dealt to arms; where some were in both arms, signs are flipped within these alone.

    Yields
    ------
    (a, b, test, n_subjects)
    """
    known = facts[facts[column].notna() & facts["arm"].ne("")]
    arms = {str(arm): part.set_index("subject")[column] for arm, part in known.groupby("arm", sort=True)}
    for b, a in combinations(arms, 2):
        x, y = arms[a], arms[b]
        both = [subject for subject in x.index if subject in y.index]
        if both:
            values = (x[both] - y[both]).to_numpy(dtype=float)[:, None]
            test = sign_flip_p(values, np.array([len(both)]), rng)
        else:
            columns = [part.to_numpy(dtype=float)[:, None] for part in (x, y)]
            test = difference_p(columns[0], columns[1], np.array([len(x) + len(y)]), rng)
        yield a, b, _single(test), len(both or [*x, *y])


def _single(test: TaxonTest) -> Association:
    """Take the one column of a test of many."""
    value, p_value, smallest = (float(part[0]) for part in (test.effect, test.p_value, test.smallest_p))
    return Association(value, p_value, smallest, test.n_permutations, test.exact)


def _as_ratio(test: Association) -> tuple[Association, bool]:
    ratio = float(2.0**test.value)
    return test._replace(value=ratio), max(ratio, 1 / ratio) < TRIFLE


def _times(one: str, of_one: float, other: str, of_other: float) -> str:
    """Hold two depths against each other, the deeper first."""
    (deeper, more), (shallower, less) = sorted(
        [(one, of_one), (other, of_other)], key=lambda side: side[1], reverse=True
    )
    told = f"{more:,.0f} against {less:,.0f}"
    if more / less < EQUAL:
        return f"Samples {deeper} are as deep as those {shallower}: {told}"
    return f"Samples {deeper} are {more / less:.2g} times as deep as those {shallower}: {told}"


def _ending(severity: str, if_flag: str, trifling: bool = False) -> str:
    """What follows, in the words that fit the verdict."""
    if severity == FLAG:
        return if_flag
    if severity == CANNOT_TELL:
        return "Too few subjects to tell this from chance."
    return "Beyond chance, but too little to matter." if trifling else "No more than chance gives."


def _between_phases(facts: pd.DataFrame, words: str, rng: np.random.Generator) -> Row:
    by_subject = facts.groupby("subject", sort=False)["change"].mean().to_numpy(dtype=float)[:, None]
    n = len(by_subject)
    test, trifling = _as_ratio(_single(sign_flip_p(by_subject, np.array([n]), rng)))
    severity = verdict(test, trifling)
    before, after = (2 ** facts[name].mean() for name in ("log2_before", "log2_after"))
    floor, plugin = facts["floor_bits"].median(), facts["plugin_bits"].median()
    meaning = (
        f"{_times('after', after, 'before', before)} {words}, geometric means {with_p(test)}. "
        + _ending(
            severity,
            f"At these depths {floor:.3g} of the {plugin:.3g} bits as observed (medians) would be seen had "
            "nothing changed; use the corrected shift and the floor, never the observed number alone.",
            trifling and test.p_value <= LEVEL,
        )
    )
    return flag_row(
        "depth between phases", "phase", severity, meaning, "ratio of depths, after / before", test, n
    )


def _depth_between_arms(facts: pd.DataFrame, a: str, b: str, raw: Association, n: int, words: str) -> Row:
    test, trifling = _as_ratio(raw)
    severity = verdict(test, trifling)
    depth = {arm: 2 ** facts.loc[facts["arm"] == arm, "level"].mean() for arm in (a, b)}
    floor = {arm: facts.loc[facts["arm"] == arm, "floor_bits"].median() for arm in (a, b)}
    meaning = (
        f"{_times(f'of {a}', depth[a], f'of {b}', depth[b])} {words}, geometric means {with_p(test)}. "
    ) + _ending(
        severity,
        f"Depth alone would show {floor[a]:.3g} bits in {a} and {floor[b]:.3g} in {b} (median floors): "
        "compare corrected shifts, never the observed ones.",
        trifling and test.p_value <= LEVEL,
    )
    return flag_row(
        "depth between arms", f"{a}, {b}", severity, meaning, f"ratio of depths, {a} / {b}", test, n
    )


def _change_between_arms(a: str, b: str, raw: Association, n: int) -> Row:
    test, trifling = _as_ratio(raw)
    severity = verdict(test, trifling)
    meaning = (
        f"From before to after, depth changed {test.value:.2g} times as much in {a} as in {b} {with_p(test)}. "
    ) + _ending(
        severity,
        "The bias that few reads bring differs between the arms: compare corrected shifts, and see the rarefied "
        "ones.",
        trifling and test.p_value <= LEVEL,
    )
    return flag_row(
        "change of depth between arms",
        f"{a}, {b}",
        severity,
        meaning,
        f"ratio of changes, {a} / {b}",
        test,
        n,
    )


def _with_shift(facts: pd.DataFrame, rank: str, rng: np.random.Generator) -> Row:
    depth, shift = (facts[name].to_numpy(dtype=float) for name in ("shallower", "shift_bits"))
    test = rank_correlation(depth, shift, facts["arm"].tolist(), rng)
    if not test.n_permutations:
        meaning = (
            "Depth does not vary between the subjects of an arm, or there is one subject: nothing to compare."
        )
        return flag_row(
            "depth and shift", "subject", OK if len(facts) > 1 else CANNOT_TELL, meaning, rank=rank
        )
    severity = verdict(test)
    which = "less" if test.value < 0 else "more"
    meaning = (
        f"Rank correlation of depth (the shallower side) and corrected shift, within arms: {test.value:.2f} "
        f"{with_p(test)}. "
    ) + _ending(
        severity,
        f"Subjects sequenced {which} deeply moved further: part of the differences between subjects may be one of "
        "depth. See the rarefied shifts.",
    )
    return flag_row("depth and shift", "subject", severity, meaning, "Spearman's rho", test, len(facts), rank)


def _floor_between_arms(facts: pd.DataFrame, a: str, b: str, test: Association, n: int, rank: str) -> Row:
    floor = {arm: facts.loc[facts["arm"] == arm, "floor_bits"].mean() for arm in (a, b)}
    smaller, larger = sorted(floor.values())
    trifling = larger < TRIFLE * smaller
    severity = verdict(test, trifling)
    meaning = (
        f"The floor, what depth alone gives, is {floor[a]:.3g} bits in {a} and {floor[b]:.3g} in {b}, on average "
        f"{with_p(test)}. "
    ) + _ending(
        severity,
        "Observed divergences are inflated unequally; the arms are to be compared by corrected shifts.",
        trifling and test.p_value <= LEVEL,
    )
    return flag_row(
        "floor between arms", f"{a}, {b}", severity, meaning, f"difference of floors in bits, {a} - {b}", test, n, rank
    )  # fmt: skip
