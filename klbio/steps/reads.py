"""Reads to a composition table: one batch over all samples."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from pathlib import Path
from typing import Literal

from klbio.design import Design
from klbio.design.libraries import Lane
from klbio.errors import Fault, Faults, InputError, StrPath, listed
from klbio.io import write_table
from klbio.io.results import write_rows
from klbio.io.same_files import given_twice, same_files
from klbio.io.sequences.empty_files import lanes_of
from klbio.io.sheets.sheet import read_samples
from klbio.phrases.numbers import count
from klbio.progress import over
from klbio.reads.fragments import Dealing
from klbio.reads.tally import Tally, tabulate, tabulate_groups
from klbio.schema import DROPPED, DroppedRow
from klbio.schema import LIBRARIES as QUALITY
from klbio.steps.ending import Ending, left_out
from klbio.steps.libraries import Counted, library_rows, notify_differences, notify_encoding
from klbio.steps.read import Read
from klbio.steps.read_units import CountedUnit, Kmers, Unit, unit_of
from klbio.steps.step import takes

__all__ = ["ReadComposition", "compose_reads", "count_reads"]

Library = Literal["shotgun", "amplicon"]
LIBRARIES: tuple[Library, ...] = ("shotgun", "amplicon")
_EMPTY_REMEDY = "Choose a smaller k, or look at the reads: they are too short or all ambiguous."
_LARGE_K_REMEDY = "Choose a smaller k; `klbio reads` counts larger words, without a shift."
SUFFIXES = re.compile(r"(\.(fastq|fq|fasta|fa|fna|ffn|faa))?(\.(gz|bz2|xz|zst))?$", re.IGNORECASE)
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
    quality: StrPath | None = None
    library: Library = "shotgun"
    columns: Mapping[str, str] | None = None
    metadata: StrPath | None = None

    @cached_property
    def design(self) -> Design:
        """Samples and controls of the sheet, with their read files."""
        return read_samples(self.samples, reads=True, columns=self.columns, metadata=self.metadata)

    @property
    def files(self) -> dict[str, tuple[Lane, ...]]:
        """Read files of each sample and control of the sheet, lane by lane."""
        return {sample.name: lanes_of(sample) for sample in self.design.libraries}

    @property
    def unit(self) -> CountedUnit:
        """The words that are counted."""
        if self.groups and self.kmer > MAX_GROUPED_K:
            found, wanted = str(self.kmer), f"1 to {MAX_GROUPED_K} to measure a shift"
            raise InputError.one("kmer", found, wanted, _LARGE_K_REMEDY)
        if self.library not in LIBRARIES:
            raise InputError.one("library", repr(self.library), f"one of {listed(LIBRARIES)}")
        n_groups = N_GROUPS if self.groups else 1
        return Kmers.of(self.kmer, self.canonical, partial(Dealing, n_groups, self.library == "shotgun"))


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
        A second table to write: the same counts, the fragments of each sample put into 32
        groups, mates and copies together; rows ``sample/1`` to ``sample/32``.  `klbio.steps.shift.measure_shift`
        takes its intervals and its floor from it, for `kmer` up to 8.
    quality : path-like, optional
        TSV of what was read of each sample and control: layout, packing, lengths, copies, G and C.
    library : {"shotgun", "amplicon"}, default "shotgun"
        Whether fragments of one sequence are copies; of amplicons they are not, and are put into groups in turn.
    columns : mapping of str to str, optional
        What the sheet calls its columns, see `klbio.io.sheets.sheet.read_samples`.
    metadata : path-like, optional
        A second sheet that says who the samples are of, where the first has no more than their files.

    Raises
    ------
    InputError
        If groups are asked for above `kmer` 8.
        Every fault of the sheet at once; the first fault of every read file at once.
    """
    files, name = given.files, str(given.samples)
    InputError.raise_any(
        same_files(name, [path for lanes in files.values() for lane in lanes for path in lane])
    )
    counted = _Composition(files, given.unit, name).read()
    rows = list(library_rows(given.design, counted.value.of))
    notify_encoding(name, counted.value.of)
    notify_differences(given.design, rows, given.library == "shotgun")
    write_table(tabulate(counted.value.filled, name), given.table)
    write_rows(given.dropped, counted.dropped, DROPPED)
    if given.quality:
        write_rows(given.quality, rows, QUALITY)
    if given.groups:
        write_table(tabulate_groups(counted.value.filled, name), given.groups)


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
        ``.fastq``, ``.fasta``, ``.fq``, ``.fa``, ``.fna``, ``.ffn``, ``.faa`` and ``.gz``, ``.bz2``, ``.xz``, ``.zst``.
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
    counted = _Composition(files, unit_of(unit, kmer, canonical), "reads").read()
    notify_encoding("reads", counted.value.of)
    table, rest = tabulate(counted.value.filled, "reads"), dropped or f"{out}.dropped.tsv"
    write_table(table, out)
    write_rows(rest, counted.dropped, DROPPED)
    words = f"{count(table.depth.sum(), _named(unit, kmer))} in {count(len(table.samples), 'sample')}"
    return Ending(f"Counted {words}.", left_out(counted.dropped, rest), f"{out}, {rest}")


def _named(unit: Unit, kmer: int) -> str:
    return f"{kmer}-mer" if unit == "kmer" else unit


@dataclass(frozen=True)
class _Samples:
    """What was counted in each sample."""

    of: Mapping[str, Counted]

    @property
    def filled(self) -> dict[str, Tally]:
        """Those with anything to count."""
        return {sample: of.tally for sample, of in self.of.items() if of.tally.values.any()}


@dataclass(frozen=True)
class _Composition:
    """Files by sample, what is counted in them, and what messages call the whole."""

    files: Mapping[str, Sequence[Sequence[StrPath]]]
    unit: CountedUnit
    name: str

    def read(self) -> Read[_Samples]:
        """Count every sample; some of them must have anything to count."""
        InputError.raise_any(self._shared_files())
        samples = _Samples(self._counted())
        if not samples.filled:
            found = f"no sample with a countable {self.unit.name}"
            raise InputError.one(self.name, found, "at least one", _EMPTY_REMEDY)
        dropped = (row for sample, of in samples.of.items() for row in self._dropped(sample, of.tally))
        return Read(samples, tuple(dropped))

    def _shared_files(self) -> list[Fault]:
        paths = [path for lanes in self.files.values() for lane in lanes for path in lane]
        return given_twice(self.name, paths)

    def _counted(self) -> dict[str, Counted]:
        """Count sample after sample; faults are gathered, so that one run names every bad file."""
        counted: dict[str, Counted] = {}
        faults = Faults()
        for sample, lanes in over(self.files.items(), len(self.files), "sample", "reads"):
            of = faults.gather(partial(self.unit.counted, lanes))
            counted |= {sample: of} if of is not None else {}
        InputError.raise_any(faults.found)
        return counted

    def _dropped(self, sample: str, tally: Tally) -> Iterator[DroppedRow]:
        """Say what was not counted."""
        source = " + ".join(str(path) for lane in self.files[sample] for path in lane) or self.name
        for what, n in tally.skipped.items():
            if n:
                reason = f"{what}: {n:,}"
                yield DroppedRow(source=source, kind=self.unit.name, name=sample, reason=reason)
        if not tally.values.any():
            reason = f"no countable {self.unit.name}"
            yield DroppedRow.sample(source=source, name=sample, reason=reason)
