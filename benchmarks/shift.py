"""Time and memory of a whole before/after study, as it grows: `klbio shift` on simulated pairs of samples.

A subject has one sample before and one after, 10,000 reads each of 1,000 taxa with log-normal
proportions; all tables are written, with 1,000 dealings behind each floor.  Each study is a process of its own.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
from bench import run_whole

SIZES = (100, 300, 1000)
N_TAXA, DEPTH, N_RESAMPLES = 1_000, 10_000, 1_000


def write_study(folder: Path, n_subjects: int, seed: int = 1) -> None:
    """Write a table of counts and its sample sheet."""
    rng = np.random.default_rng(seed)
    shared = rng.lognormal(0, 1.5, N_TAXA)
    sheet, columns = ["sample\tsubject\tphase"], []
    for i in range(n_subjects):
        own = shared * rng.lognormal(0, 0.5, N_TAXA)
        for phase in ("before", "after"):
            weights = own * rng.lognormal(0, 0.3, N_TAXA)
            sheet.append(f"S{i}.{phase}\tS{i}\t{phase}")
            columns.append(rng.multinomial(DEPTH, weights / weights.sum()))
    names = [line.split("\t")[0] for line in sheet[1:]]
    lines = ["\t".join(["taxon", *names])]
    lines += [f"T{k}\t" + "\t".join(map(str, row)) for k, row in enumerate(np.array(columns).T.tolist())]
    (folder / "table.tsv").write_text("\n".join(lines) + "\n")
    (folder / "samples.tsv").write_text("\n".join(sheet) + "\n")


def measured(n_subjects: int, threads: int) -> dict[str, float]:
    """Measure one study, from its files to its tables."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_study(folder, n_subjects)
        command = [sys.executable, "-m", "klbio", "shift", f"{folder}/table.tsv"]
        command += ["--samples", f"{folder}/samples.tsv", "--out", f"{folder}/out"]
        command += ["--resamples", str(N_RESAMPLES), "--threads", str(threads)]
        return run_whole(command, Path.cwd())


def main() -> None:
    """Print a row a size."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pairs", type=int, nargs="+", default=SIZES)
    parser.add_argument("--threads", type=int, default=2)
    arguments = parser.parse_args()
    measured(2, arguments.threads)  # compiles, where nothing is compiled yet
    print("| pairs | wall s | CPU s | CPU ms per pair | peak MB |\n| --- | --- | --- | --- | --- |")
    for n in arguments.pairs:
        found = measured(n, arguments.threads)
        per_pair = 1000 * found["cpu"] / n
        print(
            f"| {n:,} | {found['wall']:.1f} | {found['cpu']:.1f} | {per_pair:.1f} | {found['peak']:.0f} |",
            flush=True,
        )
    load = " ".join(f"{value:.1f}" for value in os.getloadavg())
    print(f"\n{arguments.threads} threads, {datetime.now(UTC):%Y-%m-%d}; load at the end of the run {load}.")


if __name__ == "__main__":
    main()
