"""Adapter of a rule: names go to `klbio.steps.large_tables.write_large_tables`."""

from klbio.cli import as_rule
from klbio.steps.large_tables import write_large_tables

as_rule(write_large_tables, snakemake)
