"""Tests of arms against each other, in the sentences of the first screen: each p beside the arms that it compares."""

from __future__ import annotations

import math
from collections.abc import Sequence

from klbio.phrases.permutation import cannot_give_less, kind_of, that_gives
from klbio.report.formatting import p_value
from klbio.report.rows import known
from klbio.schema import CohortRow

__all__ = ["bare_p", "between_arms", "with_limit"]


def between_arms(tests: Sequence[CohortRow], first: str, n_others: int) -> str:
    """End a sentence about an arm with its tests; against several arms they are a sentence of their own.

    Parameters
    ----------
    tests : sequence of CohortRow
        The tests shown.
    first : str
        The arm that is spoken of.
    n_others : int
        Arms beside it.
    """
    if n_others < 2 or not tests:
        return "".join(f"; {_one_of_two(test, first)}" for test in tests) + "."
    adjusted = [_adjusted(test) is not None for test in tests if not test.cannot_tell]
    among = f", adjusted for {tests[0].n_comparisons} comparisons" if adjusted and all(adjusted) else ""
    told = "; ".join(_one_of_several(test, first, bool(among)) for test in tests)
    return f". Between arms (permutation{among}): {told}."


def _sides(test: CohortRow, first: str) -> list[tuple[str, int]]:
    """Both arms, one of them first, with their subjects."""
    return sorted([(test.arm_a, test.n_a), (test.arm_b, test.n_b)], key=lambda side: side[0] != first)


def _one_of_two(test: CohortRow, first: str) -> str:
    """Say a test of two arms, how it was made, and what its p becomes among others."""
    (arm, n), (other, n_other) = _sides(test, first)
    whom = f"{arm} against {other}"
    if test.cannot_tell:
        return f"{whom}: cannot tell, {test.cannot_tell}"
    of = f"{n} against {n_other}" if test.test == "two-arm permutation" else "signs"
    adjusted = _adjusted(test)
    among = (
        "" if adjusted is None else f" ({p_value(adjusted)} adjusted for {test.n_comparisons} comparisons)"
    )
    return f"{whom} ({kind_of(bool(test.exact))} of {of}): {with_limit(test)}{among}"


def _one_of_several(test: CohortRow, first: str, adjusted: bool) -> str:
    """Say a test of two arms among several in a few words, with its p adjusted or as it is."""
    (arm, _), (other, _) = _sides(test, first)
    if test.cannot_tell:
        return f"{arm} against {other} cannot tell, {test.cannot_tell}"
    p = p_value(_adjusted(test) or math.nan) if adjusted else bare_p(test)
    limit = cannot_give_less(math.nan if test.smallest_p is None else test.smallest_p)
    return f"{arm} against {other} {p}{limit}"


def _adjusted(test: CohortRow) -> float | None:
    """P adjusted for all comparisons, by what they share where that is known; None where there is one alone."""
    adjusted = known([test.adjusted_p_max_t, test.adjusted_p_holm])
    return adjusted[0] if adjusted and (test.n_comparisons or 0) > 1 else None


def bare_p(test: CohortRow) -> str:
    """P alone."""
    return p_value(math.nan if test.p_value is None else test.p_value)


def with_limit(test: CohortRow) -> str:
    """P, and how small it could be where that limits it."""
    p, smallest = (math.nan if p is None else p for p in (test.p_value, test.smallest_p))
    limit = cannot_give_less(smallest)
    if not limit and p <= smallest:
        limit = f", the smallest {that_gives(bool(test.exact))} can give"
    return f"{p_value(p)}{limit}"
