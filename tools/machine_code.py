"""Make the machine code of klbio's compiled loops with its environment, so that no first run waits for it."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

HERE = Path(__file__).parents[1]
MICE, MODELS = HERE / "examples" / "mouse-diet", HERE / "examples" / "gene-models"
TABLE = MICE / "table.tsv"
# Runs of the bundled examples that reach the loops of their workflow, side by side.
RUNS = (
    (
        "shift",
        TABLE,
        "--samples",
        HERE / "config" / "samples.tsv",
        "--taxonomy",
        MICE / "taxonomy.tsv",
        "--no-report",
    ),
    ("models", MODELS, "--no-report"),
    ("matrix", TABLE),
)


def main() -> None:
    """Run each and throw away what it found; the loops are compiled at a first call, then read from disk."""
    with tempfile.TemporaryDirectory() as folder, ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda i: run(*RUNS[i], "--out", Path(folder, f"{i}.tsv")), range(len(RUNS))))


def run(*arguments: object) -> None:
    """Run one command of klbio; one that fails says so, and the environment stands nevertheless."""
    subprocess.run(
        [sys.executable, "-m", "klbio", *map(str, arguments), "--quiet"], stdout=subprocess.DEVNULL
    )


if __name__ == "__main__":
    main()
