"""A lineage as text, cut into its names: separators, roots, confidences."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from klbio.taxonomy.names import assigned, is_sure, tidy, without_confidence
from klbio.taxonomy.ranks import DOMAINS, KINGDOMS, Part

__all__ = ["bare_names", "half_sure", "parts_of", "separator_of"]

ROOTS = {"root", "r__root", "cellular organisms", "r__cellular organisms", "cellular root", "acellular root"}
SINTAX = re.compile(r",(?=(?:sk|[dkpcofgst]):)")
INNER = re.compile(r"(?<=[^\W_])(?:[\s.,/:>]+|_)(?=(?:sk|[dkpcofgst])__)")  # R turns other marks into dots
UNITE = re.compile(r"^[^;]*\|(?=k__)")  # the name, accessions and status of the reference before its lineage
IDTAXA = re.compile(r"(.+?) \[([a-z ]+), *[\d.]+ *%?\]")
LISTED = re.compile(r"\[\s*(['\"]).*\1\s*\]")  # as Python prints a list
NAME_LISTED = re.compile(r"'([^']*)'|\"([^\"]*)\"")
TAXID = re.compile(r"(?<=.)_\d+$")  # of NCBI, behind every name of MIDORI
ONE_LETTER = re.compile(r"^([dkpcofgstn])_(?=[^_])")


def separator_of(texts: Iterable[str]) -> str:
    """What stands between names; a comma only where every lineage that has one begins with a domain.

    >>> separator_of(["k__Bacteria; p__Firmicutes"]), separator_of(["k__Bacteria|p__Firmicutes"])
    (';', '|')
    """
    texts = list(texts)
    for mark in ";|":
        if any(mark in text for text in texts):
            return mark
    heads = {text.split(",")[0].strip().lower() for text in texts if "," in text}
    return "," if heads and heads <= DOMAINS else ";"


def parts_of(texts: Iterable[str | Sequence[str]]) -> list[list[str]]:
    """Cut every lineage into names, those of roots left out, and confidences cut off."""
    split = _split(list(texts))
    if _has_one_letter(split):
        split = [[ONE_LETTER.sub(r"\1__", part) for part in parts] for parts in split]
    return [_rooted(bare_names(parts)) for parts in split]


def _split(texts: list[str | Sequence[str]]) -> list[list[str]]:
    joined = [
        text if isinstance(text, str) else text[0]
        for text in texts
        if isinstance(text, str) or len(text) == 1
    ]
    separator = separator_of(joined)
    return [_cut(text, separator) for text in texts]


def _cut(text: str | Sequence[str], separator: str) -> list[str]:
    """A text by its separator; names that came apart as they are."""
    if not isinstance(text, str) and len(text) != 1:
        return [tidy(part) for part in text]
    whole = (text if isinstance(text, str) else text[0]).strip().removeprefix("tax=").removeprefix("-_root|")
    if LISTED.fullmatch(whole):
        return [tidy(plain or quoted) for plain, quoted in NAME_LISTED.findall(whole)]
    if "|" in whole:
        whole = UNITE.sub("", whole)
    inner = SINTAX if "," in whole and SINTAX.search(whole) else INNER if separator not in whole else None
    split = inner.split(whole.rstrip(";")) if inner else whole.split(separator)
    parts = [IDTAXA.sub(r"\2:\1", tidy(part)) if "[" in part else tidy(part) for part in split]
    if len(parts) > 3 and all(part.isdecimal() for part in parts[1::2] if part):
        return parts[::2]  # MEGAN: every name with its percentage after it
    return parts


def bare_names(parts: list[str]) -> list[str]:
    """Cut off what all names of a lineage have behind them: confidences, or NCBI's numbers."""
    return _without_taxids(_sure(parts))


def _without_taxids(parts: list[str]) -> list[str]:
    bare = [TAXID.sub("", part) for part in parts]
    head = next((Part.of(name).name.lower() for name in bare if name), "")
    is_numbered = all(part != name for part, name in zip(parts, bare, strict=True) if part)
    return bare if is_numbered and head in {"root", *DOMAINS, *KINGDOMS} else parts


def _has_one_letter(split: list[list[str]]) -> bool:
    """Whether all names of all lineages have prefixes such as ``p_``."""
    names = [part for parts in split if len(parts) > 1 for part in parts if assigned(part)]
    return bool(names) and all(ONE_LETTER.match(name) for name in names)


def _sure(parts: list[str]) -> list[str]:
    bare = [without_confidence(part) for part in parts]
    all_are = all(is_sure(part) for part, name in zip(parts, bare, strict=True) if assigned(name))
    return bare if all_are else parts


def half_sure(parts: Sequence[str]) -> bool:
    """Whether only some names of a lineage end with a number in parentheses: what `parts_of` left of them."""
    return any(map(is_sure, parts))


def _rooted(parts: list[str]) -> list[str]:
    """Leave out roots in front and empty ends."""
    while parts and parts[0].lower() in ROOTS:
        parts = parts[1:]
    while parts and not parts[-1]:
        parts = parts[:-1]
    return parts
