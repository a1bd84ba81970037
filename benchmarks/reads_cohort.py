"""A cohort's reads to k-mers in groups: klbio beside KMC run once a sample, whole processes, on the same files.

    python benchmarks/reads_cohort.py > benchmarks/reads_cohort.tsv

Reads of 150 bases, gzipped, are drawn from random genomes.  klbio reads, checks, deals to 32 groups, counts, and writes
table and groups; KMC counts one file after another.  Rounds are interleaved; CPU seconds of all processes, medians;
klbio's highest memory.  KMC's counts of the first sample are compared word by word before any time is printed.

Rows: at each k all samples, a quarter, half and three files of them; and the time of all k from 1 to the
largest in one pass to that of the largest alone, both without start-up and writing, on six files.
"""

from __future__ import annotations

import argparse
import gzip
import os
import platform
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import process_time

import numpy as np

from klbio.io import read_table
from klbio.io.sequences.lanes import LaneFacts
from klbio.io.sequences.plain_fastq import plain_records
from klbio.reads.fragments import Dealing
from klbio.reads.kmers import FragmentCounter

LENGTH, GENOME, FEW, N_GROUPS, SEVERAL = 150, 3_000_000, 3, 32, 6
LETTERS, QUALITIES = (np.frombuffer(text, np.uint8) for text in (b"ACGT", b"FFFFFFF:,#"))
CODE = """
import resource, sys
from klbio.steps.reads import compose_reads
sheet, folder, k = sys.argv[1:]
table, groups, dropped = (f"{folder}/{name}" for name in ("t.biom", "g.groups", "d.tsv"))
compose_reads(samples=sheet, table=table, groups=groups, dropped=dropped, kmer=int(k))
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""


def write_sample(path: Path, n_reads: int, seed: int) -> None:
    """Write reads of one random genome, one base in 500 unknown."""
    rng = np.random.default_rng(seed)
    starts = rng.integers(0, GENOME - LENGTH, n_reads)
    reads = LETTERS[rng.integers(0, 4, GENOME)[starts[:, None] + np.arange(LENGTH)]]
    reads[rng.random(reads.shape) < 0.002] = ord("N")
    qualities = QUALITIES[rng.integers(0, len(QUALITIES), reads.shape)]
    names = (b"A00123:45:HXXXXX:1:%d:%d:%d 1:N:0:ACGTACGT" % (i % 2000, i % 9999, i) for i in range(n_reads))
    records = zip(names, reads, qualities, strict=True)
    with gzip.open(path, "wb", compresslevel=6) as file:
        file.writelines(
            b"@%s\n%s\n+\n%s\n" % (name, read.tobytes(), q.tobytes()) for name, read, q in records
        )


@contextmanager
def timed(seconds: list[float]) -> Iterator[None]:
    """Take the CPU seconds of the processes that ended within."""
    before = os.times()
    yield
    used = os.times()
    of_user, of_system = (
        used.children_user - before.children_user,
        used.children_system - before.children_system,
    )
    seconds.append(of_user + of_system)


def run_klbio(sheet: Path, k: int, seconds: list[float]) -> float:
    """Count, and give the highest memory in MB."""
    command = [sys.executable, "-c", CODE, str(sheet), str(sheet.parent), str(k)]
    with timed(seconds):
        said = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    return int(said.split()[-1]) / 1024


def run_kmc(files: list[Path], folder: Path, k: int, seconds: list[float]) -> None:
    """Count one file after another."""
    options = [f"-k{k}", "-ci1", "-cs4294967295", "-t1"]
    with timed(seconds):
        for file in files:
            command = ["kmc", *options, str(file), str(folder / file.stem), str(folder)]
            subprocess.run(command, check=True, capture_output=True)


def kmc_counts(database: Path) -> dict[str, int]:
    """Counts of KMC by word."""
    text = database.with_suffix(".txt")
    subprocess.run(
        ["kmc_tools", "transform", str(database), "dump", str(text)], check=True, capture_output=True
    )
    return {word: int(n) for word, n in (line.split() for line in text.read_text().splitlines())}


def measured(sheet: Path, files: list[Path], k: int, rounds: int) -> str:
    """Give a row of the table."""
    own: list[float] = []
    kmc: list[float] = []
    memory = 0.0
    for _ in range(rounds):
        memory = max(memory, run_klbio(sheet, k, own))
        run_kmc(files, sheet.parent, k, kmc)
    table = read_table(sheet.parent / "t.biom")
    found = {word: int(n) for word, n in zip(table.labels, table.dense()[0], strict=True) if n}
    if found != kmc_counts(sheet.parent / files[0].stem):
        raise SystemExit("the counts differ: no time is worth printing")
    ratio = median(own) / median(kmc)
    return f"{len(files)}\t{k}\t{median(own):.2f}\t{median(kmc):.2f}\t{ratio:.2f}\t{memory:.0f}"


def pass_seconds(files: list[Path], lengths: list[int]) -> float:
    """CPU seconds of reading and counting files, each of them whole."""
    start = process_time()
    for file in files:
        counter = FragmentCounter(lengths, dealing=Dealing(N_GROUPS))
        for mates in plain_records([file], LaneFacts()):
            counter.add(mates)
        counter.tallies()
    return process_time() - start


def main() -> None:
    """Print a row a word length and number of samples."""
    parser = argparse.ArgumentParser(description="klbio beside KMC.")
    parser.add_argument("--samples", type=int, default=24)
    parser.add_argument("--reads", type=int, default=200_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument(
        "--folder", type=Path, help="where reads of an earlier run are, or are kept for another"
    )
    of = parser.parse_args()
    with TemporaryDirectory() as name:
        folder = of.folder or Path(name)
        files = [folder / f"s{i}.fastq.gz" for i in range(of.samples)]
        for seed, file in enumerate(files):
            if not file.exists():
                write_sample(file, of.reads, seed)
        print(
            f"# {platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}, {date.today()}"
            f"; {of.reads} reads a sample"
        )
        print("samples\tk\tklbio_cpu_s\tkmc_cpu_s\tratio\tklbio_mb")
        for k in (6, 8):
            for n in (FEW, of.samples // 4, of.samples // 2, of.samples):
                rows = (f"s{i}\tS{i}\tbefore\t{file}\n" for i, file in enumerate(files[:n]))
                sheet = Path(name) / "samples.tsv"
                sheet.write_text("sample\tsubject\tphase\tfastq_1\n" + "".join(rows))
                print(measured(sheet, files[:n], k, of.rounds), flush=True)
        for k in (6, 8):
            several = files[:SEVERAL]
            ways = ([k], list(range(1, k + 1)))
            times = [[pass_seconds(several, way) for way in ways] for _ in range(of.rounds + 1)][1:]
            alone, every = map(median, zip(*times, strict=True))
            print(f"# every k from 1 to {k} in one pass: {every / alone:.2f} of the time of {k} alone")


if __name__ == "__main__":
    main()
