"""What kind of name a name is: of a taxon for certain, or of anything."""

from __future__ import annotations

import re

__all__ = ["is_code", "is_common_word", "is_latin", "is_lineage_or_sequence", "is_taxon"]

LINEAGE_OR_SEQUENCE = re.compile(
    r"(sk|[dkpcofgst])__.*|D_\d+__.*|[^;|]*[;|]\s*([a-z]{1,2})?__.*|[^;|]+([;|][^;|]*){2,}|[ACGTUNRYSWKMBDHV]{20,}"
    r"|[0-9a-f]{32}|[0-9a-f]{40}",
    re.IGNORECASE,
)
NUMBERED = re.compile(r"(z?otu|asv|denovo|feature)[ _.-]?\d+", re.IGNORECASE)
COMMON = re.compile(r"[A-Za-z]?[a-z]+([ _-][a-z]+)*")
ENDS_LATIN = re.compile(r"[A-Z][a-z]*(a|ae|as|er|es|i|is|ix|o|on|os|um|us)([ _].*)?")
CODE = re.compile(r"[A-Za-z]{1,4}[._-]?\d{1,3}")
OF_REFERENCES = re.compile(
    r"(UCG|CAG|GCA|UBA|DTU|RUG|SGB|GGB|RF|TM|SR|OD|WPS|TG|RC|SM|KD|JG|AD|MB|NC|OM|SAR)[._-]?\d+",
    re.IGNORECASE,
)
LATIN = re.compile(r"[\"'\[]*(Candidatus[ _.])?[\"'\[]*[A-Z][a-z-]{2,}")


def is_lineage_or_sequence(name: str) -> bool:
    """Whether a name is a lineage, a sequence or a hash of one, as no sample is called.

    >>> [is_lineage_or_sequence(name) for name in ("k__Bacteria;p__X", "ACGT" * 9, "ASV_12", "P1_B1")]
    [True, True, False, False]
    """
    return bool(LINEAGE_OR_SEQUENCE.fullmatch(name.strip()))


def is_taxon(name: str) -> bool:
    """Whether a name is a lineage, a sequence, or that of a numbered variant.

    >>> [is_taxon(name) for name in ("k__Bacteria;p__X", "ASV_12", "P1_B1")]
    [True, True, False]
    """
    return is_lineage_or_sequence(name) or bool(NUMBERED.fullmatch(name.strip()))


def is_latin(name: str) -> bool:
    """Whether a name is written like that of a genus or species.

    >>> [is_latin(name) for name in ("Blautia obeum", "[Ruminococcus] gnavus", "cd4_count", "IL6")]
    [True, True, False, False]
    """
    return bool(LATIN.match(name))


def is_common_word(name: str) -> bool:
    """Whether a name is words alone, and not with the ending of a genus.

    >>> [is_common_word(name) for name in ("Vitamin", "serum lactate", "Blautia obeum", "UCG-002", "ASV12")]
    [True, True, False, False, False]
    """
    return bool(COMMON.fullmatch(name)) and not ENDS_LATIN.fullmatch(name)


def is_code(name: str) -> bool:
    """Whether a name is letters and a number, as those of questions and measurements are; not as in SILVA or GTDB.

    >>> is_code("Q12"), is_code("UCG-002"), is_code("Blautia"), is_code("SGB4711")
    (True, False, False, False)
    """
    return bool(CODE.fullmatch(name)) and not OF_REFERENCES.fullmatch(name)
