"""Adapter of a rule: names go to `klbio.steps.sketch_table.compose_sketches`."""

from klbio.cli import as_rule
from klbio.steps.sketch_table import compose_sketches

as_rule(compose_sketches, snakemake)
