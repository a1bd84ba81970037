"""A folder of the three tables that phyloseq is made of, with the lines of R that read them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from klbio.columns import SAMPLE, TAXON
from klbio.errors import StrPath
from klbio.io.files import write_text
from klbio.io.sheets.sheet import read_metadata
from klbio.io.source import Source
from klbio.io.tables import tsv
from klbio.io.tables.taxonomy import read_taxonomy
from klbio.io.tables.written import lineage_columns, sample_columns
from klbio.taxa_table import TaxaTable

__all__ = ["FILES", "TITLE", "read", "sniff", "write"]

TITLE = "phyloseq"
FILES = "a folder of otu_table.tsv, tax_table.tsv and sample_data.tsv, as `klbio convert` writes it"

COUNTS, LINEAGES, METADATA = "otu_table.tsv", "tax_table.tsv", "sample_data.tsv"
AS_TEXT = 'check.names = FALSE, quote = "", comment.char = "", colClasses = "character"'
READ = 'read.delim("{file}", row.names = 1, {how})'
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
    """Write the tables that there are, and a README with the R that reads them."""
    folder = Path(path)
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
    write_text(folder / "README.md", _readme(written))


def _readme(files: list[str]) -> str:
    lines = [f"{NAMES[file]} <- {READ.format(file=file, how=AS_TEXT)}" for file in files]
    parts = ",\n  ".join(PARTS[file] for file in files)
    code = "\n".join(["library(phyloseq)", *lines, f"ps <- phyloseq(\n  {parts}\n)"])
    return f"Written by `klbio convert`. In R, in this folder:\n\n```r\n{code}\n```\n"
