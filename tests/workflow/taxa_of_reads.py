"""Small studies of reads whose taxa are named by a program: three subjects, a folder for each route."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from importlib.util import find_spec
from itertools import product
from pathlib import Path

import numpy as np
import pytest

from benchmarks.faults.reads_to_taxa import DATABASE, SHOTGUN, shotgun_files

__all__ = ["ROUTES", "SUBJECTS", "Route", "of_amplicons", "of_kraken", "of_sketches"]

CONFIG = """\
outdir: results
reads:
  samples: {sheet}
  kmer: 3
  taxa: {{{taxa}}}
shift: {{n_resamples: 19}}
"""
SUBJECTS, PHASES = ("X", "Y", "Z"), ("before", "after")
LENGTH, READ, SCALED = 60_000, 100, 50  # bases of a genome and of a read; one k-mer in so many is kept
Route = Callable[[Path, Path], Path]


def of_amplicons(folder: Path, root: Path) -> Path:
    """The bundled amplicons."""
    sheet = (root / "examples/amplicons/samples.tsv").read_text()
    (folder / "samples.tsv").write_text(sheet.replace("\tfastq/", f"\t{root}/examples/amplicons/fastq/"))
    (folder / "config.yaml").write_text(CONFIG.format(sheet="samples.tsv", taxa="ranks: [genus, family]"))
    return folder


def of_kraken(folder: Path, _root: Path) -> Path:
    """Reads of two drawn genomes, and a database of Kraken 2 that knows both."""
    for name, content in shotgun_files(SUBJECTS).items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    taxa = f"database: {DATABASE}, ranks: [species, genus]"
    (folder / "config.yaml").write_text(CONFIG.format(sheet=SHOTGUN, taxa=taxa))
    return folder


def of_sketches(folder: Path, _root: Path) -> Path:
    """Reads of two drawn genomes, sketches of both, and what these are of."""
    from sourmash import MinHash, SourmashSignature
    from sourmash.sourmash_args import SaveSignaturesToLocation

    rng = np.random.default_rng(3)
    genomes = {name: "".join(rng.choice(list("ACGT"), LENGTH)) for name in ("one", "two")}
    with SaveSignaturesToLocation(str(folder / "known.zip")) as out:
        for name, bases in genomes.items():
            sketch = MinHash(0, 31, scaled=SCALED)
            sketch.add_sequence(bases)
            out.add(SourmashSignature(sketch, name=name))
    lineages = [f"{name},Bacteria,P,C,O,F,Alpha,Alpha {name}" for name in genomes]
    header = "ident,superkingdom,phylum,class,order,family,genus,species"
    (folder / "known.csv").write_text("\n".join([header, *lineages]) + "\n")
    rows = ["sample\tsubject\tphase\tfastq_1"]
    for subject, phase in product(SUBJECTS, PHASES):
        name = f"{subject}.{phase}"
        reads = [
            _read(bases, rng) for bases in genomes.values() for _ in range(int(rng.integers(1500, 3000)))
        ]
        text = "".join(f"@r{i}\n{read}\n+\n{'I' * READ}\n" for i, read in enumerate(reads))
        (folder / f"{name}.fastq").write_text(text)
        rows.append(f"{name}\t{subject}\t{phase}\t{name}.fastq")
    (folder / "samples.tsv").write_text("\n".join(rows) + "\n")
    taxa = "database: known.zip, lineages: known.csv, ranks: [species]"
    (folder / "config.yaml").write_text(CONFIG.format(sheet="samples.tsv", taxa=taxa))
    return folder


def _read(genome: str, rng: np.random.Generator) -> str:
    start = int(rng.integers(LENGTH - READ))
    return genome[start : start + READ]


def _needs(program: str, there: bool) -> pytest.MarkDecorator:
    return pytest.mark.skipif(not there, reason=f"needs {program}")


ROUTES = [
    pytest.param(of_amplicons, id="amplicons", marks=_needs("vsearch", shutil.which("vsearch") is not None)),
    pytest.param(of_kraken, id="kraken", marks=_needs("kraken2", shutil.which("kraken2-build") is not None)),
    pytest.param(of_sketches, id="sketches", marks=_needs("sourmash", find_spec("sourmash") is not None)),
]
