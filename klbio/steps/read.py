"""What was read, and what was left out of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Generic, TypeVar

from klbio.schema import DroppedRow

__all__ = ["Read"]

T = TypeVar("T")


@dataclass(frozen=True)
class Read(Generic[T]):
    """What was read, and the rows of ``dropped.tsv`` of what was left out."""

    value: T
    dropped: tuple[DroppedRow, ...] = ()
