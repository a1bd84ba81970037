"""By what two databases of profiles are matched."""

from __future__ import annotations

from typing import Literal

__all__ = ["EntryKey"]

EntryKey = Literal["accession", "name"]
