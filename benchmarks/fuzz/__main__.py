"""Fuzz every reader, or those named, and print a table: ``python -m benchmarks.fuzz --minutes 1 [NAME ...]``.

Inputs that reached new lines, and findings, lie in ``.fuzz/NAME``: each finding as the smallest input, with a text of
what was raised.  Those of earlier searches are tried first: the mended are removed, the others lie in
``earlier`` and are counted apart.  Exit code 1 where there is any.
"""

from __future__ import annotations

import argparse
import os
import re
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from benchmarks.fuzz.targets import TARGETS

OUT = Path(".fuzz")
SHARED = Path("/dev/shm")  # noqa: S108  (memory, where the system has it)
RUNS = re.compile(r"stat::number_of_executed_units: (\d+)")
EDGES = re.compile(r"\bcov: (\d+)")
STARTUP = 2  # seconds below which a search is not begun again


@dataclass
class Row:
    """What the search of one target came to."""

    name: str
    runs: int = 0
    edges: int = 0
    ended: int = 0

    def searched(self, minutes: float) -> Row:
        """Search; where an input ends the process, begin again until the time is over."""
        (self.folder / "earlier").mkdir(parents=True, exist_ok=True)
        for path in [*self.findings, *self.folder.glob("findings/*.txt")]:
            path.rename(self.folder / "earlier" / path.name)
        end = time.monotonic() + 60 * minutes
        while (left := end - time.monotonic()) > STARTUP:
            if self._once(int(left)) == 0:
                break
        if any(self._left()):
            self._once(0)  # what ended a process that looks into a file did not end klbio
        return self

    def _once(self, seconds: int) -> int:
        with tempfile.TemporaryDirectory(dir=SHARED if SHARED.is_dir() else None) as memory:
            words = [self.name, str(seconds), str(self.folder), memory]
            process = subprocess.run(
                [sys.executable, "-m", "benchmarks.fuzz.one", *words],
                stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, env=os.environ | {"OPENBLAS_NUM_THREADS": "1"},
                check=False,
            )  # fmt: skip
        said = process.stderr.decode(errors="replace")
        (self.folder / "log.txt").write_text(said)
        self.runs += sum(map(int, RUNS.findall(said)))
        self.edges = max([self.edges, *map(int, EDGES.findall(said))])
        if process.returncode and not RUNS.search(said):
            raise SystemExit(f"{self.name}: the search did not begin; see {self.folder / 'log.txt'}")
        return process.returncode

    @property
    def folder(self) -> Path:
        """Where the search keeps what it finds."""
        return OUT / self.name.replace(" ", "-").replace(",", "")

    def _left(self) -> list[Path]:
        """Inputs that libFuzzer left as it was ended."""
        return [path for kind in ("crash", "timeout", "oom") for path in self.folder.glob(f"{kind}-*")]

    @property
    def findings(self) -> list[Path]:
        """Inputs of this search that raised what they must not, ended the process, or took minutes."""
        return sorted([*self._left(), *(path.with_suffix("") for path in self.folder.glob("findings/*.txt"))])

    @property
    def earlier(self) -> list[Path]:
        """Those of earlier searches that are not mended."""
        return sorted(path for path in self.folder.glob("earlier/*") if path.suffix != ".txt")

    def __str__(self) -> str:
        return (
            f"| {self.name} | {self.runs:,} | {self.edges:,} | {len(self.findings)} | {len(self.earlier)} |"
        )


def main() -> None:
    reader = argparse.ArgumentParser(description=__doc__)
    reader.add_argument("names", nargs="*", metavar="NAME", help=", ".join(TARGETS))
    reader.add_argument("--minutes", type=float, default=1.0, help="of each format (default: 1)")
    reader.add_argument("--cores", type=int, default=1)
    given = reader.parse_args()
    if unknown := set(given.names) - TARGETS.keys():
        reader.error(f"no such formats: {sorted(unknown)}")
    rows = [Row(name) for name in given.names or TARGETS]
    print(
        "| format | runs | edges of code reached | findings | earlier ones, not mended |\n|---|---|---|---|---|",
        flush=True,
    )
    with ThreadPoolExecutor(given.cores) as pool:
        for row in pool.map(lambda row: row.searched(given.minutes), rows):
            print(row, flush=True)
    findings = [path for row in rows for path in (*row.findings, *row.earlier)]
    for path in findings:
        words = path.with_suffix(".txt")
        print(path, words.read_text().splitlines()[0] if words.is_file() else "", sep=": ")
    sys.exit(bool(findings))


if __name__ == "__main__":
    main()
