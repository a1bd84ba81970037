"""A folder of the three tables that phyloseq is made of, with the lines of R that read them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from klbio.columns import SAMPLE, TAXON
from klbio.errors import InputError, StrPath, listed
from klbio.io.files import write_text
from klbio.io.sheets.sheet import read_metadata
from klbio.io.source import Source
from klbio.io.tables import tsv
from klbio.io.tables.taxonomy import read_taxonomy
from klbio.io.tables.written import lineage_columns, sample_columns
from klbio.taxa_table import TaxaTable

__all__ = ["FILES", "TITLE", "read", "require_ours", "sniff", "take_away_others", "write"]

TITLE = "phyloseq"
FILES = "a folder of otu_table.tsv, tax_table.tsv and sample_data.tsv, as `klbio convert` writes it"

COUNTS, LINEAGES, METADATA = "otu_table.tsv", "tax_table.tsv", "sample_data.tsv"
AS_TEXT = 'check.names = FALSE, quote = "", comment.char = "", colClasses = "character"'
READ = 'read.delim("{file}", row.names = 1, {how})'
README, WRITTEN = "README.md", "Written by `klbio convert`."
NAMES = {COUNTS: "counts", LINEAGES: "lineages", METADATA: "metadata"}
PARTS = {
    COUNTS: "otu_table(`storage.mode<-`(as.matrix(counts), \"double\"), taxa_are_rows = TRUE)",
    LINEAGES: "tax_table(as.matrix(lineages))",
    METADATA: "sample_data(type.convert(metadata, as.is = TRUE))",
}  # fmt: skip


def sniff(path: StrPath) -> bool:
    """Recognise the folder by its table of counts."""
    return COUNTS in Source.of(path).files


def read(path: StrPath) -> TaxaTable:
    """Read the tables of a folder.

    Raises
    ------
    InputError
        Every fault of the first of them that has any.
    """
    files = Source.of(path).files
    table = replace(tsv.read(files[COUNTS]), samples_known=False)
    taxonomy = read_taxonomy(files[LINEAGES]) if LINEAGES in files else table.taxonomy
    metadata = read_metadata(files[METADATA]) if METADATA in files else table.metadata
    return replace(table, taxonomy=taxonomy, metadata=metadata)


def write(table: TaxaTable, path: StrPath) -> None:
    """Write the tables that there are, and a README with the R that reads them.

    Raises
    ------
    InputError
        If files of these names that klbio did not write stand in the folder.
    """
    folder = Path(path)
    require_ours(folder)
    tsv.write(replace(table, taxonomy=None, metadata=None), folder / COUNTS)
    written = [COUNTS]
    for name, names, columns in (
        (LINEAGES, table.counts.labels, lineage_columns(table, by_rank=True)),
        (METADATA, table.counts.samples, sample_columns(table)),
    ):
        if columns:
            rows = zip(names, *(map(tsv.joined, column) for column in columns.values()), strict=True)
            header = (TAXON if name == LINEAGES else SAMPLE, *columns)
            write_text(folder / name, "".join("\t".join(row) + "\n" for row in (header, *rows)))
            written.append(name)
    take_away_others(folder, written)
    write_text(folder / README, _readme(written))


def take_away_others(folder: Path, written: Iterable[str]) -> None:
    """Take away what an earlier table had besides: it would be read as of this one."""
    for name in set(NAMES).difference(written):
        (folder / name).unlink(missing_ok=True)


def require_ours(folder: Path) -> None:
    """Refuse a folder that somebody keeps: a project has a README of its own."""
    there = [name for name in (README, *NAMES) if (folder / name).is_file()]
    if not there:
        return
    start = (folder / README).read_bytes()[: len(WRITTEN)] if README in there else b""
    if start != WRITTEN.encode():
        found = f"a folder with {listed(there)}, which klbio did not write"
        raise InputError.one(folder, found, "a new folder", "Name another.")


def _readme(files: list[str]) -> str:
    lines = [f"{NAMES[file]} <- {READ.format(file=file, how=AS_TEXT)}" for file in files]
    parts = ",\n  ".join(PARTS[file] for file in files)
    code = "\n".join(["library(phyloseq)", *lines, f"ps <- phyloseq(\n  {parts}\n)"])
    return f"{WRITTEN} In R, in this folder:\n\n```r\n{code}\n```\n"
