"""What klbio made of lineages that a user should know of: said once for a file, with an example."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence, Sized
from dataclasses import dataclass
from functools import lru_cache

from klbio.errors import StrPath, note, notify, shorten
from klbio.taxonomy.names import assigned

__all__ = ["Remarks"]

WORDS = re.compile(
    r"uncultur|uncultiv|unidentified|ambiguous|metagenome|unknown|environmental", re.IGNORECASE
)
MANY = 0.1  # of the taxa


@dataclass(frozen=True)
class Remarks:
    """Lineages of a file as they came, and as they are taken.

    Parameters
    ----------
    name : path-like
        The file.
    named : mapping of str to mapping of str to str
        Names by rank, as they stand there.
    paths, whole : mapping of str to tuple of str
        Before and after gaps were bridged.
    """

    name: StrPath
    named: Mapping[str, Mapping[str, str]]
    paths: Mapping[str, Sequence[str]]
    whole: Mapping[str, Sequence[str]]

    def tell(self) -> None:
        """Warn of placeholders that many taxa have, of gaps that were bridged, and of names that look alike."""
        self._tell_placeholders()
        bridged = [taxon for taxon, path in self.paths.items() if path != self.whole[taxon]]
        if bridged:
            shown = ";".join(self.whole[bridged[0]])
            notify(
                self.name, f"{_many(bridged)} whose lineage skips a rank that other lineages name",
                f"taken from those: {shorten(shown, 120)} for taxon {shorten(bridged[0], 40)}",
            )  # fmt: skip
        for first, second in self._alike()[:3]:
            notify(
                self.name, f"{shorten(first, 100)} and {shorten(second, 100)} differ by capitals or spaces only",
                "taken for two clades", "Spell them alike if they are one.",
            )  # fmt: skip

    def _tell_placeholders(self) -> None:
        words = {taxon: word for taxon, names in self.named.items() if (word := _placeholder(names.values()))}
        if len(words) > MANY * len(self.named):
            note(
                self.name, f"{_many(words)} with a word such as {shorten(next(iter(words.values())), 40)} for a name",
                "unassigned at that rank", "Leave such names empty in the file if that is meant.",
            )  # fmt: skip

    def _alike(self) -> list[tuple[str, str]]:
        """Pairs of lineages whose last names differ by capitals, blanks or underscores, and nothing else."""
        spelt: dict[tuple[str, ...], dict[str, str]] = defaultdict(dict)
        for path in dict.fromkeys(map(tuple, self.whole.values())):
            folded = tuple(map(_folded, path))
            for depth, name in enumerate(path, 1):
                if name:
                    spelt[folded[:depth]].setdefault(name, ";".join(path[:depth]))
        several = (list(names.values()) for names in spelt.values() if len(names) > 1)
        return [(names[0], names[1]) for names in several]


def _placeholder(names: Iterable[str]) -> str:
    """The first word of a reference database that says that there is no name."""
    return next((name for name in names if WORDS.search(name) and not assigned(name)), "")


def _many(taxa: Sized) -> str:
    return f"{len(taxa):,} tax{'on' if len(taxa) == 1 else 'a'}"


@lru_cache(1 << 16)
def _folded(name: str) -> str:
    return name.casefold().replace("_", " ")
