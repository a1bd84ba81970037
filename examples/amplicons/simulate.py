"""Simulate the paired amplicon reads of this folder: three subjects, before and after, two samples each.

    python examples/amplicons/simulate.py --seed 1

Reads are drawn from twelve sequences of klbio's own reference, one a genus, in the proportions of `MIXTURES`, the
same for both samples of a phase, with one wrong base in a thousand.  The same seed gives the same reads everywhere:
the only random numbers used are numpy's uniform doubles, whose stream is stable.  ``truth.tsv`` says how many pairs
came from which genus.
"""

from __future__ import annotations

import argparse
import gzip
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from klbio.io.references import bundled, read_reference

HERE = Path(__file__).parent
GENERA = (
    "Bacteroides", "Prevotella", "Alistipes", "Faecalibacterium", "Roseburia", "Dialister", "Lactobacillus",
    "Bifidobacterium", "Akkermansia", "Escherichia/Shigella", "Enterococcus", "Sutterella",
)  # fmt: skip
HOME = (30, 5, 8, 12, 10, 5, 4, 10, 4, 3, 3, 6)  # parts of 100
BLOOM = (14, 4, 3, 4, 3, 3, 14, 5, 4, 26, 16, 4)
OTHER = (16, 22, 5, 10, 8, 9, 3, 9, 5, 2, 2, 9)
MIXTURES = {  # parts of GENERA; subject S3 does not change
    ("S1", "before"): HOME,
    ("S1", "after"): BLOOM,
    ("S2", "before"): OTHER,
    ("S2", "after"): HOME,
    ("S3", "before"): HOME,
    ("S3", "after"): HOME,
}
SAMPLES_PER_PHASE = 2
READ_LENGTH = 150  # of fragments of about 253 bases: mates overlap by 47
ERROR_RATE = 0.001
QUALITY = chr(33 + 30) * READ_LENGTH  # Phred 30 is one error in a thousand
BASES = np.frombuffer(b"ACGT", dtype=np.uint8)

Codes = NDArray[np.uint8]  # 0-3 for ACGT, so that 3 - code is the complement


def main() -> None:
    """Write fastq/, samples.tsv and truth.tsv."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", type=Path, default=HERE)
    arguments = parser.parse_args()
    simulate(arguments.seed, arguments.out)


def simulate(seed: int, out: Path) -> None:
    """Write every sample and both sheets into `out`."""
    rng = np.random.default_rng(seed)
    genes = list(first_of_each().values())
    sheet = ["sample\tsubject\tphase\tfastq_1\tfastq_2"]
    truth = ["sample\t" + "\t".join(GENERA)]
    for (subject, phase), parts in MIXTURES.items():
        for number in range(1, SAMPLES_PER_PHASE + 1):
            name = f"{subject}_{phase}_{number}"
            origins = draw_origins(rng, np.array(parts, dtype=float))
            write_mates(out / "fastq", name, [draw_pair(rng, genes[origin]) for origin in origins])
            sheet.append(
                "\t".join([name, subject, phase, *(f"fastq/{name}_R{mate}.fastq.gz" for mate in (1, 2))])
            )
            truth.append("\t".join([name, *map(str, np.bincount(origins, minlength=len(GENERA)))]))
    (out / "samples.tsv").write_text("\n".join(sheet) + "\n")
    (out / "truth.tsv").write_text("\n".join(truth) + "\n")


def first_of_each() -> dict[str, Codes]:
    """The first gene of each genus in the reference that no other genus has."""
    homes: dict[bytes, set[str]] = {}
    records = [(lineage[-1], sequence) for _, lineage, sequence in read_reference(bundled()).records()]
    for genus, sequence in records:
        homes.setdefault(sequence, set()).add(genus)
    own = [(genus, sequence) for genus, sequence in reversed(records) if len(homes[sequence]) == 1]
    first = dict(own)
    codes = {genus: np.frombuffer(first[genus], dtype=np.uint8) for genus in GENERA}
    return {genus: np.searchsorted(BASES, letters).astype(np.uint8) for genus, letters in codes.items()}


def draw_origins(rng: np.random.Generator, parts: NDArray[np.float64]) -> NDArray[np.int64]:
    """Draw the genus of each pair: 250 to 349 pairs."""
    n_pairs = 250 + int(100 * rng.random())
    edges = np.cumsum(parts / parts.sum())[:-1]
    return np.searchsorted(edges, rng.random(n_pairs), side="right")


def draw_pair(rng: np.random.Generator, gene: Codes) -> tuple[Codes, Codes]:
    """Read both ends of a gene's fragment."""
    return misread(rng, gene[:READ_LENGTH]), misread(rng, (3 - gene[::-1])[:READ_LENGTH])


def misread(rng: np.random.Generator, read: Codes) -> Codes:
    """Replace one base in a thousand by one of the other three."""
    wrong = rng.random(len(read)) < ERROR_RATE
    shift = 1 + (3 * rng.random(len(read))).astype(np.uint8)
    return np.where(wrong, (read + shift) % 4, read)


def write_mates(folder: Path, name: str, pairs: list[tuple[Codes, Codes]]) -> None:
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
