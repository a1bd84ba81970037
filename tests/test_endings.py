"""How a command ends, where the machine or the reader of its words ends it."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from klbio.cli.endings import exit_on_fault
from tests.faults.case import put

KLBIO = [sys.executable, "-m", "klbio"]


def test_a_traceback_is_shown_where_it_is_asked_for(tmp_path):
    for switches, shown in (((), False), (("--debug",), True), (("--verbose",), True)):
        done = subprocess.run(
            [*KLBIO, "matrix", "nowhere.tsv", "--out", "m.tsv", *switches],
            cwd=tmp_path, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == 2
        assert ("Traceback" in done.stderr) == shown
        assert done.stderr.splitlines()[-1].startswith("klbio: error: nowhere.tsv")


def test_what_is_nested_too_deep_is_said_in_a_line(capsys):
    def deeper():
        return deeper()

    with pytest.raises(SystemExit) as ended, exit_on_fault():
        deeper()
    assert ended.value.code == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith("klbio: error: something in something")


@pytest.mark.parametrize("command", ["check", "convert"])
def test_whoever_has_heard_enough_is_told_no_more(tmp_path, command):
    put(tmp_path, {"c.yaml": "taxa: {table: t.tsv, samples: s.tsv}\n"})
    line = {"check": ("check", "c.yaml"), "convert": ("convert", "t.tsv", "/dev/stdout", "--to", "tsv")}[
        command
    ]
    running = subprocess.Popen([*KLBIO, *line], cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    running.stdout.close()
    assert running.stderr.read() == b""
    assert running.wait() == 141
    running.stderr.close()


def test_a_command_runs_where_nobody_listens(tmp_path):
    put(tmp_path, {})
    line = " ".join([*KLBIO, "matrix", "t.tsv", "--out", "m.tsv", ">&-"])
    assert subprocess.run(["sh", "-c", line], cwd=tmp_path, check=False).returncode == 0
    assert (tmp_path / "m.tsv").is_file()


def test_a_locale_without_the_letter_is_told_its_number(tmp_path):
    put(tmp_path, {"c.yaml": "taxa: {table: tä.tsv, samples: s.tsv}\n"})
    (tmp_path / "t.tsv").rename(tmp_path / "tä.tsv")
    (tmp_path / "c.yaml").rename(tmp_path / "cä.yaml")
    done = subprocess.run(
        [*KLBIO, "check", "cä.yaml"], cwd=tmp_path, capture_output=True, text=True, check=False,
        env=os.environ | {"PYTHONIOENCODING": "ascii:strict"},
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")
    assert "c\\xe4.yaml" in done.stdout


FULL = Path("/dev/full")  # every write finds no room
NEEDS_FULL = pytest.mark.skipif(not FULL.exists(), reason=f"no {FULL} on this system")


@NEEDS_FULL
@pytest.mark.parametrize("stderr", [f"2>{FULL}", "2>&-"])
@pytest.mark.parametrize(
    ("line", "code"),
    [("matrix nowhere.tsv --out m.tsv", 2), ("matrix nowhere.tsv --out m.tsv --debug", 2), ("nosuch", 2),
     ("matrix t.tsv --out m.tsv", 0)],
)  # fmt: skip
def test_an_exit_code_holds_where_no_word_can_be_written(tmp_path, line, code, stderr):
    put(tmp_path, {})
    words = " ".join([*KLBIO, line, stderr])
    done = subprocess.run(["sh", "-c", words], cwd=tmp_path, stdout=subprocess.PIPE, check=False)
    assert done.returncode == code
    assert b"error" not in done.stdout, "what is said of a fault is no result"


@NEEDS_FULL
@pytest.mark.parametrize(
    "line", ["matrix t.tsv --out m.tsv", "check c.yaml", "init t.tsv s.tsv --out d.yaml"]
)
def test_a_result_that_cannot_be_told_is_a_fault(tmp_path, line):
    put(tmp_path, {"c.yaml": "taxa: {table: t.tsv, samples: s.tsv}\n"})
    words = " ".join([*KLBIO, line, f">{FULL}"])
    done = subprocess.run(["sh", "-c", words], cwd=tmp_path, stderr=subprocess.PIPE, text=True, check=False)
    assert done.returncode == 2
    assert done.stderr.splitlines()[-1].startswith("klbio: error: standard output: No space left on device")
