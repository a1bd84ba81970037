"""One row of ``flags.tsv``: what was asked of the design, the answer, and what follows from it."""

from __future__ import annotations

from klbio.shift.checks.association import Association
from klbio.shift.subject.divergence import Row

__all__ = ["CANNOT_TELL", "FLAG", "LEVEL", "NO_TEST", "OK", "flag_row", "verdict", "with_p"]

FLAG, OK, CANNOT_TELL = "flag", "ok", "cannot tell"
LEVEL = 0.05
NO_TEST = Association(float("nan"), float("nan"), float("nan"), 0, True)


def verdict(test: Association, trifling: bool = False) -> str:
    """Judge by p, and by size where a difference can be too small to matter.

    >>> verdict(Association(2.0, 0.25, 0.25, 8, True))  # three subjects cannot give less
    'cannot tell'
    >>> verdict(Association(2.0, 0.03, 0.03, 64, True)), verdict(Association(1.01, 0.03, 0.03, 64, True), True)
    ('flag', 'ok')
    """
    if test.p_value <= LEVEL:
        return OK if trifling else FLAG
    return CANNOT_TELL if test.smallest_p > LEVEL else OK


def with_p(test: Association) -> str:
    """Say the p in brackets, and how small it could be where that is no help."""
    kind = "exact permutation" if test.exact else "permutation"
    limit = f", and this design cannot give less than {test.smallest_p:.2g}"
    return f"({kind}, p = {test.p_value:.2g}{limit if test.smallest_p > LEVEL else ''})"


def flag_row(
    check: str,
    concerns: str,
    severity: str,
    meaning: str,
    statistic: str = "",
    test: Association = NO_TEST,
    n_subjects: int = 0,
    rank: str = "",
) -> Row:
    """Put a row together; where no test was made its fields are empty."""
    tested = test.n_permutations > 0
    return {
        "check": check,
        "concerns": concerns,
        "rank": rank,
        "severity": severity,
        "statistic": statistic,
        "value": test.value,
        "p_value": test.p_value,
        "smallest_p": test.smallest_p,
        "n_subjects": n_subjects,
        "n_permutations": test.n_permutations if tested else None,
        "exact": ("yes" if test.exact else "no") if tested else "",
        "meaning": meaning,
    }
