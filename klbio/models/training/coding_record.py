"""Coding sequences of a list, of which several may be of one gene."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from klbio.models.markov.genetic_code import STANDARD
from klbio.models.training.annotation import Refused
from klbio.models.training.words import Gene
from klbio.phrases import say
from klbio.phrases.annotation import AnotherIsLonger, Pseudogene, SameSequence

__all__ = ["CodingRecord", "distinct_records", "longest_records"]


@dataclass(frozen=True)
class CodingRecord:
    """A coding sequence, in frame from its first base; its gene, empty where nothing names it."""

    name: str
    sequence: bytes
    gene: str = ""
    pseudo: bool = False

    def refusal(self, genetic_code: int = STANDARD) -> Refused | None:
        """Say why it cannot be read as a gene of a genetic code; None if it can."""
        if self.pseudo:
            return Refused(self.name, say(Pseudogene()))
        return Refused.gene(self.name, Gene(self.sequence, genetic_code))


def longest_records(
    records: Iterable[CodingRecord], genetic_code: int = STANDARD
) -> tuple[list[CodingRecord], list[Refused]]:
    """Give the longest good record of each gene, and why each other one is left out.

    Of two as long it is the one whose sequence the alphabet has first: the order of a file decides nothing.
    A record without a gene is one by itself.

    >>> short, long = (CodingRecord(f"t{n}", b"ATG" + n * b"GCA", "g") for n in (30, 40))
    >>> [record.name for record in longest_records([short, long])[0]]
    ['t40']
    """
    best: dict[tuple[str, int], CodingRecord] = {}
    refused = []
    for number, record in enumerate(records):
        if refusal := record.refusal(genetic_code):
            refused.append(refusal)
            continue
        key = record.gene, 0 if record.gene else number
        rival = best.setdefault(key, record)
        if rival is record:
            continue
        longer, shorter = sorted((rival, record), key=_longest_first)
        best[key] = longer
        refused.append(Refused(shorter.name, say(AnotherIsLonger(record.gene)), spare=True))
    return list(best.values()), refused


def _longest_first(record: CodingRecord) -> tuple[int, bytes]:
    return -len(record.sequence), record.sequence


def distinct_records(records: Iterable[CodingRecord]) -> tuple[list[CodingRecord], list[Refused]]:
    """Give the first record of each sequence, and of each other one which it repeats.

    >>> records = [CodingRecord("t1", b"ATGGCATAA"), CodingRecord("t2", b"atggcataa")]
    >>> kept, refused = distinct_records(records)
    >>> [record.name for record in kept], [one.name for one in refused]
    (['t1'], ['t2'])
    """
    kept: dict[bytes, CodingRecord] = {}
    refused = []
    for record in records:
        first = kept.setdefault(record.sequence.upper(), record)
        if first is not record:
            refused.append(Refused(record.name, say(SameSequence(first.name)), spare=True))
    return list(kept.values()), refused
