"""A large study measured in chunks of subjects: CPU seconds and peak memory of each job; whether bytes are the same.

    python benchmarks/chunks.py --subjects 3000 --taxa 1000 --seen 40 --chunk 500 --whole
    python benchmarks/chunks.py --subjects 10000 --taxa 20000 --seen 300 --chunk 1000

Two arms, a sample before and one after, 10,000 reads in each of log-normal proportions of so many taxa, which a
subject's samples share in part; 999 dealings behind each floor.  Every job is a process of its own, as the workflow
runs it.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from math import ceil
from pathlib import Path

import numpy as np
from bench import machine, markdown, run_whole
from scipy import sparse

from klbio.distributions import Counts
from klbio.io import write_table
from klbio.io.result_folder import SUMS
from klbio.taxa_table import TaxaTable

DEPTH = 10_000
HEADER = "job", "CPU s", "wall s", "peak MB", "written MB"


def write_study(folder: Path, n_subjects: int, n_taxa: int, seen: int) -> None:
    """Write a table of counts and its sample sheet."""
    rng = np.random.default_rng(1)
    weights = rng.lognormal(0, 2, n_taxa)
    ends = np.cumsum(weights / weights.sum())
    sheet, rows = ["sample\tsubject\tphase\tarm"], []
    for i in range(n_subjects):
        taxa = np.unique(np.searchsorted(ends, rng.random(2 * seen)).clip(max=n_taxa - 1))
        own = rng.lognormal(0, 1.5, len(taxa))
        for phase in ("before", "after"):
            sheet.append(f"S{i}.{phase}\tS{i}\t{phase}\tarm {i % 2}")
            there = own * rng.lognormal(0, 0.5, len(taxa)) * (rng.random(len(taxa)) < 0.7)
            reads = rng.multinomial(DEPTH, there / there.sum())
            rows.append(sparse.csr_array((reads, taxa, [0, len(taxa)]), shape=(1, n_taxa)))
    names = [line.split("\t")[0] for line in sheet[1:]]
    counts = Counts(names, [f"T{k}" for k in range(n_taxa)], sparse.vstack(rows).tocsr(), "counts")
    write_table(TaxaTable(counts, samples_known=True), folder / "table.biom")
    (folder / "samples.tsv").write_text("\n".join(sheet) + "\n")


def job(step: str, given: Mapping[str, object], written: Path) -> list[str]:
    """Run a step as a process, and say what it took."""
    found = run_whole([sys.executable, __file__, "--run", step, json.dumps(given)], Path.cwd())
    size = sum(path.stat().st_size for path in (written.rglob("*") if written.is_dir() else [written]))
    return [f"{found['cpu']:.1f}", f"{found['wall']:.1f}", f"{found['peak']:,.0f}", f"{size / 1e6:,.0f}"]


def run(step: str, given: str) -> None:
    """Be such a process."""
    from klbio.steps.shift import measure_shift
    from klbio.steps.shift_parts import measure_shift_part
    from klbio.threads import restrain_libraries

    restrain_libraries()
    if step == "part":
        measure_shift_part(**json.loads(given))
    else:
        measure_shift(**json.loads(given))


def rows(folder: Path, n_subjects: int, chunk: int, whole: bool) -> list[list[str]]:
    """Measure a study in chunks and, if asked for, at once."""
    study = {"table": str(folder / "table.biom"), "samples": str(folder / "samples.tsv")}
    parts = [folder / f"{k}.part" for k in range(1, ceil(n_subjects / chunk) + 1)]
    found = []
    for number, part in enumerate(parts, 1):
        given = {**study, "chunk": number, "chunk_subjects": chunk, "part": str(part)}
        found.append([f"chunk {number}", *job("part", given, part)])
        print(*found[-1], file=sys.stderr, flush=True)
    out = folder / "chunks"
    gather = {**study, "parts": [str(part) for part in parts], "out": str(out)}
    found.append(["all tables of them", *job("tables", gather, out)])
    found.append(["in all", f"{sum(float(row[1]) for row in found):.1f}", "", "", ""])
    if whole:
        once = folder / "at-once"
        found.append(["one job", *job("tables", {**study, "out": str(once)}, once)])
        same = (once / SUMS).read_bytes() == (out / SUMS).read_bytes()
        found.append(["the same bytes", "yes" if same else "NO", "", "", ""])
    return found


def main(arguments: Sequence[str] | None = None) -> None:
    """Print what each job took."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    for name, default in (("subjects", 3_000), ("taxa", 1_000), ("seen", 40), ("chunk", 500)):
        parser.add_argument(f"--{name}", type=int, default=default)
    parser.add_argument(
        "--whole", action="store_true", help="measure the study in one job, too, and compare bytes"
    )
    parser.add_argument("--run", nargs=2, help=argparse.SUPPRESS)
    given = parser.parse_args(arguments)
    if given.run:
        run(*given.run)
        return
    with tempfile.TemporaryDirectory() as name:
        write_study(Path(name), given.subjects, given.taxa, given.seen)
        print(markdown(HEADER, rows(Path(name), given.subjects, given.chunk, given.whole)))
    load = " ".join(f"{value:.1f}" for value in os.getloadavg())
    print(f"\n{machine()}, {datetime.now(UTC):%Y-%m-%d}; load at the end of the run {load}.")


if __name__ == "__main__":
    main()
