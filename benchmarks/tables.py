"""Time and memory of reading one large table from each of its containers, in a process of its own each.

20,000 samples of 50,000 taxa, of which 1 % are not 0 (10 million numbers); every taxon has a lineage, every sample
three columns of metadata.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from bench import markdown, run_whole, simulated_table

from klbio.distributions import Counts
from klbio.io import write_table
from klbio.sheet import Row, Sheet
from klbio.taxa_table import TaxaTable
from klbio.taxonomy import Taxonomy

ENDINGS = ("biom", "qza", "h5ad")
COLUMNS = ("sample", "subject", "phase", "day")
RANKS = ("domain", "phylum", "class", "order", "family", "genus", "species")
READ = "import sys; from klbio.io import read_taxa; print(read_taxa(sys.argv[1]))"
HEADER = ("table", "file MB", "wall s", "CPU s", "peak MB")


def simulated(n_samples: int, n_taxa: int, density: float = 0.01, seed: int = 1) -> TaxaTable:
    """Give a table with lineages and metadata."""
    samples, taxa = [f"S{i:05d}" for i in range(n_samples)], [f"{i:032x}" for i in range(n_taxa)]
    counts = Counts(samples, taxa, simulated_table(n_samples, n_taxa, density, seed))
    names = {
        taxon: tuple(f"{rank.title()} {i % 4 ** (depth + 1)}" for depth, rank in enumerate(RANKS))
        for i, taxon in enumerate(taxa)
    }
    cells = ((name, f"P{i // 4}", ("before", "after")[i % 2], str(i % 30)) for i, name in enumerate(samples))
    rows = tuple(Row(None, dict(zip(COLUMNS, row, strict=True)), row[0]) for row in cells)
    return TaxaTable(counts, Taxonomy(RANKS, names), Sheet("simulated", COLUMNS, rows), samples_known=True)


def rows_of(folder: Path, n_samples: int, n_taxa: int) -> list[Sequence[str]]:
    """Write the table in each format, and read it."""
    table = simulated(n_samples, n_taxa)
    files = {ending: folder / f"table.{ending}" for ending in ENDINGS}
    for path in files.values():
        write_table(table, path)
    return [_measured(f"{n_samples:,} x {n_taxa:,}, .{ending}", path) for ending, path in files.items()]


def _measured(name: str, path: Path) -> Sequence[str]:
    used = run_whole([sys.executable, "-c", READ, str(path)], path.parent)
    size = f"{path.stat().st_size / 1e6:.0f}"
    return name, size, f"{used['wall']:.1f}", f"{used['cpu']:.1f}", f"{used['peak']:,.0f}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--samples", type=int, default=20_000)
    parser.add_argument("--taxa", type=int, default=50_000)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        rows = rows_of(Path(folder), asked.samples, asked.taxa)
    print(f"{datetime.now(UTC).date()}, load {os.getloadavg()[0]:.0f}\n")
    print(markdown(HEADER, rows))


if __name__ == "__main__":
    main()
