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

from klbio.errors import InputError, StrPath, listed
from klbio.io.files import GZIP_MAGIC, first_lines

if TYPE_CHECKING:
    from klbio.distributions import Counts
    from klbio.models import Model

__all__ = ["BUILT_IN", "MODEL_FORMATS", "TABLE_FORMATS", "read_models", "read_table", "write_table"]

# format -> module; the order is the order of recognition
TABLE_FORMATS = {"biom": "klbio.io.tables.biom", "tsv": "klbio.io.tables.tsv"}
MODEL_FORMATS = {
    name: f"klbio.io.models.{name}"
    for name in (
        "hmmer",
        "snap",
        "augustus",
        "geneid",
        "genemark",
        "prodigal",
        "hhsuite",
        "motifs",
        "emissions",
        "hidden",
    )
}

# a path that begins like this names models of an installed package, see klbio.io.models.prodigal
BUILT_IN = "prodigal:"


def read_table(path: StrPath, format: str | None = None) -> Counts:
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


def read_models(path: StrPath, format: str | None = None) -> list[Model]:
    """Read gene models or profile HMMs from a file or a folder.

    Parameters
    ----------
    path : path-like
        A file, an AUGUSTUS species folder, or ``prodigal:`` for the training sets of an installed
        pyrodigal; docs/gene-models.md lists the formats.
    format : str, optional
        A key of `MODEL_FORMATS`; recognised from content when not given.

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


def write_table(counts: Counts, path: StrPath) -> None:
    """Write a table of counts as BIOM 2.1 where the name ends in ``.biom``, as TSV otherwise."""
    name = "biom" if str(path).endswith(".biom") else "tsv"
    import_module(TABLE_FORMATS[name]).write(counts, Path(path))


def _reader(path: StrPath, format: str | None, formats: dict[str, str], what: str) -> ModuleType:
    if format is not None and format not in formats:
        raise InputError.one(path, f"format {format!r}", f"one of {listed(formats, len(formats))}")
    if not Path(path).exists() and not str(path).startswith(BUILT_IN):
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
    found, remedy = _strange(Path(path))
    raise InputError.one(path, found, f"{what}: {listed(formats, len(formats))}", remedy)


def _strange(path: Path) -> tuple[str, str]:
    """Say what a file is that no reader takes, and what to do about it."""
    start = b"" if path.is_dir() else path.read_bytes()[:4096]
    if not start.strip() and not path.is_dir():
        return "an empty file", "Copy or export it again."
    if start.startswith(GZIP_MAGIC) and not first_lines(path, 1):
        return "a damaged gzip file, or one of no text", "Copy or download it again."
    if start.startswith(b"PK"):
        return "a workbook or zip archive", "Save the sheet as tab-separated text."
    if start.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "UTF-16 text", "Save it as UTF-8 text."
    if b"\0" not in start and b"\t" not in start and (b"," in start or b";" in start):
        return "text without tabs", "If the file uses commas or semicolons, save it as tab-separated text."
    remedy = "If the format is one of these, name it with --format and the reader will say what is wrong."
    return "a format klbio does not recognise", remedy
