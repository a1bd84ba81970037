"""Does the route by sketches cry wolf?  Floor, corrected divergence and interval of genera on simulated reads.

    python -m benchmarks.sketch_null GENOMES [--studies 200] > table.tsv

GENOMES as for benchmarks/shotgun.py.  Pairs of 100 bases are drawn from the genomes, a tenth of them from one that the
database lacks and a hundredth from a rare one; a share is copied as PCR copies; every read then has errors of its own.
k-mers are sketched and counted as klbio does, over the genomes of the database.  In null rows both samples come from
one mixture; in the others from two, and the truth is the divergence between the sums of all studies.
`rejected` is the share of studies with p <= 0.05, signs of groups of fragments being flipped; `rejected_single` that
where every k-mer is taken for a draw of its own, as it is not.
"""

from __future__ import annotations

import argparse
import os
import platform
from datetime import date
from itertools import product
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from sourmash import MinHash

from benchmarks.reads_null import LETTERS, READ_LENGTH, Codes, block_of
from benchmarks.shotgun import ABSENT, LEAST, SPECIES, contigs
from klbio.distributions import FloatArray
from klbio.divergences import jensen_shannon_divergence
from klbio.estimates import Chance, Floor, jensen_shannon_estimate, total
from klbio.io.shotgun.sketches import KSIZE, N_GROUPS, read_sketch, write_sketch
from klbio.reads.cover import NO_GENOME, Hashes, covered
from klbio.reads.fragments import Dealing, Records

MIXTURES = {
    "none": {"ecoli_K12_MG1655": 30, "salmonella_LT2": 20, "enterococcus_faecalis_T2": 20, "akkermansia_500kb": 1,
             "shew_os185_500kb": 9, "sphingobacteriaceae_DW12": 10, ABSENT: 10},
    "small": {"ecoli_K12_MG1655": 25, "salmonella_LT2": 20, "enterococcus_faecalis_T2": 25, "akkermansia_500kb": 1,
              "shew_os185_500kb": 9, "sphingobacteriaceae_DW12": 10, ABSENT: 10},
}  # fmt: skip
ERROR_RATE, N_RESAMPLES = 0.001, 199
COLUMNS = ("change", "scaled", "copies", "pairs", "kmers", "plugin_bits", "corrected_bits", "true_bits", "coverage",
           "rejected", "rejected_single")  # fmt: skip
GENERA = sorted({species.split()[0] for species in SPECIES.values()})


class Simulation:
    """Genomes, as bases and as sketches of one density."""

    def __init__(self, folder: Path, scaled: int) -> None:
        names = [*SPECIES, ABSENT]
        found = {
            name: [one for one in contigs(folder / f"{name}.fna.gz") if len(one) > LEAST] for name in names
        }
        self.scaled = scaled
        self.bases = {name: _codes(b"".join(of)) for name, of in found.items()}
        self.hashes = [self._sketch(found[name]) for name in SPECIES]

    def _sketch(self, sequences: list[bytes]) -> Hashes:
        sketch = MinHash(0, KSIZE, scaled=self.scaled)
        for sequence in sequences:
            sketch.add_sequence(sequence.decode(), True)
        return np.array(list(sketch.hashes), dtype=np.uint64)

    def sample(self, rng: np.random.Generator, change: str, n: int, copies: float) -> FloatArray:
        """Give k-mers of a sample, shape (n_groups, n_genera + 1)."""
        mates = self._mates(rng, change, n, copies)
        dealing, blocks = Dealing(N_GROUPS), [block_of(reads) for reads in mates]
        groups = dealing.groups([Records.of(block) for block in blocks])
        sketches = [MinHash(0, KSIZE, scaled=self.scaled, track_abundance=True) for _ in range(N_GROUPS)]
        reads = [np.array(block.decode().split(), dtype=object) for block in blocks]
        for group, sketch in enumerate(sketches):
            sketch.add_sequence("N".join(np.concatenate([of[groups == group] for of in reads])) or "N", True)
        with TemporaryDirectory() as folder:
            path = Path(folder) / "s.sig.gz"
            write_sketch(path, sketches, "s")
            sketch = read_sketch(path)
        owner = covered(sketch.hashes, self.hashes)
        genus = np.array([*(GENERA.index(species.split()[0]) for species in SPECIES.values()), len(GENERA)])
        column = genus[np.where(owner == NO_GENOME, len(SPECIES), owner)]
        return sketch.groups @ np.eye(len(GENERA) + 1)[column]

    def _mates(self, rng: np.random.Generator, change: str, n: int, copies: float) -> list[Codes]:
        names, weights = zip(*MIXTURES[change].items(), strict=True)
        drawn = rng.multinomial(n, np.array(weights) / sum(weights))
        parts = [_ends(rng, self.bases[name], k) for name, k in zip(names, drawn, strict=True)]
        ends = [np.concatenate(end) for end in zip(*parts, strict=True)]
        n_first = n - int(n * copies)
        order = rng.permutation(n)[:n_first]
        chosen = np.concatenate([order, rng.choice(order, n - n_first)]) if n_first < n else order
        return [_with_errors(rng, end[chosen]) for end in ends]


