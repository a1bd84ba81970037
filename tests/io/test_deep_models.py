"""Which lineages of deep gene finders were trained on a species: facts, each with its source."""

import re
from datetime import date

import pytest

from klbio.io.models.deep_models import _table, deep_models_with, species_of


def test_every_row_has_its_source_and_date_and_stands_once():
    rows = _table("deep_models.tsv")
    assert len({(row["tool"], row["lineage"], row["species"]) for row in rows}) == len(rows)
    for row in rows:
        assert re.fullmatch(r"https://github\.com/\S+/blob/[0-9a-f]{40}/\S+", row["source"])
        assert date.fromisoformat(row["date"]) < date(2027, 1, 1)
        assert re.fullmatch(r"[A-Z][a-z-]+ [a-z]+", row["species"])


@pytest.mark.parametrize(
    ("name", "species", "lineages"),
    [
        ("human", "Homo sapiens", ""),
        ("chicken", "Gallus gallus", "Helixer vertebrate (trained on Gallus gallus)"),
        ("Pseudo-nitzschia_multistriata", "Pseudo-nitzschia multistriata", "Tiberius diatoms (trained on Pseudo-n"),
        ("saccharomyces_cerevisiae_S288C", "Saccharomyces cerevisiae", "Tiberius fungi (trained on Saccharomyces"),
        ("aspergillus_nidulans", "Aspergillus nidulans", "Tiberius fungi (trained on its genus: Asp"),
        ("Sp_6", "", ""),
        ("braker_run", "", ""),
        ("", "", ""),
    ],
)  # fmt: skip
def test_species_by_the_name_of_a_set_and_who_was_trained_on_it(name, species, lineages):
    assert species_of(name) == species
    assert deep_models_with(species).startswith(lineages)
    assert bool(deep_models_with(species)) == bool(lineages)
