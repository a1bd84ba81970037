"""The steps of amplicons by vsearch (Rognes et al. 2016, doi:10.7717/peerj.2584), with the settings of all runs."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from klbio.io.amplicons.fastq import PlainReads
from klbio.io.programs import VSEARCH
from klbio.schema import Cause

__all__ = ["MIN_READS", "Vsearch"]

FAILED = re.compile(r"^ +(\d+)  (\w.*)$", re.MULTILINE)
APART = ("too few kmers", "overlap too short")  # how vsearch begins to say that mates do not overlap
MAX_DIFFERENCES = 10  # between mates where they overlap
MAX_ERRORS = 1.0  # expected of a read
MIN_READS = 8  # of all samples that make a feature
IDENTITY = 0.97  # of a read with its feature


@dataclass(frozen=True)
class Vsearch:
    """vsearch, with the threads it may use where they change no byte of what comes out."""

    threads: int = 1

    def merge(self, reads: PlainReads, out: Path) -> Cause | None:
        """Merge mates that overlap; say why most of the others do not, where there are any."""
        first, second = map(str, reads.files)
        said = self._run(
            [out],
            "--fastq_mergepairs", first, "--reverse", second, "--fastq_maxdiffs", str(MAX_DIFFERENCES),
            "--fastq_allowmergestagger", *_encoded(reads.offset),
            "--fastqout", str(out),
        )  # fmt: skip
        return _why_not_merged(said)

    def filter(self, source: Path, offset: int, out: Path) -> None:
        """Keep reads of few expected errors, as FASTA (Edgar & Flyvbjerg 2015, doi:10.1093/bioinformatics/btv401)."""
        self._run(
            [out],
            "--fastx_filter", str(source), "--fastq_maxee", str(MAX_ERRORS), "--fastq_maxns", "0", *_encoded(offset),
            "--fastaout", str(out), "--fasta_width", "0",
        )  # fmt: skip

    def orient(self, source: Path, known: Path, out: Path, others: Path, said: Path) -> None:
        """Turn sequences to the strand of those known; what is like none of them stands apart."""
        self._run(
            [out, others, said],
            "--orient", str(source), "--db", str(known), "--fastaout", str(out), "--notmatched", str(others),
            "--tabbedout", str(said), "--fasta_width", "0", of_one=True,
        )  # fmt: skip

    def pool(self, source: Path, pool: Path) -> None:
        """Put equal reads of all samples together, the most abundant first."""
        self._run(
            [pool],
            "--derep_fulllength", str(source), "--sizein", "--sizeout", "--output", str(pool), of_one=True,
        )  # fmt: skip

    def denoise(self, pool: Path, folder: Path) -> tuple[Path, Path]:
        """Denoise by UNOISE3 and part off chimeras by UCHIME3 (Edgar 2016, doi:10.1101/081257); one thread."""
        seen, sound, chimeras = (folder / name for name in ("seen", "sound", "chimeras"))
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

    def match(
        self, reads: Path, features: Path, out: Path, others: Path, strand: Literal["plus", "both"] = "plus"
    ) -> None:
        """Find the feature of each different read; those without one stand apart."""
        self._run(
            [out, others],
            "--usearch_global", str(reads), "--db", str(features), "--id", str(IDENTITY), "--strand", strand,
            "--userout", str(out), "--userfields", "query+target", "--notmatched", str(others), "--fasta_width", "0",
        )  # fmt: skip

    def classify(self, features: Path, reference: Path, seed: int, out: Path) -> None:
        """Name features by SINTAX (Edgar 2016, doi:10.1101/074161); two threads give another answer each time."""
        self._run(
            [out],
            "--sintax", str(features), "--db", str(reference), "--tabbedout", str(out), "--strand", "both",
            "--randseed", str(max(seed, 1)), of_one=True,
        )  # fmt: skip

    def _run(self, outs: Sequence[Path], *arguments: str, of_one: bool = False) -> str:
        said = VSEARCH.run([*arguments, "--quiet", "--threads", str(1 if of_one else self.threads)])
        missing = [out.name for out in outs if not out.is_file()]
        if missing:
            raise VSEARCH.error(
                f"{arguments[0]} ended well and wrote no {missing[0]}", "what it was asked for"
            )
        return said


def _why_not_merged(said: str) -> Cause | None:
    """Give what vsearch says of the pairs that did not merge: no overlap, or too many differences in it."""
    failed = {reason: int(n) for n, reason in FAILED.findall(said.partition("failed merging")[2])}
    apart = sum(n for reason, n in failed.items() if reason.startswith(APART))
    if not failed:
        return None
    return Cause.NO_OVERLAP if 2 * apart >= sum(failed.values()) else Cause.DIFFERENCES


def _encoded(offset: int) -> tuple[str, ...]:
    """Say how qualities are written: up to what a printed character can hold."""
    return "--fastq_ascii", str(offset), "--fastq_qmax", str(ord("~") - offset)
