"""A folder holds the tables of one run, whole, or the report says that it does not."""

import signal
import subprocess
import sys

import pandas as pd
import pytest

from klbio.errors import InputError
from klbio.io.result_folder import SUMS, run_faults, write_tables
from klbio.schema import DROPPED, DroppedRow
from klbio.steps.report import write_report

TABLES = {"one": DROPPED, "two": DROPPED}


def run(folder, reason):
    row = DroppedRow(source="s", kind="sample", name="n", reason=reason)
    write_tables(folder, {name: DROPPED.frame([row]) for name in TABLES}, TABLES)


def test_what_one_run_wrote_is_of_one_run(tmp_path):
    for reason in ("a", "b"):
        run(tmp_path, reason)
        assert run_faults(tmp_path) == []
    assert sorted(path.name for path in tmp_path.iterdir()) == ["one.tsv", SUMS, "two.tsv"]
    subprocess.run(["sha256sum", "--check", "--quiet", SUMS], cwd=tmp_path, check=True)


@pytest.mark.parametrize(
    "harm",
    [lambda path: path.write_text("of another run"), lambda path: path.unlink()],
)
def test_a_table_of_another_run_or_none_is_named(tmp_path, harm):
    run(tmp_path, "a")
    harm(tmp_path / "two.tsv")
    (fault,) = run_faults(tmp_path)
    assert "did not write so: 'two.tsv'; expected the tables of one run" in str(fault)


def test_a_failing_run_leaves_the_folder_as_it_was(tmp_path):
    run(tmp_path, "a")
    before = {path: path.read_bytes() for path in tmp_path.iterdir()}
    with pytest.raises(Exception, match="column"):
        write_tables(tmp_path, {"one": DROPPED.frame([]), "two": pd.DataFrame({"x": [1]})}, TABLES)
    assert {path: path.read_bytes() for path in tmp_path.iterdir()} == before


def test_a_folder_that_does_not_say_is_taken_as_it_is(tmp_path):
    assert run_faults(tmp_path) == []
    (tmp_path / SUMS).write_text("nonsense\n")
    assert "no list of checksums" in str(run_faults(tmp_path)[0])


SCRIPT = """
import sys
from pathlib import Path
from tests.io.test_result_folder import run
rename, n = Path.replace, []
def stop(self, target):
    if self.parent.name.startswith(".tables") and Path(target).parent != self.parent:
        n.append(1)
        if len(n) == 2:
            print("halfway", flush=True)
            import time; time.sleep(60)
    return rename(self, target)
Path.replace = stop
run(sys.argv[1], "b")
"""


def test_a_run_killed_between_its_tables_is_told_by_the_report(tmp_path, root):
    folder = tmp_path / "shift"
    run(folder, "a")
    process = subprocess.Popen([sys.executable, "-c", SCRIPT, folder], stdout=subprocess.PIPE, cwd=root)
    assert process.stdout.readline() == b"halfway\n"
    process.send_signal(signal.SIGKILL)
    process.wait()
    with pytest.raises(InputError, match=r"last run did not write so: 'two\.tsv'.*Run its step again"):
        write_report(results=tmp_path, out=tmp_path / "report.html")
    run(folder, "b")
    assert run_faults(folder) == []


@pytest.mark.parametrize(
    "content",
    [
        b"\xff\xfe\x00garbage",
        b'source\tkind\tname\treason\n"a\tb\n',
        b"source\tkind\n1\t2\t3\t4\n1\t2\t3\t4\t5\n",
    ],
)
def test_a_damaged_table_is_a_fault_of_the_report(tmp_path, content):
    (tmp_path / "dropped.tsv").write_bytes(content)
    with pytest.raises(InputError, match=r"dropped\.tsv: "):
        write_report(results=tmp_path, out=tmp_path / "report.html")
