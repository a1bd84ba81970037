"""What a reader noticed about a model."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

__all__ = ["Finding", "Severity"]

Severity = Literal["warning", "note"]


@dataclass(frozen=True)
class Finding:
    """Something about a file that its user should know, though it can be read.

    Parameters
    ----------
    severity : {"warning", "note"}
        A warning changes what the numbers mean; a note says what was done.
    component : str
        Which part of the model, as ``coding`` or ``intron``.
    text : str
        One sentence.
    """

    severity: Severity
    component: str
    text: str
