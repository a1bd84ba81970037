"""Reading a text table of 5,000 taxa x 2,000 samples in several dressings: time and peak memory of the whole process.

    python benchmarks/text_tables.py

The table is simulated (seed 1); imports are part of every figure, and the first line is imports alone.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

import bench
import numpy as np

N_TAXA, N_SAMPLES, DENSITY, ROUNDS = 5_000, 2_000, 0.055, 3
LINEAGE = "k__Bacteria; p__Bacillota; c__Clostridia; o__Lachnospirales; f__Lachnospiraceae; g__"
READ = "import sys, klbio; klbio.read_taxa(sys.argv[1])"
IMPORT = "import klbio.io.tables.tsv, klbio.tidy"


def written(path: Path, values: np.ndarray, separator: str, line: Callable[[str], str]) -> Path:
    """Write one dressing; `line` finishes each row from its fields."""
    header = separator.join(["taxon", *(f"s{j}" for j in range(values.shape[1]))])
    rows = [separator.join([f"ASV{i}", *map(str, row)]) for i, row in enumerate(values.tolist())]
    path.write_text("\n".join([line(header), *map(line, rows)]) + "\n")
    return path


def with_commas(row: str) -> str:
    """Write the numbers of a row with a decimal comma."""
    name, numbers = row.split("\t", 1)
    return row if name == "taxon" else "\t".join([name, numbers.replace("\t", ",0\t") + ",0"])


def dressings(folder: Path, values: np.ndarray) -> dict[str, Path]:
    """Write the table in every dressing."""
    quoted = '"' + '","'.join(f"s{j}" for j in range(values.shape[1])) + '"'
    return {
        "TSV": written(folder / "t.tsv", values, "\t", str),
        "TSV with a column of lineages": written(
            folder / "taxonomy.tsv", values, "\t", lambda row: f"{row}\t{'taxonomy' if row[0] == 't' else LINEAGE}"
        ),
        "CSV, header in quotes": written(
            folder / "t.csv", values, ",", lambda row: f'"",{quoted}' if row[0] == "t" else row
        ),
        "decimal commas": written(folder / "comma.tsv", values, "\t", with_commas),
    }  # fmt: skip


def measured(program: list[str], folder: Path) -> str:
    """Give the fastest of some rounds as a line of figures."""
    rounds = [bench.run_whole([sys.executable, "-c", *program], folder) for _ in range(ROUNDS)]
    best = min(rounds, key=lambda figures: figures["cpu"])
    return f"{best['cpu']:.2f} s CPU, {best['wall']:.2f} s wall, {best['peak']:.0f} MB"


def main() -> None:
    """Measure every dressing, one after the other."""
    values = bench.simulated_table(N_SAMPLES, N_TAXA, DENSITY, 1).toarray().T.astype(int)
    with TemporaryDirectory() as folder:
        paths = dressings(Path(folder), values)
        print(f"{'imports':32} {measured([IMPORT], Path(folder))}")
        for name, path in paths.items():
            print(f"{name:32} {measured([READ, str(path)], Path(folder))}", flush=True)
    print(bench.machine())


if __name__ == "__main__":
    main()
