"""Names of taxa as tools write them: white space, quotes, confidences, and words that say that there is no name."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

__all__ = ["assigned", "epithet", "is_sure", "tidy", "without_confidence"]

INVISIBLE = re.compile("[\u200b\u200c\u200d\u200e\u200f\u2060\ufeff]")
BLANKS = re.compile("[ \t\u00a0\u2007\u202f]+")
CONFIDENCE = re.compile(r"\s*(?:\((\d{1,3}(?:\.\d+)?)\s*%?\)|\[(\d{1,3}(?:\.\d+)?)\s*%\])$")
NOTHING = {
    "", "_", "__", "-", ".", "?", "na", "n/a", "nan", "<na>", "none", "null", "other", "others", "metagenome",
    "ambiguous_taxa", "ambiguous taxa", "multi-affiliation", "no data", "no blast hit", "no hit", "not assigned",
    "not available", "environmental samples", "sp", "sp.", "spp.",
}  # fmt: skip
NO_NAME = (
    "unassigned|unclassified|unknown|unidentified|uncultured|unculturable|uncultivated|undetermined|undefined|undef"
    "|ambiguous|norank|no[ _]rank|noname|no[ _]name"
)
PLACEHOLDER = re.compile(
    rf"(?:{NO_NAME})(?:[ _.-].*)?|(?:uncultured|unidentified).*|.*[ _](?:{NO_NAME}|metagenome)"
    r"|.*_none|.* \(no [a-z]+ in NCBI\)"
    "|(?:kingdom|phylum|class|order|family|genus)_.*",  # a gap that MIDORI filled from below
    re.IGNORECASE,
)
EPITHET = re.compile(r"[a-z][a-z/-]+(?:_[A-Z]+)?")


@lru_cache(1 << 16)
def tidy(text: str) -> str:
    r"""Give a name with one blank for several or for a non-breaking one, none around it, and no quotes around it.

    >>> tidy(' "Blautia\u00a0 obeum" ')
    'Blautia obeum'
    """
    bare = BLANKS.sub(" ", INVISIBLE.sub("", text)).strip()
    return bare[1:-1].strip() if len(bare) > 1 and bare[0] == bare[-1] == '"' else bare


def is_sure(name: str) -> bool:
    """Whether a name ends with a confidence, such as ``(97)``, ``(1.00)`` or ``[97.3%]``.

    >>> [is_sure(name) for name in ("Blautia(97)", "Blautia [98.1%]", "Marine Group(MHVG)", "Otu(2019)")]
    [True, True, False, False]
    """
    found = CONFIDENCE.search(name) if name.endswith((")", "]")) else None
    return found is not None and float(found[1] or found[2]) <= 100


def without_confidence(name: str) -> str:
    """Cut the confidence off.

    >>> without_confidence('"Bacteroidetes"(100)')
    'Bacteroidetes'
    """
    return tidy(CONFIDENCE.sub("", name)) if is_sure(name) else name


@lru_cache(1 << 16)
def assigned(name: str) -> str:
    """Give the name; nothing where it says that there is none.

    >>> assigned("Blautia"), assigned("uncultured bacterium"), assigned("Lachnospiraceae_unclassified"), assigned("NA")
    ('Blautia', '', '', '')
    """
    return "" if name.lower() in NOTHING or PLACEHOLDER.fullmatch(name) else name


def epithet(path: Sequence[str], genus: int, species: int) -> str:
    """Name a species of which only the epithet is given after its genus.

    >>> epithet(("Bacteroides", "fragilis"), 0, 1), epithet(("Bacteroides", "Bacteroides fragilis"), 0, 1)
    ('Bacteroides fragilis', 'Bacteroides fragilis')
    """
    name = path[species]
    return f"{path[genus]} {name}" if path[genus] and EPITHET.fullmatch(name) else name
