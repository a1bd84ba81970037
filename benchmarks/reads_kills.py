"""Kill the workflow at random moments, run the same command again: what is counted again, and whether bytes differ.

    python benchmarks/reads_kills.py --kills 10

Reads of random genomes, gzipped, two samples a subject.  One undisturbed run first, up to the table of counts and then
to the page.  In another folder Snakemake and all of its jobs are sent SIGKILL at a random moment of the way to the
table, unlocked, and started again, until they were killed as often as asked for (what ends before is begun anew); then
once to the page.  Counted again is a sample whose part was there already.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import platform
import shutil
import signal
import subprocess
import sys
import time
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from reads_cohort import write_sample

ROOT = Path(__file__).parents[1]
TABLE = "results/composition/reads.biom"
CONFIG = "outdir: results\nseed: 1\nreads: {samples: samples.tsv, kmer: 6}\nshift: {n_resamples: 99}\n"
UNLIKE = ("logs", "benchmarks")


class Run:
    """The workflow in a folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.parts = folder / "results/composition/reads/parts"

    def command(self, *more: str) -> list[str]:
        """The same command every time."""
        words = ["-m", "snakemake", "--snakefile", str(ROOT / "Snakefile"), "--directory", str(self.folder)]
        return [
            sys.executable,
            *words,
            "--configfile",
            str(self.folder / "config.yaml"),
            "--cores",
            "2",
            "--rerun-incomplete",
            *more,
        ]

    def start(self, *targets: str) -> subprocess.Popen[bytes]:
        """Start it, in a group of processes of its own."""
        with (self.folder / "log").open("ab") as log:
            return subprocess.Popen(self.command(*targets), stdout=log, stderr=log, start_new_session=True)

    def unlock(self) -> None:
        """Take away the lock that a killed one leaves."""
        subprocess.run(self.command("--unlock"), check=True, capture_output=True)

    def kept(self) -> dict[str, int]:
        """Parts that are whole, with when each was written."""
        try:
            found = [path for path in self.parts.glob("*/*") if not path.name.startswith(".")]
        except FileNotFoundError:  # being deleted just now
            found = []
        return {str(path): _when(path) for path in found}

    def sums(self) -> dict[str, str]:
        """Checksum of every result but logs and timings."""
        results = self.folder / "results"
        files = (path for path in sorted(results.rglob("*")) if path.is_file())
        return {
            str(path.relative_to(results)): hashlib.sha256(path.read_bytes()).hexdigest()
            for path in files
            if path.relative_to(results).parts[0] not in UNLIKE
        }


def _when(path: Path) -> int:
    """When a file was written; 0 where it is just gone."""
    try:
        return path.stat().st_mtime_ns
    except FileNotFoundError:
        return 0


def killed(run: Run, after: float) -> tuple[bool, dict[str, int], int]:
    """Start, and kill after some seconds: whether it still ran, the parts left, and how many were written twice."""
    before, process = run.kept(), run.start(TABLE)
    until, seen = time.monotonic() + after, dict(before)
    again = 0
    while process.poll() is None and time.monotonic() < until:
        time.sleep(0.02)
        for name, when in run.kept().items():
            again += bool(when) and name in seen and seen[name] != when
            seen[name] = when
    ran = process.poll() is None
    if ran:
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    return ran, run.kept(), again


def prepared(folder: Path, of: argparse.Namespace) -> list[Run]:
    """Make the reads, and two folders of one study."""
    data = Path(of.data or folder)
    for i in range(of.samples):
        if not (data / f"s{i}.fastq.gz").is_file():
            write_sample(data / f"s{i}.fastq.gz", of.reads, i)
    rows = (
        f"s{i}\tS{i // 2}\t{('before', 'after')[i % 2]}\t{data}/s{i}.fastq.gz\n" for i in range(of.samples)
    )
    (folder / "samples.tsv").write_text("sample\tsubject\tphase\tfastq_1\n" + "".join(rows))
    runs = []
    for which in ("whole", "killed"):
        (folder / which).mkdir()
        shutil.copy(folder / "samples.tsv", folder / which)
        (folder / which / "config.yaml").write_text(CONFIG)
        runs.append(Run(folder / which))
    return runs


def main() -> None:
    """Print a row a kill, and what came of all."""
    parser = argparse.ArgumentParser(description="Kills and restarts.")
    parser.add_argument("--kills", type=int, default=10)
    parser.add_argument("--samples", type=int, default=24)
    parser.add_argument("--reads", type=int, default=50_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--data", help="folder whose read files are taken where they are there")
    of = parser.parse_args()
    rng = np.random.default_rng(of.seed)
    with TemporaryDirectory() as name:
        folder = Path(name)
        whole, run = prepared(folder, of)
        start = time.monotonic()
        if whole.start(TABLE).wait():
            raise SystemExit((whole.folder / "log").read_text())
        lasts = time.monotonic() - start
        if whole.start().wait():
            raise SystemExit((whole.folder / "log").read_text())
        print(
            f"# {platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}, {date.today()}"
        )
        print(f"# {of.samples} samples of {of.reads} reads; undisturbed {lasts:.0f} s to the table")
        print("kill\tafter_s\tparts_before\tparts_after\tbatches\tcounted_again")
        n, total = 0, 0
        while n < of.kills:
            before, after = run.kept(), rng.uniform(0.2, 1.0) * lasts
            ran, kept, again = killed(run, after)
            if not ran:
                shutil.rmtree(run.folder / "results")
                continue
            n, total = n + 1, total + again
            batches = len(list((run.folder / "results/composition/reads").glob("*.kmers")))
            print(n, f"{after:.1f}", len(before), len(kept), batches, again, sep="\t", flush=True)
            run.unlock()
        if run.start().wait():
            raise SystemExit((run.folder / "log").read_text())
        print(f"# finished samples counted again: {total}; bytes of all results "
              f"{'identical' if run.sums() == whole.sums() else 'DIFFER'}")  # fmt: skip
        differing = {
            name
            for name in run.sums().keys() | whole.sums().keys()
            if run.sums().get(name) != whole.sums().get(name)
        }
        print("".join(f"# differs: {name}\n" for name in sorted(differing)), end="")


if __name__ == "__main__":
    main()
