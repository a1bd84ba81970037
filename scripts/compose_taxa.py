"""Adapter of a rule: names go to `klbio.steps.taxa.compose_taxa`."""

from klbio.cli import as_rule
from klbio.steps.taxa import compose_taxa

as_rule(compose_taxa, snakemake)
