"""What is counted in the reads of a sample: k-mers, codons, residues."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import chain
from typing import Literal

from klbio.errors import InputError, StrPath, listed
from klbio.io.sequences.lanes import LaneFacts
from klbio.io.sequences.plain_fastq import NotPlainError, plain_records
from klbio.io.sequences.reads import NUCLEOTIDES, RESIDUES, read_blocks
from klbio.io.words.counted import Counted
from klbio.reads.counters import require_lengths
from klbio.reads.fragments import Dealing, Records
from klbio.reads.kmers import FragmentCounter
from klbio.reads.residues import count_codons, count_residues
from klbio.reads.tally import Tally

__all__ = ["CountedUnit", "Kmers", "Lanes", "Unit", "unit_of"]

Unit = Literal["kmer", "codon", "residue"]
Lanes = Sequence[Sequence[StrPath]]


@dataclass(frozen=True)
class CountedUnit:
    """What is counted: its name, what a sequence may hold, and how to count it."""

    name: str
    symbols: bytes
    count: Callable[[Iterable[tuple[bytes, ...]]], Sequence[Tally]]

    def counted(self, lanes: Lanes) -> Counted:
        """Count one sample."""
        facts = [LaneFacts() for _ in lanes]
        blocks = (
            read_blocks(*lane, symbols=self.symbols, facts=of) for lane, of in zip(lanes, facts, strict=True)
        )
        return Counted(self.count(chain.from_iterable(blocks)), facts)


@dataclass(frozen=True)
class Kmers(CountedUnit):
    """Words of fragments, counted the quick way where files are plain."""

    new: Callable[[], FragmentCounter]
    canonical: bool

    @classmethod
    def of(cls, k: int | Sequence[int], canonical: bool, dealing: Callable[[], Dealing]) -> Kmers:
        """Count words of fragments, dealt anew in each sample."""
        lengths = (k,) if isinstance(k, int) else tuple(k)
        require_lengths(lengths)

        def new() -> FragmentCounter:
            return FragmentCounter(lengths, canonical, dealing())

        return cls("kmer", NUCLEOTIDES, partial(_count, new), new, canonical)

    def counted(self, lanes: Lanes) -> Counted:
        """Count one sample."""
        try:
            return self._quickly(lanes)
        except NotPlainError:
            return super().counted(lanes)

    def _quickly(self, lanes: Lanes) -> Counted:
        counter, facts = self.new(), [LaneFacts() for _ in lanes]
        for lane, of in zip(lanes, facts, strict=True):
            for mates in plain_records(lane, of):
                counter.add(mates)
                if counter.n_foreign:
                    raise NotPlainError
        return Counted(list(counter.tallies().values()), facts)


def _count(new: Callable[[], FragmentCounter], blocks: Iterable[tuple[bytes, ...]]) -> list[Tally]:
    counter = new()
    for mates in blocks:
        counter.add(list(map(Records.of, mates)))
    return list(counter.tallies().values())


def unit_of(name: Unit, kmer: int, canonical: bool) -> CountedUnit:
    """Give what is asked for by name; k-mers are not dealt to groups."""
    units = {
        "kmer": Kmers.of(kmer, canonical, Dealing),
        "codon": CountedUnit(
            "codon", NUCLEOTIDES, lambda blocks: [count_codons(chain.from_iterable(blocks))]
        ),
        "residue": CountedUnit(
            "residue", RESIDUES, lambda blocks: [count_residues(chain.from_iterable(blocks))]
        ),
    }
    if name not in units:
        raise InputError.one("unit", repr(name), f"one of {listed(units)}")
    return units[name]
