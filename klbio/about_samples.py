"""Names that say what a sample is or how many reads it has, and name no taxon."""

from __future__ import annotations

import re

__all__ = ["is_about_samples"]

BETWEEN, DIGIT = re.compile(r"[^A-Za-z0-9]+"), re.compile(r"\d")
WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")
# names of these words alone, one of the first kind among them; so too of those below
ABOUT_SAMPLES = {
    "age", "bmi", "weight", "height", "sex", "gender", "year", "years", "month", "months", "week", "weeks", "day",
    "days", "visit", "timepoint", "latitude", "longitude", "elevation", "altitude", "temperature", "salinity",
    "turbidity", "conductivity", "moisture", "group", "treatment", "batch", "plate", "lane", "cohort", "replicate",
    "severity", "calories", "kcal", "fiber", "fibre", "alcohol", "sugar", "carbohydrates", "sodium", "potassium",
    "calcium", "magnesium", "calprotectin", "crp", "hscrp", "glucose", "insulin", "homair", "hba1c", "cholesterol",
    "hdl", "ldl", "triglyceride", "triglycerides", "creatinine", "egfr", "urea", "albumin", "bilirubin",
    "hemoglobin", "haemoglobin", "hematocrit", "ferritin", "leptin", "adiponectin", "cortisol", "lactoferrin",
    "zonulin", "cd4", "cd8", "il6", "il8", "il10", "il17", "il1b", "tnfa", "tnfalpha", "shannon", "simpson",
    "invsimpson", "chao1", "richness", "evenness", "pielou", "pielous", "faith", "faithpd",
    "ph", "bristol", "dna", "rna", "qubit", "nanodrop", "qpcr", "copies", "cfu", "ct", "cq", "rin",
}  # fmt: skip
OF_SAMPLES = ABOUT_SAMPLES | {
    "host", "subject", "patient", "sample", "donor", "mother", "body", "mass", "index", "collection", "sampling",
    "at", "in", "of", "birth", "since", "start", "mean", "fecal", "faecal", "kg", "cm", "number", "g", "mg", "ug",
    "ng", "pg", "l", "dl", "ml", "mm", "mmol", "umol", "mmhg", "iu", "per", "percent", "pct", "fasting", "serum",
    "plasma", "blood", "urine", "stool", "total", "level", "levels", "concentration", "intake", "dietary", "daily",
    "score", "value", "baseline", "count", "counts", "ratio", "cell", "cells", "t", "s", "c", "reactive", "protein",
    "scale", "type", "conc", "yield", "load", "bacterial", "16s", "copy",
    "pd",
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

    >>> [is_about_samples(name) for name in ("host_age", "CD4_count", "IL-6", "ReadCount", "fasting glucose (mg/dl)")]
    [True, True, True, True, True]
    >>> [is_about_samples(name) for name in ("Blautia", "day lily", "day7_bin.1", "Bacillus cereus group")]
    [False, False, False, False]
    """
    if len(name) > 40 or "__" in name or ";" in name:
        return False
    parts = [part for part in BETWEEN.split(name) if part]
    words = {
        word.lower() for part in parts for word in ([part] if DIGIT.search(part) else WORD.findall(part))
    }
    about_samples = words & ABOUT_SAMPLES and words <= OF_SAMPLES
    return bool(
        about_samples or (words & READS and words <= OF_READS) or "".join(parts).lower() in ABOUT_SAMPLES
    )
