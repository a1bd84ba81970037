"""What was counted in one sample as bytes: a line of JSON, then tables of counts; no pickle, and nothing compressed."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from scipy import sparse

from klbio.io.json_data import JsonObject
from klbio.io.sequences.lanes import LaneFacts
from klbio.io.words.arrays import n_bytes, packed, unpacked
from klbio.io.words.counted import Counted
from klbio.reads.fragments import Library
from klbio.reads.kmers import kmer_labels
from klbio.reads.tally import CountArray, GroupArray, Tally

__all__ = ["MAX_GROUPED_K", "MAX_GROUPS", "DamagedError", "Record", "Sums"]

MAX_GROUPED_K = 8  # 32 x 4^8 counters are 8 MiB
MAX_GROUPS = 256
MAX_HEAD = 1 << 20  # bytes of the line
Sums = Sequence[Sequence[str]]
WRONG = (ValueError, KeyError, TypeError, IndexError, AttributeError, OverflowError, RecursionError)


class DamagedError(ValueError):
    """Bytes that are no record as klbio writes it."""


@dataclass(frozen=True)
class Record:
    """What was counted in one sample.

    Attributes
    ----------
    key : str
        Checksum of all that it hangs on: files, settings, code.
    sums : sequence of sequence of str
        Checksums of its files, lane by lane.
    empty : sequence of int
        Lanes without a read, of which nothing was counted: of a negative control.
    canonical : bool
        Whether words and their reverse complements are one.
    counted : Counted
        With its groups.
    """

    key: str
    sums: Sums
    canonical: bool
    counted: Counted
    empty: Sequence[int] = ()

    def of_k(self, k: int, canonical: bool) -> Counted | None:
        """Give what was counted, the words of `k` bases first; None where there are no such words."""
        first = [tally for tally in self.counted.tallies if len(tally.labels[0]) == k]
        if not first or self.canonical != canonical:
            return None
        others = [tally for tally in self.counted.tallies if tally is not first[0]]
        return Counted([first[0], *others], self.counted.lanes)

    def encoded(self) -> bytes:
        """Give the bytes; the same for the same content."""
        tallies = self.counted.tallies
        tables = [packed(tally.groups) for tally in tallies]
        head = {
            "key": self.key,
            "sums": self.sums,
            "empty": list(self.empty),
            "canonical": self.canonical,
            "n_groups": tallies[0].groups.shape[0],
            "n_sequences": tallies[0].n_sequences,
            "library": tallies[0].library,
            "lanes": [[lane.layout, lane.packing, lane.lowest, lane.highest] for lane in self.counted.lanes],
            "words": [
                {"k": len(tally.labels[0]), "skipped": dict(tally.skipped), "table": about}
                for tally, (about, _) in zip(tallies, tables, strict=True)
            ],
        }
        return b"".join([json.dumps(head).encode(), b"\n", *(content for _, content in tables)])

    @classmethod
    def decoded(cls, content: bytes) -> Record:
        """Read the bytes; nothing in them is believed that has another form than it should.

        Raises
        ------
        DamagedError
            If they are not just a record.
        """
        try:
            return cls._decoded(content)
        except WRONG as error:
            raise DamagedError(str(error)) from error

    @classmethod
    def _decoded(cls, content: bytes) -> Record:
        end = content.index(b"\n", 0, MAX_HEAD)
        head = json.loads(content[:end])
        canonical, n_groups = bool(head["canonical"]), _whole(head["n_groups"], MAX_GROUPS)
        *sizes, copies = head["library"]
        library = Library._make([*map(_whole, sizes), float(copies)])
        tables = _tables(memoryview(content)[end + 1 :], head["words"], n_groups, canonical)
        n_sequences = _whole(head["n_sequences"])
        tallies = [
            Tally(labels, _sum(groups), n_sequences, _skipped(words), groups, library)
            for words, labels, groups in tables
        ]
        lanes = [
            LaneFacts(str(layout), [str(name) for name in packing], int(lowest), int(highest))
            for layout, packing, lowest, highest in head["lanes"]
        ]
        sums = [[str(one) for one in lane] for lane in head["sums"]]
        empty = [_whole(lane, len(sums)) for lane in head["empty"]]
        return cls(str(head["key"]), sums, canonical, Counted(tallies, lanes), empty)


def _tables(
    content: memoryview, words: Sequence[JsonObject], n_groups: int, canonical: bool
) -> Iterator[tuple[JsonObject, tuple[str, ...], GroupArray]]:
    """Give the table of each word length."""
    at = 0
    for of in words:
        labels = kmer_labels(_whole(of["k"], MAX_GROUPED_K), canonical)
        width, n_cells = _pair(of["table"])
        shape = n_groups, len(labels)
        end = at + n_bytes(shape, width, n_cells)
        yield of, labels, unpacked(content[at:end], shape, width, n_cells)
        at = end
    if not at or at != len(content):
        raise ValueError("more or fewer bytes than the tables have")


def _sum(groups: GroupArray) -> CountArray:
    """Add up the groups."""
    if sparse.issparse(groups):
        return np.bincount(groups.indices, groups.data, groups.shape[1]).astype(np.int64)
    whole: CountArray = groups.sum(axis=0, dtype=np.int64)
    return whole


def _pair(of: object) -> tuple[int, int]:
    """Give two whole numbers, of which the second may be -1."""
    if not isinstance(of, list) or [type(n) for n in of] != [int, int]:
        raise TypeError("no two numbers")
    return of[0], of[1]


def _skipped(words: JsonObject) -> dict[str, int]:
    skipped = words["skipped"]
    if not isinstance(skipped, Mapping):
        raise TypeError("not named")
    return {str(what): _whole(n) for what, n in skipped.items()}


def _whole(n: object, most: int = 1 << 62) -> int:
    """Give a number, if it is a whole one within its bounds."""
    if type(n) is not int or not 0 <= n <= most:
        raise ValueError(f"{n!r} for a number")
    return n
