import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from klbio.distributions import Counts
from klbio.divergences import jensen_shannon_divergence
from klbio.errors import InputError
from klbio.taxonomy import Taxonomy, clade_terms, collapse

TREE = Taxonomy(
    ("phylum", "family", "genus"),
    {"a": ("P", "F", "G"), "b": ("P", "F", ""), "c": ("P", "", ""), "d": ("", "", ""), "e": ("R", "H", "K")},
)


def test_unassigned_taxa_are_named_after_their_parent():
    assert TREE.labels("abcde", "genus") == ["G", "F_unclassified", "unclassified", "unclassified", "K"]
    assert TREE.labels("abcde", "genus", "lineage") == [
        "G",
        "F_unclassified",
        "P_unclassified",
        "unclassified",
        "K",
    ]
    assert TREE.labels("abcde", "family") == ["F", "F", "P_unclassified", "unclassified", "H"]


def test_clades_of_one_name_but_different_parents_are_told_apart():
    twice = Taxonomy(("family", "genus"), {"a": ("F", "X"), "b": ("H", "X"), "c": ("H", "Y")})
    assert twice.labels("abc", "genus") == ["F;X", "H;X", "Y"]


def test_collapse_keeps_every_read():
    counts = Counts(["s"], list("abcde"), [[1, 2, 3, 4, 5]])
    collapsed = collapse(counts, TREE, "phylum")
    assert dict(zip(collapsed.labels, collapsed.dense()[0], strict=True)) == {
        "P": 6,
        "unclassified": 4,
        "R": 5,
    }


@st.composite
def communities(draw):
    """Two compositions over features with random lineages of three ranks, gaps included."""
    n = draw(st.integers(2, 12))
    lineages = {
        f"f{i}": tuple(draw(st.sampled_from(["", "x", "y", "z"])) for _ in range(3)) for i in range(n)
    }
    rows = [draw(st.lists(st.integers(0, 20), min_size=n, max_size=n)) for _ in range(2)]
    p, q = (np.array(row, float) + (np.arange(n) == 0) for row in rows)
    return p / p.sum(), q / q.sum(), Taxonomy(("r1", "r2", "r3"), lineages)


@given(communities())
def test_clades_sum_to_the_divergence(case):
    p, q, taxonomy = case
    clades = clade_terms(p, q, list(taxonomy.lineages), taxonomy)
    assert clades.contribution.sum() == pytest.approx(float(jensen_shannon_divergence(p, q)), abs=1e-12)


@given(communities())
def test_coarser_rank_is_never_further(case):
    p, q, taxonomy = case
    features = list(taxonomy.lineages)
    counts = Counts(["p", "q"], features, np.vstack([p, q]))
    bits = [
        float(jensen_shannon_divergence(*collapse(counts, taxonomy, rank, "lineage").dense()))
        for rank in taxonomy.ranks
    ]
    assert bits == pytest.approx(sorted(bits), abs=1e-12)


def test_within_is_the_divergence_among_children():
    taxonomy = Taxonomy(("family",), {"a": ("F",), "b": ("F",), "c": ("H",)})
    p, q = np.array([0.4, 0.2, 0.4]), np.array([0.1, 0.3, 0.6])
    clades = clade_terms(p, q, ["a", "b", "c"], taxonomy)
    mass_p, mass_q = 0.6, 0.4
    within = jensen_shannon_divergence(
        [0.4 / 0.6, 0.2 / 0.6], [0.25, 0.75], weights=[mass_p / 1.0, mass_q / 1.0]
    )
    assert clades.names == ["root", "F"]
    assert clades.within[1] == pytest.approx(float(within))


def test_clades_of_close_samples_keep_their_digits():
    taxonomy = Taxonomy(("family",), {"a": ("F",), "b": ("F",), "c": ("H",)})
    p = np.array([0.3, 0.3, 0.4])
    q = p + np.array([1e-9, -1e-9, 0.0])
    clades = clade_terms(p, q, ["a", "b", "c"], taxonomy)
    assert clades.contribution[1] == pytest.approx(
        (1e-9) ** 2 / (4 * np.log(2)) * 2 / (2 * 0.3), rel=1e-6, abs=0
    )


def test_what_is_missing_is_named_at_once():
    with pytest.raises(InputError) as caught:
        TREE.check(["a", "x", "y"], ["genus", "species"])
    assert "'species'" in str(caught.value)
    assert "2 of 3 taxa" in str(caught.value)
    assert "'x', 'y'" in str(caught.value)


def test_a_rank_needs_a_taxonomy():
    with pytest.raises(InputError, match="--taxonomy"):
        collapse(Counts(["s"], ["a"], [[1]]), None, "genus")


def test_a_rank_at_which_no_taxon_of_the_table_has_a_name():
    with pytest.raises(
        InputError, match="no taxon of the table with a name at rank 'genus'; expected one of 'phylum'"
    ):
        TREE.check(["b", "c"], ["Genus"])


@pytest.mark.parametrize(("here", "there"), [("ASV 1", "asv_1"), ("OTU1", "OTU1;size=31;")])
def test_taxa_that_are_spelt_otherwise(here, there):
    taxonomy = Taxonomy(("genus",), {there: ("G",), "b": ("G",)})
    with pytest.raises(
        InputError, match=f"no lineage for 1 of 2 taxa.*Did you mean '{there}' for '{here}'\\?"
    ):
        taxonomy.check([here, "b"], ["genus"])


def test_a_rank_that_was_meant():
    with pytest.raises(InputError, match=r"no rank 'genuss'; expected one of .* Did you mean 'genus'."):
        TREE.check(["a"], ["genuss"])
