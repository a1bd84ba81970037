"""Trials of files in forks of one process: ``python -m tests.trials``.

klbio looks into some files in a process of its own, and a fresh interpreter takes a hundred times as long as a fork of
one that has loaded the readers.  The tests of `klbio.io.trial` itself, and klbio run as a program, go without.
"""

from __future__ import annotations

import gc
import json
import os
import signal
import subprocess
import sys
import traceback
from base64 import b64decode, b64encode
from collections.abc import Sequence
from contextlib import chdir
from importlib import import_module
from io import BytesIO, TextIOWrapper
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, NoReturn

from klbio.io import trial
from klbio.io.source import Source
from klbio.io.trial import Bounds

ROOT = Path(__file__).parents[1]
READERS = (
    "klbio.io.tables.hdf5_checks",
    "klbio.io.tables.h5ad",
    "klbio.io.tables.arrow",
    "klbio.io.models.hmmer",
)
MOST = 2**24  # bytes of what a trial prints
LOOK = trial.look
Done = subprocess.CompletedProcess[bytes]


class Trials:
    """Ask for trials, one after the other; the process begins with the first."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[str] | None = None

    def look(self, source: Source, module: str, bounds: Bounds) -> Done:
        """Take the place of `klbio.io.trial.look`, for the readers that klbio has."""
        if module not in READERS:
            return LOOK(source, module, bounds)
        if self._process is None:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "tests.trials"],
                stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT,
            )  # fmt: skip
        asked, answers = self._process.stdin, self._process.stdout
        assert asked
        assert answers
        asked.write(json.dumps([str(Path.cwd()), str(source), _text(source.kept), module, *bounds]) + "\n")
        asked.flush()
        code, *texts = json.loads(answers.readline())
        return subprocess.CompletedProcess([], code, *map(b64decode, texts))

    def end(self) -> None:
        """Let it go."""
        if self._process is not None:
            self._process.communicate()


def _text(content: bytes) -> str:
    return b64encode(content).decode()


def forked_look(source: Source, module: str, bounds: Bounds) -> Done:
    """Look into a file as `klbio.io.trial` does, in a fork."""
    with TemporaryFile() as said, TemporaryFile() as complained:
        pid = os.fork()
        if pid == 0:
            _look(source, module, bounds, (said, complained))
        code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
        texts = [os.pread(file.fileno(), MOST, 0) for file in (said, complained)]
    return subprocess.CompletedProcess([], code, *texts)


def _look(source: Source, module: str, bounds: Bounds, outputs: Sequence[IO[bytes]]) -> NoReturn:
    """Be the process of a trial."""
    code = 1
    for number in (signal.SIGSEGV, signal.SIGBUS, signal.SIGABRT, signal.SIGFPE, signal.SIGILL):
        signal.signal(number, signal.SIG_DFL)  # a fuzzer would take the end of the trial for its own
    try:
        for place, file in enumerate(outputs, 1):
            os.dup2(file.fileno(), place)
        sys.stdin = TextIOWrapper(BytesIO(source.kept))
        sys.stdout, sys.stderr = (os.fdopen(place, "w", closefd=False) for place in (1, 2))
        code = trial.main(module, str(source), *map(str, bounds))
    except BaseException:  # as a program ends
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def serve() -> None:
    """Answer until nobody asks any more."""
    answers = os.fdopen(os.dup(1), "w", buffering=1)
    os.dup2(2, 1)
    for name in READERS:
        reader = import_module(name)
        for needed in getattr(reader, "NEEDS", ()):
            import_module(needed)
    gc.freeze()  # so that forks share what is loaded
    for asked in iter(sys.stdin.readline, ""):
        folder, path, kept, module, seconds, memory = json.loads(asked)
        with chdir(folder):
            source = Source.within(path, b64decode(kept)) if kept else Source(path)
            done = forked_look(source, module, Bounds(seconds, memory))
        answers.write(json.dumps([done.returncode, _text(done.stdout), _text(done.stderr)]) + "\n")


if __name__ == "__main__":
    serve()
