"""Archives of models, as Galaxy and web pages hand out species folders: tar, packed or not, and zip.

Nothing is unpacked to the disk.  A folder within that is a model, and each file that is one, is read; what else is
there is passed over, as in a folder of models.
"""

from __future__ import annotations

import tarfile
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path, PurePosixPath

from klbio.errors import InputError, shorten
from klbio.io.archive import MAGIC, Archive
from klbio.io.models.packed import MOST_OF_OTHERS, unpacked, unpacked_start
from klbio.io.source import Source
from klbio.io.unreadable import AGAIN

__all__ = ["folders", "is_archive"]

TAR_MAGIC, TAR_AT = b"ustar", slice(257, 262)
MAX_FILES = 10_000
ENDINGS = (".gz", ".bz2", ".xz", ".tgz", ".tbz2", ".txz", ".tar", ".zip")
OF_SYSTEM = ("._", ".DS_Store")  # what macOS puts beside files
DAMAGE = (tarfile.TarError, OSError, EOFError, ValueError, OverflowError, RecursionError)


def is_archive(source: Source) -> bool:
    """Whether a file is a tar, packed or not, or a zip archive."""
    if not source.is_file:
        return False
    return source.peek(4) == MAGIC or unpacked_start(source).peek(512)[TAR_AT] == TAR_MAGIC


def folders(source: Source) -> list[Source]:
    """Give the folders of an archive that hold files.

    Raises
    ------
    InputError
        If it is damaged, or holds too much, too many files, or names that lead out of it.
    """
    files = dict(_from_zip(source) if source.peek(4) == MAGIC else _from_tar(source))
    by_folder: dict[PurePosixPath, dict[str, Source]] = {}
    for path, data in files.items():
        if not path.name.startswith(OF_SYSTEM):
            file = Source.within(f"{source}/{path}", data)
            by_folder.setdefault(path.parent, {})[path.name] = file
    alone = str(source.path.with_name(_stem(source)))
    return [
        Source.folder(f"{source}/{folder}" if folder.name else alone, inside)
        for folder, inside in sorted(by_folder.items())
    ]


def _stem(source: Source) -> str:
    """Give the name of an archive without its endings: what is not in a folder of its own is called so."""
    name = source.path.name
    while (path := Path(name)).suffix.lower() in ENDINGS and path.stem:
        name = path.stem
    return name


def _from_zip(source: Source) -> Iterator[tuple[PurePosixPath, bytes]]:
    archive, room = Archive.of(source), MOST_OF_OTHERS
    for name in archive.files:
        if not name.endswith("/"):
            data = archive.read(name, room)
            room -= len(data)
            yield PurePosixPath(name), data


def _from_tar(source: Source) -> Iterator[tuple[PurePosixPath, bytes]]:
    """Read the plain files; folders, links and devices are none."""
    data, before = unpacked(source, "archive").data, -1
    room = MOST_OF_OTHERS
    try:
        with tarfile.open(fileobj=BytesIO(data), mode="r:") as archive:
            for n, member in enumerate(archive, 1):
                if member.offset <= before:
                    raise tarfile.ReadError("a member that begins before the one before it")
                before = member.offset
                path = PurePosixPath(member.name)
                if path.is_absolute() or ".." in path.parts:
                    raise _refused(source, f"{shorten(member.name)}, a name that leads out of the archive")
                if n > MAX_FILES or member.size > room:
                    raise _refused(source, f"more than {MAX_FILES:,} files or {MOST_OF_OTHERS:,} bytes")
                if member.isreg() and (handle := archive.extractfile(member)):
                    yield path, handle.read()
                    room -= member.size
    except DAMAGE as error:
        raise InputError.one(source, f"a damaged archive ({error})", "a sound one", AGAIN) from error


def _refused(source: Source, found: str) -> InputError:
    return InputError.one(source, found, "an archive of models", "Unpack it and give the folder of a model.")
