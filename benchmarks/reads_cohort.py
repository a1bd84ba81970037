"""A cohort's reads to k-mers in groups: klbio beside KMC run once a sample, whole processes, on the same files.

    python benchmarks/reads_cohort.py --samples 24 --reads 200000

Reads of 150 bases, gzipped, are drawn from random genomes.  klbio reads, checks, deals to 32 groups, counts, and writes
both tables; KMC counts one file after another.  Rounds are interleaved; CPU seconds of all processes, medians.
KMC's counts of the first sample are compared word by word before any time is printed.
"""

from __future__ import annotations

import argparse
import gzip
import os
import platform
import subprocess
import sys
from datetime import date
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

import numpy as np

from klbio.io import read_table

LENGTH, GENOME, ROUNDS = 150, 3_000_000, 2
LETTERS, QUALITIES = (np.frombuffer(text, np.uint8) for text in (b"ACGT", b"FFFFFFF:,#"))
CODE = (
    "import sys; from klbio.steps.reads import compose_reads as f; import resource; "
    "f(samples=sys.argv[1], table=sys.argv[2]+'/t.biom', groups=sys.argv[2]+'/g.biom', "
    "dropped=sys.argv[2]+'/d.tsv', kmer=int(sys.argv[3])); "
    "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)"
)


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


def children() -> float:
    """CPU seconds of the processes that ended."""
    used = os.times()
    return used.children_user + used.children_system


def run_klbio(folder: Path, k: int) -> tuple[float, float]:
    """CPU seconds, and peak memory in MB."""
    before = children()
    command = [sys.executable, "-c", CODE, str(folder / "samples.tsv"), str(folder), str(k)]
    said = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    return children() - before, int(said.split()[-1]) / 1024


def run_kmc(files: list[Path], k: int) -> float:
    """CPU seconds over all files."""
    before = children()
    for file in files:
        out = str(file.with_suffix(""))
        options = [f"-k{k}", "-ci1", "-cs4294967295", "-t1"]
        subprocess.run(["kmc", *options, str(file), out, str(file.parent)], check=True, capture_output=True)
    return children() - before


def kmc_counts(file: Path) -> dict[str, int]:
    """Counts of KMC by word."""
    text = file.with_suffix(".txt")
    subprocess.run(["kmc_tools", "transform", str(file.with_suffix("")), "dump", str(text)], check=True,
                   capture_output=True)  # fmt: skip
    return {word: int(n) for word, n in (line.split() for line in text.read_text().splitlines())}


def main() -> None:
    """Print a row a word length."""
    parser = argparse.ArgumentParser(description="klbio beside KMC.")
    parser.add_argument("--samples", type=int, default=24)
    parser.add_argument("--reads", type=int, default=200_000)
    of = parser.parse_args()
    with TemporaryDirectory() as name:
        folder = Path(name)
        files = [folder / f"s{i}.fastq.gz" for i in range(of.samples)]
        for seed, file in enumerate(files):
            write_sample(file, of.reads, seed)
        rows = (f"s{i}\tS{i}\tbefore\t{file}\n" for i, file in enumerate(files))
        (folder / "samples.tsv").write_text("sample\tsubject\tphase\tfastq_1\n" + "".join(rows))
        print(
            f"# {platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}, {date.today()}"
        )
        print("samples\treads\tk\tklbio_cpu_s\tkmc_cpu_s\tratio\tklbio_mb")
        for k in (6, 8):
            rounds = [(*run_klbio(folder, k), run_kmc(files, k)) for _ in range(ROUNDS)]
            own, memory, kmc = map(median, zip(*rounds, strict=True))
            table = read_table(folder / "t.biom")
            found = {word: int(n) for word, n in zip(table.labels, table.dense()[0], strict=True) if n}
            if found != kmc_counts(files[0]):
                raise SystemExit("the counts differ: no time is worth printing")
            print(
                of.samples,
                of.reads,
                k,
                f"{own:.2f}",
                f"{kmc:.2f}",
                f"{own / kmc:.2f}",
                f"{memory:.0f}",
                sep="\t",
            )


if __name__ == "__main__":
    main()
