"""Adapter of a rule: names go to `klbio.steps.shift.measure_shift`."""

from klbio.cli import as_rule
from klbio.steps.shift import measure_shift

as_rule(measure_shift, snakemake)
