"""Drafts that a killed run left go with the next run; those of runs at work stay."""

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from klbio.io.drafts import file_beside, folder_beside
from klbio.io.files import write_text

SCRIPT = """
import sys, time
from pathlib import Path
from klbio.io.drafts import file_beside, folder_beside
file_beside(Path(sys.argv[1], "out.tsv"), Path(sys.argv[1])).write_text("half")
aside = folder_beside(Path(sys.argv[1]), "tables")
Path(aside.name, "pairs.tsv").touch()
print("half", flush=True)
time.sleep(60)
"""


@pytest.fixture
def other(tmp_path):
    """Another run, halfway."""
    process = subprocess.Popen([sys.executable, "-c", SCRIPT, tmp_path], stdout=subprocess.PIPE)
    assert process.stdout.readline() == b"half\n"
    yield process
    process.kill()
    process.wait()
    process.stdout.close()


def test_drafts_of_a_killed_run_go_and_those_of_one_at_work_stay(tmp_path, other):
    strange = tmp_path / f".other.tsv.x-{other.pid}.abc.part"
    strange.touch()
    for code, left in ((None, 3), (-signal.SIGKILL, 1)):
        if code:
            other.send_signal(signal.SIGKILL)
            assert other.wait() == code
        write_text(tmp_path / "out.tsv", "whole")
        with folder_beside(tmp_path, "tables"):
            pass
        assert len(list(tmp_path.glob(".*.part"))) == left
    assert strange.exists()


def test_one_process_may_have_several(tmp_path):
    with folder_beside(tmp_path, "tables") as first, folder_beside(tmp_path, "tables") as second:
        assert first != second
        assert Path(first).is_dir()
    draft = file_beside(tmp_path / "[x] é" / "a.tsv", tmp_path / "[x] é")
    assert file_beside(draft.with_name("a.tsv"), draft.parent) != draft
    assert draft.exists()
