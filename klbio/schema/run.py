"""The table that every step writes: what was left out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from klbio.schema.columns import Text
from klbio.schema.table import Row

__all__ = ["DroppedRow"]


@dataclass(frozen=True, kw_only=True, slots=True)
class DroppedRow(Row):
    """What was left out: a row per thing and reason."""

    source: Annotated[str, Text("where it came from: a file, or the part of a run")]
    kind: Annotated[str, Text("what it is: sample, taxon, model, gene ...")]
    name: Annotated[str, Text("its name, or how many they are")]
    reason: Annotated[str, Text("why it was left out", prose=True)]
