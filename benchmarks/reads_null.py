"""Does the reads route cry wolf?  Its floor, corrected divergence and interval on simulated reads.

    python benchmarks/reads_null.py > benchmarks/reads_null.tsv
    python benchmarks/reads_null.py --studies 20 --kmer 4 --copies 0 0.4

Fragments are drawn from the sources of examples/reads as its generator draws them (either strand, mates of 100
bases), a share of them copied as PCR copies; every read then has errors of its own, and goes
through klbio's dealing and counting (interleaved mates by way of a file and its reader, too).  All word lengths are
counted of the same reads.  In null rows both samples come from one mixture; in the others from two, and
the truth is the divergence of the mixtures of 100,000 pairs of each source.  `rejected` is the share of studies with
p <= 0.05; `above` and `below` are the shares whose interval lies above or below the truth, `scatter_bits` the standard
deviation of the corrected divergence.
"""

from __future__ import annotations

import argparse
import os
import platform
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from klbio.distributions import FloatArray
from klbio.divergences import jensen_shannon_divergence
from klbio.estimates import Chance, Floor, jensen_shannon_estimate, total
from klbio.io.sequences.reads import read_blocks
from klbio.reads.fragments import Dealing, Records
from klbio.reads.kmers import FragmentCounter

ROOT = Path(__file__).parents[1]
SOURCES = ("chloroplast", "coelicolor", "pestis", "phix174")
BEFORE = np.array([0.15, 0.50, 0.30, 0.05])
MIXTURES = {
    "none": BEFORE,
    "small": np.array([0.20, 0.45, 0.30, 0.05]),
    "large": np.array([0.50, 0.20, 0.20, 0.10]),
    "lost": np.array([0.20, 0.50, 0.30, 0.00]),  # a source that is gone
}
WORD_LENGTHS = (4, 6, 8)
COPIES = (0.0, 0.1, 0.2, 0.4)
EVEN, SHALLOW = (3000, 3000), (3000, 800)
DEEP, UNLIKE = (20_000, 20_000), (20_000, 2000)
COLUMNS = (
    "change", "k", "reads", "copies", "depth_after", "depth_before", "studies", "plugin_bits", "corrected_bits",
    "scatter_bits", "true_bits", "coverage", "above", "below", "rejected",
)  # fmt: skip
READ_LENGTH, ERROR_RATE = 100, 0.005
N_RESAMPLES, SEED = 999, 1
GROUPS = 32
LETTERS = np.frombuffer(b"ACGT", np.uint8)

Codes = NDArray[np.int64]
ByLength = dict[int, FloatArray]


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
    read, flat = true.copy(), true.size
    wrong = rng.integers(0, flat, rng.binomial(flat, ERROR_RATE))
    read.flat[wrong] = (read.flat[wrong] + rng.integers(1, 4, len(wrong))) % 4
    return read


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
    blocks: Sequence[tuple[bytes, ...]], lengths: Sequence[int], n_groups: int = GROUPS, by_hash: bool = True
) -> ByLength:
    """Count the words of a sample, an array of shape (n_groups, n_categories) for each length."""
    counter = FragmentCounter(list(lengths), dealing=Dealing(n_groups, by_hash))
    for mates in blocks:
        counter.add([Records.of(block) for block in mates])
    return {k: tally.groups.astype(float) for k, tally in counter.tallies().items()}


def true_divergences(
    lengths: Sequence[int], changes: Sequence[str], layout: str
) -> dict[str, dict[int, float]]:
    """Divergence of two mixtures: both weigh the same large samples of the sources."""
    rng = np.random.default_rng(SEED)
    drawn = []
    for one in np.eye(len(SOURCES)):
        blocks = [block for _ in range(10) for block in blocks_of(draw_mates(rng, one, 10_000, 0), layout)]
        drawn.append(counted(blocks, lengths, 1))
    parts = {k: np.array([counts[k][0] / counts[k].sum() for counts in drawn]) for k in lengths}
    return {
        change: {
            k: float(jensen_shannon_divergence(MIXTURES[change] @ p, BEFORE @ p)) for k, p in parts.items()
        }
        for change in changes
    }


class Cell(NamedTuple):
    """Studies of one kind."""

    change: str
    layout: str
    copies: float
    depths: tuple[int, int]


