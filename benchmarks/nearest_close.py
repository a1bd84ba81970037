"""Whether `klbio nearest` names the own genus first, or says that none is close: bacteria, and AUGUSTUS' sets.

    python benchmarks/nearest_close.py FOLDER_OF_GENOMES [AUGUSTUS_SPECIES_FOLDER [sets]]

Genomes are FASTA files, gzipped or not, named ``Genus_species_strain.fna``; pyrodigal calls their genes, of which every
k-th is ranked on so that some 600 are.  Three libraries, each with those before it:

1. the 50 sets that come with Prodigal;
2. the sets of prokaryotes of AUGUSTUS, where its folder is given;
3. a model trained on each of the other genomes (order 4).

Printed: a row a genome with the first of each library, what it costs, its share of what GC content alone costs, and
whether klbio calls it close; then how many have their own genus first where the library holds it, and of the others how
many are told that none is close.  With the word ``sets``, AUGUSTUS' sets against each other (some minutes): the nearest
of the own genus, of another genus of the same group, and of another group, by the share that makes a model close.
"""

from __future__ import annotations

import platform
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pandas as pd

from benchmarks.nearest import GROUPS, genus, read_folder
from klbio.io import read_models
from klbio.io.source import Source
from klbio.models import GCClass, GeneModel
from klbio.models.comparison.nearest import Library, nearest
from klbio.models.training.words import Gene, WordCounts
from klbio.schema import NEAREST
from klbio.steps.called_genes import BACTERIAL, call_genes

ORDER, MOST = 4, 600
PROKARYOTES = (
    "E_coli_K12", "b_pseudomallei", "s_aureus", "s_pneumoniae", "sulfolobus_solfataricus",
    "thermoanaerobacter_tengcongensis",
)  # fmt: skip
GENERA = {
    "E": "Escherichia",
    "b": "Burkholderia",
    "s_aureus": "Staphylococcus",
    "s_pneumoniae": "Streptococcus",
}
SHARES = (0.1, 0.2, 0.3, 0.4, 0.5)


def own_genus(model: str) -> str:
    first = model.removeprefix("trained ").lstrip("_").split("_")[0]
    return GENERA.get(model, GENERA.get(first, first)).capitalize()


@dataclass(frozen=True)
class Genome:
    """Genes that were called on a genome."""

    name: str
    genes: list[bytes]
    density: float

    @classmethod
    def read(cls, path: Path) -> Genome:
        """Call them."""
        called = call_genes([Source(path)])
        return cls(path.name.split(".")[0], called.sequences, called.density)

    @property
    def query(self) -> list[bytes]:
        """Those that are ranked on."""
        return self.genes[:: max(1, len(self.genes) // MOST)]

    @property
    def model(self) -> GeneModel:
        """A model of all of them."""
        words = (Gene(gene, BACTERIAL).words(ORDER) for gene in self.genes)
        coding = WordCounts.of(words, ORDER).coding_model().under(BACTERIAL)
        return GeneModel(f"trained {self.name}", (GCClass(coding),), format="emissions")


def libraries(genomes: list[Genome], augustus: Path | None) -> Iterator[tuple[str, dict[str, GeneModel]]]:
    known = {model.name: model for model in read_models("prodigal:")}
    yield "Prodigal's", known
    if augustus is not None:
        known = known | {name: read_models(augustus / name)[0] for name in PROKARYOTES}
        yield "and AUGUSTUS'", known
    yield "and trained", known | {genome.model.name: genome.model for genome in genomes}


def judged(genome: Genome, known: dict[str, GeneModel]) -> tuple[str, str]:
    """The first model, and whether that is right."""
    others = {name: model for name, model in known.items() if name != f"trained {genome.name}"}
    first = nearest(genome.query, others, genetic_code=BACTERIAL).iloc[0]
    own, held = own_genus(genome.name), {own_genus(name) for name in others}
    close = not first["warning"]
    excess, share = (
        first["excess_bits_per_base"],
        first["excess_bits_per_base"] / first["gc_only_bits_per_base"],
    )
    shown = f"{first['model']} {excess:.3f} ({share:.2f}{'' if close else ', none is close'})"
    if own in held:
        return shown, "own first" if own_genus(first["model"]) == own and close else "own NOT first"
    return shown, "another called close" if close else "none is close"


def part_one(folder: Path, augustus: Path | None) -> None:
    genomes = [Genome.read(path) for path in sorted(folder.iterdir())]
    print(f"\n| genome | genes | {' | '.join(label for label, _ in libraries([], augustus))} |")
    verdicts: dict[str, list[str]] = {}
    for genome in genomes:
        cells = []
        for label, known in libraries(genomes, augustus):
            shown, verdict = judged(genome, known)
            verdicts.setdefault(label, []).append(verdict)
            cells.append(f"{shown}: {verdict}")
        print(f"| {genome.name} | {len(genome.genes)} | {' | '.join(cells)} |", flush=True)
    for label, found in verdicts.items():
        print(f"{label}: {pd.Series(found).value_counts().to_dict()}")


def part_two(augustus: Path) -> None:
    sets = read_folder(str(augustus))
    lines = [line.partition(": ") for line in GROUPS.replace("\n    ", " ").strip().splitlines()]
    group = {name: label for label, _, names in lines for name in names.split()}
    found: dict[str, list[float]] = {"own genus": [], "same group": [], "another group": []}
    for name, model in sets.items():
        others = {other: one for other, one in sets.items() if other != name}
        ranked = NEAREST.frame(Library(others).by_model(model).rows())
        share = ranked["excess_bits_per_base"] / ranked["gc_only_bits_per_base"]
        same = [genus(other).lower() == genus(name).lower() for other in ranked["model"]]
        if any(same):
            found["own genus"].append(share[same].min())
        first = share[[not one for one in same]].index[0]
        kin = group.get(ranked["model"][first], "?") == group.get(name, "!")
        found["same group" if kin else "another group"].append(share[first])
    for label, shares in found.items():
        within = [f"{(pd.Series(shares) <= limit).mean():.2f}" for limit in SHARES]
        print(
            f"nearest of {label}, n = {len(shares)}: within {SHARES} of what GC content alone costs: {within}"
        )


def main() -> None:
    folder, *more = sys.argv[1:]
    augustus = Path(more[0]) if more else None
    print(f"{date.today()} {platform.machine()} Python {platform.python_version()}")
    part_one(Path(folder), augustus)
    if augustus is not None and "sets" in more:
        part_two(augustus)


if __name__ == "__main__":
    main()
