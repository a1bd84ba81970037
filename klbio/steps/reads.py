"""Reads to a composition table, in the order of the sheet, whatever the batches."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from pathlib import Path

from klbio.design import Design
from klbio.errors import Faults, InputError, StrPath, listed
from klbio.io.elsewhere import anywhere, nowhere
from klbio.io.files import write_sums
from klbio.io.results import write_rows
from klbio.io.same_files import alike_faults, given_twice, refuse_twice
from klbio.io.sequences.empty_files import lanes_of
from klbio.io.sheets.sheet import read_samples
from klbio.io.words.batch import Batches
from klbio.io.words.counted import Counted
from klbio.io.words.parts import Parts
from klbio.phrases.numbers import count
from klbio.progress import over
from klbio.schema import LIBRARIES as QUALITY
from klbio.schema import LibraryRow
from klbio.steps.beside import list_beside, write_list
from klbio.steps.composition import Composition, OfSample
from klbio.steps.ending import Ending, left_out
from klbio.steps.kmers import KmerBatch, KmerChoices, count_batch
from klbio.steps.libraries import is_old, library_row, notify_differences, notify_encoding
from klbio.steps.read_units import CountedUnit, Lanes, Unit, unit_of
from klbio.steps.step import takes

__all__ = ["ReadComposition", "compose_reads", "count_reads"]

SUFFIXES = re.compile(r"(\.(fastq|fq|fasta|fa|fna|ffn|faa))?(\.(gz|bz2|xz|zst))?$", re.IGNORECASE)


@dataclass(frozen=True, kw_only=True)
class ReadComposition(KmerChoices):
    """What `compose_reads` is given, which says what each is."""

    samples: StrPath
    table: StrPath
    dropped: StrPath
    groups: StrPath | None = None
    batches: Sequence[StrPath] = ()
    parts: StrPath | None = None
    quality: StrPath | None = None
    columns: Mapping[str, str] | None = None
    metadata: StrPath | None = None
    sums: StrPath | None = None

    @cached_property
    def design(self) -> Design:
        """Samples and controls of the sheet, with their read files; where these are counted, paths are names."""
        elsewhere = anywhere if self.batches else nowhere
        return read_samples(
            self.samples, reads=True, columns=self.columns, metadata=self.metadata, elsewhere=elsewhere
        )

    @cached_property
    def lanes(self) -> dict[str, Lanes]:
        """Read files of each sample and control of the sheet, lane by lane."""
        return {sample.name: sample.lanes for sample in self.design.libraries}

    @property
    def files(self) -> list[StrPath]:
        """All of them."""
        return [path for lanes in self.lanes.values() for lane in lanes for path in lane]

    def counted(self, sums: dict[str, str]) -> Iterator[tuple[str, Counted]]:
        """Give each sample with what was counted in it, in the order of the sheet; and checksums of files."""
        if self.batches:
            return _of_batches(self, self.batches, sums)
        refuse_twice(str(self.samples), self.files)
        if self.groups is None:
            return _counted({one.name: lanes_of(one) for one in self.design.libraries}, self.words(1))
        blanks = [one.name for one in self.design.libraries if one.kind == "negative"]
        numbers = {name: [len(lane) for lane in lanes] for name, lanes in self.lanes.items()}
        batch = KmerBatch(
            files=self.files, lanes=numbers, out=self.groups, kmer=self.kmer, canonical=self.canonical,
            library=self.library, blanks=blanks,
        )  # fmt: skip
        count_batch(batch)
        return _of_batches(self, [self.groups], sums)


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
    kmer : int from 1 to 12, or several, default 6
        Word length; of several, all are counted in one pass, and the table is of the first.
    canonical : bool, default True
        Count a word and its reverse complement as one.  If not, second mates are turned to
        the strand of the first.
    groups : path-like, optional
        A second file to write: the same counts, the fragments of each sample put into 32 groups, mates and copies
        together, as `klbio.steps.kmers.count_kmers` writes them.  `klbio.steps.shift.measure_shift`
        takes its intervals and its floor from it, for `kmer` up to 8.  Stopped and called again, it goes on with the
        samples that are not yet counted.
    batches : sequence of path-like, optional
        Files that `klbio.steps.kmers.count_kmers` wrote, instead of reads to be counted: together all samples.
    parts : path-like, optional
        Folder that the batches kept their samples in; it is deleted once all is written.
    quality : path-like, optional
        TSV of what was read of each sample and control: layout, packing, lengths, copies, G and C.
    sums : path-like, optional
        The SHA-256 of each read file as it was counted, by its path in the sheet, as `sha256sum --check` reads it;
        of reads that are counted in groups.
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
    rows, sums = list[LibraryRow](), dict[str, str]()
    whole = Composition(str(given.samples), "kmer")
    whole.write(_with_libraries(given, rows, sums), given.table, given.dropped)
    if given.quality:
        write_rows(given.quality, rows, QUALITY)
    if given.sums:
        write_sums(given.sums, sums)
    if given.parts:
        Parts(Path(given.parts)).clear()


def _with_libraries(
    given: ReadComposition, rows: list[LibraryRow], sums: dict[str, str]
) -> Iterator[OfSample]:
    """Give each sample, and make the rows of the libraries on the way."""
    of_name, old = {sample.name: sample for sample in given.design.libraries}, list[str]()
    for name, counted in given.counted(sums):
        rows.append(library_row(of_name[name], counted))
        old += [name] if is_old(counted) else []
        yield OfSample(name, given.lanes[name], counted.tally)
    notify_encoding(str(given.samples), old)
    notify_differences(given.design, rows, given.library == "shotgun")


def _of_batches(
    given: ReadComposition, paths: Sequence[StrPath], sums: dict[str, str]
) -> Iterator[tuple[str, Counted]]:
    """Give what was counted before, and the checksums of the files that it was counted in."""
    batches = Batches.of(paths)
    missing = [name for name in given.lanes if name not in batches.places]
    if missing:
        found = f"no counts of sample {listed(missing)} in {count(len(paths), 'batch')}"
        raise InputError.one(given.samples, found, "every sample of the sheet", "Count its reads first.")
    copies: dict[str, list[str]] = {}
    for name, lanes in given.lanes.items():
        record = batches.record(name)
        counted = record.of_k(given.lengths[0], given.canonical)
        if counted is None:
            found = f"sample {name!r} without words of {given.lengths[0]} bases"
            raise InputError.one(
                batches.places[name][0].path, found, "what the config asks for", "Count again."
            )
        for place, (lane, of_lane) in enumerate(zip(lanes, record.sums, strict=True)):
            for path, one in zip(map(str, lane), of_lane, strict=True):
                sums[path] = one
                if place not in record.empty:
                    copies.setdefault(one, []).append(path)
        yield name, counted
    InputError.raise_any(alike_faults(str(given.samples), copies.values()))


def _counted(files: Mapping[str, Lanes], unit: CountedUnit) -> Iterator[tuple[str, Counted]]:
    """Count sample after sample; faults are gathered, so that one run names every bad file."""
    faults = Faults()
    for sample, lanes in over(files.items(), len(files), "sample", "reads"):
        counted = faults.gather(partial(unit.counted, lanes))
        if counted is not None:
            yield sample, counted
    faults.raise_any()


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
    files: dict[str, Lanes] = {name: ((path,),) for name, path in zip(names, reads, strict=True)}
    InputError.raise_any(given_twice("reads", list(reads)))
    whole = Composition("reads", unit)
    whole.write_table(_of_files(files, unit_of(unit, kmer, canonical)), out)
    lists = write_list(whole.dropped, dropped or list_beside(out))
    words = f"{count(whole.n_counted, _named(unit, kmer))} in {count(whole.n_samples, 'sample')}"
    return Ending(f"Counted {words}.", left_out(whole.dropped, *lists), ", ".join((str(out), *lists)))


def _of_files(files: Mapping[str, Lanes], unit: CountedUnit) -> Iterator[OfSample]:
    """Give each file's sample."""
    old: list[str] = []
    for name, counted in _counted(files, unit):
        old += [name] if is_old(counted) else []
        yield OfSample(name, files[name], counted.tally)
    notify_encoding("reads", old)


def _named(unit: Unit, kmer: int) -> str:
    return f"{kmer}-mer" if unit == "kmer" else unit
