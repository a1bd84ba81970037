"""A headline of the page."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Finding"]


@dataclass(frozen=True)
class Finding:
    """One headline: a number to look at, and the sentence that says what it is."""

    number: str
    unit: str
    sentence: str
