"""Which side of a table the samples are: from the sheet, the taxonomy, the names."""

import numpy as np
import pytest

from klbio import Design, Sample
from klbio.distributions import Counts
from klbio.errors import InputError, InputWarning
from klbio.schema import DroppedRow
from klbio.sheet import Row, Sheet
from klbio.taxa_table import REFERENCE, TaxaTable, oriented
from klbio.taxonomy import Taxonomy


def design(*names):
    return Design([Sample(name, f"S{i}", "before") for i, name in enumerate(names)])


def table(samples, taxa):
    return Counts(samples, taxa, np.arange(len(samples) * len(taxa)).reshape(len(samples), len(taxa)))


def test_the_sheet_says_which_side_the_samples_are():
    counts = table(["a", "b"], ["x", "y", "z"])
    assert oriented(counts, design("a", "b")) is counts
    turned = oriented(counts.turned(), design("a", "b"))
    assert turned.samples == ("a", "b")
    assert (turned.dense() == counts.dense()).all()


def test_where_both_sides_stand_in_the_sheet_the_better_fit_is_taken_and_said():
    samples, taxa = [str(i) for i in range(1, 25)], [str(i) for i in range(1, 27)]
    with pytest.warns(InputWarning, match=r"sides: .*; the former are taken"):
        assert oriented(table(taxa, samples), design(*samples)).samples == tuple(samples)
    with pytest.warns(InputWarning, match=r"sides: .*; the former are taken"):
        assert oriented(table(samples, taxa), design(*samples)).samples == tuple(samples)


def test_the_taxonomy_decides_where_both_sides_fit_alike():
    numbers = ["1", "2"]
    counts = table([*numbers, "3"], [*numbers, "4"])
    with pytest.raises(InputError, match="in rows and in columns"):
        oriented(counts, design(*numbers))
    taxa_are_columns = Taxonomy(("genus",), dict.fromkeys(counts.labels, ("G",)))
    with pytest.warns(InputWarning, match=r"'3' .2 of 3. and .*; the former"):
        assert oriented(counts, design(*numbers), taxa_are_columns) is counts
    assert oriented(counts, design(*numbers), known=True) is counts


@pytest.mark.parametrize(
    "taxa",
    [
        ["ACGT" * 30, "ACGGTTAA" * 20, "TTGACA" * 9],
        ["k__Bacteria;p__Firmicutes", "k__Bacteria;__", "k__Archaea;p__X"],
        ["d__Bacteria|p__Bacillota", "sk__Bacteria|p__Y", "D_0__Bacteria;D_1__Z"],
        ["Bacteria;p__Firmicutes;c__Clostridia", "g__Blautia", "s__Blautia_obeum"],
    ],
)
def test_without_a_sheet_sequences_and_lineages_are_taxa(taxa):
    counts = table(["s1", "s2"], taxa)
    assert oriented(counts) is counts
    assert oriented(counts.turned()).samples == ("s1", "s2")
    assert oriented(counts.turned(), known=True).samples == tuple(taxa)


def test_names_that_say_nothing_leave_a_table_as_it_is():
    counts = table(["sample1", "dog"], ["cat", "OTU_7"])
    assert oriented(counts) is counts


def test_a_table_that_names_no_sample_is_refused():
    with pytest.raises(InputError, match="some of the samples of sample sheet"):
        oriented(table(["a"], ["x"]), design("Q"))


def test_what_stands_beside_the_counts_stays():
    lineages = Taxonomy(("genus",), {"x": ("G",), "y": ("H",)})
    lost = DroppedRow(source="t", kind="taxon", name="Total", reason="a sum of others")
    given = TaxaTable(table(["x", "y"], ["a"]), lineages, dropped=(lost,))
    turned = given.turned()
    assert turned.counts.samples == ("a",)
    assert (turned.taxonomy, turned.dropped) == (lineages, (lost,))
    assert "lineages of 2 taxa" in repr(given)


def test_units_stay_with_the_values():
    shares = Counts(["s", "t"], ["a", "b"], [[0.5, 0.5], [1, 0]], unit="proportions")
    assert {shares.rows(["t"]).unit, shares.summed(["x", "x"]).unit, shares.turned().unit} == {"proportions"}
    assert table(["a"], ["x"]).unit == "reads"


def test_taxa_named_by_two_references_are_refused():
    def by(*references):
        rows = (Row(None, {"sample": name, REFERENCE: of}) for name, of in zip("ab", references, strict=True))
        return TaxaTable(
            table(["a", "b"], ["x", "y"]), metadata=Sheet("t", ("sample", REFERENCE), tuple(rows))
        )

    assert by("gold", "gold").community().counts.samples == ("a", "b")
    assert by("gold", "").community().counts.samples == ("a", "b")
    with pytest.raises(InputError, match="taxa named by 'gold', 'silva'; expected one taxa_reference"):
        by("gold", "silva").community()
