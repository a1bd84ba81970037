"""Made-up studies of as many samples as asked for, for `benchmarks.requests`: two samples a subject, a folder each."""

from __future__ import annotations

import gzip
import subprocess
from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from pathlib import Path

import numpy as np

__all__ = ["ROUTES", "write_study"]

ROOT = Path(__file__).parents[1]
N_TAXA, DEPTH, N_READS, LENGTH = 1_000, 10_000, 2_000, 100
N_PAIRS, ERRORS = 1_000, 0.004  # of amplicons in a sample; of bases that are read as another
N_GENOMES, N_BASES = 100, 20_000  # of a database of Kraken 2
# of sketches: a genome is found by 50,000 bases of it
N_SKETCHED, N_SKETCHED_BASES, N_SKETCHED_READS, SCALED = 10, 60_000, 15_000, 50
ACGT = np.frombuffer(b"ACGT", np.uint8)
CONFIGS = {
    "taxa": """\
outdir: results
taxa: {table: table.tsv, samples: sheet.tsv}
reads: {samples: reads.tsv, kmer: 6}
models: {sheet: models.tsv}
shift: {n_resamples: 999}
""",
    "amplicons": "outdir: results\nreads: {samples: reads.tsv, kmer: 3, taxa: }\n",
    "kraken": "outdir: results\nreads: {samples: reads.tsv, kmer: 3, taxa: {database: kraken}}\n",
    "sketches": """\
outdir: results
reads: {samples: reads.tsv, kmer: 3, taxa: {database: known.zip, lineages: known.csv}}
""",
}


def _who(n_samples: int) -> list[tuple[str, str]]:
    """Names of samples, and their lines of a sheet without files."""
    names = [f"S{i:05d}" for i in range(n_samples)]
    return [(name, f"{name}\tP{i // 2:05d}\t{('before', 'after')[i % 2]}") for i, name in enumerate(names)]


def _write_sheet(folder: Path, n_samples: int, mates: int) -> list[str]:
    """Write the sheet of the reads, and give the names of the samples."""
    columns = [f"fastq_{mate + 1}" for mate in range(mates)]
    lines = ["\t".join(["sample", "subject", "phase", *columns])]
    lines += ["\t".join([line, *(f"{name}.{of}" for of in columns)]) for name, line in _who(n_samples)]
    (folder / "reads.tsv").write_text("\n".join(lines) + "\n")
    return [name for name, _ in _who(n_samples)]


def _fastq(reads: Sequence[str]) -> str:
    return "".join(f"@r{i}\n{read}\n+\n{'I' * len(read)}\n" for i, read in enumerate(reads))


def write_taxa(folder: Path, n_samples: int) -> None:
    """Taxa with log-normal proportions, reads of one drawn genome, and the bundled models."""
    rng = np.random.default_rng(1)
    who = _who(n_samples)
    (folder / "sheet.tsv").write_text(
        "\n".join(["sample\tsubject\tphase", *(line for _, line in who)]) + "\n"
    )
    shares = rng.lognormal(0, 2.5, N_TAXA)
    counts = [
        rng.multinomial(DEPTH, of / of.sum()) for of in shares * rng.lognormal(0, 1, (n_samples, N_TAXA))
    ]
    lines = (f"t{i}\t" + "\t".join(map(str, row)) for i, row in enumerate(np.transpose(counts)))
    header = "taxon\t" + "\t".join(name for name, _ in who)
    (folder / "table.tsv").write_text("\n".join([header, *lines]) + "\n")
    genome = "".join(rng.choice(list("ACGT"), 200_000))
    for name in _write_sheet(folder, n_samples, 1):
        starts = rng.integers(len(genome) - LENGTH, size=N_READS)
        (folder / f"{name}.fastq_1").write_text(_fastq([genome[i : i + LENGTH] for i in starts]))
    models = (ROOT / "config/models.tsv").read_text()
    (folder / "models.tsv").write_text(models.replace("examples/", f"{ROOT}/examples/"))


def write_amplicons(folder: Path, n_samples: int) -> None:
    """Pairs of the bundled amplicons, drawn with errors of their own."""
    rng = np.random.default_rng(2)
    known = list(zip(*(_bundled(mate) for mate in (1, 2)), strict=True))
    for name in _write_sheet(folder, n_samples, 2):
        shares = rng.lognormal(0, 1, len(known))
        drawn = rng.choice(len(known), N_PAIRS, p=shares / shares.sum())
        for mate in range(2):
            reads = [_misread(known[k][mate], rng) for k in drawn]
            (folder / f"{name}.fastq_{mate + 1}").write_text(_fastq(reads))


def _bundled(mate: int) -> list[str]:
    paths = sorted((ROOT / "examples/amplicons/fastq").glob(f"*_R{mate}.fastq.gz"))
    return [line.strip() for path in paths for line in islice(gzip.open(path, "rt"), 1, None, 4)]


