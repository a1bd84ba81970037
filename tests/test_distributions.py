"""Counts and distributions: checked once, then frozen."""

import dataclasses

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import sparse

from klbio.distributions import Counts, Distribution
from klbio.errors import InputError
from tests.strategies import tables

SAMPLES, TAXA = ["day 0", "8-day"], ["Bacteroides", "Rosebüria", "unassigned"]
READS = [[8, 2, 0], [1, 9, 5]]


def columns(table):
    return [f"taxon {i}" for i in range(table.shape[1])]


def rows(table):
    return [f"sample {i}" for i in range(table.shape[0])]


# ---------------------------------------------------------------- counts


def test_counts_hold_names_verbatim_and_reads_exactly():
    counts = Counts(SAMPLES, TAXA, READS, "gut.tsv")
    assert (counts.samples, counts.labels, counts.name) == (tuple(SAMPLES), tuple(TAXA), "gut.tsv")
    assert counts.dense().tolist() == READS
    assert counts.depth.tolist() == [10, 15]


@pytest.mark.parametrize(
    "form", [list, np.array, sparse.csr_array, sparse.csr_matrix, sparse.coo_array, sparse.csc_array]
)
def test_dense_and_sparse_say_the_same(form):
    counts = Counts(SAMPLES, TAXA, form(READS))
    assert counts.dense().tolist() == READS
    assert counts.values.nnz == 5
    assert counts.dense().dtype == float


def test_repeated_entries_are_added_up():
    twice = sparse.coo_array(([1, 2], ([0, 0], [1, 1])), shape=(1, 2))
    assert Counts(["s"], ["a", "b"], twice).dense().tolist() == [[0, 3]]


def test_the_callers_array_is_neither_touched_nor_shared():
    given_array, given_sparse = np.array(READS, dtype=float), sparse.csr_array(np.array(READS, dtype=float))
    dense, thin = Counts(SAMPLES, TAXA, given_array), Counts(SAMPLES, TAXA, given_sparse)
    given_array[0, 0] = given_sparse.data[0] = 99
    assert dense.dense()[0, 0] == thin.dense()[0, 0] == 8


def test_a_matrix_that_is_given_away_is_not_copied():
    given = sparse.csr_array(np.array([[3.0, 0.0], [1.0, 2.0]]))
    assert np.shares_memory(Counts(["a", "b"], ["x", "y"], given, copy=False).values.data, given.data)
    whole = Counts(["a", "b"], ["x", "y"], given)
    assert not np.shares_memory(whole.values.data, given.data)
    assert whole.rows(["a", "b"]) is whole


def test_counts_are_frozen():
    with pytest.raises(dataclasses.FrozenInstanceError):
        Counts(SAMPLES, TAXA, READS).labels = ()


def test_rows_come_in_the_order_asked_for():
    chosen = Counts(SAMPLES, TAXA, READS, "gut").rows(["8-day"])
    assert (chosen.samples, chosen.labels, chosen.name) == (("8-day",), tuple(TAXA), "gut")
    assert chosen.dense().tolist() == [READS[1]]
    assert Counts(SAMPLES, TAXA, READS).rows(SAMPLES[::-1]).dense().tolist() == READS[::-1]


def test_summed_by_hand():
    summed = Counts(SAMPLES, TAXA, READS, "gut").summed(["F", "G", "F"])
    assert (summed.labels, summed.name) == (("F", "G"), "gut")
    assert summed.dense().tolist() == [[8, 2], [6, 9]]


@given(tables(), st.data())
def test_summing_keeps_every_read(table, data):
    groups = data.draw(st.lists(st.sampled_from("abc"), min_size=table.shape[1], max_size=table.shape[1]))
    counts = Counts(rows(table), columns(table), table)
    summed = counts.summed(groups)
    assert summed.depth.tolist() == counts.depth.tolist()
    assert summed.labels == tuple(dict.fromkeys(groups))
    for i, group in enumerate(summed.labels):
        assert summed.dense()[:, i].tolist() == table[:, [g == group for g in groups]].sum(axis=1).tolist()


@given(tables())
def test_what_goes_in_comes_out(table):
    counts = Counts(rows(table), columns(table), table)
    assert counts.dense().tolist() == table.tolist()
    assert counts.depth.tolist() == table.sum(axis=1).tolist()
    assert counts.summed(columns(table)).dense().tolist() == table.tolist()


