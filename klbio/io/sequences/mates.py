"""Mates: reads of the two ends of a fragment, in two files or in turn in one; what their names say."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, islice, pairwise, zip_longest
from statistics import median

from dnaio import SequenceRecord

from klbio.errors import InputError, StrPath, shorten

__all__ = ["in_step", "in_turn", "pairs_in_turn"]

LOOKED_AT = 64  # records that tell whether mates stand in turn in a file
INDEX, READ = 20, 35  # bases: the longest index (or barcode), and the shortest read that has one
MARKED = re.compile(r"(?P<name>.*)[/._](?P<mate>[12])")
Pair = tuple[SequenceRecord, SequenceRecord]


def _name(record: SequenceRecord) -> str:
    """Give the name of the fragment: of ``r1/1``, ``r1/2`` and ``r1 1:N:0`` it is r1."""
    match = MARKED.fullmatch(record.id)
    return match["name"] if match and record.id[-2] == "/" else record.id


def _mate(record: SequenceRecord) -> int:
    """Give 1 or 2, as the header says it; 0 where it says nothing."""
    if record.id[-2:] in ("/1", "/2"):
        return int(record.id[-1])
    comment = record.comment or ""
    return int(comment[0]) if re.match(r"[12]:[YN]:", comment) else 0


def in_turn(records: Iterator[SequenceRecord]) -> tuple[bool, Iterator[SequenceRecord]]:
    """Say whether mates stand in turn in a file, those that lost theirs among them, and give all of its records."""
    head = list(islice(records, LOOKED_AT))
    are_pairs = _are_pairs(list(zip(head[::2], head[1::2], strict=False))) or _lost_some(head)
    return are_pairs, chain(head, records)


def _lost_some(records: Sequence[SequenceRecord]) -> bool:
    """Whether a first mate stands before its second one anywhere: no file of single reads has that."""
    return any(map(_marked, pairwise(records)))


def _are_pairs(pairs: Sequence[Pair]) -> bool:
    """Whether two records following each other are always of one fragment, and not all of the same."""
    ways = (_of_one_name, _numbered) if len(pairs) > 1 else (_marked,)
    many = len(pairs) < 2 or len({first.id for first, _ in pairs}) > 1
    return many and any(bool(pairs) and all(map(way, pairs)) for way in ways)


def _of_one_name(pair: Pair) -> bool:
    return _name(pair[0]) == _name(pair[1]) and _marks(pair) in ((0, 0), (1, 2))


def _marked(pair: Pair) -> bool:
    return _name(pair[0]) == _name(pair[1]) and _marks(pair) == (1, 2)


def _numbered(pair: Pair) -> bool:
    """Whether two names are one but for .1 and .2 (or _1 and _2) at their ends."""
    first, second = (MARKED.fullmatch(record.id) for record in pair)
    return bool(
        first and second and first["name"] == second["name"] and first["mate"] + second["mate"] == "12"
    )


def _marks(pair: Pair) -> tuple[int, int]:
    return _mate(pair[0]), _mate(pair[1])


def pairs_in_turn(path: StrPath, records: Iterable[SequenceRecord]) -> Iterator[Pair]:
    """Give the pairs of a file in which mates stand in turn.

    Raises
    ------
    InputError
        If a read has no mate.
    """
    left = iter(records)
    for number, first in enumerate(left):
        second = next(left, None)
        if second is None or not (_name(first) == _name(second) or _numbered((first, second))):
            found = f"record {2 * number + 1} ({shorten(first.id)}) without its mate"
            raise InputError.one(
                path, found, "mates in turn, as the first records of the file are",
                "Take out reads without a mate, or put them into a file of their own: another lane of the sample.",
            )  # fmt: skip
        yield first, second


def in_step(paths: Sequence[StrPath], files: Sequence[Iterator[SequenceRecord]]) -> Iterator[Pair]:
    """Give the pairs of two files.

    Raises
    ------
    InputError
        If mates do not match or run out; if both files are of one mate, or of the wrong ones; if one holds indexes.
    """
    heads = [list(islice(file, LOOKED_AT)) for file in files]
    whole = [chain(head, file) for head, file in zip(heads, files, strict=True)]
    for number, (first, second) in enumerate(zip_longest(*whole), start=1):
        if first is None or second is None or not first.is_mate(second):
            raise _mate_error(paths, number, first, second)
        if number == 1:
            _check_marks(paths, (first, second))
            _check_index(paths, *heads)
        yield first, second


def _mate_error(
    paths: Sequence[StrPath], number: int, first: SequenceRecord | None, second: SequenceRecord | None
) -> InputError:
    if first is None or second is None:
        short, long = (paths[0], paths[1]) if first is None else (paths[1], paths[0])
        found = f"ends after record {number - 1}, but its mate {long} goes on"
        return InputError.one(short, found, "as many records in both files", "Copy or download both again.")
    return InputError.one(
        paths[1],
        f"record {number} is {shorten(second.id)}, but in {paths[0]} it is {shorten(first.id)}",
        "mates in the same order, under the same names",
        "Sort or filter both files together; give unrelated files as two samples.",
    )


def _check_marks(paths: Sequence[StrPath], pair: Pair) -> None:
    """Refuse files whose headers say that they are not first mates and second mates."""
    said = _marks(pair)
    if said == (2, 1):
        raise InputError.one(
            paths[0], f"second mates (2, as the header of {shorten(pair[0].name)} says), and {paths[1]} first ones",
            "first mates in fastq_1, second ones in fastq_2", "Exchange the two files.",
        )  # fmt: skip
    if said in ((1, 1), (2, 2)):
        which = ("first", "second")[said[0] - 1]
        raise InputError.one(
            paths[1], f"{which} mates ({said[0]}, as the header of {shorten(pair[1].name)} says), as in {paths[0]}",
            "first mates in fastq_1, second ones in fastq_2", "Name the file of the other mates; indexes are none.",
        )  # fmt: skip


def _check_index(
    paths: Sequence[StrPath], firsts: list[SequenceRecord], seconds: list[SequenceRecord]
) -> None:
    """Refuse a file of indexes, barcodes or molecular identifiers beside one of reads."""
    lengths = [[len(record) for record in records] for records in (firsts, seconds)]
    for path, own, others in zip(paths, lengths, reversed(lengths), strict=True):
        if len(set(own)) == 1 and 0 < own[0] <= INDEX and median(others) >= READ:
            raise InputError.one(
                path, f"reads of {own[0]} bases each beside reads of {median(others):.0f}: indexes or barcodes",
                "the reads of both ends of a fragment", "Leave the file out, or name the one of second mates.",
            )  # fmt: skip
