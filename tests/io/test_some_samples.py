"""Of a large BIOM table the samples of a sheet are read, and what stands beside them moves no number."""

import h5py
import numpy as np
import pytest

from klbio import Design, Sample
from klbio.distributions import Counts
from klbio.errors import InputError
from klbio.io import read_taxa, write_table
from klbio.io.tables import hdf5_rows, some_samples
from klbio.io.tables.hdf5_rows import SparseRows
from klbio.steps.shift import measure_shift
from klbio.steps.taxa import compose_taxa

N_SAMPLES, N_TAXA = 60, 30
NAMES = [f"s{i}" for i in range(N_SAMPLES)]
ASKED = ["s50", "s3", "s17", "s44"]


@pytest.fixture(autouse=True)
def few_at_a_time(monkeypatch):
    monkeypatch.setattr(hdf5_rows, "RUN", 40)
    monkeypatch.setattr(some_samples.some_samples, "__defaults__", (None, 100))


@pytest.fixture
def counts():
    rng = np.random.default_rng(1)
    values = rng.poisson(30, (N_SAMPLES, N_TAXA)) * (rng.random((N_SAMPLES, N_TAXA)) < 0.4)
    values[7] = 0
    return Counts(NAMES, [f"t{k}" for k in range(N_TAXA)], values)


@pytest.fixture
def path(tmp_path, counts):
    write_table(counts, tmp_path / "t.biom")
    return tmp_path / "t.biom"


@pytest.fixture
def sheet(tmp_path):
    lines = [f"{name}\tP{i // 2}\t{('before', 'after')[i % 2]}" for i, name in enumerate(ASKED)]
    (tmp_path / "s.tsv").write_text("\n".join(["sample\tsubject\tphase", *lines]) + "\n")
    return tmp_path / "s.tsv"


def design(*names):
    return Design([Sample(name, name, "before") for name in names])


@pytest.mark.parametrize("run", [1, 40, 10**6])
def test_rows_are_those_of_the_matrix_however_many_are_read_at_a_time(path, counts, monkeypatch, run):
    monkeypatch.setattr(hdf5_rows, "RUN", run)
    wanted = np.random.default_rng(2).random(N_SAMPLES) < 0.2
    with h5py.File(path) as handle:
        matrix = SparseRows.of(handle, "sample/matrix", counts.values.shape, path)
        assert (matrix.rows().toarray() == counts.dense()).all()
        assert (matrix.rows(wanted).toarray() == counts.dense()[wanted]).all()
        assert not list(matrix.faults(path))
        by_sample = matrix.times(np.arange(N_TAXA), path)
        by_taxon = matrix.transposed_times(np.arange(N_SAMPLES), path)
        assert np.allclose(by_sample.values, counts.dense() @ np.arange(N_TAXA))
        assert np.allclose(by_taxon.values, np.arange(N_SAMPLES) @ counts.dense())
        assert not by_sample.faults + by_taxon.faults


def test_what_is_asked_for_is_read_and_a_few_others_and_all_are_named(path, counts):
    table = read_taxa(path, design=design(*ASKED))
    n_read = len(table.counts.samples)
    assert len(ASKED) < n_read < N_SAMPLES / 2
    assert {*table.counts.samples, *table.others} == set(NAMES)
    assert (table.counts.rows(ASKED).dense() == counts.rows(ASKED).dense()).all()
    asked = table.community(design(*ASKED))
    assert asked.counts.samples == ("s3", "s17", "s44", "s50")
    assert {*asked.others} == set(NAMES) - set(ASKED)


def test_where_nobody_or_nobody_of_this_name_is_asked_for_all_is_read(path):
    assert read_taxa(path).counts.samples == tuple(NAMES)
    table = read_taxa(path, design=design("another"))
    assert table.counts.samples == tuple(NAMES)
    assert not table.others


def test_a_small_table_is_read_whole_and_cut_to_the_sheet(path, monkeypatch):
    monkeypatch.setattr(some_samples.some_samples, "__defaults__", (None, 10**6))
    table = read_taxa(path, design=design(*ASKED))
    assert table.counts.samples == tuple(NAMES)
    assert table.community(design(*ASKED)).counts.samples == ("s3", "s17", "s44", "s50")


@pytest.mark.parametrize("place", [0, -1])
@pytest.mark.parametrize(("to", "words"), [(77, "indices from 0 to 77"), (None, "an index twice in one row")])
def test_a_fault_in_any_run_is_found(path, place, to, words):
    with h5py.File(path, "a") as handle:
        indices = handle["sample/matrix/indices"]
        array = indices[()]
        array[place] = array[1 if place == 0 else -2] if to is None else to
        indices[...] = array
    with pytest.raises(InputError, match=f"sample/matrix: {words}"):
        read_taxa(path, design=design(*ASKED))


def test_numbers_hang_on_the_samples_of_the_sheet_alone(path, counts, sheet, tmp_path):
    write_table(counts.rows(sorted(ASKED)), tmp_path / "alone.biom")
    options = {"samples": sheet, "support": "study", "n_resamples": 99}
    measure_shift(table=path, out=tmp_path / "large", **options)
    measure_shift(table=tmp_path / "alone.biom", out=tmp_path / "small", **options)
    for name in ("pairs", "contributions", "population", "sensitivity", "headline"):
        large, small = (tmp_path / folder / f"{name}.tsv" for folder in ("large", "small"))
        assert large.read_bytes() == small.read_bytes(), name
    lines = (tmp_path / "large" / "dropped.tsv").read_text().splitlines()
    assert len([line for line in lines if "not in the sample sheet" in line]) == N_SAMPLES - len(ASKED)


def test_a_composition_holds_the_samples_of_the_sheet_and_lists_the_others(path, sheet, tmp_path):
    with pytest.warns(match="56 of 60 samples in the table, not in the sample sheet"):
        compose_taxa(table=path, samples=sheet, out=tmp_path / "c.biom", dropped=tmp_path / "d.tsv")
    assert set(read_taxa(tmp_path / "c.biom").counts.samples) == set(ASKED)
    assert len((tmp_path / "d.tsv").read_text().splitlines()) == 1 + N_SAMPLES - len(ASKED)
