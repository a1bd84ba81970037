"""Simulate the paired reads of this folder: three subjects, before and after, two samples each.

    python examples/reads/simulate.py --seed 1

Reads are drawn from the four sequences of ``sources/`` in the proportions of
`MIXTURES`, the same for both samples of a phase, with 0.5 %
substitutions.  The same seed gives the same reads everywhere: the only random
numbers used are numpy's uniform doubles, whose stream is stable.  ``truth.tsv``
says how many pairs came from which source.
"""

from __future__ import annotations

import argparse
import gzip
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

HERE = Path(__file__).parent
SOURCES = ("chloroplast", "coelicolor", "pestis", "phix174")
MIXTURES = {  # shares of SOURCES; subject S3 does not change
    ("S1", "before"): (0.15, 0.50, 0.30, 0.05),
    ("S1", "after"): (0.50, 0.15, 0.30, 0.05),
    ("S2", "before"): (0.20, 0.45, 0.25, 0.10),
    ("S2", "after"): (0.35, 0.25, 0.35, 0.05),
    ("S3", "before"): (0.15, 0.50, 0.30, 0.05),
    ("S3", "after"): (0.15, 0.50, 0.30, 0.05),
}
SAMPLES_PER_PHASE = 2
READ_LENGTH = 100
ERROR_RATE = 0.005
QUALITY = chr(33 + 23) * READ_LENGTH  # Phred 23 is one error in 200
BASES = np.frombuffer(b"ACGT", dtype=np.uint8)

Codes = NDArray[np.uint8]  # 0-3 for ACGT, so that 3 - code is the complement


def main() -> None:
    """Write fastq/, samples.tsv and truth.tsv."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument(
        "--sources", type=Path, default=HERE / "sources", help="folder of the source FASTA files"
    )
    parser.add_argument("--out", type=Path, default=HERE)
    arguments = parser.parse_args()
    simulate(arguments.seed, arguments.sources, arguments.out)


def simulate(seed: int, sources: Path, out: Path) -> None:
    """Write every sample and both sheets into `out`."""
    rng = np.random.default_rng(seed)
    genomes = [read_codes(sources / f"{name}.fasta") for name in SOURCES]
    sheet = ["sample\tsubject\tphase\tfastq_1\tfastq_2"]
    truth = ["sample\t" + "\t".join(SOURCES)]
    for (subject, phase), shares in MIXTURES.items():
        for number in range(1, SAMPLES_PER_PHASE + 1):
            name = f"{subject}_{phase}_{number}"
            origins = draw_origins(rng, np.array(shares))
            write_mates(out / "fastq", name, draw_pairs(rng, genomes, origins))
            mates = [f"examples/reads/fastq/{name}_R{mate}.fastq.gz" for mate in (1, 2)]
            sheet.append("\t".join([name, subject, phase, *mates]))
            truth.append("\t".join([name, *map(str, np.bincount(origins, minlength=len(SOURCES)))]))
    (out / "samples.tsv").write_text("\n".join(sheet) + "\n")
    (out / "truth.tsv").write_text("\n".join(truth) + "\n")


def read_codes(path: Path) -> Codes:
    """Read a FASTA file of one record."""
    text = "".join(path.read_text().splitlines()[1:])
    return np.searchsorted(BASES, np.frombuffer(text.encode(), dtype=np.uint8)).astype(np.uint8)


def draw_origins(rng: np.random.Generator, shares: NDArray[np.float64]) -> NDArray[np.int64]:
    """Draw the source of each pair: 1,200 to 1,799 pairs."""
    n_pairs = 1200 + int(600 * rng.random())
    edges = np.cumsum(shares)[:-1]
    return np.searchsorted(edges, rng.random(n_pairs), side="right")


def draw_pairs(
    rng: np.random.Generator, genomes: list[Codes], origins: NDArray[np.int64]
) -> Iterator[tuple[Codes, Codes]]:
    """Draw a fragment of 250 to 349 bases on either strand, and read both its ends."""
    for origin in origins:
        length_draw, start_draw, strand_draw = rng.random(3)
        length = 250 + int(100 * length_draw)
        start = int((len(genomes[origin]) - length + 1) * start_draw)
        fragment = genomes[origin][start : start + length]
        other = 3 - fragment[::-1]
        ends = (fragment, other) if strand_draw < 0.5 else (other, fragment)
        yield misread(rng, ends[0][:READ_LENGTH]), misread(rng, ends[1][:READ_LENGTH])


def misread(rng: np.random.Generator, read: Codes) -> Codes:
    """Replace one base in 200 by one of the other three."""
    wrong = rng.random(len(read)) < ERROR_RATE
    shift = 1 + (3 * rng.random(len(read))).astype(np.uint8)
    return np.where(wrong, (read + shift) % 4, read)


def write_mates(folder: Path, name: str, pairs: Iterator[tuple[Codes, Codes]]) -> None:
    """Write both files of a sample; gzip without time and name, so that equal reads make equal bytes."""
    folder.mkdir(parents=True, exist_ok=True)
    for mate, reads in enumerate(zip(*pairs, strict=True), start=1):
        text = "".join(
            f"@{name}.{number}/{mate}\n{BASES[read].tobytes().decode()}\n+\n{QUALITY}\n"
            for number, read in enumerate(reads, start=1)
        )
        path = folder / f"{name}_R{mate}.fastq.gz"
        with path.open("wb") as file, gzip.GzipFile("", "wb", 9, file, mtime=0) as zipped:
            zipped.write(text.encode())


if __name__ == "__main__":
    main()
