"""How a command ended: run in a fork of this process, which has loaded klbio, or as a program of its own."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from benchmarks.faults.studies import ROOT
from benchmarks.forks import Fork

__all__ = ["CPU_SECONDS", "USER_ERROR", "Ending", "forked", "piped", "program"]

CPU_SECONDS = 60.0
PROGRAM_SECONDS = 600  # by the clock of a busy machine
USER_ERROR = 2
NO_MEMORY = "MemoryError"


@dataclass(frozen=True)
class Ending:
    """Exit code (negative: a signal; none: its time was over), and everything that was said."""

    code: int | None
    said: str

    @property
    def lost(self) -> str:
        """Why it is none of those klbio promises, or nothing: done, or refused in words."""
        if self.code is None:
            return "no end"
        if self.code < 0:
            return f"signal {-self.code}"
        if "Traceback (most recent call last)" in self.said:
            return f"traceback: {self.last}"
        if self.code == USER_ERROR and "klbio: error: " not in self.said:
            return f"no words: {self.last}"
        return "" if self.code in (0, USER_ERROR) else f"exit code {self.code}: {self.last}"

    @property
    def last(self) -> str:
        """The last line that was said."""
        return next((line[:150] for line in reversed(self.said.splitlines()) if line.strip()), "nothing said")


def forked(
    line: Sequence[str], folder: Path, prepare: Callable[[], None] = lambda: None, told: int | None = None
) -> Ending:
    """Run a command in a fork; `prepare` runs in it before, and what it says may go to another handle."""

    def work() -> int:
        from klbio.cli import main

        os.chdir(folder)
        for place in (1, 2) if told is not None else ():
            os.dup2(told, place)
        sys.stdout, sys.stderr = (os.fdopen(place, "w", buffering=1, closefd=False) for place in (1, 2))
        prepare()
        try:
            main(list(line))
        except SystemExit as ending:
            return ending.code if isinstance(ending.code, int) else 1
        return 0

    fork = Fork.of(work, CPU_SECONDS).wait()
    said = fork.log.read_text(encoding="utf-8", errors="replace")
    fork.log.unlink()
    return Ending(fork.code, said)


def piped(line: Sequence[str], folder: Path, prepare: Callable[[], None]) -> Ending:
    """Run a command in a fork, as `forked` does, what it says going to a pipe; it has to be less than that holds."""
    heard, told = os.pipe()
    done = forked(line, folder, prepare, told)
    os.close(told)
    with open(heard, "rb") as pipe:  # noqa: PTH123 - a handle
        return replace(done, said=pipe.read().decode(errors="replace"))


def program(
    line: Sequence[str], folder: Path, *, memory: int | None = None, env: Mapping[str, str] | None = None,
    python: Sequence[str] = ("-m", "klbio"),
) -> Ending:  # fmt: skip
    """Run a command as a program, in an address space of so many bytes, with an environment of its own."""

    def bound() -> None:
        if memory is not None:
            resource.setrlimit(resource.RLIMIT_AS, (memory, memory))

    try:
        done = subprocess.run(
            [sys.executable, *python, *line], cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            env=(os.environ if env is None else env) | {"PYTHONPATH": (env or {}).get("PYTHONPATH", str(ROOT))},
            timeout=PROGRAM_SECONDS, check=False, preexec_fn=bound,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        return Ending(None, "")
    return Ending(done.returncode, done.stdout.decode(errors="replace"))
