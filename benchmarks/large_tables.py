"""A study of 300 subjects out of a BIOM table of 20,000 samples and 50,000 taxa, and all pairs of its samples.

1.2 % of the table are not 0 (12 million numbers; `bench.simulated_table`, seed 1).  Each program is a process of its
own, one after the other.  scipy compares a few hundred samples; its time for all is in proportion to the pairs.
A tenth of the samples is read as BIOM and as text too, 200 MB of zeros.  With `--folder` tables are made once.
With `--tiles` every part of all pairs is timed instead, as eight jobs would make them (10 GB of 100,000 samples).
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

DENSITY, N_SUBJECTS, N_SCIPY, TEXT_SHARE, N_TILES = 0.012, 300, 300, 10, 8
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


def write_files(folder: Path, n_samples: int, n_taxa: int, *, alone: bool = False) -> None:
    """Write the table; unless `alone`, a part of it in two formats, and a sheet of pairs of samples spread over it."""
    samples, taxa = [f"S{i:06d}" for i in range(n_samples)], [f"T{k:06d}" for k in range(n_taxa)]
    values = simulated_table(n_samples, n_taxa, DENSITY, seed=1)
    write_table(TaxaTable(Counts(samples, taxa, values), samples_known=True), folder / "table.biom")
    if alone:
        return
    some = n_samples // TEXT_SHARE
    part = TaxaTable(Counts(samples[:some], taxa, values[:some]), samples_known=True)
    for suffix in ("biom", "tsv"):
        write_table(part, folder / f"part.{suffix}")
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
    tile = ["--tile", f"{N_TILES}/{N_TILES}", "--out", f"{folder}/m.npy"]
    yield f"`klbio matrix`, the last of {N_TILES} parts", [*klbio, "matrix", table, *tile]
    for suffix in ("biom", "tsv"):
        part = str(folder / f"part.{suffix}")
        yield f"klbio `read_taxa`, a tenth of the samples, .{suffix}", [sys.executable, "-c", READ, part]
    yield f"scipy `pdist`, the first {N_SCIPY} samples", [sys.executable, "-c", SCIPY, table]


def tiles(folder: Path) -> Iterator[tuple[str, list[str]]]:
    """Give each part of all pairs its name and its command; each takes the place of the one before."""
    out = str(folder / "tile.npy")
    for i in range(1, N_TILES + 1):
        command = [sys.executable, "-m", "klbio", "matrix", str(folder / "table.biom"), "--out", out]
        yield f"`klbio matrix`, part {i} of {N_TILES}", [*command, "--tile", f"{i}/{N_TILES}"]


def main(arguments: Sequence[str] | None = None) -> None:
    """Print a row for each program."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--samples", type=int, default=20_000)
    parser.add_argument("--taxa", type=int, default=50_000)
    parser.add_argument("--folder", type=Path, help="where the tables are, or are to stay")
    parser.add_argument("--tiles", action="store_true", help="every part of all pairs, and nothing else")
    given = parser.parse_args(arguments)
    last = "table.biom" if given.tiles else "sheet.tsv"  # of what is written
    with tempfile.TemporaryDirectory() as name:
        folder = given.folder or Path(name)
        if not (folder / last).exists():
            folder.mkdir(exist_ok=True)
            write_files(folder, given.samples, given.taxa, alone=given.tiles)
        print(markdown(HEADER, []))
        for program, command in (tiles if given.tiles else programs)(folder):
            used = run_whole(command, Path.cwd())
            row = program, f"{used['cpu']:.1f}", f"{used['wall']:.1f}", f"{used['peak']:,.0f}"
            print("| " + " | ".join(row) + " |", flush=True)
    load = " ".join(f"{value:.1f}" for value in os.getloadavg())
    print(
        f"\n{given.samples:,} x {given.taxa:,}; {datetime.now(UTC):%Y-%m-%d}; load at the end of the run {load}."
    )


if __name__ == "__main__":
    main()
