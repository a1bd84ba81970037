"""The steps of amplicons by vsearch (Rognes et al. 2016, doi:10.7717/peerj.2584), with the settings of all runs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from klbio.io.amplicons.fastq import PlainReads
from klbio.io.programs import VSEARCH

__all__ = ["MIN_READS", "Vsearch"]

MAX_DIFFERENCES = 10  # between mates where they overlap
MAX_ERRORS = 1.0  # expected of a read
MIN_READS = 8  # of all samples that make a feature
IDENTITY = 0.97  # of a read with its feature


@dataclass(frozen=True)
class Vsearch:
    """vsearch, with the threads it may use where they change no byte of what comes out."""

    threads: int = 1

    def merge(self, reads: PlainReads, out: Path) -> None:
        """Merge mates that overlap."""
        first, second = map(str, reads.files)
        self._run(
            [out],
            "--fastq_mergepairs", first, "--reverse", second, "--fastq_maxdiffs", str(MAX_DIFFERENCES),
            "--fastq_allowmergestagger", *_encoded(reads.offset),
            "--fastqout", str(out),
        )  # fmt: skip

    def filter(self, source: Path, offset: int, out: Path) -> None:
        """Keep reads of few expected errors, as FASTA (Edgar & Flyvbjerg 2015, doi:10.1093/bioinformatics/btv401)."""
        self._run(
            [out],
            "--fastx_filter", str(source), "--fastq_maxee", str(MAX_ERRORS), "--fastq_maxns", "0", *_encoded(offset),
            "--fastaout", str(out), "--fasta_width", "0",
        )  # fmt: skip

    def denoise(self, source: Path, folder: Path) -> tuple[Path, Path]:
        """Pool, denoise by UNOISE3 and part off chimeras by UCHIME3 (Edgar 2016, doi:10.1101/081257); one thread."""
        pool, seen, sound, chimeras = (folder / name for name in ("pool", "seen", "sound", "chimeras"))
        self._run(
            [pool],
            "--derep_fulllength",
            str(source),
            "--sizein",
            "--sizeout",
            "--output",
            str(pool),
            of_one=True,
        )
        self._run(
            [seen],
            "--cluster_unoise", str(pool), "--sizein", "--sizeout", "--minsize", str(MIN_READS),
            "--centroids", str(seen), of_one=True,
        )  # fmt: skip
        self._run(
            [sound, chimeras],
            "--uchime3_denovo", str(seen), "--sizein", "--sizeout", "--nonchimeras", str(sound),
            "--chimeras", str(chimeras), of_one=True,
        )  # fmt: skip
        return sound, chimeras

    def match(self, reads: Path, features: Path, out: Path) -> None:
        """Find the feature of each different read."""
        self._run(
            [out],
            "--usearch_global", str(reads), "--db", str(features), "--id", str(IDENTITY), "--strand", "plus",
            "--userout", str(out), "--userfields", "query+target",
        )  # fmt: skip

    def classify(self, features: Path, reference: Path, seed: int, out: Path) -> None:
        """Name features by SINTAX (Edgar 2016, doi:10.1101/074161); two threads give another answer each time."""
        self._run(
            [out],
            "--sintax", str(features), "--db", str(reference), "--tabbedout", str(out), "--strand", "both",
            "--randseed", str(max(seed, 1)), of_one=True,
        )  # fmt: skip

    def _run(self, outs: Sequence[Path], *arguments: str, of_one: bool = False) -> None:
        VSEARCH.run([*arguments, "--quiet", "--threads", str(1 if of_one else self.threads)])
        missing = [out.name for out in outs if not out.is_file()]
        if missing:
            raise VSEARCH.error(
                f"{arguments[0]} ended well and wrote no {missing[0]}", "what it was asked for"
            )


def _encoded(offset: int) -> tuple[str, ...]:
    """Say how qualities are written: up to what a printed character can hold."""
    return "--fastq_ascii", str(offset), "--fastq_qmax", str(ord("~") - offset)
