"""A run is killed at a random moment; the same command then gives what an undisturbed one gives, and nothing more."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from benchmarks.faults.ending import Ending, program
from benchmarks.faults.studies import ROOT, STUDIES, Study, put, results
from benchmarks.faults.table import Try
from benchmarks.faults.workflow import Workflow
from klbio.io.result_folder import run_faults

__all__ = ["killed_workflow", "kills"]

SEED = 1
ROUTES = ("shift", "reads", "models", "amplicons", "shotgun")
COMMANDS, WORKFLOWS = 11, 17  # kills of each command, and of the workflow
CHAIN = 6  # kills of one study of the workflow, before it is let run to its end
LEFT = (".part", ".lock")  # hidden, until the next run takes it away
WAY = 0.25  # of a command's time, before which it only loads; of the workflow's time too


def kills(folder: Path) -> Iterator[Try]:
    """Kill the commands of the three routes, over results of an earlier run."""
    chance = random.Random(SEED)  # noqa: S311
    for study in STUDIES:
        if study.verb not in ROUTES:
            continue
        start = time.monotonic()
        done = program(study.line, put(folder))
        seconds, sound = time.monotonic() - start, results(folder)
        if done.code != 0:
            raise RuntimeError(f"{study}: a sound input ended in {done.code}: {done.said}")
        for _ in range(COMMANDS):
            moment = seconds * chance.uniform(WAY, 1)
            yield Try(
                f"{study}, killed after {moment:.2f} of {seconds:.2f} s",
                _killed(study, folder, sound, moment),
            )


def _killed(study: Study, folder: Path, sound: dict[str, bytes], seconds: float) -> str:
    running = subprocess.Popen(
        [sys.executable, "-m", "klbio", *study.line], cwd=put(folder), start_new_session=True,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=os.environ | {"PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    time.sleep(seconds)
    os.killpg(running.pid, signal.SIGKILL)
    running.wait()
    own = {name: content for name, content in results(folder).items() if not any(end in name for end in LEFT)}
    half = [name for name, content in own.items() if sound.get(name) != content]
    if half and not (study.tables and run_faults(folder / study.out)):
        return f"half-written: {half}"
    return differing(program(study.line, folder), results(folder), sound)


def killed_workflow(folder: Path) -> Iterator[Try]:
    """Kill the workflow with all its jobs, again and again until it has ended, and begin anew."""
    chance, tried = random.Random(SEED), 0  # noqa: S311
    first, start = Workflow.made(folder), time.monotonic()
    done = first.program()
    seconds, sound = time.monotonic() - start, first.results
    if done.code != 0:
        raise RuntimeError(f"the workflow ended in {done.code}: {done.said}")
    while tried < WORKFLOWS:
        run, moments = Workflow.made(folder), []
        most = min(CHAIN, WORKFLOWS - tried)
        while len(moments) < most and run.killed(moment := seconds * chance.uniform(WAY, 1)):
            moments.append(moment)
            done = run.program()
            if done.code and "--unlock" in done.said:  # as Snakemake asks then
                run.program("--unlock")
            elif done.code == 0:  # killed before it had locked the folder, or when all was done
                break
        lost = differing(run.program(), run.results, sound)
        for moment in moments:
            yield Try(f"the workflow, killed after {moment:.0f} of {seconds:.0f} s", lost)
        tried += len(moments)


def differing(done: Ending, found: dict[str, bytes], sound: dict[str, bytes]) -> str:
    """Say what is not as an undisturbed run leaves it."""
    if done.code != 0:
        return f"the same command: exit code {done.code}: {done.last}"
    others = sorted(name for name in found.keys() | sound if found.get(name) != sound.get(name))
    return f"other than undisturbed: {others[:3]}" if others else ""
