"""Adapter of a rule: names go to `klbio.steps.quality.compare_quality`."""

from klbio.cli import as_rule
from klbio.steps.quality import compare_quality

as_rule(compare_quality, snakemake)
