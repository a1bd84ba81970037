"""One side of a table as a container holds it: names, and what it says of each of them."""

from __future__ import annotations

import ast
import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import compress

from klbio.columns import SAMPLE
from klbio.errors import StrPath
from klbio.sheet import Row, Sheet
from klbio.taxonomy import Taxonomy, is_of_ranks, taxonomy_of_metadata

__all__ = ["Axis", "text_of"]

MAX_CELL = 100_000  # letters of a text that is looked at as a list


@dataclass(frozen=True)
class Axis:
    """The samples or the taxa of a table.

    Parameters
    ----------
    names : list of str
    metadata : mapping of str to sequence
        A value of any kind for each name, by what they are called.
    """

    names: list[str]
    metadata: Mapping[str, Sequence[object]]

    def some(self, kept: Sequence[bool]) -> Axis:
        """Keep some of them."""
        if all(kept):
            return self
        metadata = {key: list(compress(column, kept)) for key, column in self.metadata.items()}
        return Axis(list(compress(self.names, kept)), metadata)

    def taxonomy(self, path: StrPath) -> Taxonomy | None:
        """Lineages of taxa, where some are there."""
        kept = {
            key: list(map(_unlisted, values)) for key, values in self.metadata.items() if is_of_ranks(key)
        }
        if not kept:
            return None
        rows = zip(*kept.values(), strict=True)
        entries = {
            name: dict(zip(kept, row, strict=True)) for name, row in zip(self.names, rows, strict=True)
        }
        return taxonomy_of_metadata(entries, path)

    def sheet(self, path: StrPath) -> Sheet | None:
        """What is said of samples, as text."""
        if not self.metadata:
            return None
        columns = {_column(key): list(map(text_of, values)) for key, values in self.metadata.items()}
        cells = zip(self.names, *columns.values(), strict=True)
        header = (SAMPLE, *columns)
        return Sheet(
            path, header, tuple(Row(None, dict(zip(header, row, strict=True)), row[0]) for row in cells)
        )


def _column(key: str) -> str:
    """Name a column; the first one is the sample's own name."""
    return f"{key} (metadata)" if key == SAMPLE else key


def _unlisted(value: object) -> object:
    """Give a lineage that was written as Python or JSON writes a list as that list."""
    if isinstance(value, str) and value[:1] == "[" and value[-1:] == "]" and len(value) < MAX_CELL:
        try:
            found = ast.literal_eval(value)
        except (ValueError, SyntaxError, MemoryError, RecursionError):
            return value
        return found if isinstance(found, list) and all(isinstance(part, str) for part in found) else value
    return value


def text_of(value: object) -> str:
    """Say what a container holds as a sheet would: nothing for what is missing, and 7 for 7.0.

    >>> text_of(7.0), text_of(None), text_of(["a", "b"]), text_of(True)
    ('7', '', '["a", "b"]', 'TRUE')
    """
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return ""
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return json.dumps(value, ensure_ascii=False) if isinstance(value, list | dict) else str(value)
