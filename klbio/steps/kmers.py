"""Reads of some samples -> the k-mers of each in groups; one job a batch, which goes on where it was stopped."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from itertools import islice
from pathlib import Path
from typing import Literal

from klbio.design.libraries import Lane
from klbio.errors import Faults, InputError, StrPath, listed
from klbio.io.files import checksum
from klbio.io.same_files import refuse_twice
from klbio.io.sequences.empty_files import filled_lanes
from klbio.io.words.batch import write_batch
from klbio.io.words.parts import Parts
from klbio.io.words.record import MAX_GROUPED_K, Record
from klbio.progress import over
from klbio.reads.fragments import Dealing
from klbio.steps.provenance import code_version
from klbio.steps.read_units import Kmers
from klbio.steps.step import takes

__all__ = ["N_GROUPS", "KmerBatch", "KmerChoices", "Library", "count_batch", "count_kmers"]

Library = Literal["shotgun", "amplicon"]
LIBRARIES: tuple[Library, ...] = ("shotgun", "amplicon")
N_GROUPS = 32  # of the reads of a sample: 31 degrees of freedom for a variance
LARGE_K_REMEDY = "Choose a smaller k; `klbio reads` counts larger words, without a shift."


@dataclass(frozen=True, kw_only=True)
class KmerChoices:
    """What is counted in reads: `klbio.steps.reads.compose_reads` says what each is."""

    kmer: int | Sequence[int] = 6
    canonical: bool = True
    library: Library = "shotgun"

    @property
    def lengths(self) -> tuple[int, ...]:
        """The word lengths, the study's first."""
        return (self.kmer,) if isinstance(self.kmer, int) else tuple(self.kmer)

    def words(self, n_groups: int) -> Kmers:
        """Give what counts them.

        Raises
        ------
        InputError
            If they cannot be counted so.
        """
        if n_groups > 1 and max(self.lengths, default=0) > MAX_GROUPED_K:
            found, wanted = str(max(self.lengths)), f"1 to {MAX_GROUPED_K} to measure a shift"
            raise InputError.one("kmer", found, wanted, LARGE_K_REMEDY)
        if self.library not in LIBRARIES:
            raise InputError.one("library", repr(self.library), f"one of {listed(LIBRARIES)}")
        return Kmers.of(self.lengths, self.canonical, partial(Dealing, n_groups, self.library == "shotgun"))


@dataclass(frozen=True, kw_only=True)
class KmerBatch(KmerChoices):
    """What `count_kmers` is given, which says what each is."""

    files: Sequence[StrPath]
    lanes: Mapping[str, Sequence[int]]
    out: StrPath
    blanks: Sequence[str] = ()
    parts: StrPath | None = None

    @cached_property
    def of_sample(self) -> dict[str, list[Lane]]:
        """Files of each sample, lane by lane."""
        rest = map(str, self.files)
        return {name: [tuple(islice(rest, n)) for n in numbers] for name, numbers in self.lanes.items()}

    def filled(self, name: str) -> Sequence[Lane]:
        """Give those that are counted: of a negative control, lanes that hold a read."""
        lanes = self.of_sample[name]
        return filled_lanes(name, lanes) if name in self.blanks else lanes

    @property
    def kept(self) -> Parts:
        """Where samples are kept until all are counted."""
        return Parts(Path(self.parts or f"{self.out}.parts"))


@takes(KmerBatch)
def count_kmers(given: KmerBatch) -> None:
    """Count the k-mers of some samples, in groups of whole fragments, and write them into one file.

    Each sample that is counted is kept as a file of its own until all are.  Stopped at any moment, and called again,
    it counts what is not yet kept, and what has changed since; so it does where files of others are at fault.

    Parameters
    ----------
    files : sequence of path-like
        FASTA or FASTQ files of all samples, one sample after the other.
    lanes : mapping of str to sequence of int
        How many of the files are of each sample: a number for each lane, 1, or 2 for those of mates.
    blanks : sequence of str
        Negative controls among them, whose files may be empty.
    out : path-like
        The file to write; `klbio.steps.reads.compose_reads` makes tables of it.
    parts : path-like, optional
        Folder for the samples that are counted already, which several batches may share; `compose_reads` deletes it.
        By default `out` with ``.parts`` at its end, which is deleted once `out` is written.
    kmer, canonical, library
        As in `klbio.steps.reads.compose_reads`; `kmer` up to 8.

    Raises
    ------
    InputError
        The first fault of every file at once.
    """
    refuse_twice("reads", given.files)
    count_batch(given)


def count_batch(given: KmerBatch) -> None:
    """Count the k-mers of files that are known to be different ones."""
    counting = _Counting(given.words(N_GROUPS), _settings(given), given.kept)
    faults, samples = Faults(), given.of_sample
    keys: dict[str, str] = {}
    for name, lanes in over(samples.items(), len(samples), "sample", "reads"):
        key = faults.gather(partial(counting.count, lanes, partial(given.filled, name)))
        keys |= {name: key} if key else {}
    faults.raise_any()
    write_batch(given.out, counting.records(keys))
    if given.parts is None:
        given.kept.clear()


def _settings(given: KmerChoices) -> tuple[object, ...]:
    """Whatever counts hang on beside the files: the code, too."""
    return code_version(), N_GROUPS, given.lengths, given.canonical, given.library


@dataclass(frozen=True)
class _Counting:
    """Counts samples, and keeps them."""

    words: Kmers
    settings: tuple[object, ...]
    kept: Parts

    def count(self, lanes: Sequence[Lane], filled: Callable[[], Sequence[Lane]]) -> str:
        """Count a sample, unless it is kept; give its key."""
        sums = [[checksum(file) for file in lane] for lane in lanes]
        key = hashlib.sha256(json.dumps([*self.settings, sums]).encode()).hexdigest()
        if self.kept.found(key) is None:
            counted = filled()
            empty = [place for place, lane in enumerate(lanes) if lane not in counted]
            record = Record(key, sums, self.words.canonical, self.words.counted(counted), empty)
            self.kept.keep(key, record.encoded())
        return key

    def records(self, keys: Mapping[str, str]) -> Iterator[tuple[str, bytes]]:
        """Give what is kept of each sample."""
        for name, key in keys.items():
            record = self.kept.found(key)
            if record is None:
                raise InputError.one(
                    self.kept.folder, f"sample {name!r} is gone, or damaged", "what was kept there just now",
                    "Run it again: it counts what is not there.",
                )  # fmt: skip
            yield name, record
