"""What a config asks of its results, looked at before the work and not after it."""

from __future__ import annotations

from klbio.errors import InputError, notify
from klbio.io.parquet import has_pyarrow
from klbio.io.sheets.config import Config
from klbio.steps.matrix_plan import MatrixPlan

__all__ = ["check_matrix", "check_parquet"]

BINARY = "npy, h5 or zarr"
TEXT = "tsv"


def check_matrix(config: Config, n_samples: int) -> None:
    """Refuse halved numbers of a matrix of text, which its job would; say where it is not cut.

    Parameters
    ----------
    config : Config
    n_samples : int
        Of the sheet, which say the format where the config does not; 0 where it is not known.

    Raises
    ------
    InputError
        For ``float32`` of text.
    """
    asked = config.sound().settings.get("matrix", {})
    if MatrixPlan(n_samples, asked.get("format", "")).format != TEXT:
        return
    said = "" if "format" in asked else ", as which so many samples are written by default"
    if asked.get("dtype") == "float32":
        found = f"matrix.dtype: float32, of a matrix of text{said}"
        remedy = f"Ask for matrix.format: {BINARY}; text has twelve digits."
        raise InputError.one(config.path, found, "float64", remedy, config.line("matrix", "dtype"))
    if asked.get("tiles", 1) > 1:
        found, remedy = f"matrix.tiles, of a matrix of text{said}", f"Ask for matrix.format: {BINARY}."
        notify(config.path, found, "one job makes it", remedy, config.line("matrix", "tiles"))


def check_parquet(config: Config) -> None:
    """Say where all tables are wanted as Parquet and cannot be written so."""
    if config.sound().settings.get("tables", {}).get("parquet") == "all" and not has_pyarrow():
        remedy = "Install it: python -m pip install pyarrow."
        line = config.line("tables", "parquet")
        notify(config.path, "no pyarrow", "no table is written as Parquet", remedy, line)
