"""The workflow on small inputs of all three routes, as a process group that can be killed."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from benchmarks.faults.ending import Ending, program
from benchmarks.faults.studies import ROOT

__all__ = ["LOGS", "Workflow"]

LOGS = "results/logs"
OWN = ("logs", "benchmarks")  # of results: no two runs have the same
SUBJECTS = ("PM1", "PM2", "PM5", "PM6")
READS, CONFIG = (
    ROOT / "examples/reads",
    """\
outdir: results
seed: 7
taxa: {table: table.tsv, samples: samples.tsv, taxonomy: taxonomy.tsv, ranks: [genus]}
reads: {samples: reads.tsv, kmer: 3}
models: {sheet: models.tsv, query: genes.fasta}
shift: {n_resamples: 99}
""",
)


@dataclass(frozen=True)
class Workflow:
    """A study in a folder of its own."""

    folder: Path

    @classmethod
    def made(cls, folder: Path) -> Workflow:
        """The bundled examples, cut small."""
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        header, *rows = (ROOT / "config/samples.tsv").read_text().splitlines(keepends=True)
        kept = [row for row in rows if row.split("\t")[1] in SUBJECTS]
        (folder / "samples.tsv").write_text("".join([header, *kept]))
        for name in ("table.tsv", "taxonomy.tsv"):
            shutil.copy(ROOT / "examples/mouse-diet" / name, folder)
        reads = (READS / "samples.tsv").read_text()
        (folder / "reads.tsv").write_text(reads.replace("examples/reads/", f"{READS}/"))
        shutil.copy(ROOT / "examples/cds/fly-like.fasta", folder / "genes.fasta")
        header, *rows = (ROOT / "config/models.tsv").read_text().splitlines(keepends=True)
        few = [row for row in rows if "rice" in row or "O.sativa" in row or "globins" in row]
        (folder / "models.tsv").write_text("".join([header, *few]).replace("examples/", f"{ROOT}/examples/"))
        (folder / "config.yaml").write_text(CONFIG)
        return cls(folder)

    @property
    def words(self) -> list[str]:
        """What Python is given."""
        return [
            "-m", "snakemake", "--snakefile", str(ROOT / "Snakefile"), "--directory", str(self.folder),
            "--configfile", str(self.folder / "config.yaml"), "--cores", "2",
        ]  # fmt: skip

    def program(self, *options: str, memory: int | None = None) -> Ending:
        """Run it to its end."""
        return program(options, self.folder, memory=memory, python=self.words)

    def killed(self, seconds: float) -> bool:
        """Run it, and kill it with all its jobs; whether it had not ended before."""
        running = subprocess.Popen(
            [sys.executable, *self.words], cwd=self.folder, start_new_session=True,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=os.environ | {"PYTHONPATH": str(ROOT)},
        )  # fmt: skip
        end = time.monotonic() + seconds
        while running.poll() is None and time.monotonic() < end:
            time.sleep(0.05)
        ended = running.poll() is not None
        if not ended:
            os.killpg(running.pid, signal.SIGKILL)
        running.wait()
        return not ended

    @property
    def results(self) -> dict[str, bytes]:
        """Every result but logs and timings."""
        folder = self.folder / "results"
        return {
            str(path.relative_to(folder)): path.read_bytes()
            for path in sorted(folder.rglob("*"))
            if path.is_file() and path.relative_to(folder).parts[0] not in OWN
        }
