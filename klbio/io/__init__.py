"""Every file klbio reads or writes: one module per format, registered in one table.

A reader module has two functions: ``sniff(path) -> bool`` recognises its format
from content, ``read(path)`` turns the path into nouns; both take a `klbio.io.source.Source`
as a path, so that a file is opened once for all of them.  ``TITLE`` and ``FILES`` say what
the format is called and how its files look.  Modules are imported only
when asked for, so that reading a text table does not pay for HDF5.
"""

from __future__ import annotations

from contextlib import suppress
from functools import partial
from importlib import import_module
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Literal, NamedTuple, get_args

from klbio.errors import Faults, InputError, StrPath, listed, shorten
from klbio.io.foreign import foreign
from klbio.io.foreign_models import foreign_model
from klbio.io.models.archived import folders, is_archive
from klbio.io.models.packed import faults_of, unpacked, unpacked_start
from klbio.io.source import Source
from klbio.io.unrecognised import refuse_ending, unrecognised

if TYPE_CHECKING:
    from klbio.design import Design
    from klbio.distributions import Counts
    from klbio.interop import TableLike
    from klbio.models import Model
    from klbio.taxa_table import TaxaTable

__all__ = [
    "BUILT_IN", "BY_SAMPLE", "MODEL_FORMATS", "TABLE_FORMATS", "TABLE_WRITERS", "Format", "TableFormat",
    "WrittenFormat", "model_formats", "read_models", "read_table", "read_taxa", "recognised", "write_table",
    "written_format",
]  # fmt: skip

# format -> module; the order is the order of recognition
TableFormat = Literal[
    "phyloseq", "qza", "h5ad", "xlsx", "arrow", "biom", "kraken", "bracken", "metaphlan", "humann", "mothur",
    "taxon_lines", "sourmash", "ganon", "per_sample", "tsv",
]  # fmt: skip
TABLE_FORMATS = {name: f"klbio.io.tables.{name}" for name in get_args(TableFormat)}
WrittenFormat = Literal["biom", "h5ad", "phyloseq", "qza", "tsv"]
BY_SAMPLE = ("biom", "qza", "tsv")  # formats of which some samples can be read
TABLE_WRITERS = {name: f"klbio.io.tables.{name}" for name in get_args(WrittenFormat)}
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
        "infernal",
        "alignments",
        "motifs",
        "emissions",
        "hidden",
        "codon_usage",
    )
}
# formats known by their header alone: without it there is nothing to read
PROFILES = (
    "kraken",
    "bracken",
    "metaphlan",
    "humann",
    "mothur",
    "taxon_lines",
    "sourmash",
    "ganon",
    "per_sample",
)

TABLES = "a taxa table: text, BIOM, .qza, .h5ad, .xlsx, Parquet, or what mothur and profilers write"
SEPARATE = "Separate its fields by tabs, commas or semicolons."
FILES = 6  # of a folder that are named

# a path that begins like this names models of an installed package, see klbio.io.models.prodigal
BUILT_IN = "prodigal:"


def read_table(path: StrPath, format: str | None = None) -> Counts:
    """Read a table of taxa (rows) by samples (columns).

    Parameters
    ----------
    path : path-like
        In any format of `TABLE_FORMATS`.
    format : str, optional
        A key of `TABLE_FORMATS`; recognised from content when not given.

    Returns
    -------
    Counts
        Rows are samples, columns are taxa.

    Raises
    ------
    InputError
        Every fault of the file, each with its line.
    """
    return read_taxa(path, format).turned().counts


def read_taxa(path: StrPath, format: str | None = None, design: Design | None = None) -> TaxaTable:
    """Read a table of taxa with what its file says of taxa and samples besides.

    Parameters
    ----------
    path : path-like
        In any format of `TABLE_FORMATS`.
    format : str, optional
        A key of `TABLE_FORMATS`; recognised from content when not given.
    design : Design, optional
        Whose samples are asked for.  Formats of `BY_SAMPLE` then read of a large table these, and of the others as many
        as tell what kind of table it is (`klbio.io.tables.some_samples`); `TaxaTable.others` names those left unread.

    Returns
    -------
    TaxaTable
        Which of its sides the samples are may still be open: see `TaxaTable.turned`.

    Raises
    ------
    InputError
        Every fault of the file, each with its line.
    """
    source = Source.of(path)
    from klbio.tidy import tidied

    name = _format(source, format, TABLE_FORMATS, "a taxa table")
    reader = import_module(TABLE_FORMATS[name])
    return tidied(reader.read(source, design) if name in BY_SAMPLE else reader.read(source))


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
    source = Source.of(path)
    if is_archive(source):
        return _read_archive(source, format)
    name = _format(source, format, MODEL_FORMATS, "a gene model or profile HMM")
    within = unpacked(source, name)
    try:
        models: list[Model] = import_module(MODEL_FORMATS[name]).read(within)
    except InputError as error:
        raise error if within is source else faults_of(error, within, source) from error
    return models


def _read_archive(source: Source, format: str | None) -> list[Model]:
    """Read every model of an archive, or those of one format; refuse an archive without any."""
    found = [part for part in _models_within(source) if format in (None, recognised(part))]
    if not found:
        expected = "one with a species folder, or a file of a format that is recognised"
        raise InputError.one(
            source, "an archive without a model", expected, "Unpack it to see what it holds."
        )
    faults = Faults()
    read = [faults.gather(partial(read_models, part)) or [] for part in found]
    faults.raise_any()
    return list(chain.from_iterable(read))


