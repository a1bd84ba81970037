"""A job that is killed on this machine, as by the system when its memory is full, is named at the end of the run."""

import os
import signal
import subprocess
import time

import psutil
import pytest

from tests.workflow.running import command
from tests.workflow.test_workflow import made

pytestmark = pytest.mark.workflow

PATIENCE = 300  # seconds until the job begins, on a busy machine
STEP = "compose_taxa.py"


def test_it_is_said_what_most_likely_happened(root, tmp_path):
    study = made(tmp_path, root)
    line = command(root, study, "results/composition/taxa.biom", cores=1)
    running = subprocess.Popen(line, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    end = time.monotonic() + PATIENCE
    while not (jobs := jobs_of(running.pid)):
        assert running.poll() is None, running.communicate()[1]
        assert time.monotonic() < end
        time.sleep(0.02)
    os.kill(jobs[0], signal.SIGKILL)
    _, said = running.communicate()
    assert running.returncode == 1
    assert "klbio: compose_taxa was killed: most likely the memory of this machine was full." in said
    assert "--set-resources" not in said


def jobs_of(pid: int) -> list[int]:
    """Processes of the step itself, below a Snakemake."""
    below = psutil.Process(pid).children(recursive=True)
    return [process.pid for process in below if is_step(process)]


def is_step(process: psutil.Process) -> bool:
    try:
        words = process.cmdline()
    except (psutil.NoSuchProcess, psutil.AccessDenied):  # ended in between
        return False
    return bool(words) and "python" in words[0] and words[-1].endswith(STEP)
