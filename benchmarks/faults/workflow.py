"""The workflow on small inputs of all three routes, as a process group that can be killed."""

from __future__ import annotations

import csv
import gzip
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from itertools import islice
from pathlib import Path

from benchmarks.faults.ending import Ending, program
from benchmarks.faults.reads_to_taxa import AMPLICONS, DATABASE, SHOTGUN, amplicon_files, shotgun_files
from benchmarks.faults.studies import ROOT, STUDIES

__all__ = ["FIRST", "LOGS", "TO_TAXA", "Workflow"]

LOGS = "results/logs"
OWN = ("logs", "benchmarks")  # of results: no two runs have the same
SUBJECTS = ("PM1", "PM2", "PM5", "PM6")
FASTQ, N_READS = ("fastq_1", "fastq_2"), 150
CONFIGS = {
    "taxa, k-mers and models": """\
outdir: results
seed: 7
taxa: {table: table.tsv, samples: samples.tsv, taxonomy: taxonomy.tsv, ranks: [genus]}
reads: {samples: reads.tsv, kmer: 3}
models: {sheet: models.tsv, query: genes.fasta}
shift: {n_resamples: 99}
""",
    "amplicons": f"""\
outdir: results
reads: {{samples: {AMPLICONS}, library: amplicon, taxa: {{ranks: [genus]}}}}
shift: {{n_resamples: 19}}
""",
    "shotgun": f"""\
outdir: results
reads: {{samples: {SHOTGUN}, taxa: {{database: {DATABASE}, ranks: [species]}}}}
shift: {{n_resamples: 19}}
""",
}
FIRST = next(iter(CONFIGS))
TO_TAXA = [study.verb for study in STUDIES if study.verb in CONFIGS]  # whose programs are there


@dataclass(frozen=True)
class Workflow:
    """A study in a folder of its own."""

    folder: Path

    @classmethod
    def made(cls, folder: Path, what: str = FIRST) -> Workflow:
        """The bundled examples, cut small; `what` is a key of `CONFIGS`."""
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        files = {FIRST: _study, "amplicons": amplicon_files, "shotgun": shotgun_files}[what]()
        for name, content in {**files, "config.yaml": CONFIGS[what].encode()}.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
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


@cache
def _study() -> Mapping[str, bytes]:
    """Four subjects of the mice, all samples of reads cut short, models of rice and of globins."""
    header, *rows = (ROOT / "config/samples.tsv").read_text().splitlines(keepends=True)
    kept = [row for row in rows if row.split("\t")[1] in SUBJECTS]
    first, *models = (ROOT / "config/models.tsv").read_text().splitlines(keepends=True)
    few = [row for row in models if "rice" in row or "O.sativa" in row or "globins" in row]
    return {
        "samples.tsv": "".join([header, *kept]).encode(),
        "models.tsv": "".join([first, *few]).replace("examples/", f"{ROOT}/examples/").encode(),
        "genes.fasta": (ROOT / "examples/cds/fly-like.fasta").read_bytes(),
        **{
            name: (ROOT / "examples/mouse-diet" / name).read_bytes() for name in ("table.tsv", "taxonomy.tsv")
        },
        **_reads(),
    }


def _reads() -> Mapping[str, bytes]:
    with (ROOT / "examples/reads/samples.tsv").open(encoding="utf-8", newline="") as handle:
        rows = list(csv.DictReader(handle, delimiter="\t"))
    files, lines = {}, ["\t".join(rows[0])]
    for row in rows:
        for column in FASTQ:
            name = Path(row[column]).name
            with gzip.open(ROOT / row[column], "rb") as reads:
                files[name] = gzip.compress(b"".join(islice(reads, 4 * N_READS)), mtime=0)
            row[column] = name
        lines.append("\t".join(row.values()))
    return {"reads.tsv": "\n".join([*lines, ""]).encode(), **files}
