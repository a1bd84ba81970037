"""Adapter of a rule: names go to `klbio.steps.matrix.write_matrix`."""

from klbio.cli import as_rule
from klbio.steps.matrix import write_matrix

as_rule(write_matrix, snakemake)
