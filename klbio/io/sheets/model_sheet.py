"""The sheet of models: which file is called what."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from klbio.columns import Columns
from klbio.errors import Fault, InputError, StrPath, listed
from klbio.io import BUILT_IN, MODEL_FORMATS
from klbio.io.elsewhere import Elsewhere, is_address, nowhere
from klbio.io.sequences.nine_columns import code_number
from klbio.io.sheets.sheet import read_sheet
from klbio.models.markov.genetic_code import is_code
from klbio.sheet import Row, Sheet

__all__ = ["ModelEntry", "read_model_sheet", "readable_models"]

COLUMNS = MODEL, PATH = ("model", "path")
OPTIONAL = FORMAT, GROUP, CODE = ("format", "group", "genetic_code")


@dataclass(frozen=True)
class ModelEntry:
    """One line of a model sheet.

    Parameters
    ----------
    model : str
        The name in every table, kept verbatim.
    path : Path
        File or folder, or ``prodigal:`` and what may follow it.
    format : str, optional
        Recognised from content when not given.
    group : str
        What it belongs to, such as a species; may be empty.
    genetic_code : int, optional
        NCBI's number of the code of its genes, for a file that does not say it.
    extra : mapping of str to str
        Every other column.
    address : str
        Of a file in a storage, where no path stands in the sheet.
    """

    model: str
    path: Path
    format: str | None = None
    group: str = ""
    genetic_code: int | None = None
    extra: Mapping[str, str] = field(default_factory=dict)
    address: str = ""

    @property
    def source(self) -> str:
        """Where it is from, in words: the path, or the address as the sheet has it."""
        return self.address or str(self.path)


def read_model_sheet(path: StrPath, elsewhere: Elsewhere = nowhere) -> list[ModelEntry]:
    """Read a model sheet.

    Parameters
    ----------
    path : path-like
        TSV with columns `model`, `path`, and optionally `format`, `group`, `genetic_code`; any other
        column is kept.  Relative paths start in the working directory.
    elsewhere : function, optional
        Says of a path whether it may be missing here, as in a storage; by default of none.

    Returns
    -------
    list of ModelEntry
        In the order of the sheet.

    Raises
    ------
    InputError
        Every fault of the sheet at once: a missing column, an empty or repeated name, a
        path that is not there, an unknown format.
    """
    sheet = read_sheet(path, Columns(COLUMNS, OPTIONAL))
    faults = [*sheet.blank(COLUMNS), *sheet.repeated(MODEL)]
    faults += [fault for row in sheet for fault in _row_faults(sheet, row, elsewhere)]
    InputError.raise_any(faults)
    return [_entry(row) for row in sheet]


def readable_models(path: StrPath) -> list[ModelEntry]:
    """Give the lines of a model sheet whose files can be looked at, whatever is wrong with the others.

    Raises
    ------
    InputError
        If it cannot be read as a sheet at all.
    """
    sheet = read_sheet(path, Columns(COLUMNS, OPTIONAL))
    return [_entry(row) for row in sheet if row[PATH] and not _row_faults(sheet, row, nowhere)]


def _row_faults(sheet: Sheet, row: Row, elsewhere: Elsewhere) -> list[Fault]:
    faults, path = [], row[PATH]
    if path and not path.startswith(BUILT_IN) and not elsewhere(path) and not Path(path).exists():
        remedy = "Relative paths start where klbio or Snakemake was called."
        faults.append(sheet.fault(row, f"path {path!r} is not there", "a file or folder", remedy))
    if row[FORMAT] and row[FORMAT] not in MODEL_FORMATS:
        known = listed(MODEL_FORMATS, len(MODEL_FORMATS))
        faults.append(sheet.fault(row, f"format {row[FORMAT]!r}", f"one of {known}, or nothing"))
    if row[CODE] and not is_code(code_number(row[CODE]) or 0):
        found, remedy = f"genetic_code {row[CODE]!r}", "Leave it empty for what the file says, else 1."
        faults.append(sheet.fault(row, found, "NCBI's number of a genetic code", remedy))
    return faults


def _entry(row: Row) -> ModelEntry:
    extra = {name: value for name, value in row.fields.items() if name not in (*COLUMNS, *OPTIONAL)}
    code = int(row[CODE]) if row[CODE] else None
    address = row[PATH] if is_address(row[PATH]) else ""
    return ModelEntry(row[MODEL], Path(row[PATH]), row[FORMAT] or None, row[GROUP], code, extra, address)
