"""Counts of words as bytes: what is written comes back, and nothing else is believed."""

import json
from dataclasses import replace
from zipfile import ZIP_DEFLATED, ZipFile

import h5py
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse

from klbio.distributions import Counts
from klbio.errors import InputError
from klbio.io import read_table
from klbio.io.sequences.lanes import LaneFacts
from klbio.io.tables import row_by_row
from klbio.io.tables.row_by_row import SampleRow, write_row_by_row
from klbio.io.words.arrays import n_bytes, packed, unpacked
from klbio.io.words.batch import Batch, Batches, is_batch, write_batch
from klbio.io.words.counted import Counted
from klbio.io.words.groups import read_groups
from klbio.io.words.parts import Parts
from klbio.io.words.record import DamagedError, Record
from klbio.reads.fragments import Dealing, Records
from klbio.reads.kmers import FragmentCounter, kmer_labels


def record(*reads: str, k=(2, 1), key="k" * 64) -> Record:
    counter = FragmentCounter(k, dealing=Dealing(4, by_hash=False))
    counter.add([Records.of("".join(f"{read}\n" for read in reads).encode())])
    lanes = [LaneFacts("single", ["gzip"], 35, 73), LaneFacts("pairs", ["none", "xz"])]
    return Record(key, [["a" * 64]], True, Counted(list(counter.tallies().values()), lanes))


def dense(groups) -> list:
    return groups.toarray().tolist() if sparse.issparse(groups) else groups.tolist()


# --- arrays


@given(
    st.lists(
        st.lists(st.sampled_from([0, 0, 0, 0, 1, 255, 256, 70_000, 2**40]), min_size=9, max_size=9),
        min_size=1,
    )
)
@settings(deadline=None)
def test_any_table_comes_back(rows):
    table = np.array(rows, dtype=np.int64)
    about, content = packed(table)
    assert len(content) == n_bytes(table.shape, *about)
    assert dense(unpacked(memoryview(content), table.shape, *about)) == rows
    assert packed(sparse.csr_array(table)) == (about, content)


def test_a_table_takes_the_smaller_form():
    full, few = np.full((2, 100), 200), np.eye(2, 100, dtype=int)
    assert packed(full)[0] == (1, -1)
    assert packed(full * 2)[0] == (2, -1)
    assert packed(few)[0] == (1, 2)
    assert len(packed(few)[1]) == 2 * 4 + 2 * 3


@pytest.mark.parametrize(
    ("width", "n_cells", "content"),
    [
        (3, -1, b"\0" * 12),  # no such numbers
        (1, 99, b"\0" * 305),  # more cells than there are
        (1, 1, b"\1\0\0\0\0\0\0\0\5\0\7"),  # column 5 of 4
        (1, 1, b"\2\0\0\0\0\0\0\0\1\0\7"),  # two cells said, one there
        (1, -1, b"\0" * 7),  # too short
    ],
)
def test_what_is_no_table_is_not_believed(width, n_cells, content):
    with pytest.raises(ValueError, match=r"no such table|cells|size|shape"):
        unpacked(memoryview(content), (2, 4), width, n_cells)


# --- records


def test_a_record_comes_back():
    one = record("ACGTN", "AAC", "C")
    back = Record.decoded(one.encoded())
    assert (back.key, back.sums, back.canonical) == (one.key, [["a" * 64]], True)
    assert back.counted.lanes == one.counted.lanes
    for ours, theirs in zip(back.counted.tallies, one.counted.tallies, strict=True):
        assert ours.labels == theirs.labels
        assert ours.values.tolist() == theirs.values.tolist()
        assert dense(ours.groups) == dense(theirs.groups)
        assert (ours.skipped, ours.library, ours.n_sequences) == (
            theirs.skipped,
            theirs.library,
            theirs.n_sequences,
        )
    assert back.encoded() == one.encoded()


def test_nothing_counted_comes_back():
    back = Record.decoded(record("N").encoded())
    assert back.counted.tally.values.tolist() == [0] * 10


@pytest.mark.parametrize(
    "change",
    [
        {"n_groups": 10**9}, {"n_groups": "4"}, {"n_groups": True}, {"words": []}, {"words": [{"k": 11}]},
        {"library": [1, 2]}, {"library": [-1, 0, 0, 0, 0, 0.0]}, {"lanes": [[1]]}, {"n_sequences": None},
        {"words": [{"k": 2, "skipped": {}, "table": [8, -1]}]}, {"words": [{"k": 2, "skipped": [], "table": [1, -1]}]},
        {"words": [{"k": 2, "skipped": {"a": 1.5}, "table": [1, -1]}]},
    ],
    ids=str,
)  # fmt: skip
def test_a_record_of_another_form_is_not_believed(change):
    head, _, tables = record("ACGT").encoded().partition(b"\n")
    with pytest.raises(DamagedError):
        Record.decoded(json.dumps(json.loads(head) | change).encode() + b"\n" + tables)


def test_a_record_with_bytes_gone_or_added_is_not_believed():
    content = record("ACGTACGTAC").encoded()
    for wrong in (b"", b"\n", content[:-1], content + b"\0", b"[]\n", b"\xff" + content, b"x" * (2 << 20)):
        with pytest.raises(DamagedError):
            Record.decoded(wrong)


# --- parts


def test_a_part_is_believed_with_its_key_and_checksum_alone(tmp_path):
    parts, one = Parts(tmp_path / "parts"), record("ACGT")
    content = one.encoded()
    assert parts.found(one.key) is None
    parts.keep(one.key, content)
    assert parts.found(one.key) == content
    assert parts.found("f" * 64) is None
    (path,) = (tmp_path / "parts").glob("*/*")
    whole = path.read_bytes()
    for i in range(0, len(whole), 7):  # a bit turned anywhere
        path.write_bytes(whole[:i] + bytes([whole[i] ^ 1]) + whole[i + 1 :])
        assert parts.found(one.key) is None
    for end in (0, 63, 64, len(whole) - 1):
        path.write_bytes(whole[:end])
        assert parts.found(one.key) is None


