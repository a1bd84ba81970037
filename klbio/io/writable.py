"""Whether results can be written where they should go, asked before the work."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryFile

from klbio.errors import Fault, InputError, StrPath
from klbio.io.files import is_written_through

__all__ = ["require_writable", "writable_faults"]

REMEDY = "Make room, or name another place."


def writable_faults(path: StrPath) -> list[Fault]:
    """Say why a file or folder could not be written; nothing is left behind, and devices and pipes are not asked.

    Parameters
    ----------
    path : path-like
        It need not be there, nor the folders above it.

    Examples
    --------
    >>> writable_faults("/tmp/klbio-example/results/table.tsv")
    []
    """
    target = Path(path)
    try:
        if is_written_through(target) and not target.is_dir():
            return []
        above = target if target.is_dir() else next(place for place in target.parents if place.exists())
        if not above.is_dir():
            return [Fault(above, "a file", "a folder for the results", "Name another folder.")]
        with TemporaryFile(dir=above):
            return []
    except OSError as error:
        found = f"nothing can be written there ({error.strerror or error})"
        return [Fault(target, found, "a place that can be written", REMEDY)]


def require_writable(path: StrPath) -> None:
    """Refuse a place that cannot be written; the parameter is that of `writable_faults`.

    Raises
    ------
    InputError
        Saying why.
    """
    InputError.raise_any(writable_faults(path))
