"""No number of any table moves unnoticed."""

import pytest

from tests.golden.checksums import Checksum, checksums, moved, read
from tests.golden.studies import SHARED, STUDIES


@pytest.mark.parametrize("name", STUDIES)
def test_every_column_is_as_it_was(name, root, tmp_path, monkeypatch):
    monkeypatch.chdir(root)
    if name == "real-models" and not SHARED.is_dir():
        pytest.skip("the reference data of ../shared are not on this machine")
    STUDIES[name](tmp_path)
    lines = moved(read(root / f"tests/golden/{name}.tsv"), checksums(tmp_path))
    assert not lines, "\n".join(
        [f"tables of {name} that moved (the new ones are in {tmp_path}):", *lines,
         f"If that is meant: python -m tests.golden {name}"]
    )  # fmt: skip


def test_a_failure_names_table_and_column():
    old = [Checksum("a", "x", 2, "1"), Checksum("a", "y", 2, "2"), Checksum("b", "x", 1, "3")]
    new = [Checksum("a", "y", 2, "2"), Checksum("a", "x", 2, "9"), Checksum("c", "x", 1, "3")]
    assert moved(old, old) == []
    assert moved(old, new) == [
        "b: gone", "c: new", "a: columns in another order", "a: column 'x' has other values",
    ]  # fmt: skip
    assert moved(old[:1], old[:2]) == ["a: column 'y' new"]
    assert moved(old[:2], old[:1]) == ["a: column 'y' gone"]
    assert moved(old[:1], [Checksum("a", "x", 3, "2")]) == ["a: 3 rows, had 2"]
