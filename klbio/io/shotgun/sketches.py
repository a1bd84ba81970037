"""Sketches of a sample's reads, in groups of whole fragments: those k-mers whose hash is low enough (FracMinHash)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, islice
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy import sparse

from klbio.errors import InputError, StrPath
from klbio.io.amplicons.fastq import look_at_lanes, plain_bases
from klbio.io.files import replacing
from klbio.io.sequences.reads import read_records
from klbio.io.unreadable import AGAIN, readable
from klbio.reads.cover import Hashes
from klbio.reads.fragments import Dealing, Records

if TYPE_CHECKING:
    from dnaio import SequenceRecord
    from sourmash import MinHash

__all__ = ["KSIZE", "N_GROUPS", "SampleSketch", "read_sketch", "sketch_reads", "write_sketch"]

KSIZE = 31  # tells species apart; databases have it
N_GROUPS = 32  # of the fragments of a sample: 31 degrees of freedom for a variance
SURE = 20  # least quality of a base: one wrong in a hundred; a wrong one makes 31 k-mers that no genome has
BATCH = 4_096  # fragments that are masked at once


@dataclass(frozen=True, eq=False)
class SampleSketch:
    """The k-mers of a sample that its sketch holds, and how often each group of its fragments has them.

    Parameters
    ----------
    hashes : ndarray of shape (n_words,)
        Ascending.
    groups : sparse array of shape (n_groups, n_words)
    """

    hashes: Hashes
    groups: sparse.csr_array


def sketch_reads(lanes: Sequence[Sequence[StrPath]], scaled: int) -> list[MinHash]:
    """Sketch the reads of a sample, group by group; mates and copies of a fragment stand in one.

    The k-mers of one read are no independent draws, whole fragments are.  Those with a base of a quality below 20 are
    passed over: most of them hold an error.

    Raises
    ------
    InputError
        As `klbio.io.sequences.reads.read_blocks` and `klbio.io.amplicons.fastq.look_at_lanes`.
    """
    from sourmash import MinHash

    sketches = [MinHash(0, KSIZE, scaled=scaled, track_abundance=True) for _ in range(N_GROUPS)]
    dealing, offset = Dealing(N_GROUPS), look_at_lanes(lanes)
    for files in lanes:
        for group, text in _Lane(files, dealing, offset).texts():
            sketches[group].add_sequence(text, force=True)  # passes over words with what is no base
    return sketches


@dataclass(frozen=True)
class _Lane:
    """The files of a lane, on their way into groups."""

    files: Sequence[StrPath]
    dealing: Dealing
    offset: int

    def texts(self) -> Iterator[tuple[int, str]]:
        """Give the reads of a group, some at a time, with a symbol between them that no word reaches over."""
        for ends in self._batches():
            bases = [[plain_bases(self.files, read) for read in end] for end in ends]
            groups = self.dealing.groups([Records.of(_lines(end)) for end in bases])
            masked = [
                np.array(_masked(of, [read.qualities or "" for read in end], self.offset), dtype=object)
                for of, end in zip(bases, ends, strict=True)
            ]
            for group in np.unique(groups).tolist():
                yield group, "N".join(chain.from_iterable(end[groups == group] for end in masked))

    def _batches(self) -> Iterator[list[tuple[SequenceRecord, ...]]]:
        """Give some fragments at a time: their first mates, and their second ones."""
        fragments = read_records(*self.files)
        while batch := list(islice(fragments, BATCH)):
            yield list(zip(*batch, strict=True))


def _masked(reads: Sequence[str], qualities: Sequence[str], offset: int = 33) -> list[str]:
    """Put N for bases that are not sure.

    >>> _masked(["ACGT", "AC"], ["I4I5", "#I"])
    ['ANGT', 'NC']
    """
    symbols, values = (np.frombuffer(_lines(of), dtype=np.uint8) for of in (reads, qualities))
    unsure = (values < offset + SURE) & (values != ord("\n"))
    text = np.where(unsure, np.uint8(ord("N")), symbols).tobytes().decode("ascii")
    return text.split("\n")[:-1]


def _lines(reads: Iterable[str]) -> bytes:
    return "".join(f"{read}\n" for read in reads).encode("ascii")


def write_sketch(path: StrPath, sketches: Sequence[MinHash], name: str) -> None:
    """Write the sketch of each group of a sample, named ``sample/1`` and so on, as sourmash's own file."""
    from sourmash import SourmashSignature, save_signatures_to_json

    signatures = [SourmashSignature(of, name=f"{name}/{k}") for k, of in enumerate(sketches, 1)]
    with replacing(path) as draft:
        draft.write_bytes(save_signatures_to_json(signatures, compression=1))


def read_sketch(path: StrPath) -> SampleSketch:
    """Read the sketches of a sample's groups.

    Raises
    ------
    InputError
        If the file is damaged.
    """
    counts = [signature.minhash.hashes for signature in _signatures(path)]
    words = [np.fromiter(of, dtype=np.uint64, count=len(of)) for of in counts]
    hashes = np.unique(np.concatenate([*words, np.zeros(0, dtype=np.uint64)]))
    columns = np.searchsorted(hashes, np.concatenate(words))
    values = np.concatenate([np.fromiter(of.values(), dtype=float, count=len(of)) for of in counts])
    rows = np.repeat(np.arange(len(counts)), list(map(len, counts)))
    return SampleSketch(hashes, sparse.csr_array((values, (rows, columns)), shape=(len(counts), len(hashes))))


def _signatures(path: StrPath) -> list[Any]:
    from sourmash import load_signatures_from_json
    from sourmash.exceptions import SourmashError

    try:
        with readable(path):
            found = list(load_signatures_from_json(str(path), ksize=KSIZE, do_raise=True))
    except SourmashError as error:
        raise InputError.one(path, f"a damaged sketch ({error})", "a sound one", AGAIN) from error
    if len(found) != N_GROUPS:
        raise InputError.one(path, f"{len(found)} sketches", f"{N_GROUPS}, one of each group of reads", AGAIN)
    return found
