"""Every file klbio reads or writes: one module per format, registered in one table.

A reader module has two functions: ``sniff(path) -> bool`` recognises its format
from content, ``read(path)`` turns the path into nouns.  Modules are imported only
when asked for, so that reading a text table does not pay for HDF5.
"""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING

from klbio.errors import InputError, Place, listed

if TYPE_CHECKING:
    from klbio.distributions import Counts
    from klbio.models import Model

__all__ = ["MODEL_FORMATS", "TABLE_FORMATS", "read_models", "read_table", "write_table"]

# format -> module; the order is the order of recognition
TABLE_FORMATS = {"biom": "klbio.io.biom", "tsv": "klbio.io.tsv"}
MODEL_FORMATS = {name: f"klbio.io.{name}" for name in ("hmmer", "snap", "augustus", "geneid")}


def read_table(path: Place, format: str | None = None) -> Counts:
    """Read a table of taxa (rows) by samples (columns).

    Parameters
    ----------
    path : path-like
        TSV (optionally gzipped), BIOM 1.0 (JSON) or BIOM 2.1 (HDF5).
    format : {"tsv", "biom"}, optional
        Recognised from content when not given.

    Returns
    -------
    Counts
        Rows are samples, columns are taxa.

    Raises
    ------
    InputError
        Every fault of the file, each with its line.
    """
    counts: Counts = _reader(path, format, TABLE_FORMATS, "a taxa table").read(Path(path))
    return counts


def read_models(path: Place, format: str | None = None) -> list[Model]:
    """Read gene models or profile HMMs from a file or a folder.

    Parameters
    ----------
    path : path-like
        HMMER3 file, SNAP ``.hmm`` file, AUGUSTUS species folder or geneid ``.param`` file.
    format : {"hmmer", "snap", "augustus", "geneid"}, optional
        Recognised from content when not given.

    Returns
    -------
    list of Model
        In the order of the file.

    Raises
    ------
    InputError
        Every fault of the file, each with its place.
    """
    models: list[Model] = _reader(path, format, MODEL_FORMATS, "a gene model or profile HMM").read(Path(path))
    return models


def write_table(counts: Counts, path: Place) -> None:
    """Write a table of counts as BIOM 2.1 where the name ends in ``.biom``, as TSV otherwise."""
    name = "biom" if str(path).endswith(".biom") else "tsv"
    import_module(TABLE_FORMATS[name]).write(counts, Path(path))


def _reader(path: Place, format: str | None, formats: dict[str, str], what: str) -> ModuleType:
    if format is not None and format not in formats:
        raise InputError.one(path, f"format {format!r}", f"one of {listed(formats, len(formats))}")
    if not Path(path).exists():
        raise InputError.one(
            path,
            "no such file or folder",
            what,
            "Check the path; relative paths start where klbio was called.",
        )
    for name in [format] if format else formats:
        module = import_module(formats[name])
        if format or module.sniff(Path(path)):
            return module
    raise InputError.one(
        path, "a format klbio does not recognise", f"{what}: {listed(formats, len(formats))}",
        "If the format is one of these, name it with --format and the reader will say what is wrong.",
    )  # fmt: skip
