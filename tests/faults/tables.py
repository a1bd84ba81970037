"""Tables of counts: TSV, BIOM 1.0 and BIOM 2.1."""

from __future__ import annotations

import json
from collections.abc import Callable
from io import BytesIO

import h5py
import numpy as np

from tests.faults.case import SHIFT, TABLE, Case

MATRIX = ("matrix", "t.tsv", "--out", "out.tsv")


def cell(name: str, text: str) -> Case:
    """A cell that holds no count."""
    shown = repr(text)[:40].rstrip("'")
    return Case(f"table: {name}", ["t.tsv", shown], {"t.tsv": TABLE.replace("\t80\t20\n", f"\t80\t{text}\n", 1)},
                mended={"t.tsv": TABLE})  # fmt: skip


TEXT = [
    cell("a word for a count", "many"),
    cell("a negative count", "-5"),
    cell("a date for a count", "2024-01-02"),
    cell("an endless count", "inf"),
    cell("a count that overflows", "1e999"),
    cell("a hexadecimal count", "0x1F"),
    cell("two counts in a cell", "5;6"),
    cell("an underscore in a count", "1_0"),
    cell("a plus before a count", "+20"),
    cell("Arabic digits", "٢٠"),
    cell("full-width digits", "２０"),
    cell("a formula", "=1+1"),
    cell("more reads than there can be", "1e18"),
    cell("a cell of a hundred thousand letters", "x" * 100_000),
    Case("table: a taxon twice", ["t.tsv", "'A'"], {"t.tsv": TABLE + "A\t1\t2\t3\t4\n"}),
    Case("table: a sample twice", ["t.tsv", "'s1'"], {"t.tsv": TABLE.replace("s2", "s1")}),
    Case("table: a sample without a name", ["t.tsv"], {"t.tsv": TABLE.replace("\ts2", "\t")}),
    Case("table: a taxon without a name", ["t.tsv"], {"t.tsv": TABLE.replace("\nB", "\n")}),
    Case("table: a row too long", ["t.tsv"], {"t.tsv": TABLE + "C\t1\t2\t3\t4\t5\t6\n"}),
    Case("table: a row too short", ["t.tsv"], {"t.tsv": TABLE + "C\t1\t2\n"}),
    Case("table: a header and no row", ["t.tsv"], {"t.tsv": "taxon\ts1\ts2\ts3\ts4\n"}),
    Case("table: none of the sheet's samples", ["s1"], {"t.tsv": TABLE.replace("\ts", "\tother")}),
    Case("table: no read at all", ["reads"], {"t.tsv": "taxon\ts1\ts2\ts3\ts4\nA\t0\t0\t0\t0\nB\t0\t0\t0\t0\n"}),
    Case("table: a format that is none", ["'xls'"], {}, (*SHIFT, "--format", "xls")),
    Case("matrix: a measure that is none", ["measure"], {}, (*MATRIX, "--measure", "euclid")),
    Case("matrix: a suffix that is none", ["out.xls"], {}, ("matrix", "t.tsv", "--out", "out.xls")),
    Case("matrix: no pseudocount where one is needed", ["alpha"], {}, (*MATRIX, "--measure", "relative-entropy")),
    Case("matrix: a sample without counts", ["s4"], {"t.tsv": "t\ts1\ts4\nA\t1\t0\nB\t2\t0\n"}, MATRIX),
]  # fmt: skip


def document(**changes: object) -> bytes:
    """Give the sound table as BIOM 1.0, with parts replaced; None leaves one out."""
    data = [[0, 0, 90], [0, 1, 10], [0, 2, 80], [0, 3, 20], [1, 0, 10], [1, 1, 90], [1, 2, 20], [1, 3, 80]]
    whole = {
        "id": "x", "format": "Biological Observation Matrix 1.0.0", "format_url": "http://biom-format.org",
        "type": "OTU table", "generated_by": "a test", "date": "2020-01-01T00:00:00", "matrix_type": "sparse",
        "matrix_element_type": "int", "shape": [2, 4], "data": data,
        "rows": [{"id": name, "metadata": None} for name in "AB"],
        "columns": [{"id": name, "metadata": None} for name in ("s1", "s2", "s3", "s4")],
    } | changes  # fmt: skip
    return json.dumps({key: value for key, value in whole.items() if value is not None}).encode()


JSON = [
    Case(f"BIOM 1.0: {name}", ["t.tsv", said], {"t.tsv": content}, mended={"t.tsv": document()})
    for name, said, content in (
        ("a shape of other numbers", "shape [9, 4]", document(shape=[9, 4])),
        ("no shape", "shape", document(shape=None)),
        ("no rows", "rows", document(rows=None)),
        ("no data", "data", document(data=None)),
        ("rows that are no list", "rows", document(rows={"a": 1})),
        ("a row without a name", "rows[0]", document(rows=[{"id": None}, {"id": "B"}])),
        ("a name that is a fraction", "rows[0]", document(rows=[{"id": 7.5}, {"id": "B"}])),
        ("a name twice", "A", document(rows=[{"id": "A", "metadata": None}] * 2)),
        ("a cell beyond the rows", "[2, 0, 5]", document(data=[[2, 0, 5]])),
        ("a cell before the first", "[-1, 0, 5]", document(data=[[-1, 0, 5]])),
        ("a cell of two numbers", "[0, 1]", document(data=[[0, 1]])),
        ("a cell twice", "again", document(data=[[0, 0, 5], [0, 0, 6]])),
        ("a count of text", "'5'", document(data=[[0, 0, "5"]])),
        ("a count of nothing", "None", document(data=[[0, 0, None]])),
        ("a count that overflows", "9223372036854775808", document(data=[[0, 0, 2**63]])),
        ("a negative count", "s1", document(data=[[0, 0, -5], [1, 1, 9]])),
        ("a place that is yes", "[True, 0, 5]", document(data=[[True, 0, 5]])),
        ("a key twice", "'data' twice", document()[:-1] + b', "data": []}'),
        ("none of its keys", "no BIOM table", b'{"taxon": ["A", "B"]}'),
        ("a dense row too short", "data[0]", document(matrix_type="dense", data=[[1], [1, 2, 3, 4]])),
        ("a dense row missing", "data of 1 rows", document(matrix_type="dense", data=[[1, 2, 3, 4]])),
        ("not a number", "nan", document(data=[[0, 0, 5]]).replace(b"5]", b"NaN]")),
        ("cut short", "t.tsv", document()[:200]),
        ("brackets without end", "t.tsv", b'{"data": ' + b"[" * 100_000),
    )
]  # fmt: skip


