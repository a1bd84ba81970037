"""A case: files with one thing wrong, a command, and the words; run in a process of its own, within bounds."""

from __future__ import annotations

import os
import resource
import signal
import time
import traceback
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from klbio.cli import main

MEMORY = 1024**3  # bytes, beyond what the process that runs the tests has
SECONDS = 10  # of work
IDLE = 12  # times longer where others use the machine

TABLE = "taxon\ts1\ts2\ts3\ts4\nA\t90\t10\t80\t20\nB\t10\t90\t20\t80\n"
SHEET = "sample\tsubject\tphase\ttime\ns1\tX\tbefore\t0\ns2\tX\tafter\t1\ns3\tY\tbefore\t0\ns4\tY\tafter\t1\n"
LINEAGES = "id\tphylum\tgenus\nA\tP\tG\nB\tP\tH\n"
TREE = "(A:1,B:1);\n"
STUDY = {"t.tsv": TABLE, "s.tsv": SHEET, "x.tsv": LINEAGES, "w.nwk": TREE}
SHIFT = (
    "shift", "t.tsv", "--samples", "s.tsv", "--taxonomy", "x.tsv", "--tree", "w.nwk",
    "--rank", "feature", "--rank", "genus", "--resamples", "19", "--no-report", "--out", "out",
)  # fmt: skip


@dataclass(frozen=True)
class Case:
    """One thing wrong.

    Parameters
    ----------
    name : str
        What is wrong, in words.
    says : sequence of str
        Parts of what has to be said, the file's name among them.
    files : mapping of str to str or bytes
        That differ from a sound study.
    line : sequence of str
        The command.
    mended : mapping of str to str or bytes, optional
        The files as the remedy asks for them: with these the command ends well.
    """

    name: str
    says: Sequence[str]
    files: Mapping[str, str | bytes] = field(default_factory=dict)
    line: Sequence[str] = SHIFT
    mended: Mapping[str, str | bytes] | None = None

    def __str__(self) -> str:
        return self.name


@dataclass(frozen=True)
class Ending:
    """How a command ended: its exit code (negative: a signal), what it said, what it left, how long it took."""

    code: int
    said: str
    left: frozenset[str]
    seconds: float


def put(folder: Path, files: Mapping[str, str | bytes]) -> None:
    """Write a sound study with some files replaced."""
    for name, content in {**STUDY, **files}.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())


def run(line: Sequence[str], folder: Path) -> Ending:
    """Run a command in a process of its own, in a folder."""
    before, began = _names(folder), time.monotonic()
    said = folder.with_name(f"{folder.name}-said")
    pid = os.fork()
    if pid == 0:
        _child(line, folder, said)
    while not (ended := os.waitpid(pid, os.WNOHANG))[0]:
        if time.monotonic() - began > SECONDS * IDLE:
            os.kill(pid, signal.SIGKILL)
        time.sleep(0.005)
    code = os.waitstatus_to_exitcode(ended[1])
    words = said.read_text(errors="replace")
    return Ending(code, words, frozenset(_names(folder) - before), time.monotonic() - began)


def _names(folder: Path) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.rglob("*")}


def _child(line: Sequence[str], folder: Path, said: Path) -> None:
    """Run in bounds, and end without a word of the tests' own."""
    code = 1
    try:
        os.chdir(folder)
        with said.open("wb") as sink:
            for stream in (1, 2):
                os.dup2(sink.fileno(), stream)
        _bound()
        main(list(line))
        code = 0
    except SystemExit as ending:
        code = ending.code if isinstance(ending.code, int) else 1
    except BaseException:  # what a user would see
        os.write(2, traceback.format_exc().encode())
    finally:
        os._exit(code)


def _bound() -> None:
    import sys

    sys.stderr = os.fdopen(2, "w", buffering=1)
    sys.stdout = os.fdopen(1, "w", buffering=1)
    held = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    spent = int(time.process_time())
    resource.setrlimit(resource.RLIMIT_AS, (held + MEMORY, resource.getrlimit(resource.RLIMIT_AS)[1]))
    resource.setrlimit(resource.RLIMIT_CPU, (spent + SECONDS, resource.getrlimit(resource.RLIMIT_CPU)[1]))
