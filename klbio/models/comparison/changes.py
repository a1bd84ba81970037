"""Two databases of profiles matched by accession or name: what changed between them, and by how many bits."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import cached_property

import numpy as np

from klbio.models import ProfileHMM
from klbio.models.entry_key import EntryKey
from klbio.models.profiles.align_all import joint_distance
from klbio.models.profiles.profile_pair import ProfilePair
from klbio.phrases import Reason, say
from klbio.phrases.profiles import EntryAgain, NoAccession, OtherAlphabets
from klbio.schema import DroppedRow, ProfileChangeRow

__all__ = ["ProfileChanges"]

VERSION = re.compile(r"\.\d+$")
AS_PRINTED = 1e-5  # relative; HMMER's text has five decimals of -ln p
CHANGED, GONE, NEW, SAME = "changed", "gone", "new", "same"
ORDER = (CHANGED, GONE, NEW, SAME)


class ProfileChanges:
    """Profiles of two databases, entry by entry.

    Parameters
    ----------
    first, second : mapping of str to ProfileHMM
        By the names that tables use.
    by : {'accession', 'name'}, optional
        What makes two profiles one entry: the accession without its version, as ``PF00069``, or their own name.  None:
        nothing is matched.
    threads : int, default 1
        The result does not depend on it.
    """

    def __init__(
        self,
        first: Mapping[str, ProfileHMM],
        second: Mapping[str, ProfileHMM],
        by: EntryKey | None,
        threads: int = 1,
    ) -> None:
        self.by = by
        self.threads = threads
        self._first, self._second = (_Database(side if by else {}, by or "name") for side in (first, second))

    @cached_property
    def rows(self) -> list[ProfileChangeRow]:
        """One a entry: the changed ones first, by their distance, then what is gone, new, the same."""
        entries = sorted({*self._first.entries, *self._second.entries})
        with ThreadPoolExecutor(max(self.threads, 1)) as pool:
            rows = list(pool.map(self._row, entries))
        return sorted(rows, key=lambda row: (ORDER.index(row.change), -(row.distance_bits_per_column or 0.0)))

    def _row(self, entry: str) -> ProfileChangeRow:
        p, q = self._first.entries.get(entry), self._second.entries.get(entry)
        row = ProfileChangeRow(entry=entry, change=NEW if p is None else GONE if q is None else CHANGED)
        if p is not None:
            row = replace(row, name_p=p.name, accession_p=p.accession, n_match_p=p.n_match)
        if q is not None:
            row = replace(row, name_q=q.name, accession_q=q.accession, n_match_q=q.n_match)
        if p is None or q is None or p.alphabet != q.alphabet:
            return row
        return _unchanged(row, p.n_match) if _are_same(p, q) else _aligned(row, ProfilePair(p, q))

    def dropped(self) -> Iterator[DroppedRow]:
        """Name the profiles that no entry stands for, and entries whose two profiles cannot be compared."""
        yield from (*self._first.dropped, *self._second.dropped)
        for entry, p in self._first.entries.items():
            q = self._second.entries.get(entry)
            if q is not None and q.alphabet != p.alphabet:
                yield _dropped(entry, OtherAlphabets(((p.alphabet.name, 1), (q.alphabet.name, 1))))


class _Database:
    """Profiles of one database by entry."""

    def __init__(self, profiles: Mapping[str, ProfileHMM], by: EntryKey) -> None:
        self.entries: dict[str, ProfileHMM] = {}
        self.dropped: list[DroppedRow] = []
        for name, profile in profiles.items():
            entry = profile.name if by == "name" else VERSION.sub("", profile.accession)
            if not entry:
                self.dropped.append(_dropped(name, NoAccession()))
            elif entry in self.entries:
                self.dropped.append(_dropped(name, EntryAgain(entry, self.entries[entry].name)))
            else:
                self.entries[entry] = profile


def _dropped(name: str, reason: Reason) -> DroppedRow:
    return DroppedRow.model(source="models", name=name, reason=say(reason))


def _are_same(p: ProfileHMM, q: ProfileHMM) -> bool:
    return p.n_match == q.n_match and all(
        np.allclose(a, b, rtol=AS_PRINTED, atol=AS_PRINTED * 1e-3)
        for a, b in ((p.match_emissions, q.match_emissions), (p.transitions, q.transitions))
    )


def _unchanged(row: ProfileChangeRow, n: int) -> ProfileChangeRow:
    return replace(
        row, change=SAME, n_columns=n, coverage_p=1.0, coverage_q=1.0, relative_entropy_p_q_bits_per_column=0.0,
        relative_entropy_q_p_bits_per_column=0.0, jensen_shannon_bits_per_column=0.0, distance_bits_per_column=0.0,
    )  # fmt: skip


def _aligned(row: ProfileChangeRow, pair: ProfilePair) -> ProfileChangeRow:
    found = pair.align()
    columns, lengths = pair.divergences(found.pairs), (pair.p.n_match, pair.q.n_match)
    return replace(
        row, n_columns=len(found.pairs), coverage_p=found.coverage_p, coverage_q=found.coverage_q,
        score_bits=found.score_bits, relative_entropy_p_q_bits_per_column=columns.mean_forward,
        relative_entropy_q_p_bits_per_column=columns.mean_backward,
        jensen_shannon_bits_per_column=columns.mean_jensen_shannon,
        distance_bits_per_column=joint_distance(columns.jensen_shannon, lengths),
    )  # fmt: skip
