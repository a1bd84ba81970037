"""Ranks: what they are called, in which order they stand, and which prefix of a name means which."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final, NamedTuple

__all__ = [
    "DOMAINS",
    "FEATURE",
    "HEIGHT",
    "KINGDOMS",
    "LEVELS",
    "NO_RANK",
    "PREFIXES",
    "RANKS",
    "Part",
    "are_rank_words",
    "rank_name",
    "standard_rank",
]

FEATURE: Final = "feature"  # the rank that leaves a table as it is
RANKS = (
    "domain", "kingdom", "supergroup", "superphylum", "division", "phylum", "subdivision", "subphylum", "superclass",
    "class", "subclass", "superorder", "order", "suborder", "superfamily", "family", "subfamily", "tribe", "genus",
    "subgenus", "species", "species hypothesis", "subspecies", "strain",
)  # fmt: skip
HEIGHT = {rank: height for height, rank in enumerate(RANKS)}
LEVELS = ("domain", "phylum", "class", "order", "family", "genus", "species")  # of lineages that name no rank
DOMAINS = {"bacteria", "archaea", "eukaryota", "eukarya", "eukaryotes", "eukaryote", "viruses", "virus"}
KINGDOMS = {
    "fungi", "metazoa", "animalia", "viridiplantae", "plantae", "chromista", "protista", "protozoa", "bacillati",
    "fusobacteriati", "pseudomonadati", "thermotogati", "methanobacteriati", "nanobdellati", "promethearchaeati",
    "thermoproteati",
}  # fmt: skip
NO_RANK: Final = ""  # of a node between two ranks, such as the PVC group
OTHER_WORDS = {
    "superkingdom": "domain", "super kingdom": "domain", "super_kingdom": "domain", "sgb": "strain",
    "species_hypothesis": "species hypothesis",
}  # fmt: skip
PREFIXES = {
    "d": "domain", "sk": "domain", "k": "kingdom", "sgr": "supergroup", "div": "division", "sdiv": "subdivision",
    "p": "phylum", "c": "class", "sc": "subclass", "o": "order", "so": "suborder", "f": "family", "sf": "subfamily",
    "g": "genus", "s": "species", "sh": "species hypothesis", "ss": "subspecies", "t": "strain", "st": "strain",
    "r": NO_RANK, "x": NO_RANK, "n": NO_RANK, "no rank": NO_RANK, "no_rank": NO_RANK, "clade": NO_RANK,
    "rootrank": NO_RANK,
}  # fmt: skip
WORD = "|".join(
    sorted((*RANKS, *OTHER_WORDS, "no rank", "no_rank", "clade", "rootrank"), key=len, reverse=True)
)
PREFIX = re.compile(
    rf"D_(?P<level>\d{{1,3}})__|(?:(?P<word>{WORD})|(?P<code>[a-z]{{1,4}}\d?))__|(?P<named>{WORD}):"
    r"|(?P<sintax>(?-i:sk|[dkpcofgst])):"
    r"|\[(?P<megan>SK|[DKPCOFGS])\](?= )",
    re.IGNORECASE,
)


def standard_rank(text: str) -> str | None:
    """Which of `RANKS` a word means, in any case; None where it is none.

    >>> standard_rank("Superkingdom"), standard_rank("tax.Genus"), standard_rank("guild")
    ('domain', 'genus', None)
    """
    word = text.strip().lower().removeprefix("tax.").removesuffix("_name").removesuffix(" name")
    word = OTHER_WORDS.get(word, word)
    return word if word in RANKS else None


def rank_name(text: str) -> str:
    """Spell a rank as klbio does; other words stay as they are.

    >>> rank_name("Genus"), rank_name("FEATURE"), rank_name("Taxon_3")
    ('genus', 'feature', 'Taxon_3')
    """
    return FEATURE if text.strip().lower() == FEATURE else standard_rank(text) or text


def are_rank_words(text: str) -> bool:
    """Whether a text names the ranks of a lineage beside it.

    >>> are_rank_words("no rank;superkingdom;clade;phylum"), are_rank_words("Bacteria;Bacillota")
    (True, False)
    """
    return sum(standard_rank(word) is not None for word in text.split(";")) > 1


class Part(NamedTuple):
    """One name of a lineage, with the rank that its prefix gives it."""

    rank: str | None
    """One of `RANKS`, `NO_RANK`, or None for a name without a prefix."""
    name: str
    prefix: str = ""
    """As it stands, where it means no rank that is known."""

    @staticmethod
    @lru_cache(1 << 16)
    def of(text: str) -> Part:
        """Tell prefix and name apart.

        >>> Part.of("g__Blautia")[:2], Part.of("D_5__Blautia")[:2], Part.of("Blautia")[:2]
        (('genus', 'Blautia'), ('genus', 'Blautia'), (None, 'Blautia'))
        """
        found = PREFIX.match(text)
        if not found:
            return Part(None, text)
        rank, name = _meant(found), text[found.end() :].strip()
        return Part(None, name, found[0]) if rank is None else Part(rank, name)


def _meant(prefix: re.Match[str]) -> str | None:
    """The rank of a prefix; a code with a digit, such as ``g1``, stands between two ranks."""
    if prefix["level"]:
        level = int(prefix["level"])
        return LEVELS[level] if level < len(LEVELS) else None
    code = next(text for text in prefix.groups() if text).lower()
    if code[-1].isdigit():
        return NO_RANK if code[:-1] in PREFIXES else None
    return PREFIXES.get(code, standard_rank(code))
