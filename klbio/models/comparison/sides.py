"""Two sides of profiles that are held against each other: what keeps them from it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import get_args

from klbio.errors import Fault, listed
from klbio.models import Model, ProfileHMM
from klbio.models.entry_key import EntryKey

__all__ = ["side_faults"]


def side_faults(first: Mapping[str, Model], second: Mapping[str, Model], by: EntryKey | None) -> list[Fault]:
    """Say what keeps two sides from being held against each other."""
    if by is not None and by not in get_args(EntryKey):
        return [Fault("by", repr(by), " or ".join(map(repr, get_args(EntryKey))))]
    if not second:
        return [Fault("by", repr(by), "two sides", "Give the second with `against`.")] if by else []
    faults = [
        Fault("models", f"{name!r} on both sides", "each name on one side", "Rename one.")
        for name in first
        if name in second
    ]
    others = [name for name, one in {**first, **second}.items() if not isinstance(one, ProfileHMM)]
    if others:
        found = listed(others)
        remedy = "`klbio nearest` ranks gene models; without `--against` all models are compared."
        faults.append(Fault("against", found, "profile HMMs or motifs on both sides", remedy))
    return faults
