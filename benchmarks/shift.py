"""Time and memory of a whole before/after study, as it grows: `klbio shift` on simulated samples.

Samples have 10,000 reads each of 1,000 taxa with log-normal proportions; those of one phase scatter around a
composition of their own.  All tables are written, with 1,000 dealings behind each floor.  Each study is a process of
its own, and each is measured at a quarter, half and all of its size.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
from bench import markdown, run_whole

N_TAXA, DEPTH, N_RESAMPLES = 1_000, 10_000, 1_000
HEADER = ("study", "subjects", "samples a side", "wall s", "CPU s", "CPU ms a subject", "peak MB")


@dataclass(frozen=True)
class Design:
    """How many subjects, with how many samples before and after, in how many arms."""

    name: str
    n_subjects: int
    n_samples: int = 1
    n_arms: int = 1

    def sizes(self) -> list[Design]:
        """A quarter, a half and all of it: of its subjects, or of the samples of the only one."""
        if self.n_subjects == 1:
            return [Design(self.name, 1, self.n_samples // part) for part in (4, 2, 1)]
        return [Design(self.name, self.n_subjects // part, self.n_samples, self.n_arms) for part in (4, 2, 1)]

    def write(self, folder: Path, seed: int = 1) -> None:
        """Write a table of counts and its sample sheet."""
        rng = np.random.default_rng(seed)
        shared = rng.lognormal(0, 1.5, N_TAXA)
        sheet, columns = ["sample\tsubject\tphase\ttime\tarm"], []
        for i in range(self.n_subjects):
            own = shared * rng.lognormal(0, 0.5, N_TAXA)
            for place, phase in enumerate(("before", "after")):
                weights = own * rng.lognormal(0, 0.3, N_TAXA)
                for day in range(self.n_samples):
                    arm = f"arm {i % self.n_arms}" if self.n_arms > 1 else ""
                    sheet.append(f"S{i}.{phase}.{day}\tS{i}\t{phase}\t{place * self.n_samples + day}\t{arm}")
                    daily = weights * rng.lognormal(0, 0.2 * (self.n_samples > 1), N_TAXA)
                    columns.append(rng.multinomial(DEPTH, daily / daily.sum()))
        names = [line.split("\t")[0] for line in sheet[1:]]
        lines = ["\t".join(["taxon", *names])]
        lines += [f"T{k}\t" + "\t".join(map(str, row)) for k, row in enumerate(np.array(columns).T.tolist())]
        (folder / "table.tsv").write_text("\n".join(lines) + "\n")
        (folder / "samples.tsv").write_text("\n".join(sheet) + "\n")

    def measured(self, threads: int) -> dict[str, float]:
        """Measure one study, from its files to its tables."""
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            self.write(folder)
            command = [sys.executable, "-m", "klbio", "shift", f"{folder}/table.tsv"]
            command += ["--samples", f"{folder}/samples.tsv", "--out", f"{folder}/out"]
            command += ["--resamples", str(N_RESAMPLES), "--threads", str(threads)]
            return run_whole(command, Path.cwd())

    def row(self, threads: int) -> list[str]:
        """Measure it, as a row of the table."""
        found = self.measured(threads)
        each = f"{1000 * found['cpu'] / self.n_subjects:,.0f}"
        figures = f"{found['wall']:.1f}", f"{found['cpu']:.1f}", each, f"{found['peak']:,.0f}"
        return [self.name, f"{self.n_subjects:,}", str(self.n_samples), *figures]


STUDIES = {
    "one": Design("one arm", 1_000),
    "arms": Design("two arms", 1_000, n_arms=2),
    "days": Design("two arms, three days a phase", 1_000, 3, 2),
    "long": Design("one subject", 1, 100),
}


def main(arguments: Sequence[str] | None = None) -> None:
    """Print a row for each study and size."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--studies", nargs="+", choices=list(STUDIES), default=list(STUDIES))
    parser.add_argument("--threads", type=int, default=2)
    given = parser.parse_args(arguments)
    Design("", 2, 2).measured(given.threads)  # compiles, where nothing is compiled yet
    rows = [size.row(given.threads) for name in given.studies for size in STUDIES[name].sizes()]
    print(markdown(HEADER, rows))
    load = " ".join(f"{value:.1f}" for value in os.getloadavg())
    print(f"\n{given.threads} threads, {datetime.now(UTC):%Y-%m-%d}; load at the end of the run {load}.")


if __name__ == "__main__":
    main()
