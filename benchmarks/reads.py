"""k-mer counting: klbio beside a Biopython loop and, where it is installed, jellyfish, on the same FASTQ files.

    python benchmarks/reads.py > benchmarks/reads.tsv

All count canonical 6-mers of the same reads, and their counts are compared before
any time is printed.  Times are CPU seconds (one thread), the median of `REPEATS`
interleaved runs; klbio's include reading, checking, folding and naming the words, not
imports or the first compilation; jellyfish's are those of its whole processes.
"""

from __future__ import annotations

import gc
import gzip
import os
import platform
import subprocess
from collections import Counter
from collections.abc import Callable
from datetime import date
from pathlib import Path
from shutil import which
from statistics import median
from tempfile import TemporaryDirectory

import numpy as np
from Bio.SeqIO.QualityIO import FastqGeneralIterator

from klbio.io.sequences.reads import read_blocks
from klbio.reads.kmers import count_kmers, kmer_labels

N_READS, READ_LENGTH, SEED, REPEATS = 100_000, 150, 1, 5
COMPLEMENT = str.maketrans("ACGT", "TGCA")

Count = Callable[[Path], list[int]]


def write_reads(path: Path) -> None:
    """Write random reads with one N in 500 bases and eight quality letters."""
    rng = np.random.default_rng(SEED)
    letters = np.frombuffer(b"ACGT" * 125 + b"N", dtype=np.uint8)
    reads = letters[rng.integers(0, len(letters), (N_READS, READ_LENGTH))]
    qualities = np.frombuffer(b"FFFFF:,#", dtype=np.uint8)[rng.integers(0, 8, (N_READS, READ_LENGTH))]
    with path.open("wb") as file:
        for i, (read, quality) in enumerate(zip(reads, qualities, strict=True)):
            file.write(b"@sim:%d 1:N:0\n%s\n+\n%s\n" % (i, read.tobytes(), quality.tobytes()))
    with gzip.open(f"{path}.gz", "wb", compresslevel=6) as file:
        file.write(path.read_bytes())


def klbio(k: int) -> Count:
    """Count as klbio does."""
    return lambda path: count_kmers((block for (block,) in read_blocks(path)), k).values.tolist()


def biopython(path: Path) -> list[int]:
    """Count as one would with Biopython's fast FASTQ reader and a Counter."""
    words: Counter[str] = Counter()
    with (gzip.open if path.suffix == ".gz" else open)(path, "rt") as file:
        for _, read, _ in FastqGeneralIterator(file):
            words.update(read[i : i + 6] for i in range(len(read) - 5))
    other = {word: word.translate(COMPLEMENT)[::-1] for word in kmer_labels(6)}
    return [words[word] + (words[turned] if turned != word else 0) for word, turned in other.items()]


def jellyfish(path: Path) -> list[int]:
    """Count as jellyfish does (it reads no gzip)."""
    table = path.with_suffix(".jf")
    count = ["jellyfish", "count", "-C", "-m", "6", "-s", "1M", "-t", "1", "-o", str(table), str(path)]
    subprocess.run(count, check=True)
    dump = ["jellyfish", "dump", "-c", str(table)]
    lines = subprocess.run(dump, check=True, capture_output=True, text=True).stdout.splitlines()
    found = {word: int(times) for word, times in (line.split() for line in lines)}
    return [found.get(word, 0) for word in kmer_labels(6)]


def cpu_seconds() -> float:
    """CPU time so far of this process and of the programs it ran."""
    used = os.times()
    return used.user + used.system + used.children_user + used.children_system


def seconds(count: Count, path: Path) -> float:
    """Take the CPU time of one run, with nothing left over from the one before."""
    kmer_labels.cache_clear()
    gc.collect()
    start = cpu_seconds()
    count(path)
    return cpu_seconds() - start


def main() -> None:
    """Write one row per program, k and file."""
    with TemporaryDirectory() as folder:
        plain = Path(folder) / "reads.fastq"
        zipped = Path(f"{plain}.gz")
        write_reads(plain)
        if not klbio(6)(plain) == klbio(6)(zipped) == biopython(plain):
            raise SystemExit("the counts differ: no time is worth printing")
        runs = [("Biopython", 6, file, biopython) for file in (plain, zipped)]
        if which("jellyfish"):
            if jellyfish(plain) != klbio(6)(plain):
                raise SystemExit("jellyfish counts differ: no time is worth printing")
            runs.append(("jellyfish", 6, plain, jellyfish))
        runs += [("klbio", 6, file, klbio(6)) for file in (plain, zipped)]
        runs += [("klbio", k, plain, klbio(k)) for k in (4, 8, 10, 12)]
        for *_, count in runs:
            count(plain)
        rounds = [[seconds(count, file) for *_, file, count in runs] for _ in range(REPEATS)]
        report(runs, [median(times) for times in zip(*rounds, strict=True)], plain.stat().st_size / 1e6)


def report(runs: list[tuple[str, int, Path, Count]], medians: list[float], megabytes: float) -> None:
    """Print the table; the ratio is to Biopython on the same file, at k = 6."""
    print(
        f"# {platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}, {date.today()}"
    )
    print("program\tk\tfile\tmegabytes_fastq\tcpu_seconds\tmegabytes_per_second\ttimes_biopython")
    peer = {
        file: time
        for (program, _, file, _), time in zip(runs, medians, strict=True)
        if program == "Biopython"
    }
    for (program, k, file, _), time in zip(runs, medians, strict=True):
        ratio = f"{peer[file] / time:.1f}" if k == 6 else ""
        print(f"{program}\t{k}\t{file.name}\t{megabytes:.1f}\t{time:.3f}\t{megabytes / time:.0f}\t{ratio}")


if __name__ == "__main__":
    main()
