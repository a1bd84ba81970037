"""Adapter of a rule: names go to `klbio.steps.amplicon_features.denoise_amplicons`."""

from klbio.cli import as_rule
from klbio.steps.amplicon_features import denoise_amplicons

as_rule(denoise_amplicons, snakemake)
