"""Does the reads route cry wolf?  Its floor, corrected divergence and interval on simulated reads.

    python benchmarks/reads_null.py > benchmarks/reads_null.tsv
    python benchmarks/reads_null.py --studies 20 --kmer 4 --copies 0 0.4

Fragments are drawn from the sources of examples/reads as its generator draws them (either strand, mates of 100
bases), a share of them copied as PCR copies; every read then has errors of its own, and goes
through klbio's reading, dealing and counting.  In null rows both samples come from one mixture; in
the others from two, and the truth is the divergence of the mixtures of 250,000 reads or pairs of
each source.  `rejected` is the share of studies with p <= 0.05; `rejected_in_turn` deals fragments to groups in
turn, whatever is copied.
"""

from __future__ import annotations

import argparse
import os
import platform
from collections.abc import Iterator, Sequence
from datetime import date
from itertools import product
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from klbio.distributions import FloatArray
from klbio.divergences import jensen_shannon_divergence
from klbio.estimates import Floor, jensen_shannon_estimate, total
from klbio.io.sequences.reads import read_blocks
from klbio.reads.fragments import Dealing, Records
from klbio.reads.kmers import FragmentCounter

ROOT = Path(__file__).parents[1]
SOURCES = ("chloroplast", "coelicolor", "pestis", "phix174")
BEFORE = np.array([0.15, 0.50, 0.30, 0.05])
MIXTURES = {"none": BEFORE, "small": np.array([0.20, 0.45, 0.30, 0.05])}
WORD_LENGTHS = (4, 6, 8)
LAYOUTS = ("pairs", "interleaved", "single")
COPIES = (0.0, 0.1, 0.2, 0.4)
COLUMNS = (
    "change", "k", "reads", "copies", "depth_after", "depth_before",
    "plugin_bits", "corrected_bits", "true_bits", "coverage", "rejected", "rejected_in_turn",
)  # fmt: skip
READ_LENGTH, ERROR_RATE = 100, 0.005
N_RESAMPLES, SEED = 199, 1
GROUPS = 32
LETTERS = np.frombuffer(b"ACGT", np.uint8)

Codes = NDArray[np.int64]


def read_codes(name: str) -> Codes:
    """Read a source as 0-3 for ACGT."""
    text = "".join((ROOT / f"examples/reads/sources/{name}.fasta").read_text().splitlines()[1:])
    return np.searchsorted(np.frombuffer(b"ACGT", np.uint8), np.frombuffer(text.encode(), np.uint8))


GENOMES = [read_codes(name) for name in SOURCES]


def draw_mates(rng: np.random.Generator, shares: FloatArray, n: int, copies: float) -> list[Codes]:
    """Draw both mates of fragments, each on its own strand; some are copies of others."""
    origins = rng.choice(len(GENOMES), n, p=shares)
    lengths = rng.integers(250, 350, n)
    sizes = np.array([len(genome) for genome in GENOMES])[origins]
    starts = (rng.random(n) * (sizes - lengths + 1)).astype(int)
    offset = np.concatenate([[0], np.cumsum([len(genome) for genome in GENOMES])])[origins]
    flat, places = np.concatenate(GENOMES), np.arange(READ_LENGTH)
    left = flat[(offset + starts)[:, None] + places]
    right = 3 - flat[(offset + starts + lengths - 1)[:, None] - places]
    n_first = n - int(n * copies)
    chosen = rng.permutation(np.concatenate([np.arange(n_first), rng.integers(0, n_first, n - n_first)]))
    turned = (rng.random(n) < 0.5)[chosen, None]
    left, right = left[chosen], right[chosen]
    return [_read(rng, np.where(turned, right, left)), _read(rng, np.where(turned, left, right))]


def _read(rng: np.random.Generator, true: Codes) -> Codes:
    wrong = rng.random(true.shape) < ERROR_RATE
    return np.where(wrong, (true + rng.integers(1, 4, true.shape)) % 4, true)


def block_of(reads: Codes) -> bytes:
    """Write reads as a block of sequences."""
    lines = np.full((len(reads), READ_LENGTH + 1), ord("\n"), dtype=np.uint8)
    lines[:, :-1] = LETTERS[reads]
    return lines.tobytes()


def blocks_of(mates: Sequence[Codes], layout: str) -> Iterator[tuple[bytes, ...]]:
    """Give the blocks that klbio counts; of interleaved mates by way of a file."""
    blocks = [block_of(reads) for reads in mates]
    if layout != "interleaved":
        yield tuple(blocks[: 1 if layout == "single" else 2])
        return
    with TemporaryDirectory() as folder:
        path = Path(folder) / "reads.fastq"
        both = zip(*(block.decode().split() for block in blocks), strict=True)
        lines = (f"@r{i} {mate}:N:0\n{read}\n+\n{'I' * READ_LENGTH}\n" for i, pair in enumerate(both)
                 for mate, read in enumerate(pair, 1))  # fmt: skip
        path.write_text("".join(lines))
        yield from read_blocks(path)


