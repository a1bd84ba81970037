"""Other programs: found on the PATH, run with a list of arguments, and named with the line that installs them."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from klbio.errors import InputError, shorten

__all__ = ["CUTADAPT", "KRAKEN2", "VSEARCH", "Program"]

VERSION = re.compile(r"\d+(?:\.\d+)+")
SHOWN = 300  # letters of a message of a program


@dataclass(frozen=True)
class Program:
    """A program that klbio calls.

    Parameters
    ----------
    name : str
        As it stands on the PATH.
    purpose : str
        What it is needed for, for the message where it is missing.
    """

    name: str
    purpose: str

    @property
    def is_there(self) -> bool:
        """Whether it can be found."""
        return shutil.which(self.name) is not None

    @property
    def install(self) -> str:
        """How it is installed."""
        return f"Install it: apt-get install {self.name}, or conda install -c bioconda {self.name}."

    def require(self) -> str:
        """Give the program's path.

        Raises
        ------
        InputError
            If there is none; with the line that installs it.
        """
        path = shutil.which(self.name)
        if path is None:
            found = f"no program of this name on the PATH, needed {self.purpose}"
            raise InputError.one(self.name, found, "an installed program", self.install)
        return path

    @cached_property
    def version(self) -> str:
        """Its version, as it says; empty where it says none."""
        run = self._run([self.require(), "--version"])
        found = VERSION.search(run.stderr + run.stdout)
        return found[0] if found else ""

    def run(self, arguments: Sequence[str]) -> str:
        """Run it; what it says goes to standard error, where the workflow keeps its log.

        Returns
        -------
        str
            What it wrote to standard output.

        Raises
        ------
        InputError
            If it is missing, or ends with a fault: with the last line it said.
        """
        run = self._run([self.require(), *arguments])
        sys.stderr.write(run.stderr) if run.returncode else None
        if run.returncode:
            lines = [line for line in run.stderr.splitlines() if line.strip()]
            said = shorten(lines[-1] if lines else f"exit code {run.returncode}", SHOWN)
            raise InputError.one(self.name, f"it ended with {said}", "files that it can read")
        return run.stdout

    def _run(self, line: Sequence[str]) -> subprocess.CompletedProcess[str]:
        return subprocess.run(  # noqa: S603 - a list of arguments, and no shell
            list(line),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            check=False,
        )


VSEARCH: Final = Program("vsearch", "to merge, denoise and classify amplicons")
CUTADAPT: Final = Program("cutadapt", "to find primers")
KRAKEN2: Final = Program("kraken2", "to name shotgun reads")
