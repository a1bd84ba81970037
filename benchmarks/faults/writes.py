"""Writing fails: the disk is full, damaged, or not to be written, at every file, folder, rename and flush in turn."""

from __future__ import annotations

import errno
import os
import resource
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from benchmarks.faults.ending import USER_ERROR, Ending, forked, piped
from benchmarks.faults.studies import FORMATS, STUDIES, Study, put, results
from benchmarks.faults.table import Try
from klbio.io.result_folder import run_faults

__all__ = ["writes"]

KINDS = (errno.ENOSPC, errno.EIO, errno.EACCES)
SELDOM = 3  # after every third write that found no room, the same command follows
SIZES = (0, 1, 100, 500, 1000, 3000, 10_000)  # bytes, beyond which a file cannot grow
WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT
RENAMED, MADE, OPENED = "os.rename", "os.mkdir", "open"


@dataclass
class Failing:
    """The n-th time that a process writes below a folder, it fails; counted from 1, never where it is 0.

    Python tells a hook of every file that it opens, of folders and of renames; of flushing it does not, and is given
    another `os.fsync`.
    """

    folder: Path
    nth: int = 0
    kind: int = 0
    seen: int = 0

    def begin(self) -> None:
        """From now on, to the end of the process."""
        flush = os.fsync
        sys.addaudithook(self._hear)

        def fsync(handle: int) -> None:
            self._count("")
            flush(handle)

        os.fsync = fsync

    def _hear(self, event: str, arguments: tuple[object, ...]) -> None:
        if event not in (RENAMED, MADE, OPENED):
            return
        place = arguments[1 if event == RENAMED else 0]
        if isinstance(place, int):  # a handle that is open already
            return
        path = str(place)
        flags = arguments[2] if event == OPENED and isinstance(arguments[2], int) else WRITING
        if flags & WRITING and str(Path(self.folder, path)).startswith(str(self.folder)):
            self._count(path)

    def _count(self, path: str) -> None:
        self.seen += 1
        if self.seen == self.nth:
            raise OSError(self.kind, os.strerror(self.kind), *([path] if path else []))


def writes(folder: Path, *, short: bool) -> Iterator[Try]:
    """Let each command fail at each of its writes, over results of an earlier run.

    Each fails in every way; those of commands that run other programs, which take seconds, in one way after the other.
    """
    for study in STUDIES[:3:2] if short else (*STUDIES, *FORMATS):
        if not study.out:
            continue
        sound = _sound(study, folder)
        n = _n_writes(study, folder)
        for nth in range(1, n + 1, max(n // 3, 1) if short else 1):
            for kind in KINDS[:1] if short else KINDS[nth % 3 :][:1] if study.needs else KINDS:
                yield Try(
                    f"{errno.errorcode[kind]} at write {nth} of {study}",
                    _tried(study, folder, sound, nth, kind),
                )
        for size in SIZES[3:4] if short else SIZES:
            for heard in (True, False):
                words = "" if heard else ", words among them"
                yield Try(
                    f"{study}: files of {size} bytes at most{words}",
                    _bounded(study, folder, sound, size, heard=heard),
                )


def _sound(study: Study, folder: Path) -> dict[str, bytes]:
    done = forked(study.line, put(folder))
    if done.code != 0:
        raise RuntimeError(f"{study}: a sound input ended in {done.code}: {done.said}")
    return results(folder)


def _n_writes(study: Study, folder: Path) -> int:
    counted = folder.with_name("counted")

    def prepare() -> None:
        failing = Failing(folder)
        failing.begin()
        _at_end(lambda: counted.write_text(str(failing.seen)))

    forked(study.line, put(folder), prepare)
    return int(counted.read_text())


def _at_end(told: Callable[[], object]) -> None:
    """A fork ends without Python's own ending: be told when it does."""
    leave = os._exit

    def left(code: int) -> None:
        told()
        leave(code)

    os._exit = left  # type: ignore[assignment]


def _tried(study: Study, folder: Path, sound: dict[str, bytes], nth: int, kind: int) -> str:
    _with_old(study, folder, sound)
    before = results(folder)
    done = forked(study.line, folder, Failing(folder, nth, kind).begin)
    lost = _lost(study, folder, done, before, sound)
    return lost or (_again(study, folder, sound) if kind == KINDS[0] and nth % SELDOM == 1 else "")


def _bounded(study: Study, folder: Path, sound: dict[str, bytes], size: int, *, heard: bool) -> str:
    """No file grows beyond a size; the words go to a pipe, which has none, or to a file as well."""
    _with_old(study, folder, sound)
    before = results(folder)
    limit = partial(resource.setrlimit, resource.RLIMIT_FSIZE, (size, size))
    done = piped(study.line, folder, limit) if heard else forked(study.line, folder, limit)
    if not heard and done.code == USER_ERROR:  # of what was said, there may be nothing
        done = replace(done, said=f"klbio: error: {done.said}")
    return _lost(study, folder, done, before, sound) or _again(study, folder, sound)


def _with_old(study: Study, folder: Path, sound: dict[str, bytes]) -> None:
    """Inputs, and in the place of a result that of an earlier run, which was another."""
    put(folder)
    if study.verb == "init":  # which writes over nothing
        return
    old = folder / next(name for name in sound if name.endswith(".tsv") or name == study.out)
    old.parent.mkdir(exist_ok=True)
    old.write_text("of an earlier run\n")


def _lost(study: Study, folder: Path, done: Ending, before: dict[str, bytes], sound: dict[str, bytes]) -> str:
    now = results(folder)
    if done.lost:
        return done.lost
    if done.code == USER_ERROR and "Errno" in done.said:
        return f"words of Python: {done.last}"
    if drafts := [name for name in now if name.endswith(".part") or ".part/" in name]:
        return f"left behind: {drafts}"
    if now in (before, sound) or (study.tables and run_faults(folder / study.out)):
        return (
            "" if done.code == USER_ERROR or now == sound else "exit code 0, and not what a sound run writes"
        )
    own = {name: content for name, content in now.items() if content != before.get(name)}
    half = [name for name, content in own.items() if content != sound.get(name)]
    return f"half-written: {half}" if half else ""


def _again(study: Study, folder: Path, sound: dict[str, bytes]) -> str:
    """The same command, where there is room again."""
    if results(folder) == sound:  # what failed was no loss
        return ""
    done = forked(study.line, folder)
    return "" if done.code == 0 and results(folder) == sound else f"the same command once more: {done.code}"
