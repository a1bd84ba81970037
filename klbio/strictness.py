"""Warnings that are taken for faults, where the command line asks for it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from klbio.errors import Fault, InputError, InputNote, InputWarning

__all__ = ["STRICT", "Strictness", "as_fault"]

SURE = "nothing that may be a mistake, with --strict"


class Strictness:
    """Whether warnings, but no notes, are faults: then they are kept, and refused before anything is written."""

    def __init__(self) -> None:
        self._kept: list[Fault] | None = None

    @contextmanager
    def on(self) -> Iterator[None]:
        """Be strict for a while."""
        self._kept = []
        try:
            yield
        finally:
            self._kept = None

    @property
    def active(self) -> bool:
        """Whether they are."""
        return self._kept is not None

    def keep(self, warning: InputWarning) -> bool:
        """Keep a warning as a fault; False where it stays what it is, as a note always does."""
        if self._kept is None or isinstance(warning, InputNote):
            return False
        self._kept.append(as_fault(warning))
        return True

    @property
    def faults(self) -> list[Fault]:
        """What was kept, each once."""
        return list(dict.fromkeys(self._kept or ()))

    def raise_any(self) -> None:
        """Refuse what was kept."""
        InputError.raise_any(self.faults)


def as_fault(warning: InputWarning) -> Fault:
    """Refuse what a warning says; what would have been done about it is part of what was found.

    >>> print(as_fault(InputWarning("gut.tsv", "23 rows that are sums", "left out")))
    gut.tsv: 23 rows that are sums, left out; expected nothing that may be a mistake, with --strict.
    """
    fault = warning.fault
    return replace(fault, found=f"{fault.found}, {fault.expected}", expected=SURE)


STRICT = Strictness()  # of the process: its command line sets it
