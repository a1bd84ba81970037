"""A BIOM 2.1 table with one thing wrong in it: refused in words, never a crash, never other numbers."""

import os
import subprocess
import sys

import h5py
import numpy as np
import pytest

from klbio.distributions import Counts
from klbio.errors import InputError
from klbio.io import read_table, trial, write_table
from klbio.io.source import Source


@pytest.fixture
def path(tmp_path):
    values = np.array([[5, 0, 3], [0, 2, 1], [4, 4, 0], [1, 0, 9]])
    counts = Counts(["s1", "s2", "s3", "s4"], ["A", "B", "C"], values)
    write_table(counts, tmp_path / "t.biom")
    return tmp_path / "t.biom"


def test_a_sound_table_passes(path):
    assert read_table(path).values.toarray().tolist() == [[5, 0, 3], [0, 2, 1], [4, 4, 0], [1, 0, 9]]


def put(name, place, value):
    def change(handle):
        array = handle[name][()]
        array[place] = value
        handle[name][...] = array

    return change


def replace(name, value, **more):
    def change(handle):
        del handle[name]
        handle.create_dataset(name, data=value, **more)

    return change


def link(name, target):
    def change(handle):
        del handle[name]
        handle[name] = target

    return change


def shape(value):
    def change(handle):
        handle.attrs["shape"] = value

    return change


SAMPLE, TAXA = "sample/matrix", "observation/matrix"


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (put(f"{SAMPLE}/indices", 0, 77), "sample/matrix: indices from 0 to 77; expected 0 to 2"),
        (put(f"{SAMPLE}/indices", 0, 2**31 - 1), "sample/matrix: indices from"),
        (put(f"{SAMPLE}/indices", 0, -1), "sample/matrix: indices from -1 to 2"),
        (put(f"{TAXA}/indices", 0, 4), "observation/matrix: indices from 0 to 4; expected 0 to 3"),
        (put(f"{SAMPLE}/indices", 1, 0), "sample/matrix: an index twice in one row"),
        (put(f"{SAMPLE}/indptr", 1, -5), "sample/matrix: row pointers that do not rise from 0 to 8"),
        (put(f"{SAMPLE}/indptr", 0, 1), "row pointers that do not rise"),
        (put(f"{SAMPLE}/indptr", -1, 7), "row pointers that do not rise"),
        (put(f"{SAMPLE}/indptr", -1, 9), "row pointers that do not rise"),
        (replace(f"{SAMPLE}/indptr", [0, 8]), "row pointers .*expected 5 that do"),
        (replace(f"{SAMPLE}/data", [1.0, 2.0]), "8 indices of 2 values"),
        (put(f"{SAMPLE}/data", 0, 6.0), "observation/matrix and sample/matrix, which differ"),
        (put(f"{SAMPLE}/data", 0, np.nan), "which differ"),
        (put(f"{SAMPLE}/indices", 0, 1), "which differ"),
        (replace("sample/ids", np.array(["a"], dtype="S1")), r"shape .* with 3 observations and 1 samples"),
        (replace("sample/ids", [1, 2, 3, 4]), "no list of names at sample/ids"),
        (replace(f"{SAMPLE}/indices", [0.5] * 8), "no list of numbers at sample/matrix/indices"),
        (replace(f"{SAMPLE}/indices", [[0]] * 8), "no list of numbers at sample/matrix/indices"),
        (lambda handle: handle.pop(f"{TAXA}/data"), "no list of numbers at observation/matrix/data"),
        (lambda handle: handle.pop("sample"), "no list of names at sample/ids"),
        (shape([3, 5]), r"shape array\(\[3, 5\]\)"),
        (shape("x"), "damaged HDF5"),
        (lambda handle: handle.attrs.pop("shape"), "shape None"),
        (
            link("sample/ids", h5py.SoftLink("/observation/ids")),
            "sample/ids: a link to another place or file",
        ),
        (link("sample/ids", h5py.ExternalLink("/etc/passwd", "/")), "sample/ids: a link to another"),
        (replace(f"{SAMPLE}/data", [0] * 8, chunks=(4,)), "which differ"),
        (
            lambda handle: handle.create_dataset("x", (10**9,), "f8", chunks=(10**6,)),
            "x: 8,000,000,000 bytes in a file",
        ),
        (
            replace("sample/ids", np.array(["a" * 10_001, "b", "c", "d"], "S10001")),
            "a name of 10,001 letters",
        ),
        (
            lambda handle: handle.create_dataset("x", (8,), "u1", external=[("/etc/passwd", 0, 8)]),
            "x: data that stand in another file",
        ),
    ],
)
def test_one_thing_wrong_is_named(path, change, words):
    with h5py.File(path, "a") as handle:
        change(handle)
    with pytest.raises(InputError, match=words) as caught:
        read_table(path)
    assert str(path) in str(caught.value)


def write_module(folder, text):
    (folder / "own_trial.py").write_text(f"import os, signal\ndef trial(path):\n    {text}\n")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("os.kill(os.getpid(), signal.SIGSEGV)", r"crashes \(SIGSEGV\); expected a sound file"),
        ("os.abort()", r"crashes \(SIGABRT\)"),
        ("os._exit(1)", "its reader stops"),
        (
            "raise ZeroDivisionError('of the reader')",
            r"its reader stops \(ZeroDivisionError: of the reader\)",
        ),
        ("bytearray(10 ** 11)", "more memory than its size allows"),
        ("while True: pass", "does not come to the end of"),
    ],
)
def test_a_reader_that_crashes_hangs_or_swells_is_a_fault_of_its_file(tmp_path, monkeypatch, text, words):
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr(trial, "SECONDS", 1)
    write_module(tmp_path, text)
    (tmp_path / "file").write_text("x")
    with pytest.raises(InputError, match=words):
        trial.try_reading(Source(tmp_path / "file"), "own_trial")


def test_what_lies_in_the_working_folder_is_not_run(path, monkeypatch, tmp_path):
    (tmp_path / "numpy.py").write_text("raise SystemExit(9)")
    monkeypatch.chdir(tmp_path)
    assert read_table(path).samples == ("s1", "s2", "s3", "s4")


def test_a_command_says_it_in_a_line_and_ends_in_2(path):
    with h5py.File(path, "a") as handle:
        put(f"{SAMPLE}/indices", slice(None), 77)(handle)
    line = [sys.executable, "-m", "klbio", "matrix", path, "--out", os.devnull]
    done = subprocess.run([*line[:-1], path.with_name("m.tsv")], capture_output=True, text=True)
    assert done.returncode == 2
    assert done.stderr.startswith(f"klbio: error: {path}: sample/matrix: indices from 77 to 77")
    assert done.stderr.count("\n") == 1
