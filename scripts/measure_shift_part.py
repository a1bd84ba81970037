"""Adapter of a rule: names go to `klbio.steps.shift_parts.measure_shift_part`."""

from klbio.cli import as_rule
from klbio.steps.shift_parts import measure_shift_part

as_rule(measure_shift_part, snakemake)
