"""Tests by permutation and intervals of means: one engine for each, used by every room above."""

from klbio.statistics.intervals import Z_975, half_width, mean_interval, t_975
from klbio.statistics.permutation import (
    Exchange,
    Signs,
    Statistic,
    TestResult,
    TestResults,
    TwoGroups,
    WithinBlocks,
    codes,
)

__all__ = [
    "Z_975",
    "Exchange",
    "Signs",
    "Statistic",
    "TestResult",
    "TestResults",
    "TwoGroups",
    "WithinBlocks",
    "codes",
    "half_width",
    "mean_interval",
    "t_975",
]
