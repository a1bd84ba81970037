"""Splice sites, start and stop codons counted around annotated genes."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

import numpy as np

from klbio.alphabets import STOP_CODONS
from klbio.distributions import FloatArray
from klbio.models.site_model import SiteModel
from klbio.models.training.transcript import CODON, Transcript, oriented
from klbio.models.training.words import base_codes, smoothed
from klbio.smoothing import Estimator

__all__ = ["ACCEPTOR_BASES", "DONOR_BASES", "WINDOWS", "SiteCounts"]


@dataclass(frozen=True)
class Window:
    """Which bases around a signal are counted: from `first` to before `end`, 0 as in `SiteModel`.

    Parameters
    ----------
    first, end : int
    signals : tuple of str
        Bases that the signal may have.
    at_end : bool, default False
        Whether position 0 is the last base of the signal, not its first.
    """

    first: int
    end: int
    signals: tuple[str, ...]
    at_end: bool = False

    def signal(self, bases: str) -> str:
        """Read the signal off the bases of a window."""
        length = len(self.signals[0])
        begin = -self.first - (length - 1 if self.at_end else 0)
        return bases[begin : begin + length]


WINDOWS = {
    "donor": Window(-3, 6, ("GT",)),
    "acceptor": Window(-14, 2, ("AG",), at_end=True),
    "start": Window(-12, 6, ("ATG",)),
    "stop": Window(-6, 6, STOP_CODONS),  # or those of another genetic code
}
# bases of an intron that belong to its sites
DONOR_BASES, ACCEPTOR_BASES = WINDOWS["donor"].end, 1 - WINDOWS["acceptor"].first


@dataclass(frozen=True)
class Strand:
    """A sequence read in one direction.

    Parameters
    ----------
    sequence : bytes
    strand : int
        1 or -1.
    """

    sequence: bytes
    strand: int

    def bases(self, low: int, high: int) -> str | None:
        """Read from a base to a base, both counted in; None beyond the ends of the sequence."""
        if low < 0 or high >= len(self.sequence):
            return None
        read = oriented(self.sequence, low, high + 1, self.strand)
        return read.upper().replace(b"U", b"T").decode()

    def around(self, at: int, window: Window) -> str | None:
        """Read a window around a base."""
        ends = at + self.strand * window.first, at + self.strand * (window.end - 1)
        return self.bases(min(ends), max(ends))

    def codon(self, at: int) -> str:
        """Read the codon that begins at a base."""
        start = at if self.strand == 1 else at - CODON + 1
        codon = oriented(self.sequence, max(start, 0), start + CODON, self.strand)
        return codon.upper().replace(b"U", b"T").decode()


@dataclass
class SiteCounts:
    """Bases at each position of each site, taken up transcript by transcript.

    Attributes
    ----------
    stops : tuple of str
        Codons that end a gene.
    tables : dict of str to ndarray of shape (length, 4)
        Counts by site, as ``donor GT``.
    passed_over : Counter
        Sites that were not counted, by kind and whether for an end too near or for other bases.
    n_stops_behind : int
        Coding sequences that end just before their stop codon.
    """

    stops: tuple[str, ...] = STOP_CODONS
    tables: dict[str, FloatArray] = field(default_factory=dict)
    passed_over: Counter[tuple[str, bool]] = field(default_factory=Counter)
    n_stops_behind: int = 0

    def add(self, transcript: Transcript, sequence: bytes) -> None:
        """Count the sites of a transcript, but those at an end that is not its own."""
        strand, (low, high) = Strand(sequence, transcript.strand), transcript.span
        first, last = (low, high - 1) if transcript.strand == 1 else (high - 1, low)
        for start, end in transcript.introns:
            donor, acceptor = (start, end - 1) if transcript.strand == 1 else (end - 1, start)
            self._count("donor", donor, strand)
            self._count("acceptor", acceptor, strand)
        if not transcript.partial_start and not transcript.phase:
            self._count("start", first, strand)
        if not transcript.partial_end:
            self._count_stop(last, strand)

    def _count_stop(self, last: int, strand: Strand) -> None:
        """Count the stop codon at the end of a coding sequence, or just behind it, where some files leave it."""
        within, behind = last - strand.strand * (CODON - 1), last + strand.strand
        if strand.codon(within) not in self.stops and strand.codon(behind) in self.stops:
            self.n_stops_behind += 1
            within = behind
        self._count("stop", within, strand)

    def _count(self, kind: str, at: int, strand: Strand) -> None:
        """Count a window around a base; what has another signal is counted by what it has."""
        window = WINDOWS[kind]
        bases = strand.around(at, window)
        if bases is None:
            self.passed_over[kind, True] += 1
        elif (signal := window.signal(bases)) not in (self.stops if kind == "stop" else window.signals):
            self.passed_over[kind, False] += 1
        else:
            codes = base_codes(bases.encode())
            table = self.tables.setdefault(f"{kind} {signal}", np.zeros((len(codes), 4)))
            clear = np.flatnonzero(codes < 4)
            table[clear, codes[clear]] += 1

    def models(self, estimator: Estimator) -> dict[str, SiteModel]:
        """Estimate each site; its positions are smoothed by themselves."""
        return {
            site: SiteModel(
                smoothed(table, np.ones(table.shape, bool), estimator), WINDOWS[site.split()[0]].first
            )
            for site, table in sorted(self.tables.items())
        }