def _codes(sequence: bytes) -> Codes:
    return np.searchsorted(LETTERS, np.frombuffer(sequence, np.uint8)) % 4


def _ends(rng: np.random.Generator, genome: Codes, n: int) -> tuple[Codes, Codes]:
    """Draw the two ends of fragments from either strand."""
    lengths = rng.integers(250, 350, n)
    starts = (rng.random(n) * (len(genome) - lengths)).astype(int)
    places = np.arange(READ_LENGTH)
    left = genome[starts[:, None] + places]
    right = 3 - genome[(starts + lengths - 1)[:, None] - places]
    turned = (rng.random(n) < 0.5)[:, None]
    return np.where(turned, right, left), np.where(turned, left, right)


def _with_errors(rng: np.random.Generator, true: Codes) -> Codes:
    wrong = rng.random(true.shape) < ERROR_RATE
    return np.where(wrong, (true + rng.integers(1, 4, true.shape)) % 4, true)


def study(rng: np.random.Generator, after: FloatArray, before: FloatArray) -> tuple[float, ...]:
    """Give plug-in, corrected, low, high, p, and p where each k-mer is a draw."""
    seen = (total(after) + total(before)) > 0
    x, y = after[:, seen], before[:, seen]
    estimate = jensen_shannon_estimate(x, y)
    chance = Chance(*2 * [estimate.plugin - estimate.value])
    floors = [
        Floor.of_groups((x[None], y[None]), chance, N_RESAMPLES, rng),
        Floor.drawn(total(x)[None], total(y)[None], N_RESAMPLES, rng),
    ]
    ps = [floor.p_value("pooled", estimate.plugin) for floor in floors]
    return (estimate.plugin, estimate.value, *estimate.interval(), *ps)


def row(
    rng: np.random.Generator, simulation: Simulation, change: str, copies: float, of: argparse.Namespace
) -> list[str]:
    """Sum up studies: means, then shares of the studies."""
    sides = [
        [simulation.sample(rng, which, of.pairs, copies) for which in (change, "none")]
        for _ in range(of.studies)
    ]
    after, before = (np.sum([side[i] for side in sides], axis=(0, 1)) for i in (0, 1))
    truth = (
        0.0
        if change == "none"
        else float(jensen_shannon_divergence(after / after.sum(), before / before.sum()))
    )
    plugin, value, low, high, p, p_single = np.array([study(rng, *side) for side in sides]).T
    inside = (low <= truth) & (truth <= high)
    kmers = np.mean([side[0].sum() for side in sides])
    bits = [f"{x:.5f}" for x in (plugin.mean(), value.mean(), truth)]
    return [f"{kmers:.0f}", *bits, *(f"{x.mean():.3f}" for x in (inside, p <= 0.05, p_single <= 0.05))]


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description="Null studies of sketches.")
    parser.add_argument("genomes", type=Path)
    parser.add_argument("--studies", type=int, default=200)
    parser.add_argument("--pairs", type=int, default=6_000)
    parser.add_argument("--scaled", type=int, nargs="+", default=(200, 1_000))
    parser.add_argument("--copies", type=float, nargs="+", default=(0.0, 0.2))
    of = parser.parse_args()
    machine = f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}"
    print(f"# {machine}, {date.today()}; {of.studies} studies a row, {N_RESAMPLES} resamples a study")
    print(*COLUMNS, sep="\t", flush=True)
    for scaled in of.scaled:
        simulation = Simulation(of.genomes, scaled)
        for change, copies in product(MIXTURES, of.copies):
            rng = np.random.default_rng([1, scaled, int(100 * copies)])
            print(
                change,
                scaled,
                copies,
                of.pairs,
                *row(rng, simulation, change, copies, of),
                sep="\t",
                flush=True,
            )


if __name__ == "__main__":
    main()
