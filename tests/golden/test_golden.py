"""No number of any table moves unnoticed, and every table holds what is declared of it."""

import os
import warnings
from pathlib import Path

import pytest

from klbio.io.results import read_rows
from tests.golden.checksums import Checksum, checksums, in_last_digits, moved, read
from tests.golden.declared import declared
from tests.golden.studies import SHARED, STUDIES


@pytest.fixture(scope="module", params=STUDIES)
def study(request, root, tmp_path_factory):
    """Name of a study, and the folder with its tables."""
    if request.param == "real-models" and not SHARED.is_dir():
        pytest.skip("the reference data of ../shared are not on this machine")
    out, here = tmp_path_factory.mktemp(request.param), Path.cwd()
    os.chdir(root)
    try:
        STUDIES[request.param](out)
    finally:
        os.chdir(here)
    return request.param, out


def test_every_column_is_as_it_was(study, root):
    name, out = study
    kept, now = read(root / f"tests/golden/{name}.tsv"), checksums(out)
    lines, close = moved(kept, now), in_last_digits(kept, now)
    assert not lines, "\n".join(
        [f"tables of {name} that moved (the new ones are in {out}):", *lines,
         f"If that is meant: python -m tests.golden {name}"]
    )  # fmt: skip
    if close:
        warnings.warn(f"the last digits of {name} are those of another processor: {close}", stacklevel=1)


def test_every_table_is_as_declared(study):
    _, out = study
    tables = list(declared(out))
    assert tables
    faults = {path.name: table.faults(read_rows(path, table)) for path, table in tables}
    assert not {path: found for path, found in faults.items() if found}


def column(*fields):
    return Checksum.of("a", "x", list(fields))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("0.123456789012", "0.123456789013"),
        ("0.1", "0.0999999999999"),
        ("0", "1e-15"),
        ("-1.5", "-1.50000000001"),
        ("8.8562868e-05", "8.8570959e-05"),
    ],
)
def test_another_processor_s_last_digits_agree(one, other):
    first, second = column("0.5", "inf", "", one), column("0.5", "inf", "", other)
    assert first != second
    assert first.agrees(second)
    assert moved([first], [second]) == []
    assert in_last_digits([first], [second]) == ["a: x"]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("0.1234567", "0.1234767"),
        ("1e-05", "1.2e-05"),
        ("0.5", "-0.5"),
        ("0.5", ""),
        ("0.5", "inf"),
        ("2.5", "x"),
    ],
)
def test_other_numbers_do_not(one, other):
    assert moved([column("0.25", one)], [column("0.25", other)]) == ["a: column 'x' has other values"]


def test_words_agree_only_with_themselves():
    assert not column("007", "b").agrees(column("7", "b"))
    assert column("007", "b").rounded == ""


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
