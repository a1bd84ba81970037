"""Small sound inputs of the routes from reads to taxa: the bundled amplicons cut short, and genomes that are drawn."""

from __future__ import annotations

import csv
import gzip
import random
import subprocess
from collections.abc import Mapping
from functools import cache
from itertools import islice, product
from pathlib import Path
from tempfile import TemporaryDirectory

__all__ = ["AMPLICONS", "DATABASE", "SHOTGUN", "amplicon_files", "shotgun_files"]

EXAMPLE = Path(__file__).parents[2] / "examples/amplicons"
AMPLICONS, SHOTGUN, DATABASE = "amplicons.tsv", "shotgun.tsv", "kraken"
N_PAIRS = (130, 150, 170, 190)  # of amplicons: two samples before and two after of one subject
COLUMNS = ("sample", "subject", "phase", "fastq_1", "fastq_2")
SEED = 4
NODES = {
    1: (1, "no rank", "root"), 2: (1, "superkingdom", "Bacteria"), 3: (2, "phylum", "Phylum"), 4: (3, "class", "Class"),
    5: (4, "order", "Order"), 6: (5, "family", "Family"), 10: (6, "genus", "Alpha"), 11: (10, "species", "Alpha one"),
    20: (6, "genus", "Beta"), 21: (20, "species", "Beta one"),
}  # fmt: skip
SPECIES = (11, 21)
N_BASES, READ = 5000, 100  # of a genome, and of a read
MIX = {"before": (200, 100), "after": (100, 200)}  # pairs of each species
OPPOSITE = str.maketrans("ACGT", "TGCA")


@cache
def amplicon_files() -> Mapping[str, bytes]:
    """Give a sheet, and the first reads of the bundled samples."""
    with (EXAMPLE / "samples.tsv").open(encoding="utf-8", newline="") as handle:
        rows = list(islice(csv.DictReader(handle, delimiter="\t"), len(N_PAIRS)))
    files = {}
    for row, n_pairs in zip(rows, N_PAIRS, strict=True):
        for column in COLUMNS[3:]:
            with gzip.open(EXAMPLE / row[column], "rt") as reads:
                text = "".join(islice(reads, 4 * n_pairs))
            files[row[column]] = gzip.compress(text.encode(), mtime=0)
    return {AMPLICONS: _sheet([[row[column] for column in COLUMNS] for row in rows]), **files}


@cache
def shotgun_files(subjects: tuple[str, ...] = ("X",)) -> Mapping[str, bytes]:
    """Give a sheet, reads of two drawn genomes, and a database of Kraken 2 that knows both."""
    chance = random.Random(SEED)  # noqa: S311
    genomes = ["".join(chance.choices("ACGT", k=N_BASES)) for _ in SPECIES]
    files, rows = {}, []
    for subject, (phase, parts) in product(subjects, MIX.items()):
        pairs = [_mates(genome, chance) for genome, n in zip(genomes, parts, strict=True) for _ in range(n)]
        sample = phase if len(subjects) == 1 else f"{subject}.{phase}"
        names = [f"fastq/{sample}_{mate}.fastq" for mate in (1, 2)]
        for name, reads in zip(names, zip(*pairs, strict=True), strict=True):
            files[name] = "".join(
                f"@r{i}\n{read}\n+\n{'I' * READ}\n" for i, read in enumerate(reads)
            ).encode()
        rows.append([sample, subject, phase, *names])
    return {SHOTGUN: _sheet(rows), **files, **_database(genomes)}


def _sheet(rows: list[list[str]]) -> bytes:
    return "".join("\t".join(row) + "\n" for row in [list(COLUMNS), *rows]).encode()


def _mates(genome: str, chance: random.Random) -> tuple[str, str]:
    start = chance.randrange(N_BASES - 2 * READ)
    fragment = genome[start : start + 2 * READ]
    return fragment[:READ], fragment[: READ - 1 : -1].translate(OPPOSITE)


def _database(genomes: list[str]) -> Mapping[str, bytes]:
    with TemporaryDirectory() as name:
        folder = Path(name) / DATABASE
        (folder / "taxonomy").mkdir(parents=True)
        nodes = [f"{i}\t|\t{above}\t|\t{rank}\t|\t\t|\n" for i, (above, rank, _) in NODES.items()]
        names = [f"{i}\t|\t{called}\t|\t\t|\tscientific name\t|\n" for i, (*_, called) in NODES.items()]
        (folder / "taxonomy/nodes.dmp").write_text("".join(nodes))
        (folder / "taxonomy/names.dmp").write_text("".join(names))
        known = zip(SPECIES, genomes, strict=True)
        library = Path(name) / "library.fa"
        library.write_text("".join(f">s{i}|kraken:taxid|{i}\n{genome}\n" for i, genome in known))
        for task in (("--add-to-library", str(library), "--no-masking"), ("--build",)):
            subprocess.run(["kraken2-build", "--db", str(folder), *task], check=True, capture_output=True)
        return {f"{DATABASE}/{path.name}": path.read_bytes() for path in folder.glob("*.k2d")}
