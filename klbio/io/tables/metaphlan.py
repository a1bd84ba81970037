"""Profiles of MetaPhlAn, a sample a file: shares in percent of clades of every rank, or estimated reads of them.

What ``merge_metaphlan_tables.py`` puts together is a text table, of which the rows of species are taken: what a clade
has beyond its species was lost after MetaPhlAn, which sums every clade over them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

import numpy as np

from klbio.distributions import Counts, Unit
from klbio.errors import Fault, InputError, StrPath, first_faults, listed, note, notify
from klbio.io.source import Source
from klbio.io.tables import tsv
from klbio.io.tables.gathered import Profile, Taxon, each_file, gathered
from klbio.io.tables.text.numbers import number_or_nan
from klbio.schema import DroppedRow
from klbio.taxa_table import TaxaTable

__all__ = ["FILES", "TITLE", "read", "sniff"]

TITLE = "MetaPhlAn"
FILES = "profiles, or a folder of them; with `-t rel_ab_w_read_stats` their reads; sylph-tax writes the same"

NAME, SHARE, READS = "clade_name", "relative_abundance", "estimated_number_of_reads_from_the_clade"
OLD = ("#SampleID", "Metaphlan_Analysis")  # the header of MetaPhlAn 2
LOOKED_AT = 20
SPECIES = "|s__"
HALF = 0.5  # of every sample: with less of it in species, the table was made for a higher rank
SHOWN = 0.001  # of a sample: less is rounding


def sniff(path: StrPath) -> bool:
    """Recognise a profile, a folder with one, or a merged table, by its header."""
    source = Source.of(path)
    return _is_profile(source) or _is_merged(source) or any(map(_is_profile, source.files.values()))


def read(path: StrPath) -> TaxaTable:
    """Read the clades that no other clade is part of; their reads where every file has them, else their shares.

    Raises
    ------
    InputError
        For cells that are no numbers; two files of one sample.
    """
    source = Source.of(path)
    if _is_merged(source):
        return _of_species(tsv.read(source))
    files = [source] if source.is_file else [file for file in source.files.values() if _is_profile(file)]
    unit: Unit = "reads" if all(READS in _header(file) for file in files) else "proportions"
    column = READS if unit == "reads" else SHARE
    profiles, dropped = each_file(source, _is_profile, lambda file: _profile(file, column), TITLE)
    parents = _parents(profiles)
    if parents:
        note(
            source,
            f"clades of every rank ({listed(parents)})",
            "the finest are taken, so that each read counts once",
        )
    leaves = {sample: {taxon: value for taxon, value in profile.items() if taxon.key not in parents}
              for sample, profile in profiles.items()}  # fmt: skip
    sums = tuple(
        DroppedRow.taxon(source=str(source), name=name, reason="the sum of other taxa of the table")
        for name in parents
    )
    return gathered(leaves, source, unit, (*dropped, *sums))


def _header(source: Source) -> list[str]:
    """Names of the columns; MetaPhlAn 2 has none for them."""
    lines = [[name.strip() for name in line.split("\t")] for line in source.first_lines(LOOKED_AT)]
    named = next((line for line in lines if line[0].lstrip("#") == NAME), None)
    if named:
        return [NAME, *named[1:]]
    return [NAME, SHARE] if list(OLD) in lines else []


def _is_profile(source: Source) -> bool:
    return SHARE in _header(source)


def _is_merged(source: Source) -> bool:
    """Whether samples stand side by side, and species among the first rows."""
    lines = [line.split("\t")[0].strip() for line in source.first_lines(200)]
    named = NAME in lines or (bool(lines) and lines[0].startswith("#mpa_") and "ID" in lines[:LOOKED_AT])
    return named and not _is_profile(source) and any(SPECIES in line for line in lines)


def _of_species(table: TaxaTable) -> TaxaTable:
    """Leave out the clades above species; if these are less than half of some sample, they are the sums of more."""
    counts = table.counts
    deep = _above(counts.labels)
    parents = np.array([name in deep for name in counts.labels])
    species = np.array([SPECIES in name for name in counts.labels]) & ~parents
    above = parents | (~species & np.array(["__" in name for name in counts.labels]))
    tops = above & np.array(["|" not in name for name in counts.labels])
    held, whole = (
        np.asarray(counts.values[:, these].sum(axis=1), dtype=float).ravel() for these in (species, tops)
    )
    if not tops.any() or (held < HALF * whole).any():
        return table
    names = [counts.labels[i] for i in np.flatnonzero(above).tolist()]
    lost = float((1 - held[whole > 0] / whole[whole > 0]).max(initial=0.0))
    more = (
        f", up to {100 * lost:.2g} % of a sample that stands at no species among them" if lost > SHOWN else ""
    )
    say = notify if lost > SHOWN else note
    say(
        counts.name,
        f"clades above species ({listed(names)})",
        f"left out{more}; MetaPhlAn sums them over species",
    )
    kept = [i for i in range(len(counts.labels)) if not above[i]]
    left = Counts(
        counts.samples, [counts.labels[i] for i in kept], counts.values[:, kept], counts.name, counts.unit
    )
    sums = tuple(DroppedRow.taxon(counts.name, name, "the sum of species of the table") for name in names)
    return replace(table, counts=left, dropped=(*table.dropped, *sums), samples_known=True, counted_once=True)


def _profile(source: Source, column: str) -> Profile:
    header, faults, profile = _header(source), [], {}
    at = header.index(column)
    for n, line in enumerate(source.lines, 1):
        if line.startswith("#") or not line.strip() or line.split("\t")[0] == NAME:
            continue
        fields = line.split("\t")
        value = number_or_nan(fields[at]) if len(fields) > at else float("nan")
        if not value >= 0:
            faults.append(
                Fault(
                    source, f"{line[:60]!r}", f"a number in column {column!r}", "Write the profile again.", n
                )
            )
        elif value:
            profile[Taxon(fields[0], fields[0], _lineage(fields[0]))] = value
    InputError.raise_any(first_faults(faults))
    return profile


def _lineage(name: str) -> str:
    """Give what says a rank; UNCLASSIFIED and UNKNOWN do not."""
    return name if "__" in name else ""


def _parents(profiles: Mapping[str, Profile]) -> list[str]:
    """Clades that others are part of, in the order of the files."""
    names = list(dict.fromkeys(taxon.key for profile in profiles.values() for taxon in profile))
    deep = _above(names)
    return [name for name in names if name in deep]


def _above(names: Iterable[str]) -> set[str]:
    """Every clade that others of some names are part of."""
    above = {name.rpartition("|")[0] for name in names}
    return {"|".join(name.split("|")[:depth]) for name in above for depth in range(1, name.count("|") + 2)}
