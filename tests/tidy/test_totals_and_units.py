"""Totals are left out; proportions are recognised, scaled or not."""

import warnings
from itertools import product

import numpy as np
import pytest

from klbio.distributions import Counts
from klbio.errors import InputError, InputWarning
from klbio.io import read_taxa, write_table
from klbio.taxa_table import TaxaTable
from klbio.tidy import running_sums, tidied, unit_of

VALUES = np.array([[12, 5, 0, 100], [0, 7, 0, 1], [3, 0, 9, 23]])


def table(values, samples=("a", "b", "c"), taxa=("w", "x", "y", "z"), **more):
    return TaxaTable(Counts(samples, taxa, values, "t.tsv", **more))


@pytest.mark.parametrize("name", ["Total", "SUM", "total reads", "Row Sum", "Gesamt", "total_counts"])
def test_totals_are_left_out(name):
    taxa = np.column_stack([VALUES, VALUES.sum(axis=1)])
    both = np.vstack([taxa, taxa.sum(axis=0)])
    for given in (
        table(taxa, taxa=("w", "x", "y", "z", name)),
        table(both, ("a", "b", "c", name), ("w", "x", "y", "z", name)),
    ):
        with pytest.warns(InputWarning, match=f"'{name}': the sum of all others or more; left out"):
            kept = tidied(given)
        assert (kept.counts.dense() == VALUES).all()
        assert {row.name for row in kept.dropped} == {name}


def test_a_sum_of_all_others_is_one_whatever_it_is_called():
    taxa = np.column_stack([VALUES, VALUES.sum(axis=1)])
    with pytest.warns(InputWarning, match="'Bacteria': the sum of all others or more; left out"):
        assert tidied(table(taxa, taxa=("w", "x", "y", "z", "Bacteria"))).counts.labels == (
            "w",
            "x",
            "y",
            "z",
        )
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert len(tidied(table([[5, 3, 2], [7, 4, 3]], ("a", "b"), ("w", "x", "y"))).counts.labels) == 3
        alike = tidied(table([[50, 20, 20, 10], [500, 200, 200, 100]], ("a", "b")))
        assert len(alike.counts.labels) == 4


def test_a_total_beyond_what_is_listed_is_left_out_and_a_smaller_one_is_said():
    more = table(np.column_stack([VALUES, VALUES.sum(axis=1) + 5]), taxa=("w", "x", "y", "z", "Total"))
    with pytest.warns(InputWarning, match="left out"):
        assert tidied(more).counts.labels == ("w", "x", "y", "z")
    less = table(np.column_stack([VALUES, [1, 2, 3]]), taxa=("w", "x", "y", "z", "Total"))
    with pytest.warns(InputWarning, match="smaller than the others together"):
        assert tidied(less).counts.labels == ("w", "x", "y", "z", "Total")


@pytest.mark.parametrize("scale", [10**5, 10**6])
@pytest.mark.parametrize("turn", [False, True])
def test_proportions_made_whole_numbers_are_said(scale, turn):
    scaled = np.round(VALUES / VALUES.sum(axis=1, keepdims=True) * scale)
    given = table(scaled)
    given = TaxaTable(given.counts.turned()) if turn else given
    with pytest.warns(InputWarning, match=f"sum to {scale:,} in every sample; taken for proportions"):
        assert tidied(given).counts.unit == "proportions"


def test_proportions_cut_to_whole_numbers_are_said():
    with pytest.warns(InputWarning, match="sum to 1,000,000 in every sample"):
        tidied(table(np.floor(VALUES / VALUES.sum(axis=1, keepdims=True) * 10**6)))


def test_rarefied_reads_are_reads():
    rarefied = table([[1, 49, 50, 900], [1, 2, 3, 994], [0, 1, 99, 900]])
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert tidied(rarefied).counts.unit == "reads"
    taxa = tuple("uvwxyz")
    without_singletons = table(
        [[2, 48, 50, 800, 90, 10], [20, 2, 3, 902, 70, 3], [10, 10, 90, 800, 60, 30]], taxa=taxa
    )
    with pytest.warns(InputWarning, match="1,000 reads in every sample; taken for rarefied reads"):
        assert tidied(without_singletons).counts.unit == "reads"
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert tidied(table([[10, 990, 0, 0]], samples=("a",))).counts.unit == "reads"
        assert tidied(table([[10, 90], [20, 80]], samples=("a", "b"), taxa=("x", "y"))).counts.unit == "reads"


def test_presences_are_said():
    with pytest.warns(InputWarning, match="no taxon with more than one read in any sample; taken for reads"):
        tidied(table(np.ones((3, 8)), taxa=tuple("rstuvwxy")))


