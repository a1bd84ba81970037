"""What SINTAX says of each feature, from vsearch (or usearch) with ``--tabbedout``."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from klbio.amplicons import Calls
from klbio.errors import InputError, StrPath
from klbio.io.references.about import About

__all__ = ["read_calls"]

NAMED = re.compile(r"([a-z]):(.*?)\((\d(?:\.\d+)?)\)(?:,|$)")
RANKS = {
    "d": "domain", "k": "kingdom", "p": "phylum", "c": "class", "o": "order", "f": "family", "g": "genus",
    "s": "species",
}  # fmt: skip


def read_calls(path: StrPath, features: Sequence[str], reference: About) -> Calls:
    """Read names and bootstraps, in the order of the features; those it does not name have none.

    Raises
    ------
    InputError
        If a line is none of SINTAX.
    """
    lineages: dict[str, dict[str, tuple[str, float]]] = {feature: {} for feature in features}
    for number, line in enumerate(Path(path).read_text(encoding="utf-8").splitlines(), 1):
        name, *fields = line.split("\t")
        feature = name.partition(";")[0]
        if feature not in lineages or not fields:
            raise InputError.one(path, repr(line[:60]), "a feature, its lineage with bootstraps", line=number)
        lineages[feature] = {
            RANKS[letter]: (taxon, float(share))
            for letter, taxon, share in NAMED.findall(fields[0])
            if letter in RANKS
        }
    used = {rank for named in lineages.values() for rank in named}
    ranks = [rank for rank in RANKS.values() if rank in used] or ["domain"]
    return Calls.of(lineages, ranks, str(reference))
