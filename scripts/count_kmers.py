"""Adapter of a rule: names go to `klbio.steps.kmers.count_kmers`."""

from klbio.cli import as_rule
from klbio.steps.kmers import count_kmers

as_rule(count_kmers, snakemake)
