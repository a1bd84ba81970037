"""Whether results can be written where they should go, asked before the work."""

from __future__ import annotations

from collections.abc import Iterable
from errno import EDQUOT, EIO, ENOSPC
from pathlib import Path
from tempfile import TemporaryFile

from klbio.errors import Fault, InputError, StrPath
from klbio.io.files import is_written_through

__all__ = ["folder_faults", "remedy_for", "require_apart", "require_writable", "writable_faults"]

REMEDY = "Name another place."
FULL = {ENOSPC, EDQUOT, EIO}


def remedy_for(error: OSError) -> str:
    """Say what to do where nothing can be written.

    >>> remedy_for(OSError(ENOSPC, "No space left on device")), remedy_for(PermissionError(13, "Permission denied"))
    ('Make room, or name another place.', 'Name another place.')
    """
    return "Make room, or name another place." if error.errno in FULL else REMEDY


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
    if "\0" in str(target):
        return [
            Fault(repr(str(target)), "a null character in its name", "a place that can be written", REMEDY)
        ]
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
        return [Fault(target, found, "a place that can be written", remedy_for(error))]


def folder_faults(path: StrPath) -> list[Fault]:
    """Say why Snakemake could not make or write a folder: it follows no link that leads nowhere.

    Parameters
    ----------
    path : path-like
        It need not be there, nor the folders above it.
    """
    target = Path(path)
    links = [place for place in (target, *target.parents) if place.is_symlink() and not place.exists()]
    remedy = "Make the folder that it leads to, or name another."
    found = [Fault(link, "a link that leads nowhere", "a folder for the results", remedy) for link in links]
    return found or writable_faults(path)


def require_writable(path: StrPath) -> None:
    """Refuse a place that cannot be written; the parameter is that of `writable_faults`.

    Raises
    ------
    InputError
        Saying why.
    """
    InputError.raise_any(writable_faults(path))


def require_apart(path: StrPath, given: Iterable[object]) -> None:
    """Refuse to write over a file that is read: by its name or another, a link among them.

    Parameters
    ----------
    path : path-like
        The file to write; folders, devices and pipes are not asked.
    given : iterable
        What a command was given besides: paths, lists of paths, and anything else.

    Raises
    ------
    InputError
        Naming the file.
    """
    target = Path(path)
    if not target.is_file():
        return
    words = [word for value in given for word in (value if isinstance(value, list | tuple) else [value])]
    same = [word for word in words if isinstance(word, str | Path) and _is_file(word, target)]
    InputError.raise_any(
        [
            Fault(target, "a file that is read as well", "another one to write", "Name a new file.")
            for _ in same[:1]
        ]
    )


def _is_file(word: StrPath, target: Path) -> bool:
    try:
        return Path(word).samefile(target)
    except (OSError, ValueError):  # no path, but a word
        return False
