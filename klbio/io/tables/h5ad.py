"""AnnData files (.h5ad): observations are samples, variables are taxa; read and written without AnnData itself."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from klbio.errors import Fault, InputError, StrPath
from klbio.io.files import replacing
from klbio.io.source import Source
from klbio.io.tables.written import check_names, lineage_columns, sample_columns
from klbio.io.trial import try_reading
from klbio.io.unfailing import hdf5_written
from klbio.taxa_table import TaxaTable

if TYPE_CHECKING:
    import h5py

__all__ = ["FILES", "TITLE", "read", "sniff", "trial", "write"]

TITLE = "AnnData"
FILES = ".h5ad"

HDF5_MAGIC = b"\x89HDF\r\n\x1a\n"
BIOM_MARK, OWN_MARK, OLD_MARKS = b"format-url", b"encoding-type", (b"obs\0", b"var\0")
FRAME = {"encoding-type": "dataframe", "encoding-version": "0.2.0"}
EMPTY = ("layers", "obsm", "obsp", "uns", "varm", "varp")
INDEX = "_index"
NEEDS = ("klbio.io.tables.h5ad_content", "klbio.io.tables.hdf5_checks")  # of `trial`


def sniff(path: StrPath) -> bool:
    """Recognise HDF5 with the names that AnnData writes, without opening it: that is for a process of its own."""
    source = Source.of(path)
    if not source.head.startswith(HDF5_MAGIC):
        return False
    content = source.mapped()
    if content.find(BIOM_MARK) >= 0:
        return False
    return content.find(OWN_MARK) >= 0 or all(content.find(mark) >= 0 for mark in OLD_MARKS)


def read(path: StrPath) -> TaxaTable:
    """Read the counts of an AnnData file: `X`, or where that holds none, a layer or `raw`.

    Raises
    ------
    InputError
        If the file is damaged, of AnnData before 0.7, or holds neither counts nor proportions.

    Warns
    -----
    InputWarning
        Where the counts are not `X`.
    """
    import h5py

    from klbio.io.tables.h5ad_content import Content

    source = Source.of(path)
    try_reading(source, __name__)
    with source.stream() as stream, h5py.File(stream) as handle:
        return Content(handle, source.path).table()


def trial(path: StrPath) -> None:
    """Read everything, see `klbio.io.trial`."""
    from klbio.io.tables.h5ad_content import Content
    from klbio.io.tables.hdf5_checks import opened

    with opened(path) as handle:
        Content(handle, path).check()


def write(table: TaxaTable, path: StrPath) -> None:
    """Write counts as `X`, lineages as columns of `var`, metadata as columns of `obs`; same content, same bytes.

    Raises
    ------
    InputError
        For names that AnnData cannot hold.
    """
    check_names(table)
    counts = table.counts
    frames = {
        "obs": (counts.samples, sample_columns(table)),
        "var": (counts.labels, _joined(lineage_columns(table, by_rank=True))),
    }
    InputError.raise_any(list(_column_faults(frames, path)))
    with replacing(path) as draft, hdf5_written(draft) as handle:
        handle.attrs.update({"encoding-type": "anndata", "encoding-version": "0.1.0"})
        _write_matrix(handle.create_group("X"), table)
        for name, (names, columns) in frames.items():
            _write_frame(handle.create_group(name), names, columns)
        for name in EMPTY:
            handle.create_group(name).attrs.update({"encoding-type": "dict", "encoding-version": "0.1.0"})


Frame = tuple[Sequence[str], Mapping[str, list[str]]]


def _joined(columns: Mapping[str, list[str] | list[list[str]]]) -> dict[str, list[str]]:
    return {
        name: [value if isinstance(value, str) else "; ".join(value) for value in column]
        for name, column in columns.items()
    }


def _column_faults(frames: Mapping[str, Frame], path: StrPath) -> Iterator[Fault]:
    for frame, (_, columns) in frames.items():
        for name in columns:
            if "/" in name or name == INDEX:
                yield Fault(
                    path, f"column {name!r} of {frame}", "a name without /, and not _index", "Rename it."
                )


def _write_matrix(group: h5py.Group, table: TaxaTable) -> None:
    values = table.counts.values
    group.attrs.update({"encoding-type": "csr_matrix", "encoding-version": "0.1.0", "shape": values.shape})
    for name in ("data", "indices", "indptr"):
        group.create_dataset(name, data=getattr(values, name), compression="gzip")


def _write_frame(group: h5py.Group, names: Sequence[str], columns: Mapping[str, Sequence[str]]) -> None:
    import h5py

    group.attrs.update(FRAME | {INDEX: INDEX})
    group.attrs.create("column-order", list(columns), dtype=h5py.string_dtype())
    for name, values in {INDEX: names, **columns}.items():
        dataset = group.create_dataset(name, data=list(values), dtype=h5py.string_dtype())
        dataset.attrs.update({"encoding-type": "string-array", "encoding-version": "0.2.0"})
