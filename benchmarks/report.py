"""Time and memory of the page of a large study, and its size: `klbio report` on the tables of 10,000 subjects.

A study of some hundred subjects in two arms is measured; the rows of its subjects are then repeated under other names
until there are as many as asked for.  So the page is that of a study of this size, though its subjects are alike.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path

import pandas as pd
from bench import markdown, run_whole
from shift import N_RESAMPLES, Design

from klbio.io.result_folder import write_tables
from klbio.io.results import read_rows
from klbio.schema import SHIFT_TABLES

MEASURED = 250  # subjects
HEADER = ("subjects", "tables MB", "page MB", "figures MB", "wall s", "CPU s", "peak MB")


def measured(folder: Path) -> None:
    """Measure a small study."""
    Design("two arms", MEASURED, n_arms=2).write(folder)
    command = [sys.executable, "-m", "klbio", "shift", f"{folder}/table.tsv", "--no-report"]
    command += [
        "--samples",
        f"{folder}/samples.tsv",
        "--out",
        f"{folder}/small",
        "--resamples",
        str(N_RESAMPLES),
    ]
    run_whole(command, Path.cwd())


def repeated(small: Path, large: Path, times: int) -> None:
    """Repeat the rows of subjects, each time under other names."""
    frames = {name: read_rows(small / f"{name}.tsv", table) for name, table in SHIFT_TABLES.items()}
    write_tables(large, {name: _many(frame, times) for name, frame in frames.items()}, SHIFT_TABLES)


def _many(frame: pd.DataFrame, times: int) -> pd.DataFrame:
    names = [column for column in ("subject", "sample") if column in frame]
    if not names:
        return frame
    copies = [
        frame.assign(**{name: frame[name].astype(str) + f".{i}" for name in names}) for i in range(times)
    ]
    return pd.concat(copies, ignore_index=True)


def row(small: Path, n_subjects: int) -> Sequence[str]:
    """Write the page of so many subjects, in a process of its own."""
    with tempfile.TemporaryDirectory() as name:
        results = Path(name)
        repeated(small, results / "shift", n_subjects // MEASURED)
        page = results / "report" / "report.html"
        command = [sys.executable, "-m", "klbio", "report", str(results), "--out", str(page)]
        used = run_whole(command, Path.cwd())
        sizes = (
            _megabytes((results / "shift").rglob("*.tsv")),
            _megabytes([page]),
            _megabytes(page.parent.rglob("*.svg")),
        )
        figures = f"{used['wall']:.1f}", f"{used['cpu']:.1f}", f"{used['peak']:,.0f}"
        return f"{n_subjects:,}", *(f"{size:.1f}" for size in sizes), *figures


def _megabytes(files: Iterable[Path]) -> float:
    return sum(file.stat().st_size for file in files) / 1e6


def main(arguments: Sequence[str] | None = None) -> None:
    """Print a row for each size."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--subjects", type=int, nargs="+", default=[1_000, 3_000, 10_000])
    given = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as name:
        measured(Path(name))
        rows = [row(Path(name) / "small", n) for n in given.subjects]
    print(markdown(HEADER, rows))
    load = " ".join(f"{value:.1f}" for value in os.getloadavg())
    print(f"\n{datetime.now(UTC):%Y-%m-%d}; load at the end of the run {load}.")


if __name__ == "__main__":
    main()
