"""FASTA with abundances in the headers (``>name;size=9``), and counts of features by sample."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

from dnaio import FastaReader

from klbio.errors import InputError, StrPath
from klbio.io.files import replacing, write_text

__all__ = ["Sized", "dereplicated", "named_by_checksum", "read_counts", "read_matches", "read_sized", "write_counts",
           "write_sized"]  # fmt: skip

SIZE = re.compile(r";size=(\d+)")
DIGITS = 10  # of a checksum: two of a million features share one with a chance of 0.4


class Sized(NamedTuple):
    """A sequence by name, and how many reads have it."""

    name: str
    sequence: str
    size: int

    @classmethod
    def of(cls, header: str, sequence: str = "") -> Sized:
        """Take name and abundance from a header; those without one count once.

        >>> Sized.of("0.12;size=9").size, Sized.of("a").size
        (9, 1)
        """
        found = SIZE.search(header)
        return cls(header.partition(";")[0], sequence, int(found[1]) if found else 1)


def read_sized(path: StrPath) -> Iterator[Sized]:
    """Read sequences with their abundances; those without one count once."""
    if Path(path).stat().st_size:
        with FastaReader(str(path)) as records:
            for record in records:
                yield Sized.of(record.name, record.sequence.upper())


def dereplicated(path: StrPath, sample: int) -> list[Sized]:
    """Put equal reads of a sample together, the most abundant first."""
    sizes = Counter(read.sequence for read in read_sized(path))
    ordered = sorted(sizes.items(), key=lambda item: (-item[1], item[0]))
    return [Sized(f"{sample}.{place}", sequence, size) for place, (sequence, size) in enumerate(ordered, 1)]


def named_by_checksum(features: Iterable[Sized], prefix: str) -> list[Sized]:
    """Name sequences by their own checksum, so that one is called alike in every study; the most abundant first."""
    ordered = sorted(features, key=lambda one: (-one.size, one.sequence))
    return [
        Sized(f"{prefix}{sha256(one.sequence.encode()).hexdigest()[:DIGITS]}", one.sequence, one.size)
        for one in ordered
    ]


def write_sized(path: StrPath, sequences: Iterable[Sized]) -> None:
    """Write sequences with their abundances."""
    with replacing(path) as draft, draft.open("w", encoding="ascii", newline="\n") as file:
        file.writelines(f">{one.name};size={one.size}\n{one.sequence}\n" for one in sequences)


def read_matches(path: StrPath) -> Counter[tuple[int, str]]:
    """Add up reads by sample and feature from vsearch's pairs of a different read and its feature."""
    counts: Counter[tuple[int, str]] = Counter()
    with Path(path).open(encoding="ascii") as lines:
        for line in lines:
            query, _, target = line.rstrip("\n").partition("\t")
            size = SIZE.search(query)
            counts[int(query.partition(".")[0]), target.partition(";")[0]] += int(size[1]) if size else 1
    return counts


def write_counts(path: StrPath, counts: Mapping[tuple[int, str], int]) -> None:
    """Write counts by place of the sample in the sheet and feature."""
    lines = sorted(counts.items())
    write_text(path, "".join(f"{sample}\t{feature}\t{n}\n" for (sample, feature), n in lines))


def read_counts(paths: Sequence[StrPath]) -> Counter[tuple[int, str]]:
    """Read what `write_counts` wrote, of every batch.

    Raises
    ------
    InputError
        If a line is none of it.
    """
    counts: Counter[tuple[int, str]] = Counter()
    for path in paths:
        for number, line in enumerate(Path(path).read_text(encoding="ascii").splitlines(), 1):
            fields = line.split("\t")
            if len(fields) != 3 or not (fields[0].isdecimal() and fields[2].isdecimal()):
                raise InputError.one(
                    path, repr(line), "sample, feature and reads", "Run its step again.", number
                )
            counts[int(fields[0]), fields[1]] += int(fields[2])
    return counts
