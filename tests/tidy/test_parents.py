"""Taxa that are sums of others are counted once; names that only look so are left alone."""

import warnings

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from klbio.distributions import Counts
from klbio.errors import InputError, InputWarning
from klbio.taxa_table import TaxaTable
from klbio.taxonomy import Taxonomy
from klbio.tidy import tidied

SPECIES = {
    "k__B|p__F|g__X|s__a": (5, 0, 7), "k__B|p__F|g__X|s__b": (1, 2, 3), "k__B|p__F|g__Y|s__c": (0, 9, 4),
    "k__B|p__P|g__Z|s__d": (8, 8, 1), "k__A|p__E|g__M|s__e": (3, 0, 0),
}  # fmt: skip


def table(rows, **more):
    values = np.array(list(rows.values()), dtype=float).T
    unit = more.pop("unit", "reads")
    return TaxaTable(Counts([f"s{i}" for i in range(len(values))], list(rows), values, "t.tsv", unit), **more)


def with_parents(rows, mark="|"):
    """Add a row for every rank, as combine_mpa and merged MetaPhlAn tables have them."""
    sums = {}
    for name, row in rows.items():
        parts = name.split("|")
        for depth in range(1, len(parts) + 1):
            key = mark.join(parts[:depth])
            sums[key] = np.add(sums.get(key, 0), row)
    return sums


@pytest.mark.parametrize("mark", ["|", ";", "; ", "."])
@pytest.mark.parametrize("turn", [False, True])
def test_only_the_leaves_of_a_table_of_sums_stay(mark, turn):
    given_table = table(with_parents(SPECIES, mark))
    if turn:
        given_table = TaxaTable(given_table.counts.turned())
    with pytest.warns(InputWarning, match="9 taxa that are the sums of other taxa .*; left out"):
        kept = tidied(given_table)
    assert kept.samples_known
    assert kept.counts.samples == ("s0", "s1", "s2")
    assert [name.replace(mark, "|") for name in kept.counts.labels] == list(SPECIES)
    assert kept.counts.dense().T.tolist() == [list(map(float, row)) for row in SPECIES.values()]
    assert [row.name for row in kept.dropped][:2] == ["k__B", mark.join(["k__B", "p__F"])]
    assert len(kept.dropped) == 9


def test_what_a_parent_has_beyond_its_children_stays():
    rows = with_parents(SPECIES)
    for name in ("k__B", "k__B|p__F"):
        rows[name] = rows[name] + [0, 2, 1]
    with pytest.warns(InputWarning, match="what 1 of them holds beyond these is kept as 'unclassified'"):
        kept = tidied(table(rows))
    assert kept.counts.labels[0] == "k__B|p__F unclassified"
    assert kept.counts.dense()[:, 0].tolist() == [0, 2, 1]
    assert kept.counts.depth.tolist() == (rows["k__B"] + rows["k__A"]).tolist()
    assert kept.taxonomy.labels(kept.counts.labels, "genus")[0] == "F_unclassified"


@given(
    rows=st.dictionaries(
        st.lists(st.sampled_from("abc"), min_size=1, max_size=4).map("|".join),
        st.tuples(*[st.integers(0, 50)] * 3), min_size=1, max_size=12,
    )
)  # fmt: skip
@pytest.mark.filterwarnings("ignore::klbio.errors.InputWarning")
def test_depths_are_those_of_the_highest_rank(rows):
    sums = with_parents(rows)
    highest = sum(np.asarray(row) for name, row in sums.items() if "|" not in name)
    kept = tidied(table(sums))
    if any(np.any(row) for name, row in sums.items() if "|" in name):
        assert kept.counts.depth.tolist() == highest.tolist()


def test_reads_at_mixed_ranks_stay_as_they_are():
    rows = {
        "k__B;f__F": (5, 0, 7), "k__B;f__F;g__X": (6, 2, 3), "k__B;f__F;g__Y": (0, 9, 4), "k__B;f__G": (3, 3, 30),
        "k__B;f__G;g__Z": (1, 1, 1), "k__B": (0, 1, 1),
    }  # fmt: skip
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        kept = tidied(table(rows))
    assert kept.counts.labels == tuple(rows)
    assert kept.taxonomy.labels(list(rows), "genus")[:2] == ["F_unclassified", "X"]


def test_collapsed_tables_with_empty_ranks_stay_as_they_are():
    rows = {"k__B;__;__": (9, 9), "k__B;f__F;__": (8, 8), "k__B;f__F;g__X": (1, 2)}
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert tidied(table(rows)).counts.labels == tuple(rows)


def test_a_parent_or_two_that_chance_explains_are_asked_for():
    rows = {"k__B;f__F": (50, 20), "k__B;f__F;g__X": (6, 2), "k__B;f__G;g__Z": (1, 1)}
    with pytest.warns(
        InputWarning, match="'k__B;f__F': .*; taken for reads of their own. If they are the sums"
    ):
        assert tidied(table(rows)).counts.labels == tuple(rows)


def test_sums_that_were_damaged_since_are_refused():
    rows = with_parents(SPECIES)
    rows["k__B|p__F|g__X|s__a"] = (500, 0, 7)
    with pytest.raises(
        InputError, match=r"8 taxa that are the sums of others, and 1 smaller .*'k__B\|p__F\|g__X'"
    ):
        tidied(table(rows))


def test_rounded_percentages_are_sums_within_their_rounding():
    total = np.array(list(SPECIES.values())).sum(axis=0)
    rows = {name: np.round(row * 100 / total, 3) for name, row in with_parents(SPECIES).items()}
    with pytest.warns(InputWarning, match="9 taxa"):
        kept = tidied(table(rows, unit="proportions"))
    assert kept.counts.labels == tuple(SPECIES)
    assert kept.counts.unit == "proportions"


def test_lineages_of_a_taxonomy_tell_parents_too():
    rows = {"1": (6, 2), "2": (5, 2), "3": (1, 0)}
    lineages = Taxonomy(("domain", "genus"), {"1": ("B", ""), "2": ("B", "X"), "3": ("B", "Y")})
    with pytest.warns(InputWarning, match="'1'"):
        assert tidied(table(rows, taxonomy=lineages)).counts.labels == ("2", "3")
    several = Taxonomy(("domain", "genus"), {"1": ("B", ""), "2": ("B", "X"), "3": ("B", "")})
    assert tidied(table(rows, taxonomy=several)).counts.labels == ("1", "2", "3")


def test_variants_that_are_unassigned_below_a_rank_are_no_parents():
    rows = {"a": (9, 9), "b": (5, 2), "c": (1, 0)}
    lineages = Taxonomy(
        ("domain", "family", "genus"), {"a": ("B", "", ""), "b": ("B", "F", "X"), "c": ("B", "F", "")}
    )
    with warnings.catch_warnings():
        warnings.simplefilter("error", RuntimeWarning)
        assert tidied(table(rows, taxonomy=lineages)).counts.labels == ("a", "b", "c")
        two = Taxonomy(("domain", "phylum"), {"a": ("B", ""), "b": ("B", "P")})
        assert tidied(table({"a": (9, 9), "b": (5, 2)}, taxonomy=two)).counts.labels == ("a", "b")
