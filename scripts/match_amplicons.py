"""Adapter of a rule: names go to `klbio.steps.amplicon_matches.match_amplicons`."""

from klbio.cli import as_rule
from klbio.steps.amplicon_matches import match_amplicons

as_rule(match_amplicons, snakemake)
