"""Kill the workflow at random moments, run the same command again: what is counted again, and whether bytes differ.

    python benchmarks/reads_kills.py --kills 10 --samples 30 --reads 100000

Reads of random genomes, gzipped, two samples a subject.  One undisturbed run first; then, in another folder, Snakemake
and all of its jobs are sent SIGKILL at a random moment of that run's time, unlocked, and started again, until they
were killed as often as asked for; then once to the end.  Counted again is a sample whose part was there already.
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

    def start(self) -> subprocess.Popen[bytes]:
        """Start it, in a group of processes of its own."""
        with (self.folder / "log").open("ab") as log:
            return subprocess.Popen(self.command(), stdout=log, stderr=log, start_new_session=True)

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
    before, process = run.kept(), run.start()
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


def main() -> None:
    """Print a row a kill, and what came of all."""
    parser = argparse.ArgumentParser(description="Kills and restarts.")
    parser.add_argument("--kills", type=int, default=10)
    parser.add_argument("--samples", type=int, default=30)
    parser.add_argument("--reads", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=1)
    of = parser.parse_args()
    rng = np.random.default_rng(of.seed)
    with TemporaryDirectory() as name:
        folder = Path(name)
        for i in range(of.samples):
            write_sample(folder / f"s{i}.fastq.gz", of.reads, i)
        rows = (
            f"s{i}\tS{i // 2}\t{('before', 'after')[i % 2]}\t{folder}/s{i}.fastq.gz\n"
            for i in range(of.samples)
        )
        (folder / "samples.tsv").write_text("sample\tsubject\tphase\tfastq_1\n" + "".join(rows))
        runs = []
        for which in ("whole", "killed"):
            (folder / which).mkdir()
            shutil.copy(folder / "samples.tsv", folder / which)
            (folder / which / "config.yaml").write_text(CONFIG)
            runs.append(Run(folder / which))
        whole, run = runs
        start = time.monotonic()
        if whole.start().wait():
            raise SystemExit((whole.folder / "log").read_text())
        lasts = time.monotonic() - start
        print(
            f"# {platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}, {date.today()}"
        )
        print(f"# {of.samples} samples of {of.reads} reads; undisturbed {lasts:.0f} s")
        print("kill\tafter_s\tparts_before\tparts_after\tbatches\tcounted_again")
        n, total = 0, 0
        while n < of.kills:
            before, after = run.kept(), rng.uniform(0.1, 0.9) * lasts
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
