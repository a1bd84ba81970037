"""Two runs at once into one place: what stands there in the end is of one of them, whole."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from benchmarks.faults.ending import Ending, program
from benchmarks.faults.studies import ROOT, STUDIES, Study, files_of, put, results
from benchmarks.faults.table import Try

__all__ = ["pairs"]

SEED = 2
TIMES = {"shift": 6, "models": 5, "reads": 4, "nearest": 4, "train": 4}
APART = 0.3  # seconds between the two at most
OTHER = {"t.tsv": "u.tsv", "m.hmm": "m2.hmm", "r.fastq": "r3.fastq", "q.fasta": "q2.fasta"}


def pairs(folder: Path) -> Iterator[Try]:
    """Start a command twice, on unlike inputs."""
    chance = random.Random(SEED)  # noqa: S311
    for study in STUDIES:
        if study.verb not in TIMES:
            continue
        lines = [study.line, [OTHER.get(word, word) for word in study.line]]
        alone = [_alone(study, line, folder) for line in lines]
        for _ in range(TIMES[study.verb]):
            apart = chance.uniform(0, APART)
            yield Try(f"{study} twice, {apart:.2f} s apart", _at_once(lines, folder, alone, apart))


def others() -> dict[str, bytes]:
    """Inputs of the second run."""
    own = files_of()
    genes = own["q.fasta"].split(b"\n>")
    return {
        "u.tsv": own["t.tsv"].replace(b"\t90", b"\t190"),
        "m2.hmm": own["m.hmm"].replace(b"NAME  MADE1", b"NAME  MADE2"),
        "r3.fastq": own["r.fastq"].replace(b"ACGT", b"CCCC"),
        "q2.fasta": b"\n>".join(genes[:6]) + b"\n",
    }


def _alone(study: Study, line: Sequence[str], folder: Path) -> dict[str, bytes]:
    done = program(line, put(folder, others()))
    if done.code != 0:
        raise RuntimeError(f"{study}: a sound input ended in {done.code}: {done.said}")
    return results(folder)


def _at_once(
    lines: Sequence[Sequence[str]], folder: Path, alone: Sequence[dict[str, bytes]], apart: float
) -> str:
    put(folder, others())
    running = []
    for line in lines:
        running.append(
            subprocess.Popen(
                [sys.executable, "-m", "klbio", *line], cwd=folder, text=True, stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT, env=os.environ | {"PYTHONPATH": str(ROOT)},
            )
        )  # fmt: skip
        time.sleep(apart)
    said = [one.communicate()[0] for one in running]
    endings = [Ending(one.returncode, words) for one, words in zip(running, said, strict=True)]
    for ending in endings:
        if ending.lost:
            return ending.lost
    found = results(folder)
    won = [i for i, ending in enumerate(endings) if ending.code == 0]
    return "" if won and any(found == alone[i] for i in won) else f"of neither run alone: {sorted(found)[:3]}"
