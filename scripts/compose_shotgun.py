"""Adapter of a rule: names go to `klbio.steps.shotgun_table.compose_shotgun`."""

from klbio.cli import as_rule
from klbio.steps.shotgun_table import compose_shotgun

as_rule(compose_shotgun, snakemake)
