"""Make the machine code of klbio's compiled loops with its environment, so that no first run waits for it."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

HERE = Path(__file__).parents[1]
MICE, MODELS = HERE / "examples" / "mouse-diet", HERE / "examples" / "gene-models"
TABLE = MICE / "table.tsv"
# Runs of the bundled examples that reach the loops of their workflow, side by side.
RUNS = (
    (
        "shift",
        TABLE,
        "--samples",
        HERE / "config" / "samples.tsv",
        "--taxonomy",
        MICE / "taxonomy.tsv",
        "--no-report",
    ),
    ("models", MODELS, "--no-report"),
    ("matrix", TABLE),
)
# What these do not reach: hidden Markov models, and alignments of profiles from end to end.
OTHERS = """
import numpy as np
from klbio.alphabets import DNA
from klbio.models import HiddenMarkovModel, ProfileHMM
from klbio.models.hidden.pair import HiddenPair
from klbio.models.profiles.profile_pair import ProfilePair
from klbio.models.profiles.shuffling import Shuffling
fair = HiddenMarkovModel("fair", ("h", "t"), ("s",), [1], [[1]], [[0.5, 0.5]])
HiddenPair(fair, fair).rate(1000)
straight = np.tile([1.0, 0, 0, 1, 0, 1, 0], (4, 1))
profile = ProfileHMM("toy", "", DNA, np.eye(4)[:3], np.full(4, 0.25), straight)
pair = ProfilePair(profile, profile, local=False)
Shuffling(1, 2).scores(pair, pair.align().score_bits)
"""


def main() -> None:
    """Run each and throw away what it found; the loops are compiled at a first call, then read from disk."""
    with tempfile.TemporaryDirectory() as folder, ThreadPoolExecutor(2) as pool:
        commands = [
            ["-m", "klbio", *map(str, given), "--quiet", "--out", f"{folder}/{i}.tsv"]
            for i, given in enumerate(RUNS)
        ]
        list(pool.map(run, [*commands, ["-c", OTHERS]]))


def run(arguments: list[str]) -> None:
    """Run Python; what fails says so, and the environment stands nevertheless."""
    subprocess.run([sys.executable, *arguments], stdout=subprocess.DEVNULL)


if __name__ == "__main__":
    main()
