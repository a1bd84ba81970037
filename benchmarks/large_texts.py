"""Reading text tables of 50,000 taxa and more and more samples, 1.2 % of them not 0, beside BIOM of the same.

    python large_texts.py --samples 2000 4000 10000 20000 --folder TABLES

The tables are simulated (`bench.simulated_table`, seed 1) and stay in the folder: a hundred thousand bytes a sample.
Each is read in a process of its own, as text, gzipped (the smallest), and as BIOM.
"""

from __future__ import annotations

import argparse
import gzip
import os
import shutil
import sys
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

from bench import markdown, run_whole, simulated_table

from klbio.distributions import Counts
from klbio.io import write_table
from klbio.taxa_table import TaxaTable

N_TAXA, DENSITY = 50_000, 0.012
HEADER = ("table", "MB", "CPU s", "wall s", "peak MB")
READ = "import sys; from klbio.io import read_taxa; read_taxa(sys.argv[1])"


def write_files(folder: Path, sizes: Sequence[int]) -> None:
    """Write tables of the first samples, as text and BIOM; the smallest text gzipped too."""
    folder.mkdir(exist_ok=True)
    samples, taxa = [f"S{i:06d}" for i in range(max(sizes))], [f"T{k:06d}" for k in range(N_TAXA)]
    values = simulated_table(len(samples), N_TAXA, DENSITY, seed=1)
    for n in sizes:
        table = TaxaTable(Counts(samples[:n], taxa, values[:n]), samples_known=True)
        for suffix in ("biom", "tsv"):
            write_table(table, folder / f"{n}.{suffix}")
    with (
        (folder / f"{min(sizes)}.tsv").open("rb") as plain,
        gzip.open(folder / f"{min(sizes)}.tsv.gz", "wb", 1) as to,
    ):
        shutil.copyfileobj(plain, to)


def rows(folder: Path) -> Iterator[tuple[str, ...]]:
    """Read each table of the folder, the smallest first."""
    for path in sorted(folder.iterdir(), key=lambda path: (int(path.name.split(".")[0]), path.name)):
        used = run_whole([sys.executable, "-c", READ, str(path)], folder)
        size = f"{path.stat().st_size / 1e6:,.0f}"
        yield path.name, size, f"{used['cpu']:.1f}", f"{used['wall']:.1f}", f"{used['peak'] * 1.048576:,.0f}"


def main(arguments: Sequence[str] | None = None) -> None:
    """Print a row for each table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--samples", type=int, nargs="+", default=[2_000, 4_000])
    parser.add_argument("--folder", type=Path, required=True, help="where the tables are, or are to stay")
    given = parser.parse_args(arguments)
    if not given.folder.exists():
        write_files(given.folder, given.samples)
    print(markdown(HEADER, []))
    for row in rows(given.folder):
        print("| " + " | ".join(row) + " |", flush=True)
    load = " ".join(f"{value:.1f}" for value in os.getloadavg())
    print(f"\n{datetime.now(UTC):%Y-%m-%d}; load at the end of the run {load}.")


if __name__ == "__main__":
    main()
