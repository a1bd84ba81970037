"""Adapter of a rule: names go to `klbio.steps.nearest.rank_models`."""

from klbio.cli import as_rule
from klbio.steps.nearest import rank_models

as_rule(rank_models, snakemake)
