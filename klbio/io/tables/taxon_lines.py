"""Profiles with a taxon of a sample in each line, all samples below each other: SingleM, kaiju2table, sylph."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from klbio.distributions import Unit
from klbio.errors import Fault, InputError, StrPath, first_faults, listed, note, shorten
from klbio.io.source import Source
from klbio.io.tables.gathered import Taxon, gathered
from klbio.io.tables.text.numbers import number_or_nan
from klbio.schema import DroppedRow
from klbio.spelling import sample_of
from klbio.taxa_table import TaxaTable

__all__ = ["FILES", "TITLE", "read", "sniff"]

TITLE = "SingleM, Kaiju, sylph"
FILES = "condensed profiles of SingleM, tables of kaiju2table, profiles of sylph; or a folder of them"

FIRST = re.compile(r"_R?1(_001)?$")  # of two files of reads
SEVERAL = 3  # samples that all end so by no chance


@dataclass(frozen=True)
class _Tool:
    """What a tool calls its columns."""

    sample: str
    taxon: str
    value: str
    unit: Unit
    lineage: Callable[[str], str] = str


def _of_singlem(name: str) -> str:
    return "; ".join(part for part in map(str.strip, name.split(";")) if part != "Root")


def _of_kaiju(name: str) -> str:
    return name if ";" in name else ""


TOOLS = {
    ("sample", "coverage", "taxonomy"): _Tool("sample", "taxonomy", "coverage", "proportions", _of_singlem),
    ("file", "percent", "reads", "taxon_id", "taxon_name"): _Tool("file", "taxon_name", "reads", "reads", _of_kaiju),
    ("Sample_file", "Genome_file", "Taxonomic_abundance"): _Tool(
        "Sample_file", "Genome_file", "Taxonomic_abundance", "proportions", lambda _: ""
    ),
}  # fmt: skip


def sniff(path: StrPath) -> bool:
    """Recognise a profile, or a folder with one, by its header."""
    source = Source.of(path)
    return any(_tool(_header(file)) is not None for file in (source, *source.files.values()))


def read(path: StrPath) -> TaxaTable:
    """Read the taxa of each sample.

    Raises
    ------
    InputError
        For lines with too few fields, and cells that are no numbers; a taxon that stands twice in a sample.
    """
    source = Source.of(path)
    files = {file: tool for file in (source, *source.files.values()) if (tool := _tool(_header(file)))}
    profiles: dict[str, dict[Taxon, float]] = {}
    InputError.raise_any(
        first_faults(fault for file, tool in files.items() for fault in _add(file, tool, profiles))
    )
    if len({tool.sample for tool in files.values()}) > 1:
        raise InputError.one(
            source, "files of several programs", "a folder of those of one", "Make a folder of each."
        )
    others = [name for name, file in source.files.items() if file not in files]
    if others:
        note(source, f"{listed(others)} beside {len(files)} profiles", "passed over")
    dropped = tuple(DroppedRow.file(str(source), name, "no profile") for name in others)
    return gathered(_of_pairs(profiles), source, next(iter(files.values())).unit, dropped)


def _add(source: Source, tool: _Tool, profiles: dict[str, dict[Taxon, float]]) -> Iterator[Fault]:
    """Add the taxa of a file to the profiles of their samples; give the lines at fault."""
    at = [_header(source).index(name) for name in (tool.sample, tool.taxon, tool.value)]
    for n, line in list(enumerate(source.lines, 1))[1:]:
        if not line.strip():
            continue
        fields = line.split("\t")
        sample, name, value = (fields[i] if i < len(fields) else "" for i in at)
        taxon = Taxon(name, name, tool.lineage(name))
        profile = profiles.setdefault(sample_of(sample.rpartition("/")[2]), {})
        if not number_or_nan(value) >= 0 or not name:
            yield Fault(source, shorten(line), f"a taxon and its {tool.value}, a number", "", n)
        elif taxon in profile:
            yield Fault(source, f"{shorten(name)} twice in sample {sample!r}", "each taxon once", "", n)
        else:
            profile[taxon] = number_or_nan(value)


def _of_pairs(profiles: dict[str, dict[Taxon, float]]) -> dict[str, dict[Taxon, float]]:
    """Call samples of paired reads without the number of the first file, which all then have."""
    if len(profiles) < SEVERAL or not all(map(FIRST.search, profiles)):
        return profiles
    return {FIRST.sub("", sample): profile for sample, profile in profiles.items()}


def _header(source: Source) -> list[str]:
    return [name.strip() for line in source.first_lines(1) for name in line.split("\t")]


def _tool(header: list[str]) -> _Tool | None:
    return next((tool for names, tool in TOOLS.items() if tuple(header[: len(names)]) == names), None)
