"""One run at a time in a folder of results; whatever ends it lets go, and leaves nothing."""

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from klbio.errors import InputError
from klbio.io import at_work as room
from klbio.io.at_work import at_work, at_work_on
from klbio.io.result_folder import run_faults
from klbio.steps.report import write_report
from tests.faults.case import SHIFT, TABLE, put

HOLDS = """
import sys, time
from klbio.io.at_work import at_work
with at_work(sys.argv[1]):
    print("held", flush=True)
    time.sleep(60)
"""


@pytest.fixture
def holder(tmp_path):
    """A process at work in a folder."""
    process = subprocess.Popen([sys.executable, "-c", HOLDS, tmp_path / "a/b"], stdout=subprocess.PIPE)
    assert process.stdout.readline() == b"held\n"
    yield process
    process.kill()
    process.wait()
    process.stdout.close()


@pytest.mark.skipif(not Path("/proc/locks").is_file(), reason="the system does not tell who holds a lock")
def test_another_run_is_refused_with_its_number(holder, tmp_path):
    words = rf"another run of klbio at work in it \(process {holder.pid}\); expected a folder that no other run writes"
    with pytest.raises(InputError, match=words), at_work(tmp_path / "a/b"):
        raise AssertionError
    (tmp_path / "a/b/pairs.tsv").touch()
    with pytest.raises(InputError, match="another run"):
        write_report(results=tmp_path / "a/b")


def test_a_killed_run_lets_go(holder, tmp_path):
    holder.send_signal(signal.SIGKILL)
    holder.wait()
    with at_work(tmp_path / "a/b"):
        assert list((tmp_path / "a/b").iterdir()) == []


def test_a_folder_that_was_made_for_nothing_is_taken_away_and_no_other(tmp_path):
    there = tmp_path / "there"
    there.mkdir()
    with pytest.raises(ZeroDivisionError), at_work(there / "a/b"), at_work(there / "a/b"):
        raise ZeroDivisionError
    assert list(there.iterdir()) == []
    with at_work(there):
        pass
    assert there.is_dir()
    with at_work(there / "a/b"):
        (there / "a/b/pairs.tsv").touch()
    assert (there / "a/b/pairs.tsv").exists()


def test_what_cannot_be_locked_is_left_to_the_step(tmp_path, monkeypatch):
    (tmp_path / "file").touch()
    with at_work(tmp_path / "file/out"):
        assert not room.HELD

    def refuse(*_):
        raise OSError(37, "No locks available")

    monkeypatch.setattr("fcntl.flock", refuse)
    with at_work(tmp_path / "out"):
        assert not room.HELD


def test_of_two_runs_at_once_one_is_whole_and_the_other_says_so(tmp_path):
    put(tmp_path, {"u.tsv": TABLE.replace("90", "99")})
    runs = {}
    for table in ("t.tsv", "u.tsv"):
        line = [table if word == "t.tsv" else word for word in SHIFT]
        runs[table] = subprocess.Popen(
            [sys.executable, "-m", "klbio", *line], cwd=tmp_path, stderr=subprocess.PIPE, text=True,
            stdout=subprocess.DEVNULL,
        )  # fmt: skip
    said = {table: run.communicate()[1] for table, run in runs.items()}
    codes = {table: run.returncode for table, run in runs.items()}
    assert run_faults(tmp_path / "out") == []
    assert set(codes.values()) <= {0, 2}
    assert 0 in codes.values()
    for table, code in codes.items():
        assert "Traceback" not in said[table]
        assert code == 0 or "another run of klbio at work" in said[table]


FILE_HOLDS = HOLDS.replace("at_work", "at_work_on").replace("io.at_work_on", "io.at_work")


def test_a_file_is_kept_as_a_folder_is_and_its_neighbours_are_not(tmp_path):
    out = tmp_path / "new/near.tsv"
    process = subprocess.Popen([sys.executable, "-c", FILE_HOLDS, out], stdout=subprocess.PIPE)
    assert process.stdout.readline() == b"held\n"
    with pytest.raises(InputError, match="expected a file that no other run writes"), at_work_on(out):
        raise AssertionError
    with at_work_on(out.with_name("far.tsv")):
        pass
    process.kill()
    process.wait()
    process.stdout.close()
    with at_work_on(out), at_work_on(out):
        out.touch()
    assert [path.name for path in out.parent.iterdir()] == ["near.tsv"], "what a killed run left goes too"


def test_a_folder_that_was_made_for_a_file_that_was_not_written_goes(tmp_path):
    with pytest.raises(ZeroDivisionError), at_work_on(tmp_path / "a/b/near.tsv"):
        raise ZeroDivisionError
    assert list(tmp_path.iterdir()) == []


def test_a_second_run_on_the_same_file_is_refused_before_it_works(tmp_path):
    put(tmp_path, {})
    with at_work_on(tmp_path / "m.tsv"):
        line = [sys.executable, "-m", "klbio", "matrix", "t.tsv", "--out", "m.tsv"]
        done = subprocess.run(line, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert done.stderr.startswith("klbio: error: m.tsv: another run of klbio at work in it")
