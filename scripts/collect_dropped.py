"""Adapter of a rule: names go to `klbio.steps.provenance.collect_dropped`."""

from klbio.cli import as_rule
from klbio.steps.provenance import collect_dropped

as_rule(collect_dropped, snakemake)
