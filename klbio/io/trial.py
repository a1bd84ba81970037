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

from klbio.errors import Fault, InputError
from klbio.io.source import Source
from klbio.io.unreadable import AGAIN
from klbio.threads import restrain_libraries

__all__ = ["try_reading"]

SECONDS, BYTES_PER_SECOND = 3, 2_000_000  # of work: a damaged file may be read for ever
MEMORY, MEMORY_PER_BYTE = 3 * 1024**3 // 2, 40
IDLE = 20  # times longer where others use the machine
WORDS = "klbio: "  # begins the line that holds the faults: a library may print too
FAULTY = 2


def try_reading(source: Source, module: str) -> None:
    """Let `module.trial(path)` look into a file in another process, within bounds of time and memory.

    What it read is not handed over: the file is read again, now that this is known to end.

    Parameters
    ----------
    source : Source
    module : str
        A module with a function `trial`, which raises `InputError` for what it finds.

    Raises
    ------
    InputError
        What `trial` raises; or that the reader crashed, found no end, or took too much memory.
    """
    seconds = SECONDS + source.size // BYTES_PER_SECOND
    memory = MEMORY + MEMORY_PER_BYTE * source.size
    command = [sys.executable, "-P", "-m", "klbio.io.trial", module, str(source), str(seconds), str(memory)]
    try:
        done = subprocess.run(  # noqa: S603 - this Python, and no shell
            command, input=source.kept, capture_output=True, timeout=seconds * IDLE, check=False,
            env=os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, _folders()))},
        )  # fmt: skip
    except subprocess.TimeoutExpired as error:
        raise _damaged(source, "a file that its reader does not come to the end of") from error
    if done.returncode == FAULTY:
        lines = done.stdout.decode(errors="replace").splitlines()
        said = next((line for line in lines if line.startswith(WORDS)), f"{WORDS}[]")
        InputError.raise_any([Fault(**fault) for fault in json.loads(said.removeprefix(WORDS))])
    if done.returncode:
        raise _damaged(source, _ending(done.returncode, done.stderr.decode(errors="replace")))


def _folders() -> list[str]:
    """Where the process finds klbio, and what this one was told to look through."""
    return [str(Path(__file__).parents[2]), os.environ.get("PYTHONPATH", "")]


def _ending(code: int, said: str) -> str:
    if code in (-signal.SIGXCPU, -signal.SIGKILL):
        return "a file that its reader does not come to the end of"
    if code < 0:
        return f"a file at which its reader crashes ({signal.Signals(-code).name})"
    last = next((line for line in reversed(said.splitlines()) if line.strip()), "no reason given")
    return f"a file at which its reader stops ({last[:200]})"


def _damaged(source: Source, found: str) -> InputError:
    return InputError.one(source, found, "a sound file", AGAIN)


def _bound(seconds: int, memory: int) -> None:
    """Let this process end itself when it has used its share."""
    with suppress(ImportError):  # there is no such thing on Windows
        import resource

        for kind, most in (
            (resource.RLIMIT_CPU, seconds),
            (resource.RLIMIT_AS, memory),
            (resource.RLIMIT_CORE, 0),
        ):
            _, hard = resource.getrlimit(kind)
            resource.setrlimit(kind, (most if hard < 0 else min(most, hard), hard))


def _main(module: str, path: str, seconds: str, memory: str) -> int:
    restrain_libraries()
    trial = import_module(module).trial
    _bound(math.ceil(time.process_time()) + int(seconds), int(memory))
    content = sys.stdin.buffer.read()  # of a file that stands in an archive
    try:
        trial(Source.within(path, content) if content else path)
    except InputError as error:
        faults = error.faults
    except MemoryError:
        faults = (Fault(path, "a file that takes more memory than its size allows", "a sound file", AGAIN),)
    else:
        return 0
    sys.stdout.write(f"\n{WORDS}{json.dumps([asdict(fault) for fault in faults])}\n")
    return FAULTY


if __name__ == "__main__":
    _code = _main(*sys.argv[1:])
    sys.stdout.flush()
    os._exit(_code)  # the verdict is told: threads of a library may abort Python's own ending
