"""What is tried: small sound inputs, a command for each verb, and where it writes."""

from __future__ import annotations

import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from shutil import which

from benchmarks.faults.reads_to_taxa import AMPLICONS, DATABASE, SHOTGUN, amplicon_files, shotgun_files
from tests.faults.case import STUDY
from tests.faults.models import MADE1
from tests.faults.sequences import SOUND as FASTQ

__all__ = ["FORMATS", "LEFT_OUT", "QUICK", "ROOT", "SHIFT", "STUDIES", "Study", "files_of", "put", "results"]

ROOT = Path(__file__).parents[2]
EXAMPLES = ROOT / "examples"
FOLDER, MODELS = "snap", ("A.thaliana.hmm", "O.sativa.hmm")
CONFIG = "outdir: results\ntaxa: {table: t.tsv, samples: s.tsv, taxonomy: x.tsv, ranks: [genus]}\n"


@dataclass(frozen=True)
class Study:
    """A command, and what it writes.

    Parameters
    ----------
    verb : str
    line : sequence of str
        The command, in a folder with `files_of()`.
    out : str, optional
        File or folder of the results; where there are none, the command prints.
    tables : bool
        Whether `out` is a folder of tables with their checksums.
    needs : str, optional
        Program without which it cannot be tried.
    """

    verb: str
    line: Sequence[str]
    out: str = ""
    tables: bool = False
    needs: str = ""

    def __str__(self) -> str:
        return f"{self.verb} to {self.out}" if self in FORMATS else self.verb


SHIFT = (
    "shift", "t.tsv", "--samples", "s.tsv", "--taxonomy", "x.tsv", "--tree", "w.nwk", "--rank", "feature", "--rank",
    "genus", "--resamples", "19", "--out", "out", "--no-report",
)  # fmt: skip
KNOWN = (
    Study("shift", SHIFT, "out", tables=True),
    Study("models", ("models", "snap", "m.hmm", "--out", "out", "--no-report"), "out", tables=True),
    Study("reads", ("reads", "r.fastq", "r2.fastq", "--kmer", "3", "--out", "out.tsv"), "out.tsv"),
    Study("matrix", ("matrix", "t.tsv", "--out", "out.tsv"), "out.tsv"),
    Study(
        "nearest", ("nearest", "snap", "--query", "q.fasta", "--out", "out.tsv", "--no-report"), "out.tsv"
    ),
    Study("train", ("train", "q.fasta", "--out", "out.json"), "out.json"),
    Study("convert", ("convert", "t.tsv", "out.biom", "--taxonomy", "x.tsv", "--samples", "s.tsv"), "out.biom"),
    Study("init", ("init", "t.tsv", "s.tsv", "--taxonomy", "x.tsv", "--out", "out.yaml"), "out.yaml"),
    Study("check", ("check", "c.yaml")),
    Study(
        "amplicons", ("amplicons", AMPLICONS, "--rank", "genus", "--resamples", "19", "--out", "out"), "out",
        needs="vsearch",
    ),
    Study("shotgun", ("shotgun", SHOTGUN, "--database", DATABASE, "--out", "out"), "out", needs="kraken2"),
)  # fmt: skip
STUDIES = tuple(study for study in KNOWN if not study.needs or which(study.needs))
QUICK = tuple(study for study in STUDIES if not study.needs)  # which run no other program
LEFT_OUT = tuple(study for study in KNOWN if study not in STUDIES)
# the formats that other libraries write, and those of several files
TO = {"out.h5ad": (), "out.qza": (), "out.tsv": (), "out": ("--to", "phyloseq")}
DISTANCES = ("matrix", "t.tsv", "--measure", "jensen-shannon-distance", "--out")
FORMATS = (
    *(Study("convert", ("convert", "t.tsv", out, "--taxonomy", "x.tsv", *to), out) for out, to in TO.items()),
    *(Study("matrix", (*DISTANCES, out), out) for out in ("out.npy", "out.lsmat")),
)


@cache
def files_of() -> Mapping[str, bytes]:
    """Sound inputs by name, for every command."""
    genes = (EXAMPLES / "cds/fly-like.fasta").read_text().split("\n>")[:12]
    return {
        **{name: text.encode() for name, text in STUDY.items()},
        "m.hmm": MADE1.encode() if isinstance(MADE1, str) else MADE1,
        "r.fastq": FASTQ.encode() if isinstance(FASTQ, str) else FASTQ,
        "r2.fastq": FASTQ.encode() if isinstance(FASTQ, str) else FASTQ,
        "q.fasta": "\n>".join(genes).encode() + b"\n",
        "c.yaml": CONFIG.encode(),
        **{f"{FOLDER}/{name}": (EXAMPLES / "gene-models/snap" / name).read_bytes() for name in MODELS},
        **(amplicon_files() if which("vsearch") else {}),
        **(shotgun_files() if which("kraken2") else {}),
    }


def put(folder: Path, changed: Mapping[str, bytes] | None = None) -> Path:
    """Write the inputs into an empty folder."""
    shutil.rmtree(folder, ignore_errors=True)
    for name, content in {**files_of(), **(changed or {})}.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return folder


def results(folder: Path) -> dict[str, bytes]:
    """Every file of a folder but the inputs, drafts and hidden ones among them."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and str(path.relative_to(folder)) not in files_of()
    }
