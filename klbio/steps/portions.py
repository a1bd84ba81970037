"""What files of parts have in common, of a study and of a comparison of models: whose part they are."""

from __future__ import annotations

__all__ = ["CALLED", "GROUPS", "IDENTITY", "REMEDY"]

REMEDY = "Delete it, and run its step again."
IDENTITY, GROUPS = "of", "groups"
CALLED = {  # what may differ
    "klbio": "another version of klbio",
    "files": "other files",
    GROUPS: "other groups of reads",
    "settings": "other settings",
}
