"""Other programs: found on the PATH, run with a list of arguments, and named with the line that installs them."""

from __future__ import annotations

import re
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from klbio.errors import Fault, InputError, KlbioError, shorten

__all__ = ["CUTADAPT", "KRAKEN2", "SOURMASH", "VSEARCH", "Program", "ProgramError", "PythonProgram"]

VERSION = re.compile(r"\d+(?:\.\d+)+")
SHOWN = 300  # letters of a message of a program
ASIDE = re.compile(
    rf"{re.escape(tempfile.gettempdir())}/klbio-[^/\s]+/"
)  # folders that are gone when it is read


class ProgramError(KlbioError):
    """A program that did not do what it was called for: whatever else is asked of it will fail alike."""

    def on(self, what: str) -> ProgramError:
        """Give the same, with what it was doing."""
        return ProgramError(f"{self} It was at work on {what}.")


@dataclass(frozen=True)
class Program:
    """A program that klbio calls.

    Parameters
    ----------
    name : str
        As it stands on the PATH.
    purpose : str
        What it is needed for, for the message where it is missing.
    least : tuple of int
        The oldest version that does it; empty where any does.
    """

    name: str
    purpose: str
    least: tuple[int, ...] = ()

    @property
    def is_there(self) -> bool:
        """Whether it can be found."""
        return self._found is not None

    @property
    def _found(self) -> str | None:
        """Its path: as the shell finds it, or beside the Python that runs, where pip put it."""
        return shutil.which(self.name) or shutil.which(self.name, path=str(Path(sys.executable).parent))

    @property
    def install(self) -> str:
        """How it is installed."""
        return f"Install it: apt-get install {self.name}, or conda install -c bioconda {self.name}."

    def require(self) -> str:
        """Give the program's path.

        Raises
        ------
        InputError
            If there is none, or one that is too old or says no version; with the line that installs it.
        """
        path = self._path
        if self.is_old:
            wanted = f"version {'.'.join(map(str, self.least))} or later"
            raise InputError.one(self.name, f"{path} {self._as_it_says}", wanted, self.install)
        return path

    @property
    def is_old(self) -> bool:
        """Whether it is there, and older than it must be, or says nothing of it."""
        return self.is_there and bool(self.least) and _numbers(self.version) < self.least

    @property
    def lack(self) -> str:
        """Why it cannot be used, in words; empty where it can."""
        if not self.is_there:
            return f"no {self.name} {self.purpose}"
        try:
            return f"{self.name} that {self._as_it_says}, {self.purpose}" if self.is_old else ""
        except ProgramError as error:
            return str(error)

    @property
    def _as_it_says(self) -> str:
        return f"is version {self.version}" if self.version else "says no version"

    @property
    def _path(self) -> str:
        path = self._found
        if path is None:
            found = f"no program of this name on the PATH, needed {self.purpose}"
            raise InputError.one(self.name, found, "an installed program", self.install)
        return path

    @cached_property
    def version(self) -> str:
        """Its version, as it says; empty where it says none."""
        run = self._run([*self._command, "--version"])
        found = VERSION.search(run.stderr + run.stdout)
        return found[0] if found else ""

    def run(self, arguments: Sequence[str]) -> str:
        """Run it; what it says goes to standard error, where the workflow keeps its log.

        Returns
        -------
        str
            What it said, on standard output and on standard error.

        Raises
        ------
        InputError
            If it is missing, or too old.
        ProgramError
            If it ends with a fault: with the last line it said.
        """
        self.require()
        run = self._run([*self._command, *arguments])
        if run.returncode:
            *others, last = [line for line in run.stderr.splitlines() if line.strip()] or [""]
            sys.stderr.write("".join(f"{line}\n" for line in others))
            raise self.error(
                f"it ended with {_ending(run.returncode)}{_said(last)}", "an end without a fault"
            )
        return run.stdout + run.stderr

    def error(self, found: str, wanted: str) -> ProgramError:
        """Say what is wrong with it."""
        remedy = f"Try it by itself, or install it anew: {self.name} --version."
        return ProgramError(str(Fault(self.name, found, wanted, remedy)))

    @property
    def _command(self) -> list[str]:
        return [self._path]

    def _run(self, line: Sequence[str]) -> subprocess.CompletedProcess[str]:
        try:
            return subprocess.run(  # noqa: S603 - a list of arguments, and no shell
                list(line),
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                errors="replace",
                check=False,
            )
        except OSError as error:  # built for another machine, or no program at all
            raise self.error(f"{line[0]} cannot be run ({error.strerror})", "a program") from error


@dataclass(frozen=True)
class PythonProgram(Program):
    """A program that is a package of the Python that klbio runs in.

    Parameters
    ----------
    extra : str
        klbio's extra that brings it.
    """

    extra: str = ""

    @property
    def is_there(self) -> bool:
        """Whether the package can be imported."""
        return find_spec(self.name) is not None

    @property
    def install(self) -> str:
        """How it is installed."""
        return f"Install it: python -m pip install {self.name} (klbio's extra `{self.extra}`)."

    @property
    def _path(self) -> str:
        if not self.is_there:
            found = f"no package of this name, needed {self.purpose}"
            raise InputError.one(self.name, found, "an installed package", self.install)
        return self.name

    @property
    def _command(self) -> list[str]:
        return [sys.executable, "-m", self._path]


def _numbers(version: str) -> tuple[int, ...]:
    """Give the parts of a version; none of no version, which is older than any."""
    return tuple(map(int, version.split("."))) if version else ()


def _ending(code: int) -> str:
    """Say an exit code, or what stopped a program."""
    if code >= 0:
        return f"exit code {code}"
    names = {number.value: number.name for number in signal.Signals}
    return f"{names.get(-code, f'signal {-code}')}, from outside or by a crash of its own"


def _said(line: str) -> str:
    """Quote what a program said, without the folders that only it saw."""
    return f" and said {shorten(ASIDE.sub('', line.strip()), SHOWN)}" if line else " and said nothing"


VSEARCH: Final = Program("vsearch", "to merge, denoise and classify amplicons", (2, 22))
CUTADAPT: Final = Program("cutadapt", "to find primers", (4,))
KRAKEN2: Final = Program("kraken2", "to name shotgun reads", (2, 1))
SOURMASH: Final = PythonProgram("sourmash", "to name shotgun reads by sketches", (4, 9), "sketch")