def hdf5(change: Callable[[h5py.File], object]) -> bytes:
    """Give the sound table as BIOM 2.1, changed."""
    held = BytesIO()
    with h5py.File(held, "w") as handle:
        for name, value in (
            ("id", "x"), ("type", "OTU table"), ("format-url", "u"), ("format-version", (2, 1)), ("nnz", 8),
            ("generated-by", "x"), ("creation-date", "2020-01-01T00:00:00"), ("shape", (2, 4)),
        ):  # fmt: skip
            handle.attrs[name] = value
        for axis, names, other in (("observation", ["A", "B"], 4), ("sample", ["s1", "s2", "s3", "s4"], 2)):
            group = handle.create_group(axis)
            group.create_group("metadata"), group.create_group("group-metadata")
            group.create_dataset("ids", data=names, dtype=h5py.string_dtype())
            values = np.array([[90, 10, 80, 20], [10, 90, 20, 80]], float)
            group.create_dataset("matrix/data", data=(values if other == 4 else values.T).ravel())
            group.create_dataset("matrix/indices", data=np.tile(np.arange(other, dtype="i4"), len(names)))
            group.create_dataset("matrix/indptr", data=np.arange(len(names) + 1, dtype="i4") * other)
        change(handle)
    return held.getvalue()


def at(name: str, place: int, value: float) -> Callable[[h5py.File], object]:
    """Change one number."""
    return lambda handle: handle[name].__setitem__(place, value)


def attribute(name: str, value: object) -> Callable[[h5py.File], object]:
    """Change one attribute."""
    return lambda handle: handle.attrs.__setitem__(name, value)


def instead(name: str, value: object) -> Callable[[h5py.File], object]:
    """Put another dataset, or a link, in a place."""

    def change(handle: h5py.File) -> None:
        del handle[name]
        handle[name] = value

    return change


def sparse(handle: h5py.File) -> None:
    """Add a dataset of 80 GB that takes no room."""
    handle.create_dataset("x", (10**10,), "f8", chunks=(10**6,))


HDF5 = [
    Case(f"BIOM 2.1: {name}", ["t.tsv", said], {"t.tsv": hdf5(change)}, mended={"t.tsv": hdf5(lambda handle: 0)})
    for name, said, change in (
        *(
            (f"{what} by {axis}", f"{axis}/matrix", at(f"{axis}/matrix/{part}", place, value))
            for axis in ("sample", "observation")
            for what, part, place, value in (
                ("an index past the end", "indices", 0, 77), ("an index far past the end", "indices", 3, 2**31 - 1),
                ("an index below 0", "indices", 0, -1), ("an index twice", "indices", 1, 0),
                ("a pointer below 0", "indptr", 1, -5), ("a pointer past the end", "indptr", -1, 99),
                ("pointers that begin late", "indptr", 0, 1), ("pointers that fall", "indptr", 1, 7),
                ("another count", "data", 0, 91),
            )
        ),
        ("another shape", "shape", attribute("shape", (3, 4))),
        ("a shape of text", "t.tsv", attribute("shape", "two by four")),
        ("fewer names", "named", instead("sample/ids", np.array([b"s1"]))),
        ("names that are numbers", "sample/ids", instead("sample/ids", np.arange(4))),
        ("no matrix", "matrix", lambda handle: handle["sample"].pop("matrix")),
        ("no samples", "sample", lambda handle: handle.pop("sample")),
        ("a matrix of text", "sample/matrix", instead("sample/matrix/data", np.array([b"x"] * 8))),
        ("fewer counts than indices", "sample/matrix", instead("sample/matrix/data", np.ones(3))),
        ("a link to another file", "link", instead("sample/ids", h5py.ExternalLink("/etc/passwd", "/x"))),
        ("a link within", "link", instead("sample/ids", h5py.SoftLink("/observation/ids"))),
        ("a dataset larger than the file", "bytes in a file", sparse),
        ("a name in Latin-1", "not UTF-8", instead("observation/ids", np.array([b"\xe4", b"B"]))),
        ("a name with a NUL", "NUL", instead("observation/ids", np.array(["A\0B", "B"], object).astype("S3"))),
        ("a name without end", "letters", instead("observation/ids", np.array([b"A", b"B" * 200_000]))),
    )
]  # fmt: skip

CASES = [*TEXT, *JSON, *HDF5]
