"""One process that has loaded klbio, and forks for each command: ``python -m tests.faults.server``.

A line of JSON asks for a command in a folder, a line of JSON answers how it ended.
"""

from __future__ import annotations

import gc
import json
import os
import pkgutil
import resource
import signal
import subprocess
import sys
import time
import traceback
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

import klbio
from klbio.cli import main

ROOT = Path(__file__).parents[2]
MEMORY = 1024**3  # bytes, beyond what the server has
SECONDS = 10  # of work
IDLE = 12  # times longer where others use the machine
PAUSE = 0.002
KEPT = ("biom", "h5py", "skbio", "openpyxl", "pandas", "pyhmmer", "dnaio", "xopen", "Bio.SeqIO", "Bio.motifs",
        "jsonschema", "jinja2", "altair", "yaml")  # fmt: skip


@dataclass(frozen=True)
class Ending:
    """How a command ended: its exit code (negative: a signal), what it said, what it left."""

    code: int
    said: str
    left: frozenset[str]


class Server:
    """Ask for commands; each runs in a process of its own, within bounds."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.faults.server"],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT,
        )  # fmt: skip

    def run(self, line: Sequence[str], folder: Path) -> Ending:
        """Run a command in a folder."""
        before, said = _names(folder), folder.with_name(f"{folder.name}-said")
        asked, answers = self._process.stdin, self._process.stdout
        assert asked
        assert answers
        asked.write(json.dumps([list(line), str(folder), str(said)]) + "\n")
        asked.flush()
        code = int(answers.readline())
        return Ending(code, said.read_text(errors="replace"), frozenset(_names(folder) - before))

    def end(self) -> None:
        """Let it go."""
        self._process.communicate()


def _names(folder: Path) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.rglob("*")}


def serve() -> None:
    """Answer until nobody asks any more."""
    answers = os.fdopen(os.dup(1), "w", buffering=1)
    os.dup2(2, 1)
    _load()
    gc.freeze()  # so that forks share what is loaded
    for asked in iter(sys.stdin.readline, ""):
        line, folder, said = json.loads(asked)
        answers.write(f"{_forked(line, folder, said)}\n")


def _load() -> None:
    """Import here what every command would import in its own process."""
    for module in pkgutil.walk_packages(klbio.__path__, "klbio."):
        if not module.name.endswith("__main__"):
            import_module(module.name)
    for name in KEPT:
        import_module(name)


def _forked(line: list[str], folder: str, said: str) -> int:
    pid, end = os.fork(), time.monotonic() + SECONDS * IDLE
    if pid == 0:
        _run(line, folder, said)
    while not (ended := os.waitpid(pid, os.WNOHANG))[0]:
        if time.monotonic() > end:
            os.kill(pid, signal.SIGKILL)
        time.sleep(PAUSE)
    return os.waitstatus_to_exitcode(ended[1])


def _run(line: list[str], folder: str, said: str) -> None:
    """Run in bounds, and end without a word of the tests' own."""
    code = 1
    try:
        _move(folder, said)
        _bound()
        main(line)
        code = 0
    except SystemExit as ending:
        code = ending.code if isinstance(ending.code, int) else 1
    except BaseException:  # what a user would see
        os.write(2, traceback.format_exc().encode())
    finally:
        os._exit(code)


def _move(folder: str, said: str) -> None:
    os.chdir(folder)
    sink = os.open(said, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    for stream, place in ((os.open(os.devnull, os.O_RDONLY), 0), (sink, 1), (sink, 2)):
        os.dup2(stream, place)
    sys.stdout, sys.stderr = (os.fdopen(place, "w", buffering=1) for place in (1, 2))


def _bound() -> None:
    held = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    for kind, most in (
        (resource.RLIMIT_AS, held + MEMORY),
        (resource.RLIMIT_CPU, int(time.process_time()) + SECONDS),
    ):
        resource.setrlimit(kind, (most, resource.getrlimit(kind)[1]))


if __name__ == "__main__":
    serve()
