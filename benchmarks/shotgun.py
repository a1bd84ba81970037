"""Shotgun mixtures whose truth is known, named by Kraken 2: python benchmarks/shotgun.py GENOMES [--pairs 25000].

GENOMES is a folder of ``NAME.fna.gz``; a table of taxa stands in `SPECIES` below.  The database is built of all but the
absent one (a tenth of each mixture), whose congener is in it.  Reads are pairs of 150 bases of fragments of 300 +- 30,
with an error in 400 bases of first mates and 200 of second ones.  Printed: the Jensen-Shannon divergence of each side
to its truth by genus, the absent as unclassified, at each confidence; the shift and its truth; seconds.
"""

from __future__ import annotations

import argparse
import gzip
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import numpy as np

from klbio.divergences import jensen_shannon_divergence
from klbio.io import read_taxa
from klbio.steps.shotgun import count_shotgun
from klbio.taxonomy import collapse

SPECIES = {
    "akkermansia_500kb": "Akkermansia muciniphila", "ecoli_K12_MG1655": "Escherichia coli",
    "ecoli_O157": "Escherichia coli", "enterococcus_faecalis_T2": "Enterococcus faecalis",
    "salmonella_LT2": "Salmonella enterica", "shew_os185_500kb": "Shewanella baltica",
    "shew_os223_500kb": "Shewanella baltica", "sphingobacteriaceae_DW12": "Sphingobacterium DW12",
}  # fmt: skip
FAMILIES = {
    "Akkermansia": ("Verrucomicrobia", "Verrucomicrobiae", "Verrucomicrobiales", "Akkermansiaceae"),
    "Escherichia": ("Proteobacteria", "Gammaproteobacteria", "Enterobacterales", "Enterobacteriaceae"),
    "Salmonella": ("Proteobacteria", "Gammaproteobacteria", "Enterobacterales", "Enterobacteriaceae"),
    "Shewanella": ("Proteobacteria", "Gammaproteobacteria", "Alteromonadales", "Shewanellaceae"),
    "Enterococcus": ("Firmicutes", "Bacilli", "Lactobacillales", "Enterococcaceae"),
    "Sphingobacterium": ("Bacteroidetes", "Sphingobacteriia", "Sphingobacteriales", "Sphingobacteriaceae"),
}
ABSENT = "enterococcus_casseliflavus_EC20"
MIXTURES = {
    "before": {"ecoli_K12_MG1655": 30, "salmonella_LT2": 20, "enterococcus_faecalis_T2": 10, "akkermansia_500kb": 10,
               "shew_os185_500kb": 10, "sphingobacteriaceae_DW12": 10, ABSENT: 10},
    "after": {"ecoli_K12_MG1655": 10, "salmonella_LT2": 20, "enterococcus_faecalis_T2": 30, "akkermansia_500kb": 5,
              "shew_os185_500kb": 15, "sphingobacteriaceae_DW12": 10, ABSENT: 10},
}  # fmt: skip
RANKS = ("superkingdom", "phylum", "class", "order", "family", "genus", "species")
COMPLEMENT = bytes.maketrans(b"ACGT", b"TGCA")
ERRORS = (1 / 400, 1 / 200)
LEAST = 500  # bases of a contig that fragments are drawn from


def contigs(path: Path) -> list[bytes]:
    """Read the sequences of a gzipped FASTA."""
    records = gzip.decompress(path.read_bytes()).split(b">")[1:]
    return [record.split(b"\n", 1)[1].replace(b"\n", b"").upper() for record in records]


def lineage(species: str) -> tuple[str, ...]:
    """Give every name from the domain down."""
    genus = species.split()[0]
    return ("Bacteria", *FAMILIES[genus], genus, species)


def build(genomes: Path, folder: Path) -> None:
    """Build the database with a taxonomy of its own."""
    ids: dict[tuple[str, ...], int] = {(): 1}
    for species in sorted(set(SPECIES.values())):
        for depth in range(1, len(RANKS) + 1):
            ids.setdefault(lineage(species)[:depth], len(ids) + 1)
    (folder / "taxonomy").mkdir(parents=True)
    nodes = [
        f"{i}\t|\t{ids[path[:-1]]}\t|\t{RANKS[len(path) - 1] if path else 'no rank'}\t|\t\t|\n"
        for path, i in ids.items()
    ]
    names = [
        f"{i}\t|\t{path[-1] if path else 'root'}\t|\t\t|\tscientific name\t|\n" for path, i in ids.items()
    ]
    (folder / "taxonomy/nodes.dmp").write_text("".join(nodes))
    (folder / "taxonomy/names.dmp").write_text("".join(names))
    library = folder.parent / "library.fa"
    with library.open("wb") as handle:
        for name, species in SPECIES.items():
            for k, sequence in enumerate(contigs(genomes / f"{name}.fna.gz")):
                handle.write(
                    f">{name}.{k}|kraken:taxid|{ids[lineage(species)]}\n".encode() + sequence + b"\n"
                )
    for task in (["--add-to-library", str(library), "--no-masking"], ["--build"]):
        subprocess.run(["kraken2-build", "--db", str(folder), *task], check=True, capture_output=True)