@pytest.mark.parametrize(
    ("values", "unit"),
    [
        (VALUES, "reads"), (VALUES / VALUES.sum(axis=1, keepdims=True), "proportions"),
        (np.array([[50.0, 50.0], [33.3, 66.7]]), "proportions"), (np.array([[0.2, 0.3], [0.7, 0.0]]), "proportions"),
        (np.array([[10, 20.5], [30, 40], [7, 9]]), None), (np.zeros((2, 2)), "reads"),
    ],
)  # fmt: skip
def test_units_are_judged_by_the_whole_table(values, unit):
    assert unit_of(values) == unit


@pytest.mark.parametrize("above", [True, False])
@pytest.mark.parametrize("unit", ["reads", "proportions"])
def test_sums_of_several_neighbours_are_refused(above, unit):
    values = np.random.default_rng(3).poisson(90, (4, 6)).astype(float)
    groups = [values[:, :2], values[:, 2:5], values[:, 5:]]
    parts = [[of.sum(axis=1, keepdims=True), of] for of in groups]
    columns = np.hstack([column for part in parts for column in (part if above else part[::-1])])
    names = [f"taxon {letter}" for letter in "abcdefghi"]
    given = table(columns / (7.5 if unit == "proportions" else 1), tuple("pqrs"), names, unit=unit)
    with pytest.raises(InputError, match="2 rows or columns that are the sums of those next to them"):
        tidied(given)


def test_one_sum_of_two_neighbours_is_chance():
    values = np.random.default_rng(3).poisson(90, (4, 6)).astype(float)
    values[:, 0] = values[:, 1] + values[:, 2]
    assert tidied(table(values, tuple("pqrs"), tuple("abcdef"))).counts.labels == tuple("abcdef")


def test_shares_times_a_depth_are_said():
    values = np.random.default_rng(2).gamma(0.8, 9e4, (6, 50)).round() + 40
    given = table(values, tuple("abcdef"), tuple(f"s{i}" for i in range(50)))
    with pytest.warns(InputWarning, match="no taxon with fewer than .* reads.* give the shares"):
        tidied(given)


@pytest.mark.parametrize("cells", [1, 1_000_000])
@pytest.mark.parametrize(("times", "refused"), [(1, False), (50, True)])
def test_equal_halves_of_few_reads_are_chance(times, refused, cells, monkeypatch):
    """Two ranks below each other sum alike; so do a few reads.  Samples are looked at one by one, or all."""
    monkeypatch.setattr(running_sums, "CELLS", cells)
    halves = np.array([[0, 1, 0, 1], [0, 1, 1, 0], [1, 0, 0, 1]]) * times
    if refused:
        with pytest.raises(InputError, match="columns up to 'x' that sum, all along"):
            tidied(table(halves))
    else:
        assert (tidied(table(halves)).counts.dense() == halves).all()


def test_words_of_dna_are_neither_shares_times_a_depth_nor_numbers_about_samples(tmp_path):
    rng = np.random.default_rng(2)
    words = ["".join(word) for word in product("ACGT", repeat=3)]
    table = tmp_path / "kmers.tsv"
    counts = rng.poisson(900, (64, 6)) + 200
    rows = ("\t".join([word, *map(str, row)]) for word, row in zip(words, counts.tolist(), strict=True))
    table.write_text("\n".join(["kmer\ta\tb\tc\td\te\tf", *rows]) + "\n")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        taxa = read_taxa(table).community()
    assert taxa.counts.of_words


@pytest.mark.parametrize("turn", [False, True])
def test_words_that_are_the_sums_of_others_are_no_totals(turn):
    """In reads that are alike a word comes wherever two others do."""
    rng = np.random.default_rng(2)
    words = ["".join(word) for word in product("ACGT", repeat=2)]
    values = rng.poisson(40, (4, 16))
    values[:, 2], values[:, 5], values[:, 9] = values[:, :2].sum(axis=1), values[:, 3:5].sum(axis=1), 0
    values[:, 9] = values.sum(axis=1)
    given = Counts(tuple("pqrs"), words, values, "t.tsv")
    given = given.turned() if turn else given
    assert tidied(TaxaTable(given)).counts.labels == given.labels


def test_what_klbio_wrote_is_taken_as_it_is(tmp_path):
    """Samples of a few reads, as many in each but for one or two: no proportions."""
    names, taxa = tuple("pqrs"), tuple(f"taxon {letter}" for letter in "abc")
    given = table(np.array([[40, 50, 39], [80, 20, 30], [10, 70, 50], [60, 60, 9]]), names, taxa)
    with pytest.warns(InputWarning, match="sum to one number but for rounding"):
        assert tidied(given).counts.unit == "proportions"
    write_table(given.counts, tmp_path / "t.biom")
    assert read_taxa(tmp_path / "t.biom").counts.unit == "reads"
