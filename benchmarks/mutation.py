"""Would the tests notice?  The share of small changes to estimates, studies and Markov models that a test fails on.

A seeded sample of the places of each room where cosmic-ray's operators apply, one change of each; what survives is
judged by hand in ``mutation_judged.tsv``.  Needs ``pip install cosmic-ray coverage``, as nothing else of klbio does:
cosmic-ray makes the changes, and since its own runner starts an interpreter for each, a process that has numpy,
scipy and pandas loaded is forked instead (`benchmarks.mutant_runs`).  ``python -m benchmarks.mutation`` goes on
where it was broken off: changes that a test noticed are kept in ``.mutation``, the others run again.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import platform
import random
import re
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import date
from functools import partial
from importlib import import_module
from pathlib import Path

from scipy.stats import binomtest

from benchmarks.forks import results
from benchmarks.mutant_runs import Run, covered, outcome
from benchmarks.mutants import Mutant, places

ROOT = Path(__file__).parents[1]
JUDGED = Path(__file__).with_name("mutation_judged.tsv")
PAGE = ROOT / "docs/mutation.md"
BETWEEN = re.compile(r"(?<=<!-- mutants -->\n).*?(?=<!-- /mutants -->)", re.DOTALL)
OF_MARKOV = (
    "chernoff codons comparison content content_model gc_classes gc_matching increment limits nearest "
    "rate_interval rates reference stationary"
)
TESTS = {
    "estimates": (
        "klbio/estimates",
        "tests/estimates",
        "tests/shift/test_divergence.py",
        "tests/shift/test_days.py",
    ),
    "shift": ("klbio/shift", "tests/shift", "tests/steps/test_shift.py"),
    "models/markov": ("klbio/models/markov", *(f"tests/models/test_{name}.py" for name in OF_MARKOV.split())),
}
LOADED = (
    "numpy",
    "pandas",
    "scipy.stats",
    "numba",
    "hypothesis",
    "skbio",
    "biom",
    "Bio.Seq",
    "pyhmmer",
    "dnaio",
)
NOTICED = ("killed", "timeout")


@dataclass(frozen=True)
class Trial:
    """A change, by its name, and what became of it: now, and when it was first run."""

    room: str
    name: str
    outcome: str
    first: str


@dataclass(frozen=True)
class Score:
    """How many of a room's changes were noticed, of those that make a difference."""

    trials: list[Trial]
    judged: dict[str, tuple[str, str]]

    @property
    def noticed(self) -> int:
        """Broke a test, or did not end."""
        return sum(trial.outcome in NOTICED for trial in self.trials)

    @property
    def unnoticed(self) -> list[Trial]:
        """Passed every test, or met none."""
        return [trial for trial in self.trials if trial.outcome not in NOTICED]

    @property
    def equivalent(self) -> int:
        """Make no difference that a run could show, by judgement."""
        return sum(self.judged.get(trial.name, ("",))[0] == "equivalent" for trial in self.unnoticed)

    def row(self, room: str) -> str:
        """Line of the table: what the first run noticed, what is noticed now, and that without the equivalent."""
        n, timeouts = len(self.trials), sum(trial.outcome == "timeout" for trial in self.trials)
        first = _share(sum(trial.first in NOTICED for trial in self.trials), n)
        now, of_different = _share(self.noticed, n), _share(self.noticed, n - self.equivalent)
        cells = (f"`{room}`", n, first, now, timeouts, self.equivalent, of_different)
        return f"| {' | '.join(map(str, cells))} |"


def _share(noticed: int, n: int) -> str:
    interval = binomtest(noticed, n).proportion_ci(method="wilson")
    return f"{noticed / n:.0%} ({interval.low:.0%} to {interval.high:.0%})"


def sample(room: str, options: argparse.Namespace) -> list[Mutant]:
    """Places of a room without replacement, one change of each."""
    draw = random.Random(f"{room} {options.seed}")  # noqa: S311
    every = [place for path in sorted((ROOT / "klbio" / room).rglob("*.py")) for place in places(path)]
    return [place.mutant(ROOT, draw) for place in draw.sample(every, min(options.n, len(every)))]


