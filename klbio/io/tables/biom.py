"""Taxa tables as BIOM 1.0 (JSON) and 2.1 (HDF5), through the biom-format package."""

from __future__ import annotations

import gzip
import zlib
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from scipy import sparse

from klbio.distributions import Counts
from klbio.errors import InputError, listed
from klbio.io.files import GZIP_MAGIC, replacing

if TYPE_CHECKING:
    import biom

__all__ = ["read", "sniff", "write"]

HDF5_MAGIC = b"\x89HDF\r\n\x1a\n"
# One date for all files: the same counts give the same bytes.
EPOCH = datetime(2000, 1, 1)


def sniff(path: Path) -> bool:
    """Recognise HDF5, and JSON that speaks of BIOM in its first bytes."""
    if not path.is_file():
        return False
    with path.open("rb") as handle:
        start = handle.read(8)
    if start == HDF5_MAGIC:
        return True
    with gzip.open(path) if start.startswith(GZIP_MAGIC) else path.open("rb") as handle:
        try:
            return handle.read(4096).lstrip().startswith(b"{")
        except (OSError, EOFError, zlib.error):  # a damaged archive: the other readers say so
            return False


def read(path: Path) -> Counts:
    """Read a BIOM table of counts.

    Raises
    ------
    InputError
        If the file is no BIOM table, or holds values that are no whole numbers of reads.
    """
    table = _load(path)
    values = table.matrix_data.T.tocsr()
    fractional = values.data != np.round(values.data)
    if fractional.any():
        rows = np.repeat(np.arange(values.shape[0]), np.diff(values.indptr))[fractional]
        who = listed(dict.fromkeys(str(name) for name in table.ids("sample")[np.unique(rows)]))
        raise InputError.one(
            path, f"fractional values in sample {who}", "whole numbers of reads",
            "klbio needs counts: export the table before it is turned into proportions.",
        )  # fmt: skip
    samples = [str(name) for name in table.ids("sample")]
    return Counts(samples, [str(name) for name in table.ids("observation")], values, str(path))


def _load(path: Path) -> biom.Table:
    import biom
    from biom.exception import BiomException

    try:
        return biom.load_table(str(path))
    except (
        BiomException,
        TypeError,
        ValueError,
        KeyError,
        OSError,
        IndexError,
        AttributeError,
        EOFError,
        zlib.error,
    ) as error:
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise InputError.one(
            path, f"a file that is no BIOM table ({reason})", "BIOM 1.0 (JSON) or BIOM 2.1 (HDF5)",
            "Copy or export it again; `biom validate-table` says more.",
        ) from error  # fmt: skip


def write(counts: Counts, path: Path) -> None:
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
