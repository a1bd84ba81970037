"""Reads to a composition table: one batch over all samples."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import chain
from pathlib import Path
from typing import Literal

from klbio.design.libraries import Lane
from klbio.errors import Fault, Faults, InputError, StrPath, listed
from klbio.io import write_table
from klbio.io.results import write_rows
from klbio.io.sequences.reads import NUCLEOTIDES, RESIDUES, read_blocks
from klbio.io.sheets.sheet import read_samples
from klbio.phrases.numbers import count
from klbio.progress import over
from klbio.reads.kmers import count_kmers, require_k, reverse_complement
from klbio.reads.residues import count_codons, count_residues
from klbio.reads.tally import Tally, tabulate, tabulate_groups
from klbio.schema import DROPPED, DroppedRow
from klbio.steps.ending import Ending, left_out
from klbio.steps.read import Read
from klbio.steps.step import takes

__all__ = ["ReadComposition", "compose_reads", "count_reads"]

Unit = Literal["kmer", "codon", "residue"]  # what is counted
_EMPTY_REMEDY = "Choose a smaller k, or look at the reads: they are too short or all ambiguous."
_LARGE_K_REMEDY = "Choose a smaller k; `klbio reads` counts larger words, without a shift."
SUFFIXES = re.compile(r"(\.(fastq|fq|fasta|fa|fna|ffn|faa))?(\.gz)?$", re.IGNORECASE)
N_GROUPS = 32  # of the reads of a sample: 31 degrees of freedom for a variance
MAX_GROUPED_K = 8  # 32 x 4^8 counters are 16 MiB


@dataclass(frozen=True, kw_only=True)
class ReadComposition:
    """What `compose_reads` is given, which says what each is."""

    samples: StrPath
    table: StrPath
    dropped: StrPath
    kmer: int = 6
    canonical: bool = True
    groups: StrPath | None = None
    columns: Mapping[str, str] | None = None

    @property
    def files(self) -> dict[str, tuple[Lane, ...]]:
        """Read files of each sample and control of the sheet, lane by lane."""
        design = read_samples(self.samples, reads=True, columns=self.columns)
        return {sample.name: sample.lanes for sample in design.libraries}

    @property
    def unit(self) -> _Unit:
        """The words that are counted."""
        if self.groups and self.kmer > MAX_GROUPED_K:
            found, wanted = str(self.kmer), f"1 to {MAX_GROUPED_K} to measure a shift"
            raise InputError.one("kmer", found, wanted, _LARGE_K_REMEDY)
        return _unit("kmer", self.kmer, self.canonical, N_GROUPS if self.groups else 1)


@takes(ReadComposition)
def compose_reads(given: ReadComposition) -> None:
    """Count the k-mers of every sample of a sheet.

    Parameters
    ----------
    samples : path-like
        Sample sheet with `fastq_1` and, for pairs, `fastq_2`.  A relative path starts at
        the working directory, or else at the sheet's folder.
    table : path-like
        The table to write: BIOM 2.1 if it ends in ``.biom``, else TSV.
    dropped : path-like
        TSV of whatever was not counted: samples without a k-mer, short reads, k-mers with
        an ambiguous symbol.
    kmer : int from 1 to 12, default 6
        Word length.
    canonical : bool, default True
        Count a word and its reverse complement as one.  If not, second mates are turned to
        the strand of the first.
    groups : path-like, optional
        A second table to write: the same counts, the reads of each sample put in turn into 32
        groups, mates together; rows ``sample/1`` to ``sample/32``.  `klbio.steps.shift.measure_shift`
        takes its intervals and its floor from it, for `kmer` up to 8.
    columns : mapping of str to str, optional
        What the sheet calls its columns, see `klbio.io.sheets.sheet.read_samples`.

    Raises
    ------
    InputError
        If groups are asked for above `kmer` 8.
        Every fault of the sheet at once; the first fault of every read file at once.
    """
    files, name = given.files, str(given.samples)
    counted = _Composition(files, given.unit, name).read()
    write_table(tabulate(counted.value, name), given.table)
    write_rows(given.dropped, counted.dropped, DROPPED)
    if given.groups:
        write_table(tabulate_groups(counted.value, name), given.groups)


def count_reads(
    *,
    reads: Sequence[StrPath],
    out: StrPath,
    unit: Unit = "kmer",
    kmer: int = 6,
    canonical: bool = True,
    dropped: StrPath | None = None,
) -> Ending:
    """Count the words of each file, one sample a file.

    Parameters
    ----------
    reads : sequence of path-like
        FASTA or FASTQ files, gzipped or not.  The sample's name is the file's, without
        ``.fastq``, ``.fasta``, ``.fq``, ``.fa``, ``.fna``, ``.ffn``, ``.faa`` and ``.gz``.
    out : path-like
        The table to write: BIOM 2.1 if it ends in ``.biom``, else TSV.
    unit : {"kmer", "codon", "residue"}, default "kmer"
        Words of `kmer` bases; codons of coding sequences, in frame; amino acids of proteins.
    kmer, canonical
        As in `compose_reads`.
    dropped : path-like, optional
        TSV of whatever was not counted; by default `out` with ``.dropped.tsv`` at its end.

    Raises
    ------
    InputError
        If two files give one name; the first fault of every file at once.
    """
    names = [SUFFIXES.sub("", Path(path).name, count=1) for path in reads]
    repeated = [name for name, times in Counter(names).items() if times > 1]
    if repeated:
        raise InputError.one(
            "reads",
            f"two files that give the sample name {listed(repeated)}",
            "one name a file",
            "Rename one.",
        )
    files = {name: ((path,),) for name, path in zip(names, reads, strict=True)}
    counted = _Composition(files, _unit(unit, kmer, canonical), "reads").read()
    table, rest = tabulate(counted.value, "reads"), dropped or f"{out}.dropped.tsv"
    write_table(table, out)
    write_rows(rest, counted.dropped, DROPPED)
    words = f"{count(table.depth.sum(), _named(unit, kmer))} in {count(len(table.samples), 'sample')}"
    return Ending(f"Counted {words}.", left_out(counted.dropped, rest), f"{out}, {rest}")


def _named(unit: Unit, kmer: int) -> str:
    return f"{kmer}-mer" if unit == "kmer" else unit


@dataclass(frozen=True)
class _Unit:
    """What is counted: its name, what a sequence may hold, and how to count it."""

    name: str
    symbols: bytes
    count: Callable[[Iterable[bytes]], Tally]
    n_groups: int = 1  # of whole reads, counted apart

    def tally(self, lanes: Sequence[Sequence[StrPath]]) -> Tally:
        """Count one sample."""
        read = chain.from_iterable(read_blocks(*lane, symbols=self.symbols) for lane in lanes)
        blocks = _grouped(read, self.n_groups)
        return self.count(_on_first_strand(blocks))


def _unit(name: Unit, kmer: int, canonical: bool, n_groups: int = 1) -> _Unit:
    require_k(kmer)
    count = partial(count_kmers, k=kmer, canonical=canonical, n_groups=n_groups)
    units = {
        "kmer": _Unit("kmer", NUCLEOTIDES, count, n_groups),
        "codon": _Unit("codon", NUCLEOTIDES, count_codons),
        "residue": _Unit("residue", RESIDUES, count_residues),
    }
    if name not in units:
        raise InputError.one("unit", repr(name), f"one of {listed(units)}")
    return units[name]


@dataclass(frozen=True)
class _Composition:
    """Files by sample, what is counted in them, and what messages call the whole."""

    files: Mapping[str, Sequence[Sequence[StrPath]]]
    unit: _Unit
    name: str

    def read(self) -> Read[dict[str, Tally]]:
        """Count every sample; keep those that have anything to count."""
        InputError.raise_any(self._shared_files())
        tallies = self._tallies()
        filled = {sample: tally for sample, tally in tallies.items() if tally.values.any()}
        if not filled:
            found = f"no sample with a countable {self.unit.name}"
            raise InputError.one(self.name, found, "at least one", _EMPTY_REMEDY)
        dropped = (row for sample, tally in tallies.items() for row in self._dropped(sample, tally))
        return Read(filled, tuple(dropped))

    def _shared_files(self) -> list[Fault]:
        times = Counter(str(path) for lanes in self.files.values() for lane in lanes for path in lane)
        remedy = "Counted twice, it would look like agreement."
        return [
            Fault(self.name, f"{path!r} given {n} times", "each file once", remedy)
            for path, n in times.items()
            if n > 1
        ]

    def _tallies(self) -> dict[str, Tally]:
        """Count sample after sample; faults are gathered, so that one run names every bad file."""
        tallies: dict[str, Tally] = {}
        faults = Faults()
        for sample, lanes in over(self.files.items(), len(self.files), "sample", "reads"):
            tally = faults.gather(partial(self.unit.tally, lanes))
            tallies |= {sample: tally} if tally is not None else {}
        InputError.raise_any(faults.found)
        return tallies

    def _dropped(self, sample: str, tally: Tally) -> Iterator[DroppedRow]:
        """Say what was not counted."""
        source = " + ".join(str(path) for lane in self.files[sample] for path in lane)
        for what, n in tally.skipped.items():
            if n:
                reason = f"{what}: {n:,}"
                yield DroppedRow(source=source, kind=self.unit.name, name=sample, reason=reason)
        if not tally.values.any():
            reason = f"no countable {self.unit.name}"
            yield DroppedRow.sample(source=source, name=sample, reason=reason)


def _grouped(blocks: Iterable[tuple[bytes, ...]], n_groups: int) -> Iterator[tuple[bytes, ...]]:
    """Put the reads of each block into groups in turn, mates together: n_groups blocks of each."""
    if n_groups == 1:
        yield from blocks
        return
    for block in blocks:
        lines = [mates.splitlines(keepends=True) for mates in block]
        for group in range(n_groups):
            yield tuple(b"".join(mates[group::n_groups]) for mates in lines)


def _on_first_strand(blocks: Iterable[tuple[bytes, ...]]) -> Iterator[bytes]:
    """Join mates; a second mate reads the other strand of its fragment."""
    for first, *mates in blocks:
        yield b"".join([first, *map(reverse_complement, mates)])