def with_errors(read: bytes, rate: float, rng: np.random.Generator) -> bytes:
    """Put wrong bases into a read."""
    bases = bytearray(read)
    for place in np.flatnonzero(rng.random(len(read)) < rate):
        bases[place] = rng.choice(list(b"ACGT".replace(bytes([bases[place]]), b"")))
    return bytes(bases)


def simulate(genomes: Path, folder: Path, side: str, n_pairs: int, rng: np.random.Generator) -> list[Path]:
    """Draw the pairs of one side."""
    files = [folder / f"{side}_R{mate}.fastq.gz" for mate in (1, 2)]
    with ExitStack() as stack:
        handles = [stack.enter_context(gzip.open(file, "wb", compresslevel=1)) for file in files]
        for name, percent in MIXTURES[side].items():
            sequences = [one for one in contigs(genomes / f"{name}.fna.gz") if len(one) > LEAST]
            for k, ends in enumerate(pairs(sequences, n_pairs * percent // 100, rng)):
                for handle, read in zip(handles, ends, strict=True):
                    handle.write(b"@%s.%d\n%s\n+\n%s\n" % (name.encode(), k, read, b"I" * len(read)))
    return files


def pairs(sequences: list[bytes], n: int, rng: np.random.Generator) -> Iterator[tuple[bytes, ...]]:
    """Draw pairs of reads, with their errors."""
    share = np.array([len(one) for one in sequences], dtype=float)
    for which in rng.choice(len(sequences), n, p=share / share.sum()):
        length = int(np.clip(rng.normal(300, 30), 160, LEAST - 10))
        start = int(rng.integers(len(sequences[which]) - length))
        fragment = sequences[which][start : start + length]
        if rng.random() < 0.5:
            fragment = fragment[::-1].translate(COMPLEMENT)
        ends = fragment[:150], fragment[::-1].translate(COMPLEMENT)[:150]
        yield tuple(with_errors(read, rate, rng) for read, rate in zip(ends, ERRORS, strict=True))


def truth(side: str) -> dict[str, float]:
    """Give shares of genera; the absent genome is unclassified."""
    shares: dict[str, float] = {}
    for name, percent in MIXTURES[side].items():
        genus = "unclassified" if name == ABSENT else SPECIES[name].split()[0]
        shares[genus] = shares.get(genus, 0) + percent / 100
    return shares


def divergence(p: dict[str, float], q: dict[str, float]) -> float:
    """Compare two compositions."""
    labels = sorted({*p, *q})
    x, y = (np.array([one.get(label, 0.0) for label in labels]) for one in (p, q))
    return float(jensen_shannon_divergence(x / x.sum(), y / y.sum()))


def rows(out: Path) -> Iterator[str]:
    """Say how far each table is from the truth."""
    shift = divergence(truth("after"), truth("before"))
    for confidence, file in ((0.1, "shotgun.biom"), (0.0, "shotgun.confidence_0.biom")):
        table = read_taxa(out / file)
        genera = collapse(table.counts, table.taxonomy, "genus", "lineage").proportions()
        sides = {
            sample: dict(zip(genera.labels, row, strict=True))
            for sample, row in zip(genera.samples, genera.dense().tolist(), strict=True)
        }
        off = " | ".join(f"{divergence(sides[side], truth(side)):.5f}" for side in MIXTURES)
        yield f"| {confidence} | {off} | {divergence(sides['after'], sides['before']):.5f} | {shift:.5f} |"


def main() -> None:
    reader = argparse.ArgumentParser(description=__doc__)
    reader.add_argument("genomes", type=Path)
    reader.add_argument("--pairs", type=int, default=25_000)
    given = reader.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder, rng = Path(name), np.random.default_rng(20261129)
        build(given.genomes, folder / "db")
        lines = ["sample\tsubject\tphase\tfastq_1\tfastq_2"]
        for side in MIXTURES:
            files = simulate(given.genomes, folder, side, given.pairs, rng)
            lines.append("\t".join([side, "S", side, *map(str, files)]))
        (folder / "samples.tsv").write_text("\n".join(lines) + "\n")
        begun = time.perf_counter()
        count_shotgun(samples=folder / "samples.tsv", database=folder / "db", out=folder / "out")
        print(f"2 x {given.pairs:,} pairs at two confidences in {time.perf_counter() - begun:.1f} s")
        print(
            "| confidence | before to its truth | after to its truth | shift | its truth |\n|---|---|---|---|---|"
        )
        print(*rows(folder / "out"), sep="\n")


if __name__ == "__main__":
    main()
