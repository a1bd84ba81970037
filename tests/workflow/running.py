"""Snakemake as a user starts it, and as a machine ends it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

__all__ = ["command", "killed_when"]

PATIENCE = 300  # seconds until a job begins, on a busy machine


def command(root: Path, study: Path, *arguments: str, cores: int = 2) -> list[str]:
    """The line that runs the workflow in the folder of a study, by its config.yaml."""
    line = [sys.executable, "-m", "snakemake", "--snakefile", str(root / "Snakefile")]
    line += ["--directory", str(study), "--configfile", str(study / "config.yaml")]
    return [*line, "--cores", str(cores), *arguments]


def killed_when(root: Path, study: Path, rule: str, *targets: str) -> None:
    """Start the workflow, and kill it with all of its jobs when that of a rule has begun."""
    with (study / "killed.log").open("w") as log:
        running = subprocess.Popen(
            command(root, study, *targets), stdout=log, stderr=log, start_new_session=True
        )
    end = time.monotonic() + PATIENCE
    while not (study / f"results/logs/{rule}.log").exists():
        assert running.poll() is None, (study / "killed.log").read_text()
        assert time.monotonic() < end
        time.sleep(0.05)
    os.killpg(running.pid, signal.SIGKILL)
    running.wait()
