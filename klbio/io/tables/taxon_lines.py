"""Profiles with a taxon of a sample in each line, all samples below each other: SingleM, kaiju2table, sylph."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from klbio.distributions import Unit
from klbio.errors import Fault, InputError, StrPath, first_faults, shorten
from klbio.io.source import Source
from klbio.io.tables.gathered import Taxon, gathered, sample_of
from klbio.io.tables.text.numbers import number_or_nan
from klbio.taxa_table import TaxaTable

__all__ = ["FILES", "TITLE", "read", "sniff"]

TITLE = "SingleM, Kaiju, sylph"
FILES = "condensed profiles of SingleM, tables of kaiju2table, profiles of sylph"


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
    """Recognise a profile by its header."""
    return _tool(_header(Source.of(path))) is not None


def read(path: StrPath) -> TaxaTable:
    """Read the taxa of each sample.

    Raises
    ------
    InputError
        For lines with too few fields, and cells that are no numbers; a taxon that stands twice in a sample.
    """
    source = Source.of(path)
    header = _header(source)
    tool = _tool(header)
    if tool is None:
        raise InputError.one(source, f"columns {header[:5]}", f"a profile of {TITLE}")
    at = [header.index(name) for name in (tool.sample, tool.taxon, tool.value)]
    profiles: dict[str, dict[Taxon, float]] = {}
    faults = []
    for n, line in list(enumerate(source.lines, 1))[1:]:
        if not line.strip():
            continue
        fields = line.split("\t")
        sample, name, value = (fields[i] if i < len(fields) else "" for i in at)
        taxon = Taxon(name, name, tool.lineage(name))
        profile = profiles.setdefault(sample_of(sample.rpartition("/")[2]), {})
        if not number_or_nan(value) >= 0 or not name:
            faults.append(Fault(source, shorten(line), f"a taxon and its {tool.value}, a number", "", n))
        elif taxon in profile:
            faults.append(
                Fault(source, f"{shorten(name)} twice in sample {sample!r}", "each taxon once", "", n)
            )
        else:
            profile[taxon] = number_or_nan(value)
    InputError.raise_any(first_faults(faults))
    return gathered(profiles, source, tool.unit)


def _header(source: Source) -> list[str]:
    return [name.strip() for line in source.first_lines(1) for name in line.split("\t")]


def _tool(header: list[str]) -> _Tool | None:
    return next((tool for names, tool in TOOLS.items() if tuple(header[: len(names)]) == names), None)