def test_a_part_of_another_sample_under_its_name_is_not_believed(tmp_path):
    parts, one = Parts(tmp_path), record("ACGT")
    parts.keep(one.key, replace(one, key="f" * 64).encoded())
    assert parts.found(one.key) is None


def test_parts_go_together(tmp_path):
    parts, one = Parts(tmp_path / "parts"), record("ACGT")
    parts.clear()
    for key in (one.key, "f" * 64):
        parts.keep(key, one.encoded())
    parts.clear()
    assert not (tmp_path / "parts").exists()


# --- batches


def written(path, *names: str):
    write_batch(path, ((name, record("ACGT" * (i + 1)).encoded()) for i, name in enumerate(names)))
    return path


def test_a_batch_gives_its_samples_in_any_order(tmp_path):
    batch = Batch.of(written(tmp_path / "b", "day/0", "é", ""))
    assert batch.names == ("day/0", "é", "")
    assert batch.record(1).counted.tally.values.sum() == 7
    assert batch.record(0).counted.tally.values.sum() == 3
    assert is_batch(tmp_path / "b")
    first = (tmp_path / "b").read_bytes()
    assert written(tmp_path / "b", "day/0", "é", "").read_bytes() == first


def test_a_batch_that_is_written_again_is_read_again(tmp_path):
    path = written(tmp_path / "b", "a")
    assert Batch.of(path).record(0).counted.tally.values.sum() == 3
    write_batch(path, [("a", record("AC").encoded())])
    assert Batch.of(path).record(0).counted.tally.values.sum() == 1


def test_a_damaged_batch_is_refused(tmp_path):
    path = written(tmp_path / "b", "a", "b")
    whole = path.read_bytes()
    for wrong in (b"", b"PK\3\4", whole[:-30], whole[: len(whole) // 2]):
        path.write_bytes(wrong)
        with pytest.raises(
            InputError, match=r"no batch of counted words, or a damaged one .* count the reads again"
        ):
            Batch.of(path)
    at = whole.index(b"\n", 100) + 3  # in the table of the first sample
    path.write_bytes(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :])
    assert Batch.of(path).record(1).key == "k" * 64
    with pytest.raises(InputError, match="damaged"):
        Batch.of(path).record(0)


def test_a_batch_that_would_unpack_to_more_is_refused(tmp_path):
    with ZipFile(tmp_path / "b", "w", ZIP_DEFLATED) as archive:
        archive.writestr("samples.json", "0" * 10**6)
    with pytest.raises(InputError, match="compressed"):
        Batch.of(tmp_path / "b")


def test_a_sample_in_two_batches_is_refused(tmp_path):
    paths = [written(tmp_path / "1", "a", "b"), written(tmp_path / "2", "b")]
    with pytest.raises(
        InputError, match=r"sample 'b', which is in .*1 too; expected each sample in one batch"
    ):
        Batches.of(paths)


def test_groups_of_a_batch_are_those_of_a_table(tmp_path):
    path = written(tmp_path / "b", "a", "b")
    groups = read_groups([path], kmer_labels(1))
    assert groups.samples == ("a", "b")
    assert groups.of("b").sum(axis=0).tolist() == [4, 4]
    with pytest.raises(InputError, match="without the words of the table"):
        read_groups([path], ("A", "T")).of("a")
    rows = Counts(
        [f"{name}/{i}" for name in "ab" for i in range(1, 5)],
        kmer_labels(1),
        np.concatenate([groups.of(name) for name in "ab"]),
    )
    write_row_by_row(
        tmp_path / "g.biom", rows.labels, map(SampleRow.of, rows.samples, rows.dense()), "groups"
    )
    held = read_groups(tmp_path / "g.biom", kmer_labels(1))
    assert all((held.of(name) == groups.of(name)).all() for name in "ab")


# --- tables, row by row


@pytest.mark.parametrize("cells", [1 << 22, 5, 1])
def test_a_table_written_by_rows_is_that_table(tmp_path, monkeypatch, cells):
    """Whatever fits into memory at a time; and as biom-format reads it."""
    import biom

    monkeypatch.setattr(row_by_row, "CELLS", cells)
    monkeypatch.setattr(row_by_row, "CHUNK", 3)
    rng = np.random.default_rng(5)
    values = rng.poisson(0.7, (7, 10)) * rng.integers(1, 300, (7, 10))
    values[2] = 0
    names, labels = [f"s {i}" for i in range(7)], kmer_labels(2)
    write_row_by_row(tmp_path / "t.biom", labels, map(SampleRow.of, names, values), "t")
    read = read_table(tmp_path / "t.biom")
    assert (read.samples, read.labels) == (tuple(names), labels)
    assert (read.dense() == values).all()
    with h5py.File(tmp_path / "t.biom") as handle:
        for order in ("sample", "observation"):
            theirs = biom.Table.from_hdf5(handle, axis=order)
            assert (theirs.matrix_data.toarray() == values.T).all()
            assert theirs.ids("observation").tolist() == list(labels)
    write_row_by_row(tmp_path / "t.tsv", labels, map(SampleRow.of, names, values), "t")
    assert (read_table(tmp_path / "t.tsv").dense() == values).all()


def test_names_that_hdf5_ends_early_are_refused(tmp_path):
    with pytest.raises(InputError, match="a name without null characters"):
        write_row_by_row(tmp_path / "t.biom", ["A"], [SampleRow.of("a\0b", np.ones(1))], "t")
    assert not (tmp_path / "t.biom").exists()
