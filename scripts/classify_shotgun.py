"""Adapter of a rule: names go to `klbio.steps.shotgun_reports.classify_shotgun`."""

from klbio.cli import as_rule
from klbio.steps.shotgun_reports import classify_shotgun

as_rule(classify_shotgun, snakemake)
