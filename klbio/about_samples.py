"""Names that say what a sample is or how many reads it has, and name no taxon."""

from __future__ import annotations

import re

__all__ = ["is_about_samples"]

WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")
# names of these words alone, one of the first kind among them; so too of those below
ABOUT_SAMPLES = {
    "age", "bmi", "weight", "height", "sex", "gender", "year", "years", "month", "months", "week", "weeks", "day",
    "days", "visit", "timepoint", "latitude", "longitude", "elevation", "altitude", "temperature", "shannon",
    "calprotectin", "crp",
}  # fmt: skip
OF_SAMPLES = ABOUT_SAMPLES | {
    "host", "subject", "patient", "sample", "donor", "mother", "body", "mass", "index", "collection", "sampling", "at",
    "in", "of", "birth", "since", "start", "mean", "fecal", "faecal", "kg", "cm", "number",
}  # fmt: skip
READS = {
    "reads", "read", "count", "counts", "seqs", "sequences", "nonchim", "denoised", "merged", "filtered", "input",
    "depth",
}  # fmt: skip
OF_READS = READS | {
    "raw", "total", "n", "num", "number", "of", "seq", "sequencing", "library", "size", "clean", "trimmed",
    "passed", "qc", "f", "r", "per", "non", "chim", "final", "initial",
}  # fmt: skip


def is_about_samples(name: str) -> bool:
    """Whether a name is made of words that describe samples, or that count their reads.

    >>> [is_about_samples(name) for name in ("host_age", "ReadCount", "Blautia", "day lily", "day7_bin.1")]
    [True, True, False, False, False]
    """
    if len(name) > 40 or "__" in name or ";" in name or any(map(str.isdigit, name)):
        return False
    words = {word.lower() for word in WORD.findall(name)}
    about_samples = words & ABOUT_SAMPLES and words <= OF_SAMPLES
    return bool(about_samples or (words & READS and words <= OF_READS))
