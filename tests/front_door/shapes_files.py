"""BIOM, and files that are no tables."""

from __future__ import annotations

import bz2
import json
import zipfile
from dataclasses import replace
from pathlib import Path

import biom

from tests import packing

from .shapes_tables import tsv
from .study import Given, Study, given, shape, sheet_of


@shape
def biom_json(s: Study, d: Path) -> Given:
    table = biom.Table(s.counts.to_numpy(), list(s.counts.index), list(s.counts))
    return given(s, d, table.to_json("QIIME"), "table.biom")


@shape
def biom_json_lineages(s: Study, d: Path) -> Given:
    lines = s.lineages("\n").str.split("\n")
    table = biom.Table(
        s.counts.to_numpy(), list(s.counts.index), list(s.counts), [{"taxonomy": v} for v in lines]
    )
    return given(s, d, table.to_json("kraken-biom"), "kraken.biom", rank="genus")


@shape
def biom_json_names_are_numbers(s: Study, d: Path) -> Given:
    table = json.loads(biom.Table(s.counts.to_numpy(), list(s.counts.index), list(s.counts)).to_json("x"))
    for i, row in enumerate(table["rows"], 500):
        row["id"] = i
    return given(s, d, json.dumps(table), "table.biom")


@shape
def markdown(s: Study, d: Path) -> Given:
    head, *body = tsv(s.counts, sep="|").strip().split("\n")
    rule = "|".join("---" for _ in head.split("|"))
    return given(s, d, "\n".join(f"|{line}|" for line in [head, rule, *body]), "table.md", refused="Markdown")


@shape
def json_records(s: Study, d: Path) -> Given:
    return given(s, d, s.counts.reset_index().to_json(orient="records"), "t.json", refused="JSON.*to_csv")


@shape
def html_as_xls(s: Study, d: Path) -> Given:
    return given(s, d, s.counts.to_html(), "table.xls", refused="HTML|web page")


@shape
def two_tables_appended(s: Study, d: Path) -> Given:
    text = tsv(s.counts.iloc[:, :12]) + "\n" + tsv(s.counts.iloc[:, 12:])
    return given(s, d, text, refused="second header|two tables")


@shape
def table_and_sheet_swapped(s: Study, d: Path) -> Given:
    right = given(s, d, tsv(s.counts))
    return replace(right, table=right.samples, samples=right.table, refused="sheet|subject")


@shape
def zipped_csv(s: Study, d: Path) -> Given:
    path = d / "table.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("table.csv", tsv(s.counts, sep=","))
    return Given(table=path, samples=sheet_of(s, d), refused="unpack")


@shape
def gzipped(s: Study, d: Path) -> Given:
    path = d / "table.tsv.gz"
    path.write_bytes(packing.gzipped(tsv(s.counts).encode()))
    return Given(table=path, samples=sheet_of(s, d))


@shape
def parquet_like(s: Study, d: Path) -> Given:
    path = d / "table.parquet"
    path.write_bytes(b"PAR1" + bytes(200) + b"PAR1")
    return Given(table=path, samples=sheet_of(s, d), refused="parquet")


@shape
def packed_by_bzip2(s: Study, d: Path) -> Given:
    path = d / "table.tsv.bz2"
    path.write_bytes(bz2.compress(tsv(s.counts).encode()))
    return Given(table=path, samples=sheet_of(s, d), refused="packed by bzip2.*Unpack it")


@shape
def packed_twice(s: Study, d: Path) -> Given:
    path = d / "table.tsv.gz"
    path.write_bytes(packing.gzipped(packing.gzipped(tsv(s.counts).encode())))
    return Given(table=path, samples=sheet_of(s, d), refused="packed twice")


@shape
def spreadsheet_of_libreoffice(s: Study, d: Path) -> Given:
    path = d / "table.ods"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("content.xml", "<x/>")
    return Given(table=path, samples=sheet_of(s, d), refused="LibreOffice.*save the sheet as .xlsx")


@shape
def sequences_for_counts(s: Study, d: Path) -> Given:
    return given(s, d, "".join(f">ASV{i}\nACGTACGT\n" for i in range(9)), "rep.fasta", refused="FASTA")


@shape
def otu_table_of_singlem(s: Study, d: Path) -> Given:
    text = (
        "gene\tsample\tsequence\tnum_hits\tcoverage\ttaxonomy\nrpsB\tP1_B1\tACGT\t3\t4.5\tRoot; d__Bacteria\n"
    )
    return given(s, d, text, refused="singlem condense")
