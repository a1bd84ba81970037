"""Which lineages of deep gene finders (Tiberius, Helixer) were trained on the species of a known model.

`deep_models.tsv` lists training species as the makers of each model list them, each with its source and the date of the
model: those that share a genus with a set of AUGUSTUS.  Of Helixer no list for each of its models is at hand but what
a benchmark of others says; nothing is said where nothing is known.  `augustus_species.tsv` has the species of AUGUSTUS'
sets whose name is no species, as ``augustus --species=help`` lists them.
"""

from __future__ import annotations

import csv
import re
from functools import cache
from importlib.resources import files

__all__ = ["deep_models_with", "species_of"]

BINOMIAL = re.compile(r"([A-Za-z][a-z-]{2,})_([a-z]{3,})(?:[_\d].*)?")


def species_of(name: str) -> str:
    """Give the species of a set of AUGUSTUS by its name; empty where neither list knows the name or its genus.

    >>> species_of("fly"), species_of("aspergillus_fumigatus"), species_of("my_training")
    ('Drosophila melanogaster', 'Aspergillus fumigatus', '')
    """
    known = {row["model"]: row["species"] for row in _table("augustus_species.tsv")}
    if name in known:
        return known[name]
    found = BINOMIAL.fullmatch(name)
    genera = {
        one.split(" ")[0] for one in (*known.values(), *(row["species"] for row in _table("deep_models.tsv")))
    }
    return f"{found[1].capitalize()} {found[2]}" if found and found[1].capitalize() in genera else ""


def deep_models_with(species: str) -> str:
    """Name the lineages that were trained on a species, or on others of its genus; empty where none is known.

    >>> deep_models_with("Apis mellifera")
    'Tiberius insecta (trained on Apis mellifera)'
    >>> deep_models_with("Apis dorsata")
    'Tiberius insecta (trained on its genus: Apis mellifera)'
    """
    genus = species.split(" ")[0]
    by_lineage: dict[str, list[str]] = {}
    for row in _table("deep_models.tsv"):
        if row["species"].split(" ")[0] == genus:
            by_lineage.setdefault(f"{row['tool']} {row['lineage']}", []).append(row["species"])
    return "; ".join(
        f"{lineage} (trained on {species if species in found else f'its genus: {found[0]}'})"
        for lineage, found in by_lineage.items()
    )


@cache
def _table(name: str) -> list[dict[str, str]]:
    text = files("klbio.io.models").joinpath(name).read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines(), delimiter="\t"))
