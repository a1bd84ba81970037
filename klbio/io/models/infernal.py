"""Infernal covariance models (``.cm``, 1.1): the HMMER profile that stands behind each, its filter.

Pairs of bases are what a covariance model adds to a profile; they are not compared, which is told.
"""

from __future__ import annotations

import re
from dataclasses import replace

from klbio.errors import InputError, StrPath
from klbio.io.models import hmmer
from klbio.io.source import Source
from klbio.models import Finding, ProfileHMM

__all__ = ["FILES", "TITLE", "read", "sniff"]

TITLE, FILES = "Infernal", ".cm (its filter profile)"
MAGIC = re.compile(rb"INFERNAL1/[a-z]")
FILTER = re.compile(rb"^HMMER3/.*?^//[ \t]*\r?$", re.MULTILINE | re.DOTALL)
MODEL = re.compile(rb"^INFERNAL1/", re.MULTILINE)
FINDING = "the filter profile of a covariance model: pairs of bases are not in it, and not compared"
REMEDY = "Calibrated and finished files have one: cmbuild or cmfetch it again."


def sniff(path: StrPath) -> bool:
    """Recognise a file by its first word."""
    return MAGIC.match(Source.of(path).peek(16)) is not None


def read(path: StrPath) -> list[ProfileHMM]:
    """Read the filter profile of every covariance model.

    Raises
    ------
    InputError
        Where a model has none, and what `klbio.io.models.hmmer.read` refuses.
    """
    source = Source.of(path)
    data = source.data
    filters, n_models = FILTER.findall(data), len(MODEL.findall(data))
    if len(filters) != n_models:
        found = f"{n_models} covariance models, {len(filters)} filter profiles (HMMER3) behind them"
        raise InputError.one(source, found, "one behind each", REMEDY)
    profiles = hmmer.read(Source.within(str(source), b"\n".join(filters) + b"\n"))
    return [
        replace(one, format="infernal", findings=(Finding.warning("match", FINDING), *one.findings))
        for one in profiles
    ]
