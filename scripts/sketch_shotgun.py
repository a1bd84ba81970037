"""Adapter of a rule: names go to `klbio.steps.shotgun_sketches.sketch_shotgun`."""

from klbio.cli import as_rule
from klbio.steps.shotgun_sketches import sketch_shotgun

as_rule(sketch_shotgun, snakemake)
