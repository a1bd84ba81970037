"""Names of sequences in an annotation and in its genome that differ by a habit: chr1 and 1, NC_1.1 and NC_1."""

from __future__ import annotations

import re
from collections.abc import Mapping

from klbio.errors import StrPath, listed, notify

__all__ = ["SequenceNames"]

PREFIX = re.compile(r"^(?:chromosome|chr)[_ ]?(?=.)", re.IGNORECASE)
VERSION = re.compile(r"(?<=\d)\.\d{1,2}$")
ACCESSION = re.compile(r"^[A-Z]{1,6}_?\d{5,}(?:\.\d{1,2})?$")


class SequenceNames:
    """Names of the sequences that an annotation speaks of.

    Parameters
    ----------
    annotated : mapping of str to int
        The last base that it speaks of, by name.

    Examples
    --------
    >>> names = SequenceNames({"1": 900, "NC_000913": 4_000_000})
    >>> names.annotated("chr1", 1000), names.annotated("gi|556503834|ref|NC_000913.3|", 4_641_652)
    ('1', 'NC_000913')
    >>> names.annotated("chr2", 1000), names.annotated("Chr1", 500)  # of another name; too short
    ('chr2', 'Chr1')
    """

    def __init__(self, annotated: Mapping[str, int]) -> None:
        self._own = annotated
        self._by_core: dict[str, list[str]] = {}
        for name in sorted(self._own):
            self._by_core.setdefault(_core(name), []).append(name)
        self._taken: dict[str, str] = {}

    def annotated(self, name: str, n_bases: int) -> str:
        """Give the name that the annotation has for a sequence: the same, or the only one of the same core."""
        if name in self._own:
            return name
        found = self._by_core.get(_core(name), [])
        if len(found) != 1 or self._own[found[0]] > n_bases:
            return name
        self._taken[name] = found[0]
        return found[0]

    def notify(self, path: StrPath) -> None:
        """Warn of names that are not the same in both."""
        if self._taken:
            theirs, ours = (listed(names) for names in (self._taken.values(), self._taken))
            notify(path, f"genes on {theirs}, sequences called {ours}", "taken for the same")


def _core(name: str) -> str:
    """Leave out the database, the version of an accession, the word chromosome, and what is said behind a blank."""
    name = next(iter(name.split()), name)
    last = next((part for part in reversed(name.split("|")) if part), name)
    return VERSION.sub("", last) if ACCESSION.match(last) else PREFIX.sub("", last).lower()
