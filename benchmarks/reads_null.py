"""Does the reads route cry wolf?  Its floor, corrected divergence and interval on simulated reads.

    python benchmarks/reads_null.py > benchmarks/reads_null.tsv

Reads are drawn from the sources of examples/reads as its generator draws them (fragments on
either strand, pairs of 100 bases, 0.5 % substitutions), `N_STUDIES` studies a row.  In null rows
both samples come from one mixture; in the others from two, and the truth is the divergence of the
mixtures of 250,000 reads or pairs of each source.  `rejected` is the share of studies with
p <= 0.05; `rejected_naive` takes every k-mer for a draw of its own.
"""

from __future__ import annotations

import os
import platform
from collections.abc import Iterator
from datetime import date
from itertools import product
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from klbio.distributions import FloatArray
from klbio.divergences import jensen_shannon_divergence
from klbio.estimates import Floor, jensen_shannon_estimate, total
from klbio.reads.kmers import fold_strands

ROOT = Path(__file__).parents[1]
SOURCES = ("chloroplast", "coelicolor", "pestis", "phix174")
BEFORE = np.array([0.15, 0.50, 0.30, 0.05])
MIXTURES = {"none": BEFORE, "small": np.array([0.20, 0.45, 0.30, 0.05])}
WORD_LENGTHS = (4, 6)
DEPTHS = ((3000, 3000), (3000, 800))
COLUMNS = (
    "change", "k", "reads", "depth_after", "depth_before",
    "plugin_bits", "corrected_bits", "true_bits", "coverage", "rejected", "rejected_naive",
)  # fmt: skip
READ_LENGTH, ERROR_RATE = 100, 0.005
N_STUDIES, N_RESAMPLES, SEED = 200, 199, 1
GROUPS = 32

Codes = NDArray[np.int64]


def read_codes(name: str) -> Codes:
    """Read a source as 0-3 for ACGT."""
    text = "".join((ROOT / f"examples/reads/sources/{name}.fasta").read_text().splitlines()[1:])
    return np.searchsorted(np.frombuffer(b"ACGT", np.uint8), np.frombuffer(text.encode(), np.uint8))


GENOMES = [read_codes(name) for name in SOURCES]


def draw_reads(rng: np.random.Generator, shares: FloatArray, n: int, paired: bool) -> Iterator[Codes]:
    """Draw reads, or pairs, all of a source at once; one strand will do, as words are canonical."""
    origins = rng.choice(len(GENOMES), n, p=shares)
    lengths = rng.integers(250, 350, n)
    sizes = np.array([len(genome) for genome in GENOMES])[origins]
    starts = (rng.random(n) * (sizes - lengths + 1)).astype(int)
    flat = np.concatenate(GENOMES)
    offset = np.concatenate([[0], np.cumsum([len(genome) for genome in GENOMES])])[origins]
    other_end = starts + lengths - READ_LENGTH
    either = np.where(rng.random(n) < 0.5, starts, other_end)
    for first in (starts, other_end) if paired else (either,):
        reads = flat[(offset + first)[:, None] + np.arange(READ_LENGTH)]
        wrong = rng.random(reads.shape) < ERROR_RATE
        yield np.where(wrong, (reads + rng.integers(1, 4, reads.shape)) % 4, reads)


def draw_sample(
    rng: np.random.Generator, shares: FloatArray, n: int, k: int, paired: bool, n_groups: int = GROUPS
) -> FloatArray:
    """Count the words of a sample, shape (n_groups, n_categories)."""
    words = np.zeros(n_groups * 4**k, dtype=np.int64)
    for reads in draw_reads(rng, shares, n, paired):
        code = sum(reads[:, i : READ_LENGTH - k + 1 + i] << 2 * (k - 1 - i) for i in range(k))
        code += (np.arange(n) % n_groups * 4**k)[:, None]
        words += np.bincount(code.ravel(), minlength=len(words))
    return np.array([fold_strands(group) for group in words.reshape(n_groups, -1)], dtype=float)


def true_divergence(rng: np.random.Generator, shares: FloatArray, k: int, paired: bool) -> float:
    """Divergence of two mixtures: both weigh the same large samples of the sources."""
    parts = []
    for one in np.eye(len(SOURCES)):
        drawn = sum(draw_sample(rng, one, 25_000, k, paired, 1)[0] for _ in range(10))
        parts.append(drawn / drawn.sum())
    return float(jensen_shannon_divergence(shares @ parts, BEFORE @ parts))


def study(
    rng: np.random.Generator, shares: FloatArray, depths: tuple[int, int], k: int, paired: bool
) -> tuple[float, ...]:
    """Give plug-in, corrected, low, high, p and the same p from single draws."""
    after = draw_sample(rng, shares, depths[0], k, paired)
    before = draw_sample(rng, BEFORE, depths[1], k, paired)
    estimate = jensen_shannon_estimate(after, before)
    ps = []
    for x, y in ((after, before), (total(after), total(before))):
        seen = (total(x) + total(y)) > 0
        floor = Floor.drawn(x[None, ..., seen], y[None, ..., seen], N_RESAMPLES, rng)
        ps.append(floor.p_value("pooled", estimate.plugin))
    return (estimate.plugin, estimate.value, *estimate.interval(), *ps)


def summary(
    rng: np.random.Generator, shares: FloatArray, depths: tuple[int, int], k: int, paired: bool, truth: float
) -> list[str]:
    """Sum up `N_STUDIES` studies: means in bits, then shares of the studies."""
    rows = np.array([study(rng, shares, depths, k, paired) for _ in range(N_STUDIES)])
    plugin, value, low, high, p, p_naive = rows.T
    inside = (low <= truth) & (truth <= high)
    bits = [plugin.mean(), value.mean(), truth]
    return [f"{x:.5f}" for x in bits] + [f"{x.mean():.3f}" for x in (inside, p <= 0.05, p_naive <= 0.05)]


def main() -> None:
    """Print the table."""
    machine = f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}"
    print(f"# {machine}, {date.today()}; {N_STUDIES} studies a row, {N_RESAMPLES} resamples a study")
    print(*COLUMNS, sep="\t", flush=True)
    for (change, shares), k, paired in product(MIXTURES.items(), WORD_LENGTHS, (True, False)):
        rng = np.random.default_rng([SEED, k, paired])
        truth = true_divergence(rng, shares, k, paired)
        for depths in DEPTHS:
            numbers = summary(rng, shares, depths, k, paired, truth)
            print(change, k, "pairs" if paired else "single", *depths, *numbers, sep="\t", flush=True)


if __name__ == "__main__":
    main()
