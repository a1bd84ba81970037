"""Files whose readers are written in C are read once in a process of their own, which may crash or hang there."""

from __future__ import annotations

import json
import math
import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import asdict
from importlib import import_module
from pathlib import Path
from typing import NamedTuple

from klbio.errors import Fault, InputError
from klbio.io.source import Source
from klbio.io.unreadable import AGAIN
from klbio.threads import restrain_libraries

__all__ = ["Bounds", "try_reading"]

SECONDS, BYTES_PER_SECOND = 4, 1_000_000  # of work: a damaged file may be read for ever
START_UPS = 10  # as much work as so many beginnings of Python may be: they tell how slow the machine is
MEMORY, MEMORY_PER_BYTE = 3 * 1024**3 // 2, 40  # beyond what Python and its libraries hold
IDLE = 200  # times longer where others use the machine, or the disk is far away
ONE_ARENA = {"MALLOC_ARENA_MAX": "1"}  # others reserve addresses that nobody uses
BEGUN, WORDS = "klbio begins", "klbio: "  # begins the line that holds the faults: a library may print too
FAULTY = 2


class Bounds(NamedTuple):
    """Seconds of work and bytes of memory within which a sound file is read."""

    seconds: int
    memory: int


def try_reading(source: Source, module: str) -> None:
    """Let `module.trial(path)` look into a file in another process, within bounds of time and memory.

    What it read is not handed over: the file is read again, now that this is known to end.

    Parameters
    ----------
    source : Source
    module : str
        A module with a function `trial`, which raises `InputError` for what it finds; importing what its `NEEDS`
        names counts for nothing.

    Raises
    ------
    InputError
        What `trial` raises; that the reader crashed, found no end, or took too much memory; that the machine
        let no other process begin.
    """
    bounds = Bounds(SECONDS + source.size // BYTES_PER_SECOND, MEMORY + MEMORY_PER_BYTE * source.size)
    try:
        done = look(source, module, bounds)
    except subprocess.TimeoutExpired as error:
        raise _damaged(source, "a file that its reader does not come to the end of") from error
    except OSError as error:
        raise _no_process(source, error.strerror or str(error)) from error
    said = done.stdout.decode(errors="replace").splitlines()
    if done.returncode == FAULTY and BEGUN in said:
        told = next((line for line in said if line.startswith(WORDS)), f"{WORDS}[]")
        InputError.raise_any([Fault(**fault) for fault in json.loads(told.removeprefix(WORDS))])
    if done.returncode:
        last = _last_line(done.stderr.decode(errors="replace"))
        raise _damaged(source, _ending(done.returncode, last)) if BEGUN in said else _no_process(source, last)


def look(source: Source, module: str, bounds: Bounds) -> subprocess.CompletedProcess[bytes]:
    """Run this file as a process."""
    command = [sys.executable, "-P", "-m", "klbio.io.trial", module, str(source), *map(str, bounds)]
    return subprocess.run(  # noqa: S603 - this Python, and no shell
        command, input=source.kept, capture_output=True, timeout=bounds.seconds * IDLE, check=False,
        env=os.environ | {"PYTHONPATH": os.pathsep.join(_folders()), **ONE_ARENA},
    )  # fmt: skip


def _folders() -> list[str]:
    """Where this process found klbio and its libraries, however it was told."""
    return [*filter(None, sys.path), str(Path(__file__).parents[2])]


def _last_line(said: str) -> str:
    return next((line[:200] for line in reversed(said.splitlines()) if line.strip()), "no reason given")


def _ending(code: int, last: str) -> str:
    if code == -getattr(signal, "SIGXCPU", 0):
        return "a file that its reader does not come to the end of"
    if code == -getattr(signal, "SIGKILL", 0):
        return "a file whose reader the system stopped, as where memory is short"
    if code < 0:
        return f"a file at which its reader crashes ({signal.Signals(-code).name})"
    return f"a file at which its reader stops ({last})"


def _damaged(source: Source, found: str) -> InputError:
    return InputError.one(source, found, "a sound file", AGAIN)


def _no_process(source: Source, why: str) -> InputError:
    return InputError.one(
        source, f"no process began to look into it ({why})", "room for one more process of Python",
        "The file may be sound: free memory, or lift the limits of the shell (ulimit -a) or of the queue.",
    )  # fmt: skip


def held() -> int:
    """Bytes of address space that this process has; 0 where the system does not say."""
    with suppress(OSError, ImportError):
        from resource import getpagesize

        return int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0]) * getpagesize()
    return 0


def _bound(bounds: Bounds) -> None:
    """Let this process end itself when it has used its share, where the system has such limits."""
    begun = time.process_time()
    with suppress(ImportError):  # there is no such thing on Windows
        import resource

        limits = {
            resource.RLIMIT_CPU: math.ceil(begun + max(bounds.seconds, START_UPS * begun)),
            resource.RLIMIT_CORE: 0,
        }
        limits |= {resource.RLIMIT_AS: held() + bounds.memory} if held() else {}
        for kind, most in limits.items():
            _, hard = resource.getrlimit(kind)
            resource.setrlimit(kind, (most if hard < 0 else min(most, hard), hard))


def main(module: str, path: str, seconds: str, memory: str) -> int:
    """Look into a file; give the exit code, and print what is wrong."""
    restrain_libraries()
    reader = import_module(module)
    for name in getattr(reader, "NEEDS", ()):
        import_module(name)
    content = sys.stdin.buffer.read()  # of a file that stands in an archive
    sys.stdout.write(f"{BEGUN}\n")
    sys.stdout.flush()
    _bound(Bounds(int(seconds), int(memory)))
    try:
        reader.trial(Source.within(path, content) if content else path)
    except InputError as error:
        faults = error.faults
    except MemoryError:
        faults = (Fault(path, "a file that takes more memory than its size allows", "a sound file", AGAIN),)
    else:
        return 0
    sys.stdout.write(f"\n{WORDS}{json.dumps([asdict(fault) for fault in faults])}\n")
    return FAULTY


if __name__ == "__main__":
    _code = main(*sys.argv[1:])
    sys.stdout.flush()
    os._exit(_code)  # the verdict is told: threads of a library may abort Python's own ending