def trials(room: str, options: argparse.Namespace) -> Iterator[Trial]:
    """Run the changes of a room, several at a time, but for those known to be noticed."""
    modules = sorted(path.relative_to(ROOT).as_posix() for path in (ROOT / "klbio" / room).rglob("*.py"))
    tests = covered(TESTS[room], modules, options.work / f"{room.replace('/', '-')}.json")
    before = {trial.name: trial for trial in _kept(options)}
    known = {name: trial.outcome for name, trial in before.items() if trial.outcome in NOTICED}
    runs = [Run(mutant, tests, options.budget) for mutant in sample(room, options)]
    waiting = [run for run in runs if run.chosen and run.mutant.name not in known]
    ended = results([partial(run.start, options.timeout) for run in waiting], options.threads)
    for run in runs:
        name = run.mutant.name
        result = outcome(next(ended)) if run in waiting else known.get(name, "untested")
        print(f"{result:9} {run.mutant.line:4} {name}", flush=True)
        yield Trial(room, name, result, before[name].first if name in before else result)


def _kept(options: argparse.Namespace) -> list[Trial]:
    file = _file(options)
    return [Trial(**row) for row in json.loads(file.read_text())] if file.exists() else []


def _keep(options: argparse.Namespace, room: str, done: list[Trial]) -> None:
    others = [trial for trial in _kept(options) if trial.room != room]
    rows = [asdict(trial) for trial in others + done]
    _file(options).write_text(json.dumps(rows, indent=0))


def _file(options: argparse.Namespace) -> Path:
    return Path(options.work / f"trials-{options.seed}.json")


# --- the page


def written(kept: list[Trial], seed: int) -> str:
    """Table of the rooms and list of what survived, each with its judgement."""
    judged = _judged()
    scores = {room: Score([trial for trial in kept if trial.room == room], judged) for room in TESTS}
    lines = [f"Seed {seed}, {date.today():%Y-%m-%d}, {_machine()}.", ""]
    lines += [
        "| room | changes | noticed at first | noticed now | by not ending | equivalent | now, without these |"
    ]
    lines += ["|---|---|---|---|---|---|---|"]
    lines += [score.row(room) for room, score in scores.items() if score.trials]
    for room, score in scores.items():
        lines += ["", f"## Not noticed in `{room}`", ""]
        lines += [_item(trial, judged.get(trial.name, ("not judged", ""))) for trial in score.unnoticed]
    return "\n".join([*lines, ""])


def _item(trial: Trial, judgement: tuple[str, str]) -> str:
    place, change = trial.name.split(": ", 1)
    was, becomes = change.split("  ->  ")
    kind, reason = judgement
    return (
        f"- {place.removeprefix('klbio/')}\n  `{was}`\n  → `{becomes or '(left out)'}`\n  *{kind}*: {reason}"
    )


def _judged() -> dict[str, tuple[str, str]]:
    with JUDGED.open(encoding="utf-8", newline="") as lines:
        rows = csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)
        return {row["change"]: (row["judgement"], row["reason"]) for row in rows}


def _machine() -> str:
    return f"{os.cpu_count()} cores, {platform.system()}, Python {platform.python_version()}"


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--n", type=int, default=80, help="changes of a room")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--rooms", nargs="*", default=list(TESTS))
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--budget", type=float, default=15.0, help="seconds of tests of one change")
    parser.add_argument("--timeout", type=float, default=180.0)
    parser.add_argument("--work", type=Path, default=ROOT / ".mutation", help="what is kept between runs")
    options = parser.parse_args()
    options.work.mkdir(exist_ok=True)
    os.chdir(ROOT)
    for name in LOADED:
        import_module(name)
    for room in options.rooms:
        before = [trial for trial in _kept(options) if trial.room == room]
        done: list[Trial] = []
        for trial in trials(room, options):
            done.append(trial)
            _keep(options, room, done + [t for t in before if t.name not in {one.name for one in done}])
        _keep(options, room, done)
    text = written(_kept(options), options.seed)
    PAGE.write_text(BETWEEN.sub(lambda _: text, PAGE.read_text(encoding="utf-8")), encoding="utf-8")


if __name__ == "__main__":
    main()