def _misread(read: str, rng: np.random.Generator) -> str:
    """Read some bases as others."""
    bases = np.frombuffer(read.encode(), np.uint8).copy()
    wrong = rng.random(len(bases)) < ERRORS
    bases[wrong] = rng.choice(ACGT, wrong.sum())
    return bases.tobytes().decode()


def _genomes(n_genomes: int, n_bases: int, rng: np.random.Generator) -> list[str]:
    return ["".join(rng.choice(list("ACGT"), n_bases)) for _ in range(n_genomes)]


def _write_genome_reads(
    folder: Path, names: Sequence[str], genomes: Sequence[str], n_reads: int, rng: np.random.Generator
) -> None:
    """Reads of all genomes, in log-normal proportions of each sample."""
    for name in names:
        shares = rng.lognormal(0, 0.5, len(genomes))
        drawn = rng.choice(len(genomes), n_reads, p=shares / shares.sum())
        starts = rng.integers(len(genomes[0]) - LENGTH, size=n_reads)
        reads = [genomes[k][i : i + LENGTH] for k, i in zip(drawn, starts, strict=True)]
        (folder / f"{name}.fastq_1").write_text(_fastq(reads))


def write_kraken(folder: Path, n_samples: int) -> None:
    """Reads of drawn genomes, a species each, and a database of Kraken 2 that knows them."""
    rng = np.random.default_rng(3)
    genomes = _genomes(N_GENOMES, N_BASES, rng)
    _write_genome_reads(folder, _write_sheet(folder, n_samples, 1), genomes, N_READS, rng)
    taxonomy = folder / "kraken/taxonomy"
    taxonomy.mkdir(parents=True)
    nodes = [*_taxonomy()]
    (taxonomy / "nodes.dmp").write_text(
        "".join(f"{i}\t|\t{up}\t|\t{rank}\t|\t\t|\n" for i, up, rank, _ in nodes)
    )
    names = (f"{i}\t|\t{name}\t|\t\t|\tscientific name\t|\n" for i, _, _, name in nodes)
    (taxonomy / "names.dmp").write_text("".join(names))
    library = folder / "library.fa"
    species = [i for i, _, rank, _ in nodes if rank == "species"]
    library.write_text(
        "".join(f">s{i}|kraken:taxid|{i}\n{bases}\n" for i, bases in zip(species, genomes, strict=True))
    )
    for task in (["--add-to-library", str(library), "--no-masking"], ["--build"]):
        subprocess.run(["kraken2-build", "--db", folder / "kraken", *task], check=True, capture_output=True)


def _taxonomy() -> Iterator[tuple[int, int, str, str]]:
    """Number, that of the clade it is in, rank and name: four species of a genus, all in one family."""
    yield 1, 1, "no rank", "root"
    above = ("superkingdom", "phylum", "class", "order", "family")
    yield from ((i, i - 1, rank, rank.title()) for i, rank in enumerate(above, 2))
    for k in range(N_GENOMES):
        genus = 100 + k // 4
        if k % 4 == 0:
            yield genus, 1 + len(above), "genus", f"Genus{k // 4}"
        yield 1_000 + k, genus, "species", f"Genus{k // 4} species{k}"


def write_sketches(folder: Path, n_samples: int) -> None:
    """Reads of fewer and larger genomes, sketches of them, and what these are of."""
    from sourmash import MinHash, SourmashSignature
    from sourmash.sourmash_args import SaveSignaturesToLocation

    rng = np.random.default_rng(4)
    genomes = _genomes(N_SKETCHED, N_SKETCHED_BASES, rng)
    _write_genome_reads(folder, _write_sheet(folder, n_samples, 1), genomes, N_SKETCHED_READS, rng)
    with SaveSignaturesToLocation(str(folder / "known.zip")) as out:
        for k, bases in enumerate(genomes):
            sketch = MinHash(0, 31, scaled=SCALED)
            sketch.add_sequence(bases)
            out.add(SourmashSignature(sketch, name=f"g{k}"))
    lines = [f"g{k},Bacteria,P,C,O,F,Genus{k // 4},Genus{k // 4} species{k}" for k in range(N_SKETCHED)]
    header = "ident,superkingdom,phylum,class,order,family,genus,species"
    (folder / "known.csv").write_text("\n".join([header, *lines]) + "\n")


WRITERS: dict[str, Callable[[Path, int], None]] = {
    "taxa": write_taxa,
    "amplicons": write_amplicons,
    "kraken": write_kraken,
    "sketches": write_sketches,
}
ROUTES = tuple(WRITERS)


def write_study(folder: Path, route: str, n_samples: int) -> None:
    """Make a study of half as many subjects."""
    WRITERS[route](folder, n_samples)
    (folder / "config.yaml").write_text(CONFIGS[route])
