"""Replacing files: nothing is ever left half-written."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from errno import EIO
from pathlib import Path
from typing import BinaryIO

from klbio.errors import Fault, InputError, StrPath, shorten
from klbio.io.drafts import file_beside, folder_beside
from klbio.strictness import STRICT

__all__ = [
    "checksum",
    "is_written_through",
    "read_sums",
    "replacing",
    "write_sums",
    "write_text",
    "write_texts",
]

OPEN = re.compile(r"/proc/(\w+)/fd/(\d+)")
MAX_LINKS = 8  # from a name to what is open: /dev/stdout is one


@contextmanager
def replacing(path: StrPath) -> Iterator[Path]:
    """Yield a temporary path; what was written there takes the place of `path` only if all went well.

    The draft stands beside `path` and is renamed onto it; drafts that a killed run left are taken away.  A device or
    a pipe stays what it is: it is given the bytes.  A link stays a link: the file it leads to is replaced.

    Raises
    ------
    InputError
        If `path` is a folder, or a link to a file that may not be written; for warnings that are taken for faults.
    OSError
        Naming `path`, if it cannot be written.

    Examples
    --------
    >>> with replacing("/tmp/klbio-example.txt") as draft:
    ...     _ = draft.write_text("whole or not at all")
    >>> Path("/tmp/klbio-example.txt").read_text()
    'whole or not at all'
    """
    STRICT.raise_any()
    target = Path(path)
    if target.is_dir():
        raise InputError.one(target, "a folder", "a file to write", "Name a file in it.")
    through = is_written_through(target)
    if target.is_symlink() and not through:
        target = _behind(target)
    draft = None
    try:
        draft = file_beside(target, None if through else target.parent)
        yield draft
        if through:
            _pour(draft, target)
        else:
            _settle(draft, target)
    except OSError as error:
        if error.filename is not None and str(error.filename) not in (str(draft), str(target)):
            raise
        raise OSError(error.errno or EIO, error.strerror or str(error), str(target)) from error
    finally:
        if draft is not None:
            draft.unlink(missing_ok=True)


def is_written_through(target: Path) -> bool:
    """Whether a path is a device or a pipe, or stands where such things do: /dev/stdout may be any file."""
    folder = target.parent.resolve()
    return (
        (target.exists() and not target.is_file())
        or str(folder) == "/dev"
        or "/proc" in map(str, folder.parents)
    )


def _behind(link: Path) -> Path:
    """Give the file that a link leads to; a store that keeps its files from being written is asked, and says no."""
    file = Path(os.path.realpath(link))
    if file.exists() and not os.access(file, os.W_OK):
        found = f"a link to {shorten(str(file))}, which may not be written"
        raise InputError.one(link, found, "a file to write", "Take the link away, or name another file.")
    return file


def _settle(draft: Path, target: Path) -> None:
    """Rename once every byte is on the disk, so that no loss of power leaves an empty file of that name."""
    with draft.open("rb+") as handle:
        os.fsync(handle.fileno())
    draft.chmod(0o666 & ~_umask())
    draft.replace(target)


def _pour(draft: Path, target: Path) -> None:
    """Give a device the bytes; what is open already, such as /dev/stdout, goes on from where it is.

    Opened anew, a file behind it would be emptied: ``>> all.tsv`` would lose what stands there.
    """
    with draft.open("rb") as source, _opened(target) as sink:
        shutil.copyfileobj(source, sink)


def _opened(target: Path) -> BinaryIO:
    number = _number(target)
    return target.open("wb") if number is None else os.fdopen(os.dup(number), "wb")


def _number(path: Path) -> int | None:
    """Give the number of what this process has open under a name such as /dev/stdout; None for any other."""
    for _ in range(MAX_LINKS):
        match = OPEN.fullmatch(str(path.parent.resolve() / path.name))
        if match and match[1] in ("self", str(os.getpid())):
            return int(match[2])
        if not path.is_symlink():
            return None
        path = path.parent / path.readlink()
    return None


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def write_text(path: StrPath, text: str) -> None:
    """Write a UTF-8 text file, whole or not at all."""
    with replacing(path) as draft:
        draft.write_text(text, encoding="utf-8", newline="\n")


def write_texts(folder: StrPath, texts: Mapping[str, str]) -> None:
    """Write UTF-8 text files that belong together: all of them aside, then each to its place.

    Parameters
    ----------
    folder : path-like
        Made if it is not there.
    texts : mapping of str to str
        By their paths in it.

    Raises
    ------
    InputError
        If one is a folder; for warnings that are taken for faults.
    OSError
        Naming the file that cannot be written; all stay as they were.

    Examples
    --------
    >>> write_texts("/tmp/klbio-example-page", {"figures/one.svg": "<svg/>", "page.html": "<html/>"})
    >>> Path("/tmp/klbio-example-page/figures/one.svg").read_text()
    '<svg/>'
    """
    STRICT.raise_any()
    place = Path(folder)
    folders = [place / name for name in texts if (place / name).is_dir()]
    InputError.raise_any(
        [Fault(one, "a folder", "a file to write", "Name another place.") for one in folders]
    )
    place.mkdir(parents=True, exist_ok=True)
    with folder_beside(place, "texts") as aside:
        for name, text in texts.items():
            draft = Path(aside, name)
            draft.parent.mkdir(parents=True, exist_ok=True)
            try:
                draft.write_text(text, encoding="utf-8", newline="\n")
            except OSError as error:
                raise OSError(error.errno or EIO, error.strerror or str(error), str(place / name)) from error
        for name in texts:
            (place / name).parent.mkdir(parents=True, exist_ok=True)
            _settle(Path(aside, name), place / name)


def checksum(path: StrPath) -> str:
    """Give the SHA-256 of a file, in hexadecimal digits."""
    with Path(path).open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()


def write_sums(path: StrPath, sums: Mapping[str, str]) -> None:
    """Write the checksums of files by their names, as `sha256sum --check` reads them."""
    write_text(path, "".join(f"{digest}  {name}\n" for name, digest in sums.items()))


def read_sums(path: StrPath) -> dict[str, str]:
    """Give what `write_sums` wrote.

    Raises
    ------
    InputError
        If it is no such list.
    """
    try:
        lines = [line.split("  ", 1) for line in Path(path).read_text(encoding="utf-8").splitlines()]
        return {name: digest for digest, name in lines}
    except ValueError as error:
        raise InputError.one(
            path, "no list of checksums", "what klbio writes", "Run its step again."
        ) from error
