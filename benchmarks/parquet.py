"""A large result table as Parquet beside its text: python benchmarks/parquet.py ROWS.

Contributions of that many rows, of random numbers and 2,000 names of taxa, are written as text; then, each in a process
of its own, that text is written as Parquet by `klbio convert`, and both are read by pandas.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pandas as pd
from bench import machine, run_whole

from klbio.io.results import write_pieces
from klbio.schema import SHIFT_TABLES, Flag, Pieces, Text

TABLE = SHIFT_TABLES["contributions"]
PIECE, N_TAXA = 20_000, 2_000


def pieces(n_rows: int) -> Iterator[pd.DataFrame]:
    """Random rows, a subject in each 250."""
    rng = np.random.default_rng(1)
    for start in range(0, n_rows, PIECE):
        n = min(PIECE, n_rows - start)
        frame = {}
        for column in TABLE.columns:
            if column.name == "subject":
                frame[column.name] = [f"P{i // 250:06d}" for i in range(start, start + n)]
            elif isinstance(column.kind, Text):
                names = column.kind.values or [f"Genus{i}_unclassified" for i in range(N_TAXA)]
                frame[column.name] = rng.choice(np.array(names, dtype=object), n)
            elif isinstance(column.kind, Flag):
                frame[column.name] = rng.random(n) < 0.5
            else:
                frame[column.name] = rng.integers(0, 5_000, n) if column.whole else rng.random(n)
        yield pd.DataFrame(frame)


def main(n_rows: int) -> None:
    with TemporaryDirectory(prefix="klbio-parquet-") as name:
        text, packed = Path(name, "contributions.tsv"), Path(name, "contributions.parquet")
        write_pieces(text, Pieces(n_rows, lambda: pieces(n_rows)), TABLE)
        runs = {
            "klbio convert": [sys.executable, "-m", "klbio", "convert", str(text), str(packed)],
            "pandas.read_csv": [
                sys.executable,
                "-c",
                f"import pandas; pandas.read_csv({str(text)!r}, sep='\\t')",
            ],
            "pandas.read_parquet": [
                sys.executable,
                "-c",
                f"import pandas; pandas.read_parquet({str(packed)!r})",
            ],
        }
        print("| what | CPU s | peak MB |\n|---|---|---|")
        for what, command in runs.items():
            took = run_whole(command, Path(name))
            print(f"| `{what}` | {took['cpu']:.1f} | {took['peak']:.0f} |")
        sizes = [path.stat().st_size / 1e6 for path in (text, packed)]
        print(f"\n{n_rows:,} rows: {sizes[0]:.0f} MB of text, {sizes[1]:.0f} MB as Parquet; {machine()}")


if __name__ == "__main__":
    main(int(sys.argv[1]))