def counted(
    blocks: Sequence[tuple[bytes, ...]], k: int, n_groups: int = GROUPS, by_hash: bool = True
) -> FloatArray:
    """Count the words of a sample, shape (n_groups, n_categories)."""
    counter = FragmentCounter(k, dealing=Dealing(n_groups, by_hash))
    for mates in blocks:
        counter.add([Records.of(block) for block in mates])
    return counter.tally().groups.astype(float)


def true_divergence(rng: np.random.Generator, shares: FloatArray, k: int, layout: str) -> float:
    """Divergence of two mixtures: both weigh the same large samples of the sources."""
    parts = []
    plain = "pairs" if layout == "interleaved" else layout
    for one in np.eye(len(SOURCES)):
        blocks = [block for _ in range(10) for block in blocks_of(draw_mates(rng, one, 25_000, 0), plain)]
        drawn = counted(blocks, k, 1)[0]
        parts.append(drawn / drawn.sum())
    return float(jensen_shannon_divergence(shares @ parts, BEFORE @ parts))


class Cell(NamedTuple):
    """A row of the table."""

    change: str
    k: int
    layout: str
    copies: float
    depths: tuple[int, int]


def study(rng: np.random.Generator, cell: Cell) -> tuple[float, ...]:
    """Give plug-in, corrected, low, high, p and the same p where fragments are dealt in turn."""
    sides = [
        list(blocks_of(draw_mates(rng, shares, n, cell.copies), cell.layout))
        for shares, n in zip((MIXTURES[cell.change], BEFORE), cell.depths, strict=True)
    ]
    ps = []
    for by_hash in (False, True):
        after, before = (counted(blocks, cell.k, by_hash=by_hash) for blocks in sides)
        seen = (total(after) + total(before)) > 0
        estimate = jensen_shannon_estimate(after, before)
        floor = Floor.drawn(after[None, ..., seen], before[None, ..., seen], N_RESAMPLES, rng)
        ps.append(floor.p_value("pooled", estimate.plugin))
    return (estimate.plugin, estimate.value, *estimate.interval(), ps[1], ps[0])


def summary(rng: np.random.Generator, cell: Cell, truth: float, n_studies: int) -> list[str]:
    """Sum up studies: means in bits, then shares of the studies."""
    rows = np.array([study(rng, cell) for _ in range(n_studies)])
    plugin, value, low, high, p, p_in_turn = rows.T
    inside = (low <= truth) & (truth <= high)
    bits = [plugin.mean(), value.mean(), truth]
    return [f"{x:.5f}" for x in bits] + [f"{x.mean():.3f}" for x in (inside, p <= 0.05, p_in_turn <= 0.05)]


def cells(of: argparse.Namespace) -> Iterator[Cell]:
    """Give the rows: nulls of all layouts, changes of pairs."""
    for k, layout, copies in product(of.kmer, of.layout, of.copies):
        yield Cell("none", k, layout, copies, (3000, 3000))
    for k, copies in product(of.kmer, of.copies):
        yield Cell("none", k, "pairs", copies, (3000, 800))
        yield Cell("small", k, "pairs", copies, (3000, 3000))


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description="Null studies of reads.")
    parser.add_argument("--studies", type=int, default=200)
    parser.add_argument("--kmer", type=int, nargs="+", default=WORD_LENGTHS)
    parser.add_argument("--layout", nargs="+", default=LAYOUTS)
    parser.add_argument("--copies", type=float, nargs="+", default=COPIES)
    of = parser.parse_args()
    machine = f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}"
    print(f"# {machine}, {date.today()}; {of.studies} studies a row, {N_RESAMPLES} resamples a study")
    print(*COLUMNS, sep="\t", flush=True)
    for cell in cells(of):
        rng = np.random.default_rng([SEED, cell.k, LAYOUTS.index(cell.layout), int(100 * cell.copies)])
        truth = (
            0.0 if cell.change == "none" else true_divergence(rng, MIXTURES[cell.change], cell.k, cell.layout)
        )
        numbers = summary(rng, cell, truth, of.studies)
        print(cell.change, cell.k, cell.layout, cell.copies, *cell.depths, *numbers, sep="\t", flush=True)


if __name__ == "__main__":
    main()
