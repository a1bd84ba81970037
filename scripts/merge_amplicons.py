"""Adapter of a rule: names go to `klbio.steps.amplicon_merge.merge_amplicons`."""

from klbio.cli import as_rule
from klbio.steps.amplicon_merge import merge_amplicons

as_rule(merge_amplicons, snakemake)
