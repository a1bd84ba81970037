"""Adapter of a rule: names go to `klbio.steps.models.compare_models`."""

from klbio.cli import as_rule
from klbio.steps.models import compare_models

as_rule(compare_models, snakemake)