def _models_within(source: Source) -> list[Source]:
    """Give what an archive holds of models: folders that are one, and files in the others."""
    parts = ([folder] if recognised(folder) else folder.files.values() for folder in folders(source))
    return [part for inside in parts for part in inside if recognised(part)]


def recognised(path: StrPath) -> str | None:
    """Give the format of a gene model or profile HMM, a key of `MODEL_FORMATS`; None where it is neither.

    >>> recognised("/tmp") is None
    True
    """
    source = Source.of(path)
    if is_archive(source):
        with suppress(InputError):
            return next(filter(None, map(recognised, _models_within(source))), None)
    return _recognised(unpacked_start(source), MODEL_FORMATS)


class Format(NamedTuple):
    """A format of models: its key in `MODEL_FORMATS`, whose it is, how its files look."""

    name: str
    title: str
    files: str


def model_formats() -> list[Format]:
    """Describe every format of gene models and profile HMMs.

    >>> [form.files for form in model_formats() if form.title == "GeneMark"]
    ['.mod']
    """
    modules = {name: import_module(module) for name, module in MODEL_FORMATS.items()}
    return [Format(name, module.TITLE, module.FILES) for name, module in modules.items()]


def write_table(counts: TableLike, path: StrPath, format: WrittenFormat | None = None) -> None:
    """Write a table of counts, with its lineages and the metadata of its samples where the format holds them.

    Parameters
    ----------
    counts : TaxaTable, Counts, pandas.DataFrame, biom.Table or anndata.AnnData
        Samples in rows.
    path : path-like
    format : str, optional
        A key of `TABLE_WRITERS`; by default BIOM 2.1 where the name ends in ``.biom``, and so on; else TSV.

    Raises
    ------
    InputError
        If `counts` are no counts, or hold what the format cannot.
    """
    from klbio.interop import as_table

    name = format or written_format(path)
    import_module(TABLE_WRITERS[name]).write(as_table(counts), path)


def written_format(path: StrPath) -> WrittenFormat:
    """Give the format that the name of a file to write asks for; a folder is one of phyloseq's.

    Raises an `InputError` for the ending of a format that is not written.

    >>> written_format("gut.biom"), written_format("gut.txt"), written_format("gut/")
    ('biom', 'tsv', 'phyloseq')
    """
    if str(path).endswith("/") or Path(path).is_dir():
        return "phyloseq"
    ending = Path(path).suffix.removeprefix(".").lower()
    refuse_ending(path)
    return next((name for name in get_args(WrittenFormat) if name == ending), "tsv")


def _format(source: Source, format: str | None, formats: dict[str, str], what: str) -> str:
    """Name the format asked for, or recognised; refuse what is none of them."""
    if format is not None and format not in formats:
        raise InputError.one(source, f"format {format!r}", f"one of {listed(formats, len(formats))}")
    if not (source.path.exists() or source.kept or source.files or str(source).startswith(BUILT_IN)):
        raise InputError.one(
            source,
            "no such file or folder",
            what,
            "Check the path; relative paths start where klbio was called.",
        )
    look = unpacked_start(source) if formats is MODEL_FORMATS else source
    name = format or _recognised(look, formats)
    other = foreign(source) if formats is TABLE_FORMATS and name in (None, "per_sample", "tsv") else None
    if other is not None:
        raise InputError.one(source, other[0], what, other[1])
    if name is not None:
        reader = import_module(formats[name])
        if name in PROFILES and not reader.sniff(source):
            wanted, remedy = (
                f"{reader.TITLE}: {reader.FILES}",
                "Leave --format out: klbio looks at the content.",
            )
            raise InputError.one(source, "a file of another format", wanted, remedy)
        return name
    if formats is TABLE_FORMATS:
        raise InputError.one(source, *_no_table(source))
    found, remedy = foreign_model(look) or unrecognised(source)
    if formats is MODEL_FORMATS:
        remedy = remedy.replace("name it with --format", "name it in a model sheet (--sheet), column format,")
    raise InputError.one(source, found, f"{what}: {listed(formats, len(formats))}", remedy)


def _no_table(source: Source) -> tuple[str, str, str]:
    """Say what is no table, what is, and what to do; of a folder, which of its files may be one."""
    if source.is_file:
        lines = [line for line in source.first_lines(3) if line.strip()]
        if len(lines) > 1:
            return f"a text that begins {shorten(lines[0], 60)}", TABLES, SEPARATE
        found, remedy = unrecognised(source)
        return found, TABLES, remedy
    formats = {name: _recognised(file, TABLE_FORMATS) for name, file in source.files.items()}
    named = {name: import_module(TABLE_FORMATS[of]).TITLE for name, of in formats.items() if of}
    if not named:
        return "a folder without a table in it", TABLES, "Give the file with the counts."
    files = [f"{name} ({title})" for name, title in sorted(named.items(), key=lambda item: item[1] == "text")]
    return f"a folder with {', '.join(files[:FILES])}", "one table, or a folder with a profile per sample", (
        "Give the file with the counts; taxonomy and sheet have options of their own."
    )  # fmt: skip


def _recognised(source: Source, formats: dict[str, str]) -> str | None:
    return next((name for name in formats if import_module(formats[name]).sniff(source)), None)
