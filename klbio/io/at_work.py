"""One run at a time in a folder of results: the tables, and the page beside them, are of one run."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from klbio.errors import InputError, StrPath

__all__ = ["at_work"]

LOCKS = Path("/proc/locks")  # where Linux tells who holds which
HELD: set[Path] = set()  # by this process: a step may be part of another


@contextmanager
def at_work(folder: StrPath) -> Iterator[None]:
    """Keep a folder to this process; refuse where another one is at work in it.

    The system lets go of it when the process ends, however that ends, and nothing is left in the folder.  A folder that
    is not there is made, and taken away again where nothing was written into it.  Where the disk knows no locks, as
    some of a network do, or the folder cannot be made, nothing is kept: the step says what is wrong with it, and
    `klbio.io.result_folder.run_faults` tells of tables of two runs.

    Raises
    ------
    InputError
        Naming the process, where the system tells it.

    Examples
    --------
    >>> with at_work("/tmp/klbio-example-results"), at_work("/tmp/klbio-example-results"):
    ...     Path("/tmp/klbio-example-results").is_dir()
    True
    >>> Path("/tmp/klbio-example-results").exists()
    False
    """
    place = Path(folder).resolve()
    if place in HELD:
        yield
        return
    made = [one for one in (place, *place.parents) if not one.exists()]
    handle = _held(place, folder)
    if handle is None:
        yield
        return
    HELD.add(place)
    try:
        yield
    finally:
        with suppress(OSError):  # something was written
            for one in made:
                one.rmdir()
        HELD.discard(place)
        os.close(handle)


def _held(place: Path, folder: StrPath) -> int | None:
    """Lock a folder; None where that cannot be."""
    try:
        from fcntl import LOCK_EX, LOCK_NB, flock
    except ImportError:  # Windows
        return None
    while True:
        try:
            place.mkdir(parents=True, exist_ok=True)
            handle = os.open(place, os.O_RDONLY)
        except OSError:
            return None
        try:
            flock(handle, LOCK_EX | LOCK_NB)
        except BlockingIOError:
            raise _busy(folder, handle) from None
        except OSError:
            os.close(handle)
            return None
        with suppress(FileNotFoundError):
            if os.path.samestat(os.fstat(handle), place.stat()):
                return handle
        os.close(handle)  # whoever made it has just taken it away


def _busy(folder: StrPath, handle: int) -> InputError:
    inode = os.fstat(handle).st_ino
    os.close(handle)
    return InputError.one(
        folder, f"another run of klbio at work in it{_holder(inode)}", "a folder that no other run writes",
        "Wait until that has ended, or name another folder.",
    )  # fmt: skip


def _holder(inode: int) -> str:
    """Say which process holds the lock, where the system does: ``1: FLOCK ADVISORY WRITE 4711 08:01:131074 0 EOF``."""
    with suppress(OSError, IndexError):
        for words in map(str.split, LOCKS.read_text(encoding="ascii").splitlines()):
            if words[1] == "FLOCK" and words[5].endswith(f":{inode}") and int(words[4]) > 0:
                return f" (process {words[4]})"
    return ""
