"""What a file is that no reader takes, and what to do about it."""

from __future__ import annotations

import bz2
import lzma
import zlib
from contextlib import suppress
from pathlib import Path

from klbio.errors import InputError, StrPath
from klbio.io.source import Source
from klbio.io.unreadable import BINARY

__all__ = ["refuse_ending", "unrecognised"]

TAR_AT = 257  # where an archive says what it is
OF_R = (b"X\n\0\0\0", b"RDX2\n", b"RDX3\n", b"A\n2\n", b"A\n3\n")
PACKED = {
    b"BZh": "bzip2",
    b"\xfd7zXZ": "xz",
    b"\x28\xb5\x2f\xfd": "zstd",
    b"7z\xbc\xaf": "7-Zip",
    b"Rar!": "RAR",
}
NOT_WRITTEN = {
    "csv", "xlsx", "xls", "ods", "parquet", "feather", "rds", "json", "html", "gz", "zip", "bz2", "xz", "zst",
    "fastq", "fq", "fasta", "fa", "fna", "ffn", "faa", "bam", "sam",
}  # fmt: skip
OBJECT = (
    'In R: x <- readRDS("{name}"); f <- function(part, file) write.table(as(part, "matrix"), file, sep = "\\t", '
    'quote = FALSE, col.names = NA); f(phyloseq::otu_table(x), "counts.tsv"); f(phyloseq::tax_table(x), '
    '"taxonomy.tsv"). Of a TreeSummarizedExperiment: f(assay(x), ...), f(as.matrix(rowData(x)), ...).'
)


def unrecognised(source: Source) -> tuple[str, str]:
    """Say what a file is, and what to do about it."""
    start = source.peek(4096)
    if source.is_file and not start.strip():
        return "an empty file", "Copy or export it again."
    if _is_of_r(start):
        return "a file of R (.rds, .RData)", OBJECT.format(name=source.path.name)
    packed = _packed(source, start)
    if packed:
        return packed
    if start.startswith(b"\x89HDF"):
        return "HDF5 that was changed on the way, as by a transfer of text", "Copy it again, in binary mode."
    if source.gzipped and (inside := _inside(source)):
        return inside
    if start.startswith(b"PK"):
        return "a workbook or zip archive", "Save the sheet as tab-separated text."
    if _is_text_but_for_nul(source.unpacked_start):
        return (
            "text with NUL characters",
            "Export or copy it again; or take them away: tr -d '\\000' < FILE > CLEAN.",
        )
    remedy = "If the format is one of these, name it with --format and the reader will say what is wrong."
    return "a format klbio does not recognise", remedy


def _inside(source: Source) -> tuple[str, str] | None:
    """Say what gzip packed, where that is no text; None where it is one."""
    start = source.unpacked_start
    if start[TAR_AT:].startswith(b"ustar"):
        return "an archive of files (tar)", "Unpack it (tar -xzf) and give the file inside."
    known = next((what for magic, what in BINARY.items() if start.startswith(magic)), None)
    if known:
        return f"{known}, packed by gzip", "Unpack it: gunzip."
    if source.first_lines(1):
        return None
    return "a damaged gzip file, or one that packs no text", "Copy or download it again."


def _is_of_r(start: bytes) -> bool:
    """Whether R wrote it, packed in any of its ways or not."""
    with suppress(zlib.error, OSError, EOFError, lzma.LZMAError):
        if start.startswith(b"\x1f\x8b"):
            start = zlib.decompressobj(wbits=31).decompress(start, 64)
        elif start.startswith(b"BZh"):
            start = bz2.BZ2Decompressor().decompress(start, 64)
        elif start.startswith(b"\xfd7zXZ"):
            start = lzma.LZMADecompressor().decompress(start, 64)
    return start.startswith(OF_R)


def _packed(source: Source, start: bytes) -> tuple[str, str] | None:
    """Name what packed a file that klbio does not unpack; nothing where none did."""
    packed = next((kind for magic, kind in PACKED.items() if start.startswith(magic)), None)
    if packed:
        return f"a file packed by {packed}", "Unpack it, or pack it with gzip, which klbio unpacks."
    if (
        source.gzipped
        and source.unpacked_start.startswith(b"\x1f\x8b")
        and not start.startswith(source.unpacked_start[:64])
    ):
        return "a file packed twice by gzip", "Unpack it once: gunzip."
    if start.startswith(b"%PDF"):
        return "a PDF", "Copy the table to a spreadsheet, look it over, and save it as CSV."
    return None


def _is_text_but_for_nul(start: bytes) -> bool:
    """Whether nothing but zeros keeps bytes from being a text of lines."""
    if b"\0" not in start or b"\n" not in start:
        return False
    text = start.replace(b"\0", b"").decode("utf-8", errors="replace")
    return (
        bool(text) and "\ufffd" not in text[:-4] and all(c.isprintable() or c in "\t\r\n" for c in text[:-4])
    )


def refuse_ending(path: StrPath) -> None:
    """Refuse to write a table under a name that says a format which is not written.

    Raises
    ------
    InputError
    """
    ending = Path(path).suffix.removeprefix(".").lower()
    if ending in NOT_WRITTEN:
        raise InputError.one(
            path, f"the ending .{ending}", "one of .biom, .h5ad, .qza, .tsv, .txt; or a folder, of tables for phyloseq",
            "Write one of these, and pack or change it afterwards.",
        )  # fmt: skip
