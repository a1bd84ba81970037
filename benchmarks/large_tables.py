"""A study of 300 subjects out of a BIOM table of 20,000 samples and 50,000 taxa, and all pairs of its samples.

1.2 % of the table are not 0 (12 million numbers; `bench.simulated_table`, seed 1).  Each program is a process of its
own, and they take turns.  scipy compares a few hundred samples; its time for all is in proportion to the pairs.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

from bench import markdown, run_whole, simulated_table

from klbio.distributions import Counts
from klbio.io import write_table
from klbio.taxa_table import TaxaTable

DENSITY, N_SUBJECTS, N_SCIPY = 0.012, 300, 300
HEADER = ("program", "CPU s", "wall s", "peak MB")
READ = "import sys; from klbio.io import read_taxa; read_taxa(sys.argv[1])"
READ_SOME = (
    "import sys; from klbio.io import read_taxa; from klbio.io.sheets.sheet import read_samples; "
    "design = read_samples(sys.argv[2]); read_taxa(sys.argv[1], design=design).community(design)"
)
PEER = "import sys; from biom import load_table; load_table(sys.argv[1])"
SCIPY = (
    "import sys; from biom import load_table; from scipy.spatial.distance import pdist; "
    f"pdist(load_table(sys.argv[1]).matrix_data.T[:{N_SCIPY}].toarray(), 'jensenshannon')"
)


def write_files(folder: Path, n_samples: int, n_taxa: int) -> None:
    """Write the table, and a sheet of pairs of samples spread over it."""
    samples, taxa = [f"S{i:06d}" for i in range(n_samples)], [f"T{k:06d}" for k in range(n_taxa)]
    counts = Counts(samples, taxa, simulated_table(n_samples, n_taxa, DENSITY, seed=1))
    write_table(TaxaTable(counts, samples_known=True), folder / "table.biom")
    step = n_samples // N_SUBJECTS
    rows = [
        f"{samples[i * step + day]}\tP{i}\t{('before', 'after')[day]}"
        for i in range(N_SUBJECTS)
        for day in (0, 1)
    ]
    (folder / "sheet.tsv").write_text("\n".join(["sample\tsubject\tphase", *rows]) + "\n")


def programs(folder: Path) -> Iterator[tuple[str, list[str]]]:
    """Give each program its name and its command."""
    table, sheet = str(folder / "table.biom"), str(folder / "sheet.tsv")
    klbio = [sys.executable, "-m", "klbio"]
    yield "biom `load_table`", [sys.executable, "-c", PEER, table]
    yield "klbio `read_taxa`, all samples", [sys.executable, "-c", READ, table]
    yield (
        f"klbio `read_taxa`, {2 * N_SUBJECTS} samples of a sheet",
        [sys.executable, "-c", READ_SOME, table, sheet],
    )
    shift = ["shift", table, "--samples", sheet, "--out", f"{folder}/out", "--no-report"]
    yield f"`klbio shift`, {N_SUBJECTS} subjects", klbio + shift
    for dtype in ("float64", "float32"):
        yield (
            f"`klbio matrix`, {dtype} .npy",
            [*klbio, "matrix", table, "--dtype", dtype, "--out", f"{folder}/m.npy"],
        )
    yield f"scipy `pdist`, the first {N_SCIPY} samples", [sys.executable, "-c", SCIPY, table]


def main(arguments: Sequence[str] | None = None) -> None:
    """Print a row for each program."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--samples", type=int, default=20_000)
    parser.add_argument("--taxa", type=int, default=50_000)
    given = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_files(folder, given.samples, given.taxa)
        rows = []
        for program, command in programs(folder):
            used = run_whole(command, Path.cwd())
            rows.append((program, f"{used['cpu']:.1f}", f"{used['wall']:.1f}", f"{used['peak']:,.0f}"))
    print(markdown(HEADER, rows))
    load = " ".join(f"{value:.1f}" for value in os.getloadavg())
    print(
        f"\n{given.samples:,} x {given.taxa:,}; {datetime.now(UTC):%Y-%m-%d}; load at the end of the run {load}."
    )


if __name__ == "__main__":
    main()
