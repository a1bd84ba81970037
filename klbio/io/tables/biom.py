"""Taxa tables as BIOM 1.0 (JSON) and 2.1 (HDF5), through the biom-format package."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from scipy import sparse

from klbio.distributions import Counts
from klbio.errors import InputError, StrPath
from klbio.io.files import replacing
from klbio.io.source import Source
from klbio.io.tables.json_checks import check_document
from klbio.io.trial import try_reading
from klbio.taxa_table import TaxaTable
from klbio.taxonomy import Taxonomy, taxonomy_of_metadata

if TYPE_CHECKING:
    import biom

__all__ = ["FILES", "TITLE", "read", "sniff", "write"]

TITLE = "BIOM"
FILES = "BIOM 1.0 (JSON) and 2.1 (HDF5)"

HDF5_MAGIC = b"\x89HDF\r\n\x1a\n"
# One date for all files: the same counts give the same bytes.
EPOCH = datetime(2000, 1, 1)
MAX_LINES = 100  # blank ones before the first


def sniff(path: StrPath) -> bool:
    """Recognise HDF5, and JSON that speaks of BIOM in its first bytes."""
    source = Source.of(path)
    if source.head.startswith(HDF5_MAGIC):
        return True
    return "".join(source.first_lines(MAX_LINES)).lstrip().startswith("{")


def read(path: StrPath) -> TaxaTable:
    """Read a BIOM table of counts, with the lineages in the metadata of its taxa.

    Raises
    ------
    InputError
        If the file is no BIOM table, or holds values that are no whole numbers of reads.
    """
    table = _load(Source.of(path))
    samples, taxa = ([str(name) for name in table.ids(axis)] for axis in ("sample", "observation"))
    counts = Counts.of_reads(samples, taxa, table.matrix_data.T, str(path))
    return TaxaTable(counts, _taxonomy(table, taxa, path), samples_known=True)


def _taxonomy(table: biom.Table, taxa: Sequence[str], path: StrPath) -> Taxonomy | None:
    """Lineages, where the metadata of the taxa hold some."""
    metadata = table.metadata(axis="observation") or ()
    entries = {taxon: values or {} for taxon, values in zip(taxa, metadata, strict=False)}
    return taxonomy_of_metadata(entries, path)


def _load(source: Source) -> biom.Table:
    hdf5 = source.head.startswith(HDF5_MAGIC)
    try:
        return _from_hdf5(source) if hdf5 else _from_json(source)
    except InputError:
        raise
    except Exception as error:  # whatever the libraries beneath stumble on where a file is damaged
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise InputError.one(
            source, f"a file that is no BIOM table ({reason})", "BIOM 1.0 (JSON) or BIOM 2.1 (HDF5)",
            "Copy or export it again; `biom validate-table` says more.",
        ) from error  # fmt: skip


def _from_hdf5(source: Source) -> biom.Table:
    import biom
    import h5py

    try_reading(source, "klbio.io.tables.hdf5_checks")
    with source.stream() as stream, h5py.File(stream) as handle:
        return biom.Table.from_hdf5(handle)


def _from_json(source: Source) -> biom.Table:
    import biom

    return biom.Table.from_json(check_document(json.loads(source.text), source))


def write(counts: Counts, path: StrPath) -> None:
    """Write counts as BIOM 2.1, the same bytes for the same counts."""
    import biom
    import h5py

    table = biom.Table(
        sparse.csr_matrix(counts.values.T),
        list(counts.labels),
        list(counts.samples),
        type="Taxon table",
        create_date=EPOCH,
    )
    with replacing(path) as draft, h5py.File(draft, "w") as handle:
        table.to_hdf5(handle, generated_by="klbio", creation_date=EPOCH)
