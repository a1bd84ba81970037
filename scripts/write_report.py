"""Adapter of a rule: names go to `klbio.steps.report.write_report`."""

from klbio.cli import as_rule
from klbio.steps.report import write_report

as_rule(write_report, snakemake)
