"""Whatever a file holds is read or refused; what is read comes back from its own prefixes."""

import warnings

import pytest
from hypothesis import given
from hypothesis import strategies as st

from klbio.errors import InputError
from klbio.io.tables.taxonomy import read_taxonomy
from klbio.taxonomy import Taxonomy
from klbio.taxonomy.ranks import PREFIXES

CODES = {rank: code for code, rank in PREFIXES.items() if rank}
PIECES = st.sampled_from(
    ["k__", "d__", "sk__", "p__", "g__", "s__", "D_0__", "D_9__", "g:", "genus:", "zz__", "x__", "[G] ", "Bacteria",
     "Fungi", "Blautia", "obeum", "Lachnospiraceae", "uncultured", "NA", "(97)", "(0.9)", ";", ";", ";", "|", ",", "\t",
     '"', " ", "\u00a0", "_123", "Root", "", "[domain, 3%]", "\n", "taxon", "Taxon", "Genus", "#", "100"]
)  # fmt: skip
TEXTS = st.lists(PIECES, max_size=30).map("".join)
NAMES = st.sampled_from(
    ["", "A", "B", "Alpha beta", "[C]", "UCG-002", "epithet", "uncultured", "Incertae Sedis"]
)
RANKS = ("domain", "phylum", "family", "genus", "species")
PATHS = st.lists(st.tuples(*[NAMES] * len(RANKS)), min_size=1)


@pytest.fixture(autouse=True)
def _quiet():
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


@given(st.lists(TEXTS, min_size=1, max_size=5))
def test_lineages_are_read_or_refused(texts):
    try:
        taxonomy = Taxonomy.of_lineages({f"t{i}": text for i, text in enumerate(texts)}, "x")
    except InputError:
        return
    assert len(taxonomy.lineages) == len(texts)
    assert {len(path) for path in taxonomy.lineages.values()} == {len(taxonomy.ranks)}
    assert len(set(taxonomy.ranks)) == len(taxonomy.ranks)


@given(TEXTS)
def test_files_are_read_or_refused(tmp_path_factory, text):
    path = tmp_path_factory.mktemp("any") / "x.tsv"
    path.write_text(text, encoding="utf-8")
    try:
        taxonomy = read_taxonomy(path)
    except InputError:
        return
    assert {len(lineage) for lineage in taxonomy.lineages.values()} <= {len(taxonomy.ranks)}


@given(PATHS)
def test_what_was_read_comes_back(paths):
    def written(ranks, path):
        return ";".join(f"{CODES[rank]}__{name}" for rank, name in zip(ranks, path, strict=True))

    first = Taxonomy.of_lineages({f"t{i}": written(RANKS, path) for i, path in enumerate(paths)}, "x")
    again = {taxon: written(first.ranks, path) for taxon, path in first.lineages.items()}
    assert Taxonomy.of_lineages(again, "x").lineages == first.lineages
