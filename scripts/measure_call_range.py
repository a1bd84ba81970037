"""Adapter of a rule: names go to `klbio.steps.call_range.measure_call_range`."""

from klbio.cli import as_rule
from klbio.steps.call_range import measure_call_range

as_rule(measure_call_range, snakemake)
