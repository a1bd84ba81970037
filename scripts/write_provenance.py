"""Adapter of a rule: names go to `klbio.steps.provenance.write_provenance`."""

from klbio.cli import as_rule
from klbio.steps.provenance import write_provenance

as_rule(write_provenance, snakemake)
