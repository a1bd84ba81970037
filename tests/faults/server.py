"""A process that has loaded klbio, and a fork of it that runs command after command: ``python -m tests.faults.server``.

A line of JSON asks for a command in a folder, a line of JSON answers how it ended.  Each has 1 GB beyond what the fork
holds, and 10 s of work; one that ends the fork is answered with its signal, and another fork goes on.
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
from contextlib import chdir, redirect_stdout
from dataclasses import dataclass
from importlib import import_module
from io import StringIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TextIO

import klbio
from klbio.cli import main
from klbio.io import trial
from tests.faults.case import SHIFT, put
from tests.faults.models import MADE1
from tests.faults.sequences import SOUND as READS
from tests.trials import forked_look

ROOT = Path(__file__).parents[2]
MEMORY = 1024**3  # bytes, beyond what the server has
SECONDS = 10  # of work
IDLE = 12  # times longer where others use the machine
SOUND = {"m.hmm": MADE1, "r.fastq": READS}
LINES = (
    SHIFT,
    ("matrix", "t.tsv", "--out", "matrix.tsv"),
    ("models", "m.hmm", "--out", "models", "--no-report"),
    ("reads", "r.fastq", "--kmer", "3", "--out", "reads.tsv"),
)
KEPT = ("biom", "h5py", "skbio", "openpyxl", "pandas", "pyhmmer", "dnaio", "xopen", "Bio.SeqIO", "Bio.motifs",
        "jsonschema", "jinja2", "altair", "yaml")  # fmt: skip


@dataclass(frozen=True)
class Ending:
    """How a command ended: its exit code (negative: a signal), what it said, what it left."""

    code: int
    said: str
    left: frozenset[str]


class Server:
    """Ask for commands; each runs within bounds."""

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
    load()
    trial.look = forked_look
    gc.freeze()  # so that forks share what is loaded
    while (code := _answered_by_a_fork(answers)) != 0:
        answers.write(f"{code}\n")


def load() -> None:
    """Import here what every command would import in its own process, and compile what they call."""
    for module in pkgutil.walk_packages(klbio.__path__, "klbio."):
        if not module.name.endswith("__main__"):
            import_module(module.name)
    for name in KEPT:
        import_module(name)
    with TemporaryDirectory() as folder, chdir(folder), redirect_stdout(StringIO()):
        put(Path(folder), SOUND)
        for line in LINES:
            main(line)


def _answered_by_a_fork(answers: TextIO) -> int:
    """Answer from a fork until nobody asks any more (0), or a command ends it."""
    pid = os.fork()
    if pid == 0:
        for asked in iter(sys.stdin.readline, ""):
            code = _run(*json.loads(asked))
            signal.alarm(0)
            answers.write(f"{code}\n")
        os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


def _run(line: list[str], folder: str, said: str) -> int:
    """Run in bounds; give the exit code."""
    try:
        _move(folder, said)
        _bound()
        main(line)
    except SystemExit as ending:
        return ending.code if isinstance(ending.code, int) else 1
    except BaseException:  # what a user would see
        os.write(2, traceback.format_exc().encode())
        return 1
    return 0


def _move(folder: str, said: str) -> None:
    os.chdir(folder)
    sink = os.open(said, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    for place in (1, 2):
        os.dup2(sink, place)
    os.close(sink)
    sys.stdout, sys.stderr = (os.fdopen(place, "w", buffering=1, closefd=False) for place in (1, 2))


def _bound() -> None:
    signal.alarm(SECONDS * IDLE)
    for kind, most in (
        (resource.RLIMIT_AS, trial.held() + MEMORY),
        (resource.RLIMIT_CPU, int(time.process_time()) + SECONDS),
    ):
        resource.setrlimit(kind, (most, resource.getrlimit(kind)[1]))


if __name__ == "__main__":
    serve()