@pytest.mark.parametrize(
    ("samples", "labels", "values", "words"),
    [
        pytest.param(["s", "s"], TAXA, READS, ["gut:", "sample 's' given more than once"], id="samples"),
        pytest.param(SAMPLES, ["a", "b", "a"], READS, ["category 'a' given more than once"], id="labels"),
        pytest.param(["s"], TAXA, READS, ["(2, 3)", "(1, 3)", "one row per sample"], id="rows"),
        pytest.param(SAMPLES, ["a"], READS, ["(2, 3)", "(2, 1)", "one column per label"], id="columns"),
        pytest.param(SAMPLES, TAXA, [[1, 2, 3], [4, -5, 6]], ["'8-day'", "negative"], id="negative"),
        pytest.param(SAMPLES, TAXA, [[1, np.nan, 3], [4, 5, 6]], ["'day 0'", "finite"], id="nan"),
        pytest.param(SAMPLES, TAXA, [[1, 2, np.inf], [4, 5, 6]], ["'day 0'", "finite"], id="infinite"),
    ],
)
def test_counts_refused(samples, labels, values, words):
    with pytest.raises(InputError) as error:
        Counts(samples, labels, values, "gut")
    assert not [word for word in words if word not in str(error.value)]


def test_all_faults_of_counts_are_told_at_once():
    with pytest.raises(InputError) as error:
        Counts(["s", "s"], ["a", "a", "b"], [[1, 2, 3], [4, -5, 6]])
    assert len(error.value.faults) == 3


# ---------------------------------------------------------------- distributions


def test_a_distribution_bears_its_smoothing():
    made = Distribution(SAMPLES, ["a", "b"], [[0.25, 0.75], [1, 0]], "additive(alpha=0.5)")
    assert made.smoothing == "additive(alpha=0.5)"
    assert made.values.tolist() == [[0.25, 0.75], [1, 0]]
    assert Distribution(["s"], ["a"], [[1]]).smoothing == "none"


def test_a_distribution_is_a_copy_that_cannot_be_written():
    values = np.array([[0.5, 0.5]])
    made = Distribution(["s"], ["a", "b"], values)
    values[0] = 0, 1
    assert made.values.tolist() == [[0.5, 0.5]]
    with pytest.raises(ValueError, match="read-only"):
        made.values[0, 0] = 1
    with pytest.raises(dataclasses.FrozenInstanceError):
        made.smoothing = "other"


@given(tables())
def test_nothing_is_renormalised(table):
    proportions = table / table.sum(axis=1, keepdims=True)
    assert Distribution(rows(table), columns(table), proportions).values.tolist() == proportions.tolist()


@pytest.mark.parametrize(
    ("values", "words"),
    [
        pytest.param([[0.5, 0.6]], ["rows 's' sum to 1.1", "klbio.smoothing"], id="sum"),
        pytest.param([[0, 0]], ["rows 's' sum to 0"], id="all-zero"),
        pytest.param([[-0.5, 1.5]], ["negative", "'s'", "0 to 1"], id="negative"),
        pytest.param([[np.nan, 1]], ["non-finite", "'s'"], id="nan"),
        pytest.param([0.5, 0.5], ["(2,)", "(1, 2)"], id="one-axis"),
        pytest.param([[0.5, 0.25, 0.25]], ["(1, 3)", "(1, 2)"], id="columns"),
    ],
)
def test_distributions_refused(values, words):
    with pytest.raises(InputError) as error:
        Distribution(["s"], ["a", "b"], values)
    assert not [word for word in words if word not in str(error.value)]


def test_bad_rows_are_named_and_counted():
    samples = [f"s{i}" for i in range(6)]
    values = [[0.5, 0.5], [0.5, 0.6], [-1, 2], *[[0.5, 0.7]] * 3]
    with pytest.raises(InputError) as error:
        Distribution(samples, ["a", "b"], values)
    assert "in rows 's2'" in str(error.value)
    assert "rows 's1', 's3', 's4' and 1 more sum to 1.1" in str(error.value)


def test_rounding_of_a_sum_passes_and_more_does_not():
    Distribution(["s"], ["a", "b"], [[0.5, 0.5 + 1e-10]])
    with pytest.raises(InputError):
        Distribution(["s"], ["a", "b"], [[0.5, 0.5 + 1e-8]])


def test_wrong_shape_and_wrong_values_at_once():
    with pytest.raises(InputError, match=r"shape \(2, 1\)"):
        Counts(["s"], ["a"], [[1], [-2]])
    with pytest.raises(InputError, match="no numbers"):
        Counts(["s"], ["a"], [["many"]])


def test_a_sample_that_is_not_there():
    with pytest.raises(InputError, match="no sample 'day9'"):
        Counts(["day0"], ["a"], [[1]]).rows(["day9"])


def test_a_row_that_is_off_by_little_shows_by_how_much():
    with pytest.raises(InputError, match=r"sum to 1\.00000001"):
        Distribution(["s"], ["a", "b"], [[0.5, 0.50000001]])