class Study(NamedTuple):
    """What klbio says of one study."""

    plugin: float
    value: float
    low: float
    high: float
    p: float

    @classmethod
    def of(cls, after: FloatArray, before: FloatArray, rng: np.random.Generator) -> Study:
        """Measure as the workflow does."""
        seen = (total(after) + total(before)) > 0
        after, before = after[:, seen], before[:, seen]
        estimate = jensen_shannon_estimate(after, before)
        chance = estimate.plugin - estimate.value
        floor = Floor.of_groups((after[None], before[None]), Chance(chance, chance), N_RESAMPLES, rng)
        p = floor.p_value("pooled", estimate.plugin)
        return cls(estimate.plugin, estimate.value, *estimate.interval(), p)


def studies(cell: Cell, lengths: Sequence[int], n_studies: int, by_hash: bool) -> dict[int, FloatArray]:
    """Run some studies: a row of each for each word length."""
    rng = np.random.default_rng(
        [SEED, sorted(MIXTURES).index(cell.change), *cell.depths, int(100 * cell.copies)]
    )
    rows: dict[int, list[Study]] = {k: [] for k in lengths}
    for _ in range(n_studies):
        after, before = (
            counted(
                list(blocks_of(draw_mates(rng, shares, n, cell.copies), cell.layout)),
                lengths,
                GROUPS,
                by_hash,
            )
            for shares, n in zip((MIXTURES[cell.change], BEFORE), cell.depths, strict=True)
        )
        for k in lengths:
            rows[k].append(Study.of(after[k], before[k], rng))
    return {k: np.array(of_length) for k, of_length in rows.items()}


def summary(rows: FloatArray, truth: float) -> list[str]:
    """Sum up studies: bits, then shares of the studies."""
    plugin, value, low, high, p = rows.T
    bits = [plugin.mean(), value.mean(), value.std(), truth]
    shares = [
        ((low <= truth) & (truth <= high)).mean(),
        (low > truth).mean(),
        (high < truth).mean(),
        (p <= 0.05).mean(),
    ]
    return [f"{x:.5f}" for x in bits] + [f"{x:.3f}" for x in shares]


def grid(copies: Sequence[float]) -> Iterator[Cell]:
    """Nulls and small changes of pairs, at all shares of copies."""
    for share in copies:
        yield Cell("none", "pairs", share, EVEN)
        yield Cell("none", "pairs", share, SHALLOW)
        yield Cell("small", "pairs", share, EVEN)


def more(copies: Sequence[float]) -> Iterator[Cell]:
    """Give other layouts, changes and depths, at the least and the largest share."""
    shares = sorted({min(copies), max(copies)})
    for layout in ("interleaved", "single"):
        yield from (Cell("none", layout, share, EVEN) for share in shares)
    for change, depths in (("large", EVEN), ("lost", SHALLOW), ("small", SHALLOW),
                           ("none", DEEP), ("none", UNLIKE), ("small", UNLIKE)):  # fmt: skip
        yield from (Cell(change, "pairs", share, depths) for share in shares)


PARTS = {"grid": grid, "more": more}


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description="Null studies of reads.")
    parser.add_argument("--studies", type=int, default=200)
    parser.add_argument("--kmer", type=int, nargs="+", default=WORD_LENGTHS)
    parser.add_argument("--copies", type=float, nargs="+", default=COPIES)
    parser.add_argument("--change", nargs="+", default=list(MIXTURES))
    parser.add_argument("--part", nargs="+", choices=PARTS, default=list(PARTS), help="which of the rows")
    parser.add_argument(
        "--in-turn", action="store_true", help="deal fragments to groups in turn, whatever is copied"
    )
    of = parser.parse_args()
    machine = f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}"
    print(f"# {machine}, {date.today()}; {N_RESAMPLES} resamples a study")
    print(*COLUMNS, sep="\t", flush=True)
    truths = true_divergences(of.kmer, of.change, "pairs")
    for cell in (cell for part in of.part for cell in PARTS[part](of.copies) if cell.change in of.change):
        for k, rows in studies(cell, of.kmer, of.studies, not of.in_turn).items():
            numbers = summary(rows, truths[cell.change][k])
            print(
                cell.change,
                k,
                cell.layout,
                cell.copies,
                *cell.depths,
                of.studies,
                *numbers,
                sep="\t",
                flush=True,
            )


if __name__ == "__main__":
    main()
