"""Results of ``sourmash gather``: the genomes that cover a sample's k-mers, a line each, and what is left.

A genome's share is that of the sample's k-mers, each as often as it was seen, that no better match covers
(``f_unique_weighted``).  What nothing covers is ``unassigned``: much of it is k-mers with errors.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator

from klbio.errors import Fault, InputError, StrPath, first_faults
from klbio.io.source import Source
from klbio.io.tables.gathered import Profile, Taxon, each_file, gathered
from klbio.io.tables.text.numbers import number_or_nan
from klbio.taxa_table import TaxaTable
from klbio.taxonomy import UNASSIGNED

__all__ = ["FILES", "TITLE", "read", "sniff"]

TITLE = "sourmash"
FILES = (
    "results of `sourmash gather`, with lineages (`sourmash tax annotate`) or without; or a folder of them"
)

NAME, SHARE, SAMPLE, LINEAGE = "name", "f_unique_weighted", "query_name", "lineage"
NEEDED = {NAME, SHARE, "f_match", "query_md5"}
LOOSE = 1e-6  # that rounded shares may add up to beyond 1


def sniff(path: StrPath) -> bool:
    """Recognise a result, or a folder with one, by its header."""
    source = Source.of(path)
    return any(map(_is_result, (source, *source.files.values())))


def read(path: StrPath) -> TaxaTable:
    """Read the share of each genome in each sample, and what nothing covers.

    Raises
    ------
    InputError
        For cells that are no shares, genomes that stand twice, shares of more than all.
    """
    source = Source.of(path)
    profiles, dropped = each_file(source, _is_result, _read, TITLE)
    return gathered(profiles, source, "proportions", dropped)


def _is_result(source: Source) -> bool:
    return set(next(csv.reader(source.first_lines(1)), [])) >= NEEDED


def _read(source: Source) -> Profile:
    rows = list(csv.DictReader(source.lines))
    InputError.raise_any(first_faults(_faults(source, rows)))
    profile = {Taxon(row[NAME], row[NAME], row.get(LINEAGE) or ""): number_or_nan(row[SHARE]) for row in rows}
    left = 1 - sum(profile.values())
    if left < -LOOSE:
        found = f"shares that add up to {1 - left:.4g}"
        raise InputError.one(source, found, f"1 at most in {SHARE}", "Give the result of one sample a file.")
    return profile | {Taxon("", UNASSIGNED): max(left, 0.0)}


def _faults(source: Source, rows: list[dict[str, str]]) -> Iterator[Fault]:
    seen: set[str] = set()
    for n, row in enumerate(rows, 2):
        name, share = row[NAME] or "", row[SHARE] or ""
        if not 0 <= number_or_nan(share) <= 1:
            yield Fault(source, f"{SHARE} {share!r}", "a share from 0 to 1", "", n)
        if not name or name in seen:
            found = f"{NAME} {name!r} again" if name else f"no {NAME}"
            yield Fault(source, found, "each genome once, and one sample a file", "", n)
        seen.add(name)
