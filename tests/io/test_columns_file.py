"""Columns come back as they were written, to the last bit."""

import json
import zipfile

import numpy as np
import pytest

from klbio.errors import InputError
from klbio.io.columns_file import ColumnsFile, write_columns

COLUMNS = {
    "numbers": np.array([0.1, -0.0, np.nan, np.inf, 5e-324]),
    "whole": np.array([1, 2, 3, 4, 5], dtype=np.int32),
    "flags": np.array([True, False, True, True, False]),
    "words": np.array(["a", "NA", "", "\ud800 lone", "é\t\n"], dtype=object),
    "listed": ["x", "y", "x", "", "007"],
    "mixed": [None, 1, 1.0, True, "x"],
    "doubles": [0.1, None, float("nan"), 1e300, np.float64(1 / 3)],
}


@pytest.fixture
def path(tmp_path):
    path = tmp_path / "columns"
    write_columns(
        path, {"of": "all"}, [({"table": "t"}, COLUMNS), ({"table": "empty"}, {"a": [], "b": np.empty(0)})]
    )
    return path


@pytest.mark.parametrize("name", COLUMNS)
def test_columns_come_back_to_the_last_bit(path, name):
    given, found = COLUMNS[name], ColumnsFile.of(path).read(0)[name]
    assert type(found) is type(given)
    if isinstance(given, list):
        assert list(map(repr, found)) == [repr(float(v) if isinstance(v, float) else v) for v in given]
    elif given.dtype == object:
        assert found.tolist() == given.tolist()
    else:
        assert (found.dtype, found.tobytes()) == (given.dtype, given.tobytes())


def test_what_is_said_comes_back_too(path):
    file = ColumnsFile.of(path)
    assert (file.head, file.abouts) == ({"of": "all"}, [{"table": "t"}, {"table": "empty"}])
    assert file.columns == [list(COLUMNS), ["a", "b"]]
    assert file.read(1, ["a"]) == {"a": []}
    assert len(file.read(1)["b"]) == 0


def test_the_same_content_has_the_same_bytes(path):
    content = path.read_bytes()
    write_columns(
        path, {"of": "all"}, [({"table": "t"}, COLUMNS), ({"table": "empty"}, {"a": [], "b": np.empty(0)})]
    )
    assert path.read_bytes() == content


def test_nothing_is_unpickled(tmp_path, path):
    evil = tmp_path / "evil"
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(evil, "w") as new:
        for name in old.namelist():
            if name != "0.0.npy":
                new.writestr(name, old.read(name))
        with new.open("0.0.npy", "w") as file:
            np.lib.format.write_array(file, np.array([{}], dtype=object), allow_pickle=True)
    with pytest.raises(InputError, match=r"evil: no file of columns, or a damaged one \(Object arrays"):
        ColumnsFile.of(evil).read(0, ["numbers"])


@pytest.mark.parametrize(
    "index", [[], {}, {"format": "klbio columns, 2"}, {"format": "klbio columns, 1", "head": 1, "blocks": 2}]
)
def test_another_index_is_refused(tmp_path, index):
    path = tmp_path / "columns"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("index.json", json.dumps(index))
    with pytest.raises(InputError, match="no file of columns"):
        ColumnsFile.of(path)


def test_things_that_json_does_not_know_are_a_mistake_of_the_program(tmp_path):
    for column in ([object()], np.array(["a", None], dtype=object)):
        with pytest.raises(TypeError):
            write_columns(tmp_path / "columns", {}, [({}, {"a": column})])
    assert list(tmp_path.iterdir()) == []
