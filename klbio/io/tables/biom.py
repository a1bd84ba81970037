"""Taxa tables as BIOM 1.0 (JSON) and 2.1 (HDF5), with the lineages and the metadata of samples in them."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from itertools import compress
from typing import TYPE_CHECKING, cast

import numpy as np
from scipy import sparse

from klbio.errors import InputError, StrPath, notify
from klbio.io.files import replacing
from klbio.io.json_data import Json, JsonObject, each_once
from klbio.io.source import Source
from klbio.io.tables.axis import Axis
from klbio.io.tables.json_checks import check_document
from klbio.io.tables.written import check_names, lineage_columns, sample_columns
from klbio.io.trial import try_reading
from klbio.taxa_table import TaxaTable
from klbio.tidy import in_units

if TYPE_CHECKING:
    import h5py

    from klbio.design import Design

__all__ = ["FILES", "TITLE", "read", "sniff", "write", "written"]

TITLE = "BIOM"
FILES = "BIOM 1.0 (JSON) and 2.1 (HDF5)"

HDF5_MAGIC = b"\x89HDF\r\n\x1a\n"
# One date for all files: the same content gives the same bytes.
EPOCH = datetime(2000, 1, 1)
MAX_LINES = 100  # blank ones before the first
SLASH = "@@SLASH@@"  # which biom-format writes for a / in the name of an entry


def sniff(path: StrPath) -> bool:
    """Recognise HDF5, and JSON that speaks of BIOM in its first bytes."""
    source = Source.of(path)
    if source.head.startswith(HDF5_MAGIC):
        return True
    return "".join(source.first_lines(MAX_LINES)).lstrip().startswith("{")


def read(path: StrPath, design: Design | None = None) -> TaxaTable:
    """Read a BIOM table, with the metadata of its taxa and samples.

    Parameters
    ----------
    path : path-like
    design : Design, optional
        Whose samples are asked for: of a large BIOM 2.1, `klbio.io.tables.some_samples` says which others are read.

    Raises
    ------
    InputError
        If the file is no BIOM table, or holds values that are neither numbers of reads nor proportions.
    """
    source = Source.of(path)
    if source.head.startswith(HDF5_MAGIC):
        try_reading(source, "klbio.io.tables.hdf5_checks")
    try:
        content = _of_hdf5(source, design) if source.head.startswith(HDF5_MAGIC) else _of_json(source)
    except InputError:
        raise
    except Exception as error:  # whatever the libraries beneath stumble on where a file is damaged
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise InputError.one(
            source, f"a file that is no BIOM table ({reason})", "BIOM 1.0 (JSON) or BIOM 2.1 (HDF5)",
            "Copy or export it again; `biom validate-table` says more.",
        ) from error  # fmt: skip
    return content.table(source.path)


@dataclass(frozen=True)
class _Content:
    """Both sides of a table, and its values with samples in rows."""

    samples: Axis
    taxa: Axis
    values: sparse.csr_array
    unread: tuple[str, ...] = ()  # samples that the file has besides

    def table(self, path: StrPath) -> TaxaTable:
        """Make it klbio's own."""
        counts = in_units(self.samples.names, self.taxa.names, self.values, str(path))
        lineages, sheet = self.taxa.taxonomy(path), self.samples.sheet(path)
        return TaxaTable(counts, lineages, sheet, samples_known=True, others=self.unread)


def _of_hdf5(source: Source, design: Design | None) -> _Content:
    import h5py

    from klbio.io.tables.hdf5_rows import SparseRows
    from klbio.io.tables.some_samples import some_samples

    with source.stream() as stream, h5py.File(stream) as handle:
        samples, taxa = (_axis(handle[side], source) for side in ("sample", "observation"))
        matrix = SparseRows.of(handle, "sample/matrix", (len(samples.names), len(taxa.names)), source)
        chosen = some_samples(samples.names, matrix.sizes, design)
        unread = tuple(compress(samples.names, (~chosen).tolist()))
        return _Content(samples.some(chosen.tolist()), taxa, matrix.rows(chosen), unread)


def _axis(side: h5py.Group, path: StrPath) -> Axis:
    from klbio.io.tables.hdf5_values import texts, values

    names, entries = texts(side["ids"]), side.get("metadata")
    datasets = {} if entries is None or not hasattr(entries, "items") else dict(entries.items())
    kept = {key: entry for key, entry in datasets.items() if entry.shape[:1] == (len(names),)}
    for key in datasets.keys() - kept.keys():
        notify(path, f"{side.name}/metadata/{key}, with other than {len(names)} values", "passed over")
    return Axis(names, {key.replace(SLASH, "/"): values(entry) for key, entry in kept.items()})


def _of_json(source: Source) -> _Content:
    document = check_document(json.loads(source.text, object_pairs_hook=each_once(source)), source)
    taxa, samples = (_json_axis(cast(list[JsonObject], document[side])) for side in ("rows", "columns"))
    shape, dense = (len(samples.names), len(taxa.names)), document.get("matrix_type") == "dense"
    numbers = np.array(document["data"], dtype=float).reshape(-1, shape[0] if dense else 3)
    if dense:
        return _Content(samples, taxa, sparse.csr_array(numbers.T))
    rows, columns, cells = numbers[:, 0].astype(int), numbers[:, 1].astype(int), numbers[:, 2]
    return _Content(samples, taxa, sparse.csr_array((cells, (columns, rows)), shape=shape))


def _json_axis(entries: list[JsonObject]) -> Axis:
    """Names, and an entry of metadata for each; None where one lacks it."""
    found = [entry.get("metadata") for entry in entries]
    described: list[dict[str, Json]] = [entry if isinstance(entry, dict) else {} for entry in found]
    keys = dict.fromkeys(key for entry in described for key in entry)
    names = [str(entry["id"]) for entry in entries]
    return Axis(names, {key: [entry.get(key) for entry in described] for key in keys})


def write(table: TaxaTable, path: StrPath) -> None:
    """Write BIOM 2.1 with lineages and metadata of samples, the same bytes for the same content.

    Raises
    ------
    InputError
        For names that HDF5 cannot hold.
    """
    with replacing(path) as draft:
        draft.write_bytes(written(table))


def written(table: TaxaTable) -> bytes:
    """Give the bytes of a BIOM 2.1 file, as `write` writes them."""
    import biom
    import h5py

    counts = table.counts
    check_names(table)
    content = biom.Table(
        sparse.csr_matrix(counts.values.T),
        list(counts.labels),
        list(counts.samples),
        _entries(lineage_columns(table), len(counts.labels)),
        _entries(sample_columns(table), len(counts.samples)),
        type="Taxon table",
        create_date=EPOCH,
    )
    memory = BytesIO()
    with h5py.File(memory, "w") as handle:
        content.to_hdf5(handle, generated_by="klbio", creation_date=EPOCH)
    return memory.getvalue()


def _entries(columns: Mapping[str, Sequence[object]], n: int) -> list[dict[str, object]] | None:
    """Give one entry per name, as biom-format has them; it takes no empty ones."""
    return [{key: values[i] for key, values in columns.items()} for i in range(n)] if columns else None
