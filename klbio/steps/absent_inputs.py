"""What a config names and cannot be looked at yet, as it lies in a storage."""

from __future__ import annotations

from collections.abc import Iterable

from klbio.errors import StrPath, listed, note
from klbio.io.elsewhere import Elsewhere

__all__ = ["say_absent"]


def say_absent(config: StrPath, names: Iterable[str], elsewhere: Elsewhere) -> None:
    """Note which of the files that a config names are not looked at.

    Warns
    -----
    InputNote
        Naming the first of them.
    """
    absent = list(filter(elsewhere, names))
    if absent:
        found = f"not here: {listed(absent)}"
        note(config, found, "not looked at before its job starts", "Other faults may be found then.")
