"""Adapter of a rule: names go to `klbio.steps.reads.compose_reads`."""

from klbio.cli import as_rule
from klbio.steps.reads import compose_reads

as_rule(compose_reads, snakemake)
