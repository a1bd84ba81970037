"""One run at a time in a folder of results, or on a file: tables, what was left out and the page are of one run."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from hashlib import sha256
from pathlib import Path

from klbio.errors import InputError, StrPath

__all__ = ["at_work", "at_work_on"]

LOCKS = Path("/proc/locks")  # where Linux tells who holds which
HELD: set[Path] = set()  # by this process: a step may be part of another
MAX_NAME = 40  # letters of a lock's name that are the file's


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
    with _kept(place, place, folder, lambda: os.open(place, os.O_RDONLY)):
        yield


@contextmanager
def at_work_on(file: StrPath) -> Iterator[None]:
    """Keep a file of results, and those that stand beside it, to this process; as `at_work` does a folder.

    A hidden file beside it stands for it, as it is replaced by another one when it is written.  A killed run leaves
    that behind; it keeps nobody, and goes with the next run.

    Examples
    --------
    >>> with at_work_on("/tmp/klbio-example.tsv"):
    ...     len(list(Path("/tmp").glob(".klbio-example.tsv.*.lock")))
    1
    >>> list(Path("/tmp").glob(".klbio-example.tsv.*.lock"))
    []
    """
    target = Path(file)
    name = f".{target.name[:MAX_NAME]}.{sha256(os.fsencode(target.name)).hexdigest()[:8]}.lock"
    lock = target.parent.resolve() / name
    if lock in HELD:
        yield
        return
    with _kept(lock, lock.parent, file, lambda: os.open(lock, os.O_RDWR | os.O_CREAT, 0o666)):
        try:
            yield
        finally:
            with suppress(OSError):  # it could not be made
                lock.unlink()


@contextmanager
def _kept(place: Path, folder: Path, named: StrPath, opened: Callable[[], int]) -> Iterator[None]:
    """Lock a place in a folder, or the folder; folders that were made for it go where they stay empty."""
    if place in HELD:
        yield
        return
    made = [one for one in (folder, *folder.parents) if not one.exists()]
    handle = _held(place, folder, named, opened)
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


def _held(place: Path, folder: Path, named: StrPath, opened: Callable[[], int]) -> int | None:
    """Lock it; None where that cannot be."""
    try:
        from fcntl import LOCK_EX, LOCK_NB, flock
    except ImportError:  # Windows
        return None
    while True:
        try:
            folder.mkdir(parents=True, exist_ok=True)
            handle = opened()
        except OSError:
            return None
        try:
            flock(handle, LOCK_EX | LOCK_NB)
        except BlockingIOError:
            raise _busy(named, handle, "folder" if place == folder else "file") from None
        except OSError:
            os.close(handle)
            return None
        with suppress(FileNotFoundError):
            if os.path.samestat(os.fstat(handle), place.stat()):
                return handle
        os.close(handle)  # whoever made it has just taken it away


def _busy(named: StrPath, handle: int, kind: str) -> InputError:
    inode = os.fstat(handle).st_ino
    os.close(handle)
    return InputError.one(
        named, f"another run of klbio at work in it{_holder(inode)}", f"a {kind} that no other run writes",
        f"Wait until that has ended, or name another {kind}.",
    )  # fmt: skip


def _holder(inode: int) -> str:
    """Say which process holds the lock, where the system does: ``1: FLOCK ADVISORY WRITE 4711 08:01:131074 0 EOF``."""
    with suppress(OSError, IndexError):
        for words in map(str.split, LOCKS.read_text(encoding="ascii").splitlines()):
            if words[1] == "FLOCK" and words[5].endswith(f":{inode}") and int(words[4]) > 0:
                return f" (process {words[4]})"
    return ""
