"""Numbers on the command line that mean nothing, or ask for the machine's life."""

from __future__ import annotations

from tests.faults.case import SHIFT, Case

CASES = [
    Case(f"option: {' '.join(words)}", says, {}, (*SHIFT, *words))
    for words, says in (
        (("--resamples", "0"), ["n_resamples"]),
        (("--resamples", "18"), ["19 or more"]),
        (("--resamples", "1000000000"), ["1,000,000 or less"]),
        (("--min-depth", "0"), ["min_depth"]),
        (("--seed", "-1"), ["seed"]),
        (("--threads", "0"), ["threads"]),
        (("--smoothing", "laplace"), ["laplace"]),
        (("--smoothing", "additive(0)"), ["more than 0"]),
        (("--smoothing", "additive(1e308)"), ["1e-12 to 1e+12"]),
        (("--smoothing", "additive(1e-320)"), ["1e-12 to 1e+12"]),
        (("--smoothing", "additive(nan)"), ["alpha"]),
        (("--smoothing", "__import__('os').abort()"), ["smoothing"]),
        (("--unassigned", "nobody"), ["unassigned"]),
        (("--support", "all"), ["support"]),
    )
]
