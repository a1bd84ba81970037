"""Reads of a sample against a database of Kraken 2 (Wood et al. 2019, doi:10.1186/s13059-019-1891-0)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from pathlib import Path

from klbio.errors import Fault, InputError
from klbio.io.amplicons.fastq import PlainReads
from klbio.io.programs import KRAKEN2
from klbio.io.references import About
from klbio.io.unreadable import readable

__all__ = ["RANKS", "Database"]

RANKS = (
    "domain",
    "kingdom",
    "phylum",
    "class",
    "order",
    "family",
    "genus",
    "species",
)  # that its reports name

FILES = ("hash.k2d", "opts.k2d", "taxo.k2d")
SMALL = FILES[1:]
NO_READ = "  0.00\t0\t0\tU\t0\tunclassified\n"  # what a report says of a sample without a read
REMEDY = "Give the folder that kraken2-build made, or unpack a downloaded one."


@dataclass(frozen=True)
class Database:
    """A folder of a database."""

    folder: Path

    def check(self) -> None:
        """Refuse a folder without the three files that make a database."""
        missing = [name for name in FILES if not (self.folder / name).is_file()]
        if missing:
            InputError.raise_any(
                [Fault(self.folder, f"no {name}", "a database of Kraken 2", REMEDY) for name in missing[:1]]
            )

    @property
    def megabytes(self) -> int:
        """How much memory it takes."""
        return sum((self.folder / name).stat().st_size for name in FILES) // 1_000_000 + 1

    @cached_property
    def about(self) -> About:
        """What it is: the folder's name, and a checksum of options, taxonomy and size.

        Its largest file may have a hundred gigabytes: of that, the size is taken.
        """
        self.check()
        digest = sha256(str((self.folder / FILES[0]).stat().st_size).encode())
        for name in SMALL:
            with readable(self.folder / name):
                digest.update((self.folder / name).read_bytes())
        return About(self.folder.resolve().name, "", digest.hexdigest())

    def classify(self, reads: PlainReads, confidence: float, report: Path, threads: int = 1) -> None:
        """Write the report of a sample's reads; the same for any number of threads."""
        if not reads.n:
            report.write_text(NO_READ, encoding="ascii")
            return
        KRAKEN2.run([
            "--db", str(self.folder), "--threads", str(threads), "--confidence", str(confidence),
            "--report", str(report), "--output", "-", *_files(reads.files),
        ])  # fmt: skip


def _files(files: Sequence[Path]) -> list[str]:
    return [*(["--paired"] if len(files) > 1 else []), *map(str, files)]
