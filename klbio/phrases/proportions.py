"""What a table of proportions cannot be asked, and where the counts behind it are, in words."""

from __future__ import annotations

from dataclasses import dataclass

from klbio.phrases.reason import Reason

__all__ = ["COUNTS_ARE", "NEED_READS", "NOT_APPLIED", "NeedsReads", "NoReadsToApply"]

NEED_READS = (
    "correction for finite reads",
    "floor",
    "intervals for reads",
    "bounds for rare taxa",
    "smoothed relative entropies and their lower bounds",
    "grid of smoothings",
    "rarefied shifts",
    "checks of depth",
)
NOT_APPLIED = ("min_depth", "smoothing", "n_resamples")
COUNTS_ARE = (
    "MetaPhlAn gives them with `-t rel_ab_w_read_stats`, QIIME 2 has them in the table before relative-frequency, "
    "Bracken and Kraken 2 in their reports; elsewhere it is the table before it was divided by its sums"
)


@dataclass(frozen=True, slots=True)
class NeedsReads(Reason):
    """A statistic that rests on the number of reads."""

    def sentence(self) -> str:
        """Say it, and how to get it."""
        return (
            "cannot tell: the table holds proportions, and this needs numbers of reads. "
            f"Give the counts: {COUNTS_ARE}"
        )


@dataclass(frozen=True, slots=True)
class NoReadsToApply(Reason):
    """A setting that concerns reads."""

    def sentence(self) -> str:
        """Say it."""
        return "not applied: the table holds proportions, and this setting is about reads"
