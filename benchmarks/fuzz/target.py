"""A reader to fuzz."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

__all__ = ["Target"]

Read = Callable[[Path], object]


@dataclass(frozen=True)
class Target:
    """A reader, what its file is called, and seeds.

    Parameters
    ----------
    read : callable
        From a path; raises nothing but `klbio.errors.InputError`.
    name : str
        Of the file.
    seeds : callable
        Gives contents of sound files; not called before it is needed, for the tests are imported.
    wrap : callable
        From what the fuzzer makes to the content of the file, where that is packed.
    """

    read: Read
    name: str
    seeds: Callable[[], Sequence[bytes]]
    wrap: Callable[[bytes], bytes] = bytes
