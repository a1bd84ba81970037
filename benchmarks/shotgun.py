"""Shotgun mixtures whose truth is known: python benchmarks/shotgun.py GENOMES [--art] [--pairs 25000].

They are named by Kraken 2 and by sourmash. GENOMES is a folder of ``NAME.fna.gz``; a table of taxa stands in
`SPECIES` below. The databases are built of all but the absent one (a tenth of each mixture), whose congener is in
them. Reads are pairs of 150 bases of fragments of 300 +- 30, with an error in 400 bases of first mates and 200 of
second ones, whose qualities say nothing; or, with ``--art``, as art_illumina makes them by its profile HS25, with
qualities that tell where errors may be. Printed: the Jensen-Shannon divergence of each side to its truth by genus,
the absent as unclassified, and of what has a name; the shift and its truth; seconds.
"""

from __future__ import annotations

import argparse
import gzip
import subprocess
import sys
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
    """Draw the pairs of one side, with errors that qualities do not show."""
    files = [folder / f"{side}_R{mate}.fastq.gz" for mate in (1, 2)]
    with ExitStack() as stack:
        handles = [stack.enter_context(gzip.open(file, "wb", compresslevel=1)) for file in files]
        for name, percent in MIXTURES[side].items():
            sequences = [one for one in contigs(genomes / f"{name}.fna.gz") if len(one) > LEAST]
            for k, ends in enumerate(pairs(sequences, n_pairs * percent // 100, rng)):
                for handle, read in zip(handles, ends, strict=True):
                    handle.write(b"@%s.%d\n%s\n+\n%s\n" % (name.encode(), k, read, b"I" * len(read)))
    return files


def simulate_by_art(
    genomes: Path, folder: Path, side: str, n_pairs: int, rng: np.random.Generator
) -> list[Path]:
    """Let art_illumina draw them."""
    files = [folder / f"{side}_R{mate}.fastq.gz" for mate in (1, 2)]
    with ExitStack() as stack:
        handles = [stack.enter_context(gzip.open(file, "wb", compresslevel=1)) for file in files]
        for name, percent in MIXTURES[side].items():
            n = n_pairs * percent // 100
            mates = by_art(
                [one for one in contigs(genomes / f"{name}.fna.gz") if len(one) > LEAST], folder, n, rng
            )
            chosen = rng.permutation(len(mates[0]))[:n]
            for handle, records in zip(handles, mates, strict=True):
                handle.writelines(b"@%s.%d\n" % (name.encode(), i) + records[i] for i in chosen.tolist())
    return files


def by_art(sequences: list[bytes], folder: Path, n: int, rng: np.random.Generator) -> list[list[bytes]]:
    """Give records without their names; a tenth more than asked for, as art draws by depth."""
    (folder / "genome.fa").write_bytes(b"".join(b">%d\n%s\n" % pair for pair in enumerate(sequences)))
    depth = f"{1.1 * n * 300 / sum(map(len, sequences)):.5f}"
    line = ["art_illumina", "-ss", "HS25", "-p", "-l", "150", "-m", "300", "-s", "30", "-f", depth, "-na",
            "-rs", str(rng.integers(1 << 30)), "-i", str(folder / "genome.fa"), "-o", str(folder / "art")]  # fmt: skip
    subprocess.run(line, check=True, capture_output=True)
    lines = [(folder / f"art{mate}.fq").read_bytes().splitlines(keepends=True) for mate in (1, 2)]
    return [[b"".join(of[i + 1 : i + 4]) for i in range(0, len(of), 4)] for of in lines]


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


def sketches(genomes: Path, folder: Path, scaled: int) -> tuple[Path, Path]:
    """Build a database of sketches, and the table of its lineages."""
    database, lineages = folder / f"scaled_{scaled}.zip", folder / "lineages.csv"
    for name in SPECIES:
        line = [
            "sketch",
            "dna",
            "-p",
            f"k=31,scaled={scaled}",
            "--name",
            name,
            "-o",
            str(folder / f"{name}.sig"),
            "-f",
        ]
        sourmash([*line, str(genomes / f"{name}.fna.gz")])
    sourmash(["sig", "cat", *(str(folder / f"{name}.sig") for name in SPECIES), "-o", str(database)])
    table = [",".join(["ident", *RANKS]), *(",".join([name, *lineage(of)]) for name, of in SPECIES.items())]
    lineages.write_text("\n".join(table) + "\n")
    return database, lineages


def sourmash(line: list[str]) -> None:
    """Run it."""
    subprocess.run([sys.executable, "-m", "sourmash", *line], check=True, capture_output=True)


def row(table: Path, by: str) -> str:
    """Say how far a table is from the truth."""
    taxa, shift = read_taxa(table), divergence(truth("after"), truth("before"))
    genera = collapse(taxa.counts, taxa.taxonomy, "genus", "lineage").proportions()
    sides = {
        sample: dict(zip(genera.labels, shares, strict=True))
        for sample, shares in zip(genera.samples, genera.dense().tolist(), strict=True)
    }
    off = [f"{divergence(sides[side], truth(side)):.5f}" for side in MIXTURES]
    off += [f"{divergence(named(sides[side]), named(truth(side))):.5f}" for side in MIXTURES]
    return f"| {by} | {' | '.join(off)} | {divergence(sides['after'], sides['before']):.5f} | {shift:.5f} |"


def named(shares: dict[str, float]) -> dict[str, float]:
    """Give what has a genus."""
    return {taxon: share for taxon, share in shares.items() if not taxon.endswith("unclassified")}


def main() -> None:
    reader = argparse.ArgumentParser(description=__doc__)
    reader.add_argument("genomes", type=Path)
    reader.add_argument("--pairs", type=int, default=25_000)
    reader.add_argument("--art", action="store_true", help="draw reads by art_illumina")
    given = reader.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder, rng = Path(name), np.random.default_rng(20261129)
        build(given.genomes, folder / "db")
        lines = ["sample\tsubject\tphase\tfastq_1\tfastq_2"]
        for side in MIXTURES:
            files = (simulate_by_art if given.art else simulate)(
                given.genomes, folder, side, given.pairs, rng
            )
            lines.append("\t".join([side, "S", side, *map(str, files)]))
        sheet = folder / "samples.tsv"
        sheet.write_text("\n".join(lines) + "\n")
        print(
            "| named by | before to its truth | after to its truth | named part | named part | shift | its truth |"
        )
        print("|---|---|---|---|---|---|---|", flush=True)
        kraken = {
            "Kraken 2, confidence 0.1": "shotgun.biom",
            "Kraken 2, confidence 0": "shotgun.confidence_0.biom",
        }
        times = [compare(sheet, folder / "db", None, kraken)]
        for scaled in (200, 1_000):
            database, lineages = sketches(given.genomes, folder, scaled)
            times.append(compare(sheet, database, lineages, {f"sourmash, scaled {scaled}": "shotgun.biom"}))
        print(f"2 x {given.pairs:,} pairs: " + ", ".join(times))


def compare(sheet: Path, database: Path, lineages: Path | None, tables: dict[str, str]) -> str:
    """Name the reads, print how far off that is, and say how long it took."""
    out, begun = database.parent / f"{database.name}.out", time.perf_counter()
    count_shotgun(samples=sheet, database=database, lineages=lineages, out=out)
    took = time.perf_counter() - begun
    for by, name in tables.items():
        print(row(out / name, by), flush=True)
    return f"{database.name} {took:.1f} s"


if __name__ == "__main__":
    main()
