"""Tables that a step wrote, read back."""

from pathlib import Path

import pandas as pd

from klbio.io.results import read_rows
from klbio.schema import MODEL_TABLES, SHIFT_TABLES


def shift_table(folder: Path, name: str) -> pd.DataFrame:
    """Read a table of a before/after study."""
    return read_rows(folder / f"{name}.tsv", SHIFT_TABLES[name])


def model_table(folder: Path, name: str) -> pd.DataFrame:
    """Read a table of a comparison of models."""
    return read_rows(folder / f"{name}.tsv", MODEL_TABLES[name])
