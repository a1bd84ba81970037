"""Adapter of a rule: names go to `klbio.steps.amplicon_table.compose_amplicons`."""

from klbio.cli import as_rule
from klbio.steps.amplicon_table import compose_amplicons

as_rule(compose_amplicons, snakemake)
