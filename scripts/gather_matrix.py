"""Adapter of a rule: names go to `klbio.steps.matrix.gather_matrix`."""

from klbio.cli import as_rule
from klbio.steps.matrix import gather_matrix

as_rule(gather_matrix, snakemake)
