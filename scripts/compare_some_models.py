"""Adapter of a rule: names go to `klbio.steps.model_parts.compare_some_models`."""

from klbio.cli import as_rule
from klbio.steps.model_parts import compare_some_models

as_rule(compare_some_models, snakemake)
