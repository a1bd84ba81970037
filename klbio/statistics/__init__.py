"""Tests by permutation and intervals of means: one engine for each, used by every room above."""

from klbio.statistics.columns import Columns
from klbio.statistics.designs import Signs, TwoGroups, WithinBlocks, codes
from klbio.statistics.false_discovery import false_discovery_rates, smallest_rates
from klbio.statistics.intervals import Z_975, half_width, mean_interval, t_975
from klbio.statistics.largest import AdjustedTest, largest_of_all
from klbio.statistics.moderation import Spread, VariancePrior
from klbio.statistics.permutation import Exchange, Statistic, TestResult, TestResults
from klbio.statistics.several_arms import ArmFamily, holm
from klbio.statistics.two_arms import ArmPair, ArmValues, arm_pairs

__all__ = [
    "Z_975",
    "AdjustedTest",
    "ArmFamily",
    "ArmPair",
    "ArmValues",
    "Columns",
    "Exchange",
    "Signs",
    "Spread",
    "Statistic",
    "TestResult",
    "TestResults",
    "TwoGroups",
    "VariancePrior",
    "WithinBlocks",
    "arm_pairs",
    "codes",
    "false_discovery_rates",
    "half_width",
    "holm",
    "largest_of_all",
    "mean_interval",
    "smallest_rates",
    "t_975",
]
