"""Primers cut off the reads of a sample, whichever end was read first; and why they are not found."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path

from klbio.io.amplicons.fastq import PlainReads, n_records
from klbio.io.references.regions import Primers
from klbio.schema import Cause

__all__ = ["HALF", "Trimmed", "Trimming"]

HALF = 0.5  # of the reads: where fewer have primers, or merge, it is asked why
LOOK = 1_000  # reads that tell
CAUSES = {"forward": Cause.FORWARD, "reverse": Cause.REVERSE, "both": Cause.BOTH}


@dataclass(frozen=True)
class Trimmed:
    """Reads without their primers.

    Parameters
    ----------
    reads : PlainReads
    n_turned : int, optional
        Pairs whose mates were exchanged, as the first began with the reverse primer.
    cause : Cause, optional
        Why most were left out, where they were.
    """

    reads: PlainReads
    n_turned: int | None = None
    cause: Cause | None = None


@dataclass(frozen=True)
class Trimming:
    """Two primers, a folder for what comes of them, and where cutadapt's report of the first pass should go."""

    primers: Primers
    folder: Path
    report: Path | None = None

    def of(self, reads: PlainReads) -> Trimmed:
        """Cut them off; libraries to which adapters were ligated are read from either end."""
        found, n_turned = self._both_ways(reads.files, "trimmed")
        cut = replace(reads, files=found, n=n_records(found[0]))
        return Trimmed(cut, n_turned, self._cause(reads) if cut.n < HALF * reads.n else None)

    def _both_ways(self, files: Sequence[Path], name: str) -> tuple[tuple[Path, ...], int | None]:
        """Give reads with primers, and how many pairs had them the other way round."""
        found, left, turned, last = (
            tuple(self.folder / f"{name}_{kind}{mate}.fastq" for mate in range(len(files)))
            for kind in ("found", "left", "turned", "last")
        )
        self.primers.trim(files, found, left, self.report)
        if len(files) == 1:
            return found, None
        self.primers.trim(left[::-1], turned, last)
        n_turned = n_records(turned[0])
        for whole, more in zip(found, turned, strict=True):
            _append(whole, more)
        return found, n_turned

    def _cause(self, reads: PlainReads) -> Cause:
        """Look at the first reads with the primers that may have been meant, and with one at a time."""
        heads = [_head(file, self.folder / f"head{mate}.fastq") for mate, file in enumerate(reads.files)]
        enough = HALF * n_records(heads[0])
        for what, primers in self.primers.misspelt().items():
            found, _ = Trimming(primers, self.folder)._both_ways(heads, what)
            if n_records(found[0]) >= enough:
                return CAUSES[what]
        either = (self.primers.forward, self.primers.reverse)
        alone = [self.primers.n_with(primer, head, self.folder) for primer in either for head in heads]
        return Cause.ONE_PRIMER if max(alone) >= enough else Cause.NO_PRIMER


def _head(source: Path, target: Path) -> Path:
    with source.open("rb") as lines, target.open("wb") as head:
        head.writelines(islice(lines, 4 * LOOK))
    return target


def _append(whole: Path, more: Path) -> None:
    with whole.open("ab") as target, more.open("rb") as source:
        shutil.copyfileobj(source, target)
