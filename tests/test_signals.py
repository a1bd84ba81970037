"""A command that is stopped removes its drafts, says so in a line, and ends as a shell expects."""

import signal
import subprocess
import sys
import time

import pytest

SCRIPT = """
import sys, time
from pathlib import Path
from klbio.cli.signals import stoppable
from klbio.io.files import replacing
with stoppable(), replacing(sys.argv[1]) as draft:
    draft.write_text("half")
    Path(sys.argv[2]).touch()
    time.sleep(60)
"""


@pytest.mark.parametrize(("name", "code"), [("SIGINT", 130), ("SIGTERM", 143), ("SIGHUP", 129)])
def test_a_stopped_command_leaves_no_draft(tmp_path, name, code):
    out, ready = tmp_path / "out.tsv", tmp_path / "ready"
    out.write_text("old")
    handler = "default_int_handler" if name == "SIGINT" else "SIG_DFL"
    # which a shell has its jobs in the background ignore, or nohup all that it starts
    script = f"import signal; signal.signal(signal.{name}, signal.{handler})\n{SCRIPT}"
    process = subprocess.Popen([sys.executable, "-c", script, out, ready], stderr=subprocess.PIPE, text=True)
    while not ready.exists():
        time.sleep(0.02)
    process.send_signal(getattr(signal, name))
    _, words = process.communicate(timeout=30)
    assert (process.returncode, words) == (code, f"klbio: stopped by {name}\n")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["out.tsv", "ready"]
    assert out.read_text() == "old"


def test_a_signal_that_was_ignored_stays_so(tmp_path):
    script = f"import signal; signal.signal(signal.SIGHUP, signal.SIG_IGN)\n{SCRIPT.replace('60', '0.5')}"
    out, ready = tmp_path / "out.tsv", tmp_path / "ready"
    process = subprocess.Popen([sys.executable, "-c", script, out, ready])
    while not ready.exists():
        time.sleep(0.02)
    process.send_signal(signal.SIGHUP)
    assert process.wait(timeout=30) == 0
    assert out.read_text() == "half"


LOADING = """
import os, signal, sys
class Stopped:
    def find_spec(self, name, *_):
        if name == "klbio.cli":
            os.kill(os.getpid(), signal.SIGINT)
sys.meta_path.insert(0, Stopped())
signal.signal(signal.SIGINT, signal.default_int_handler)
from klbio.__main__ import run
run()
"""


def test_a_command_that_is_stopped_while_it_loads_shows_no_traceback():
    done = subprocess.run([sys.executable, "-c", LOADING], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (-signal.SIGINT, "")
