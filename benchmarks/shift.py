"""Time and memory of a whole before/after study, as it grows: `klbio shift` on simulated samples.

Samples have 10,000 reads each of 1,000 taxa with log-normal proportions; those of one phase scatter around a
composition of their own.  In some studies a sample has 40 of these taxa, nine in ten of them those of the subject's
other samples.  All tables are written, with 1,000 dealings behind each floor.  Each study is a process of its own, and
each is measured at a quarter, half and all of its size.  The last column says by which power of the size the CPU time
grew since the row before: 1 is in proportion, 2 would be with the square.

`benchmarks/shift.py --arms 2 --subjects 3000 --seen 40` measures one study alone; see `--help`.
"""

from __future__ import annotations

import argparse
import math
import os
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
from bench import markdown, run_whole
from scipy import sparse

from klbio.distributions import Counts
from klbio.io import write_table

DEPTH, N_RESAMPLES = 10_000, 1_000
SPARE = 1.1  # taxa of a subject to those of one of its samples, where samples lack most taxa
HEADER = ("study", "subjects", "samples a side", "wall s", "CPU s", "CPU ms a subject", "peak MB", "power")


@dataclass(frozen=True)
class Design:
    """How many subjects, with how many samples before and after, in how many arms; how many taxa, and of a sample."""

    name: str
    n_subjects: int
    n_samples: int = 1
    n_arms: int = 1
    n_taxa: int = 1_000
    n_seen: int | None = None

    @property
    def size(self) -> int:
        """What grows."""
        return self.n_subjects * self.n_samples

    def sizes(self) -> list[Design]:
        """A quarter, a half and all of it: of its subjects, or of the samples of the only one."""
        if self.n_subjects == 1:
            return [replace(self, n_samples=self.n_samples // part) for part in (4, 2, 1)]
        return [replace(self, n_subjects=self.n_subjects // part) for part in (4, 2, 1)]

    def write(self, folder: Path, seed: int = 1) -> None:
        """Write a table of counts and its sample sheet."""
        rng = np.random.default_rng(seed)
        shared = rng.lognormal(0, 1.5, self.n_taxa)
        sheet, rows = ["sample\tsubject\tphase\ttime\tarm"], []
        for i in range(self.n_subjects):
            own = shared * rng.lognormal(0, 0.5, self.n_taxa)
            if self.n_seen:
                own = some_of(own, round(SPARE * self.n_seen), rng)
            for place, phase in enumerate(("before", "after")):
                weights = own * rng.lognormal(0, 0.3, self.n_taxa)
                for day in range(self.n_samples):
                    arm = f"arm {i % self.n_arms}" if self.n_arms > 1 else ""
                    sheet.append(f"S{i}.{phase}.{day}\tS{i}\t{phase}\t{place * self.n_samples + day}\t{arm}")
                    daily = weights * rng.lognormal(0, 0.2 * (self.n_samples > 1), self.n_taxa)
                    if self.n_seen:
                        daily = some_of(daily, self.n_seen, rng)
                    rows.append(sparse.csr_array(rng.multinomial(DEPTH, daily / daily.sum())[None]))
        names, taxa = [line.split("\t")[0] for line in sheet[1:]], [f"T{k}" for k in range(self.n_taxa)]
        write_table(Counts(names, taxa, sparse.vstack(rows).astype(float)), folder / f"table.{self.format}")
        (folder / "samples.tsv").write_text("\n".join(sheet) + "\n")

    @property
    def format(self) -> str:
        """Of the table: text, or BIOM where most of it is zeros."""
        return "biom" if self.n_seen else "tsv"

    def measured(self, threads: int, *, page: bool = True) -> dict[str, float]:
        """Measure one study, from its files to its tables and its page."""
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            self.write(folder)
            command = [sys.executable, "-m", "klbio", "shift", f"{folder}/table.{self.format}"]
            command += ["--samples", f"{folder}/samples.tsv", "--out", f"{folder}/out"]
            command += ["--resamples", str(N_RESAMPLES), "--threads", str(threads)]
            command += [] if page else ["--no-report"]
            return run_whole(command, Path.cwd())


def some_of(weights: np.ndarray, n: int, rng: np.random.Generator) -> np.ndarray:
    """Leave as many taxa, drawn by their weights without replacement; the others get weight 0."""
    with np.errstate(divide="ignore"):  # what has no weight is not drawn
        keys = np.log(weights) + rng.gumbel(size=len(weights))
    kept = np.zeros_like(weights)
    chosen = np.argpartition(-keys, n - 1)[:n]
    kept[chosen] = weights[chosen]
    return kept


def rows_of(study: Design, threads: int, *, page: bool) -> Iterator[list[str]]:
    """Measure a study as it grows: rows of the table."""
    before: tuple[int, float] | None = None
    for design in study.sizes():
        found = design.measured(threads, page=page)
        each = f"{1000 * found['cpu'] / design.n_subjects:,.0f}"
        figures = f"{found['wall']:.1f}", f"{found['cpu']:.1f}", each, f"{found['peak']:,.0f}"
        power = ""
        if before:
            power = f"{math.log(found['cpu'] / before[1]) / math.log(design.size / before[0]):.2f}"
        before = design.size, found["cpu"]
        yield [design.name, f"{design.n_subjects:,}", str(design.n_samples), *figures, power]


STUDIES = {
    "one": Design("one arm", 1_000),
    "arms": Design("two arms", 1_000, n_arms=2),
    "days": Design("two arms, three days a phase", 1_000, 3, 2),
    "long": Design("one subject", 1, 100),
    "large": Design("two arms, 40 of 1,000 taxa a sample", 3_000, n_arms=2, n_seen=40),
}


def main(arguments: Sequence[str] | None = None) -> None:
    """Print a row for each study and size."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--studies", nargs="+", choices=list(STUDIES), default=list(STUDIES))
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--no-page", action="store_true", help="tables alone")
    own = parser.add_argument_group("one study alone, instead")
    own.add_argument("--subjects", type=int, help="how many; where it is given, nothing else is measured")
    own.add_argument("--samples", type=int, default=1, help="of each phase (default: 1)")
    own.add_argument("--arms", type=int, default=1)
    own.add_argument("--taxa", type=int, default=1_000)
    own.add_argument("--seen", type=int, help="taxa of a sample (default: all that its reads show)")
    given = parser.parse_args(arguments)
    studies = [STUDIES[name] for name in given.studies]
    if given.subjects:
        name = f"{given.arms} arms, {given.seen or 'all'} of {given.taxa:,} taxa a sample"
        studies = [Design(name, given.subjects, given.samples, given.arms, given.taxa, given.seen)]
    Design("", 2, 2).measured(given.threads)  # compiles, where nothing is compiled yet
    rows = [row for study in studies for row in rows_of(study, given.threads, page=not given.no_page)]
    print(markdown(HEADER, rows))
    load = " ".join(f"{value:.1f}" for value in os.getloadavg())
    print(f"\n{given.threads} threads, {datetime.now(UTC):%Y-%m-%d}; load at the end of the run {load}.")


if __name__ == "__main__":
    main()
