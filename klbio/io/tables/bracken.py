"""Estimates of Bracken: reads by taxon of one rank, a sample a file, or side by side."""

from __future__ import annotations

from collections.abc import Sequence

from klbio.errors import InputError, StrPath, first_faults, listed
from klbio.io.source import Source
from klbio.io.tables.gathered import Profile, Taxon, each_file, gathered
from klbio.io.tables.kraken import CODES
from klbio.io.tables.text.lines import Lines
from klbio.io.tables.text.numbers import numbers
from klbio.spelling import sample_of
from klbio.taxa_table import TaxaTable

__all__ = ["FILES", "TITLE", "read", "sniff"]

TITLE = "Bracken"
FILES = "outputs, a folder of them, or those that combine_bracken_outputs.py has put together"

OF_TAXA = ["name", "taxonomy_id", "taxonomy_lvl"]
READS, COMBINED, SHARES = "new_est_reads", "_num", "_frac"


def sniff(path: StrPath) -> bool:
    """Recognise an output, a folder with one, or combined outputs, by their header."""
    source = Source.of(path)
    return _is_output(source) or any(map(_is_single, source.files.values()))


def read(path: StrPath) -> TaxaTable:
    """Read the estimated reads of each taxon.

    Raises
    ------
    InputError
        For cells that are no whole numbers of reads; two files of one sample; files of unlike ranks.
    """
    source = Source.of(path)
    if source.is_file and not _is_single(source):
        grid = Lines.of(source)
        of_reads = any(name.endswith(COMBINED) for name in grid.header)
        return gathered(
            _combined(grid, COMBINED if of_reads else SHARES), source, "reads" if of_reads else "proportions"
        )
    profiles, dropped = each_file(source, _is_single, _single, TITLE)
    _refuse_several_ranks(source)
    return gathered(profiles, source, "reads", dropped)


def _header(source: Source) -> list[str]:
    return [name for line in source.first_lines(1) for name in line.split("\t")]


def _is_output(source: Source) -> bool:
    return _header(source)[:3] == OF_TAXA


def _is_single(source: Source) -> bool:
    return _is_output(source) and READS in _header(source)


def _refuse_several_ranks(source: Source) -> None:
    """Refuse files of unlike ranks: species of one sample and genera of another have no name in common."""
    of: dict[str, list[str]] = {}
    for name, file in source.files.items():
        if _is_single(file):
            grid = Lines.of(file)
            ranks = sorted(set(grid.column(grid.header.index(OF_TAXA[2]))))
            of.setdefault(", ".join(ranks), []).append(name)
    if len(of) > 1:
        found = "; ".join(f"{rank or 'none'} in {listed(names)}" for rank, names in of.items())
        remedy = "Run Bracken with the same -l for all samples, or give a folder of each rank."
        raise InputError.one(
            source, f"taxa of unlike ranks: {found}", "one rank (taxonomy_lvl) in all files", remedy
        )


def _single(source: Source) -> Profile:
    grid = Lines.of(source)
    return _profile(grid, grid.header.index(READS), _taxa(grid), whole=True)


def _combined(grid: Lines, ending: str) -> dict[str, Profile]:
    """Take the columns of reads; those beside them are shares, and taken where there are no others."""
    taxa = _taxa(grid)
    taken = {name[: -len(ending)]: j for j, name in enumerate(grid.header) if name.endswith(ending)}
    if not taken:
        raise InputError.one(
            grid.path, "no column of reads", f"columns that end in {COMBINED!r}", "", grid.header_line
        )
    whole = ending == COMBINED
    return {sample_of(sample): _profile(grid, j, taxa, whole) for sample, j in taken.items()}


def _taxa(grid: Lines) -> list[Taxon]:
    if missing := [name for name in OF_TAXA if name not in grid.header]:
        found = "no column " + " or ".join(missing)
        raise InputError.one(grid.path, found, f"the columns {', '.join(OF_TAXA)}", "", grid.header_line)
    names, taxids, ranks = (grid.column(grid.header.index(name)) for name in OF_TAXA)
    return [
        Taxon(taxid, name, f"{CODES[rank]}__{name}" if rank in CODES else "")
        for name, taxid, rank in zip(names, taxids, ranks, strict=True)
    ]


def _profile(grid: Lines, column: int, taxa: Sequence[Taxon], whole: bool) -> Profile:
    values = numbers(grid, [column])[:, 0]
    sound = (values >= 0) & ((values == values.round()) | (not whole))
    wanted = "a whole number of reads" if whole else "a share of 0 or more"
    InputError.raise_any(first_faults(grid.fault(i, column, wanted) for i in (~sound).nonzero()[0].tolist()))
    return {taxon: value for taxon, value in zip(taxa, values.tolist(), strict=True) if value}
