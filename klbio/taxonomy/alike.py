"""Taxa of a table whose names the eye takes for one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from klbio.errors import StrPath, notify
from klbio.spelling import folded
from klbio.taxonomy.kinds import is_taxon

__all__ = ["say_alike"]

SHOWN = 3  # pairs that are named


def say_alike(taxa: Iterable[str], source: StrPath) -> None:
    """Warn of names that differ by capitals, blanks or underscores only; lineages, sequences and numbers aside.

    Warns
    -----
    InputWarning
        Naming some of them.
    """
    spelt: dict[str, list[str]] = defaultdict(list)
    for name in taxa:
        if not is_taxon(name):
            spelt[folded(name)].append(name)
    several = [names for names in spelt.values() if len(names) > 1]
    if several:
        shown = ", ".join(" and ".join(map(repr, names[:SHOWN])) for names in several[:SHOWN])
        more = f" and {len(several) - SHOWN} more" if len(several) > SHOWN else ""
        notify(
            source, f"taxa {shown}{more}: one name but for capitals, blanks or underscores",
            "counted as two taxa", "If they are one, add them up under one name; else name them with --keep "
            "(config: keep).",
        )  # fmt: skip
