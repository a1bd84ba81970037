"""Tables in containers: Excel, QIIME 2, AnnData, Parquet."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable, Mapping
from importlib.util import find_spec
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory

import h5py
import numpy as np
import pandas as pd
from openpyxl import Workbook

from tests.faults.case import TABLE, Case
from tests.faults.tables import at, hdf5, instead

GRID = [line.split("\t") for line in TABLE.splitlines()]
UUID = "0b1c2d3e-1111-4222-8333-444455556666"


def line(name: str) -> tuple[str, ...]:
    """Give the command that measures a matrix of a file."""
    return ("matrix", name, "--out", "out.tsv")


def zipped(files: Mapping[str, str | bytes]) -> bytes:
    """Give an archive without dates: those that hold the same are the same bytes."""
    held = BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        for name, content in files.items():
            archive.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)
    return held.getvalue()


def unzipped(archive: bytes) -> dict[str, bytes]:
    """Give the files of an archive."""
    with zipfile.ZipFile(BytesIO(archive)) as files:
        return {name: files.read(name) for name in files.namelist()}


SAVED = re.compile(rb"\d{4}-\d\d-\d\dT[\d:]+Z")  # when a workbook was


def book(change: Callable[[Workbook], object] = lambda book: None) -> bytes:
    """Give the sound table as a workbook, changed."""
    held, made = BytesIO(), Workbook()
    for row in GRID:
        made.active.append([int(cell) if cell.isdecimal() else cell for cell in row])
    change(made)
    made.save(held)
    return zipped(
        {name: SAVED.sub(b"2024-01-01T00:00:00Z", part) for name, part in unzipped(held.getvalue()).items()}
    )


def into(cell: str, value: object) -> bytes:
    """Give the workbook with another value in a cell."""
    return book(lambda made: made.active.__setitem__(cell, value))


BOOK = book()
PARTS = unzipped(BOOK)
WORKSHEET = "xl/worksheets/sheet1.xml"
EXCEL = [
    Case(f"Excel: {name}", ["t.xlsx", *says], {"t.xlsx": content}, line("t.xlsx"), mended={"t.xlsx": BOOK})
    for name, says, content in (
        ("a word for a count", ["line 3", "'many'"], into("B3", "many")),
        ("a negative count", ["line 3", "-5"], into("B3", -5)),
        ("a date for a count", ["line 3", "2024-05-01"], into("B3", pd.Timestamp("2024-05-01"))),
        ("a formula without its value", ["line 3", "=1+1"], into("B3", "=1+1")),
        ("an error of Excel", ["line 3", "#N/A"], into("B3", "#N/A")),
        ("yes for a count", ["line 3", "TRUE"], into("B3", True)),
        ("a sample twice", ["'s1'"], into("C1", "s1")),
        ("a taxon twice", ["'A'"], into("A3", "A")),
        ("two worksheets of numbers", ["2 worksheets"], book(lambda made: made.copy_worksheet(made.active))),
        ("nothing in it", ["t.xlsx"], book(lambda made: made.active.delete_rows(1, 9))),
        ("a header and no row", ["t.xlsx"], book(lambda made: made.active.delete_rows(2, 9))),
        ("merged counts", ["merged cells ('B2:C2')", "line 2"], book(lambda made: made.active.merge_cells("B2:C2"))),
        ("a password", ["password"], b"\xd0\xcf\x11\xe0" + bytes(99) + "EncryptedPackage".encode("utf-16-le")),
        ("no worksheet", ["without a worksheet"], zipped({k: v for k, v in PARTS.items() if "sheets/" not in k})),
        ("a spreadsheet of LibreOffice", [".ods"],
         zipped({"mimetype": b"application/vnd.oasis.opendocument.spreadsheet"})),
        ("cut short", ["t.xlsx"], BOOK[:2000]),
        ("a worksheet that is no XML", ["t.xlsx"], zipped({**PARTS, WORKSHEET: b"<worksheet><sheetData>"})),
        ("a worksheet that is not there", ["t.xlsx"], zipped({k: v for k, v in PARTS.items() if k != WORKSHEET})),
        ("entities that multiply", ["t.xlsx"], zipped({**PARTS, WORKSHEET: b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">'
         + b"".join(b'<!ENTITY %c "%s">' % (c, b"&%c;" % (c - 1) * 10) for c in range(98, 110)) + b"]><x>&m;</x>"})),
        ("texts packed a thousandfold", ["bytes, unpacked"],
         zipped({**PARTS, "xl/sharedStrings.xml": b"<sst>" + b"<si><t/></si>" * 2_000_000 + b"</sst>"})),
        ("a row far beyond its end", ["1,048,576 rows"],
         zipped({**PARTS, WORKSHEET: PARTS[WORKSHEET].replace(b'r="3"', b'r="2000000000"')})),
        ("a column far beyond its end", ["t.xlsx"],
         zipped({**PARTS, WORKSHEET: PARTS[WORKSHEET].replace(b'r="E3"', b'r="ZZZZZZ3"')})),
        ("a zip archive of another kind", ["no Excel workbook"], zipped({"a.txt": "x"})),
        ("a workbook of old", ["before 2007"], b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(2000)),
    )
]  # fmt: skip


def artifact(kind: str = "FeatureTable[Frequency]", uuid: str = UUID, **files: bytes | str | None) -> bytes:
    """Give the sound table as an artifact of QIIME 2, with parts replaced; None leaves one out."""
    whole = {
        "VERSION": "QIIME 2\narchive: 5\n",
        "metadata.yaml": f"uuid: {uuid}\ntype: {kind}\nformat: BIOMV210DirFmt\n",
        "data/feature-table.biom": hdf5(lambda handle: None),
    } | files
    return zipped({f"{UUID}/{name}": content for name, content in whole.items() if content is not None})


WITHIN, HEAD = "data/feature-table.biom", b"\x89HDF\r\n\x1a\n" + bytes(99)
QIIME = [
    Case(f"QIIME 2: {name}", ["t.qza", *says], {"t.qza": content}, line("t.qza"), mended={"t.qza": artifact()})
    for name, says, content in (
        ("a taxonomy", ["FeatureData[Taxonomy]", "--taxonomy"], artifact("FeatureData[Taxonomy]")),
        ("a tree", ["Phylogeny[Rooted]", "--tree"], artifact("Phylogeny[Rooted]")),
        ("a visualization", ["visualization", "was made from"], artifact("Visualization")),
        ("another type", ["SampleData[Sequences]"], artifact("SampleData[Sequences]")),
        ("another uuid", ["uuid"], artifact(uuid=UUID.replace("0", "f"))),
        ("no table", [WITHIN], artifact(**{WITHIN: None})),
        ("a damaged table", ["feature-table.biom", "damaged HDF5"], artifact(**{WITHIN: HEAD})),
        ("a text for its table", ["feature-table.biom"], artifact(**{WITHIN: TABLE})),
        ("metadata that are no YAML", ["metadata.yaml"], artifact(**{"metadata.yaml": "type: [\n"})),
        ("metadata of a list", ["metadata.yaml"], artifact(**{"metadata.yaml": "- uuid\n"})),
        ("no metadata", ["t.qza"], artifact(**{"metadata.yaml": None})),
        ("a name that leads out", ["leads out"], artifact(**{"../../x": "x"})),
        ("two folders", ["one folder"], zipped({**unzipped(artifact()), "other/a": "x"})),
        ("cut short", ["t.qza"], artifact()[:-40]),
        ("an index past the end", ["sample/matrix"],
         artifact(**{WITHIN: hdf5(at("sample/matrix/indices", 0, 77))})),
    )
]  # fmt: skip


def anndata(change: Callable[[h5py.File], object] = lambda handle: None) -> bytes:
    """Give the sound table as klbio writes AnnData, changed."""
    from klbio.io import read_taxa, write_table

    with TemporaryDirectory() as folder:
        text, path = Path(folder) / "t.tsv", Path(folder) / "t.h5ad"
        text.write_text(TABLE)
        write_table(read_taxa(text), path)
        with h5py.File(path, "r+") as handle:
            change(handle)
        return path.read_bytes()


ANNDATA = [
    Case(f"AnnData: {name}", ["t.h5ad", *says], {"t.h5ad": content}, line("t.h5ad"), mended={"t.h5ad": anndata()})
    for name, says, content in (
        ("an index past the end", ["X"], anndata(at("X/indices", 0, 77))),
        ("an index below 0", ["X"], anndata(at("X/indices", 0, -1))),
        ("pointers that fall", ["X"], anndata(at("X/indptr", 1, 7))),
        ("another shape", ["shape"], anndata(lambda handle: handle["X"].attrs.__setitem__("shape", (9, 9)))),
        ("logarithms", ["proportions"], anndata(at("X/data", 0, 1.386))),
        ("a negative count", ["t.h5ad"], anndata(at("X/data", 0, -5))),
        ("not a number", ["t.h5ad"], anndata(at("X/data", 0, np.nan))),
        ("no matrix", ["no matrix X"], anndata(lambda handle: handle.pop("X"))),
        ("no samples", ["obs"], anndata(lambda handle: handle.pop("obs"))),
        ("samples without names", ["obs", "_index"], anndata(lambda handle: handle["obs"].pop("_index"))),
        ("a sample twice", ["s1"], anndata(lambda handle: handle["obs/_index"].__setitem__(1, "s1"))),
        ("fewer names", ["shape"], anndata(instead("obs/_index", np.array([b"s1"])))),
        ("a link to another file", ["link"], anndata(instead("obs/_index", h5py.ExternalLink("/etc/passwd", "/x")))),
        ("tables of before 0.7", ["compound"],
         anndata(instead("obs", np.array([(b"s1",)], dtype=[("index", "S9")])))),
        ("cut short", ["t.h5ad"], anndata()[:3000]),
    )
]  # fmt: skip


def parquet(**columns: object) -> bytes:
    """Give a frame as Parquet."""
    held = BytesIO()
    sound = {
        name: [int(cell) if cell.isdecimal() else cell for cell in cells]
        for name, *cells in zip(*GRID, strict=True)
    }
    pd.DataFrame(sound | columns).to_parquet(held)
    return held.getvalue()


def of_parquet() -> list[Case]:
    """Give the cases of Parquet; without pyarrow there are none."""
    if find_spec("pyarrow") is None:
        return []
    return [
        Case(f"Parquet: {name}", ["t.parquet", *says], {"t.parquet": content}, line("t.parquet"),
             mended={"t.parquet": parquet()})
        for name, says, content in (
            ("a word for a count", ["many"], parquet(s1=["9", "many"])),
            ("a negative count", ["-5"], parquet(s1=[9, -5])),
            ("a taxon twice", ["'A'"], parquet(taxon=["A", "A"])),
            ("lists for counts", ["s1"], parquet(s1=[[1, 2], [3]])),
            ("dates for counts", ["column 's1' of words"], parquet(s1=[pd.Timestamp("2024-05-01")] * 2)),
            ("cut short", ["damaged"], parquet()[:-30]),
            ("bytes turned", ["damaged"], parquet()[:100] + bytes(200) + parquet()[300:]),
            ("a head and no more", ["damaged"], b"PAR1" + bytes(200)),
            ("Feather: a head and no more", ["damaged"], b"ARROW1" + bytes(200)),
        )
    ]  # fmt: skip


CASES = [*EXCEL, *QIIME, *ANNDATA, *of_parquet()]
