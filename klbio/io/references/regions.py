"""The part of each sequence between two primers, by cutadapt: IUPAC codes and mismatches are its business."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from klbio.errors import Fault, InputError
from klbio.io.files import write_text
from klbio.io.programs import CUTADAPT

__all__ = ["Primers"]

MIN_OVERLAP = 0.8  # of a primer that must lie on the sequence
MISMATCHES = 0.2  # share of a primer's bases
UNTRIMMED = ("--untrimmed-output", "--untrimmed-paired-output")
MIN_LENGTH = 30  # bases that must be left of a read
IUPAC = re.compile(r"[ACGTUNRYSWKMBDHV]{10,60}")
COMPLEMENT = str.maketrans("ACGTUNRYSWKMBDHV", "TGCAANYRSWMKVHDB")


@dataclass(frozen=True)
class Primers:
    """Two primers, each in its own 5' to 3' direction.

    Raises
    ------
    InputError
        If one is no sequence of 10 to 60 bases or IUPAC codes.

    Examples
    --------
    >>> Primers("GTGCCAGCMGCCGCGGTAA", "GGACTACHVGGGTWTCTAAT").on_one_strand
    'GTGCCAGCMGCCGCGGTAA;min_overlap=15...ATTAGAWACCCBDGTAGTCC;min_overlap=16'
    """

    forward: str
    reverse: str

    def __post_init__(self) -> None:
        for which, primer in (("forward", self.forward), ("reverse", self.reverse)):
            object.__setattr__(self, which, primer.strip().upper().replace("I", "N"))
        wrong = [primer for primer in (self.forward, self.reverse) if not IUPAC.fullmatch(primer)]
        expected = "10 to 60 bases or IUPAC codes, from 5' to 3'"
        InputError.raise_any([Fault("primers", repr(primer), expected) for primer in wrong])

    @property
    def on_one_strand(self) -> str:
        """Both as cutadapt takes them on the strand of the forward one."""
        return f"{_anchored(self.forward)}...{_anchored(reverse_complement(self.reverse))}"

    def trim(
        self,
        sources: Sequence[Path],
        targets: Sequence[Path],
        others: Sequence[Path] = (),
        report: Path | None = None,
    ) -> None:
        """Cut primers off reads or pairs, and what a read has beyond the other one.

        Those without are left out, or written to `others` as they are.  A single read is taken from the other strand
        where the primers are there.  cutadapt's own report, in JSON, names the files without their folders, which are
        gone when it is read.
        """
        forward, back = _anchored(self.forward), _anchored(self.reverse)
        behind = [f"{reverse_complement(primer)};optional" for primer in (self.reverse, self.forward)]
        ends = ["-g", f"{forward};required...{behind[0]}"]
        outs = ["-o", str(targets[0])]
        if len(sources) > 1:
            ends += ["-G", f"{back};required...{behind[1]}"]
            outs += ["-p", str(targets[1])]
        else:
            ends += ["--revcomp", "--rename={header}"]
        left = [word for pair in zip(UNTRIMMED, map(str, others), strict=False) for word in pair]
        told = targets[0].with_suffix(".cutadapt.json")
        CUTADAPT.run(
            ["--quiet", "-j", "1", "-e", str(MISMATCHES), *(left or ["--discard-untrimmed"]), "-m", str(MIN_LENGTH),
             "--json", str(told), *ends, *outs, *map(str, sources)]
        )  # fmt: skip
        if report:
            write_text(report, told.read_text(encoding="utf-8").replace(f"{targets[0].parent}/", ""))

    def misspelt(self) -> dict[str, Primers]:
        """Give what may have been meant: primers written from the other strand, by what is wrong with them."""
        forward, reverse = reverse_complement(self.forward), reverse_complement(self.reverse)
        return {
            "reverse": Primers(self.forward, reverse),
            "forward": Primers(forward, self.reverse),
            "both": Primers(forward, reverse),
        }

    def n_with(self, primer: str, source: Path, folder: Path) -> int:
        """Count the reads of a file that have one of the two, on either strand of theirs."""
        target = folder / "alone.fastq"
        CUTADAPT.run(
            ["--quiet", "-j", "1", "-e", str(MISMATCHES), "--revcomp", "--discard-untrimmed", "-g", _anchored(primer),
             "-o", str(target), str(source)]
        )  # fmt: skip
        with target.open("rb") as lines:
            return sum(1 for _ in lines) // 4

    def cut_out(self, source: Path, target: Path) -> None:
        """Write what lies between the primers, on either strand; sequences without both are left out."""
        CUTADAPT.run(
            ["--quiet", "--fasta", "--revcomp", "--rename={header}", "--action=trim", "-j", "1",
             "-e", str(MISMATCHES), "-g", self.on_one_strand, "--discard-untrimmed", "-o", str(target), str(source)]
        )  # fmt: skip


def reverse_complement(primer: str) -> str:
    """Give the other strand of a primer.

    >>> reverse_complement("GGACTACHVGGGTWTCTAAT")
    'ATTAGAWACCCBDGTAGTCC'
    """
    return primer.translate(COMPLEMENT)[::-1]


def _anchored(primer: str) -> str:
    return f"{primer};min_overlap={int(MIN_OVERLAP * len(primer))}"
