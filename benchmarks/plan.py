"""What planning a run takes as a study grows: ``snakemake -n -q all`` on one core, reads alone and with their taxa.

    python benchmarks/plan.py --samples 2500 5000 10000

Each sample has two FASTQ files of one read and a column of a table of taxa; two samples a subject.  Nothing is run.
CPU seconds are of the whole process, what it starts included; jobs are those that Snakemake counts.
"""

from __future__ import annotations

import argparse
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from bench import environment, machine, markdown, run_whole

ROOT = Path(__file__).parents[1]
N_TAXA, LENGTH = 500, 100
HEADER = ("study", "samples", "jobs", "CPU s", "wall s", "peak MB")
CONFIGS = {
    "reads": "outdir: results\nreads: {samples: reads.tsv, kmer: 6}\n",
    "reads and taxa": (
        "outdir: results\nreads: {samples: reads.tsv, kmer: 6}\ntaxa: {table: table.tsv, samples: sheet.tsv}\n"
    ),
}
TOTAL = re.compile(r"^total\s+(\d+)$", re.MULTILINE)


def write_study(folder: Path, n_samples: int) -> None:
    """Write read files, table and sheets."""
    rng = np.random.default_rng(1)
    names = [f"S{i:06d}" for i in range(n_samples)]
    for name, bases in zip(names, rng.choice(list("ACGT"), (n_samples, LENGTH)).tolist(), strict=True):
        for mate in (1, 2):
            (folder / f"{name}_{mate}.fastq").write_text(f"@{name}\n{''.join(bases)}\n+\n{'I' * LENGTH}\n")
    who = [f"{name}\tP{i // 2:06d}\t{('before', 'after')[i % 2]}" for i, name in enumerate(names)]
    files = [f"{line}\t{name}_1.fastq\t{name}_2.fastq" for line, name in zip(who, names, strict=True)]
    header = "sample\tsubject\tphase"
    (folder / "sheet.tsv").write_text("\n".join([header, *who]) + "\n")
    (folder / "reads.tsv").write_text("\n".join([f"{header}\tfastq_1\tfastq_2", *files]) + "\n")
    rows = (f"t{i}\t" + "\t".join(map(str, rng.poisson(2, n_samples).tolist())) for i in range(N_TAXA))
    (folder / "table.tsv").write_text("\n".join(["taxon\t" + "\t".join(names), *rows]) + "\n")


def rows(n_samples: int) -> Iterator[tuple[str, ...]]:
    """Plan each study twice: for its jobs, and for what it takes."""
    with TemporaryDirectory(prefix="klbio-plan-") as name:
        folder = Path(name)
        write_study(folder, n_samples)
        for study, config in CONFIGS.items():
            (folder / "config.yaml").write_text(config)
            line = [sys.executable, "-m", "snakemake", "--snakefile", str(ROOT / "Snakefile")]
            line += ["--configfile", "config.yaml", "--cores", "1", "--dry-run", "--quiet"]
            told = subprocess.run(
                [*line, "rules"], cwd=folder, env=environment(), capture_output=True, text=True, check=True
            )
            found = TOTAL.search(told.stdout + told.stderr)
            took = run_whole([*line, "all"], folder)
            jobs = found[1] if found else "?"
            yield (
                study, f"{n_samples:,}", jobs, f"{took['cpu']:.1f}", f"{took['wall']:.1f}", f"{took['peak']:.0f}"
            )  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--samples", type=int, nargs="+", default=[2_500, 5_000, 10_000])
    sizes = parser.parse_args().samples
    print(markdown(HEADER, [row for size in sizes for row in rows(size)]))
    print(f"\n{machine()}.")


if __name__ == "__main__":
    main()
