"""What a reader noticed about a model."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

__all__ = ["Finding"]

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

    @classmethod
    def note(cls, component: str, text: str) -> Finding:
        """Make one that says what was done."""
        return cls("note", component, text)

    @classmethod
    def warning(cls, component: str, text: str) -> Finding:
        """Make one of what changes the meaning of the numbers."""
        return cls("warning", component, text)
